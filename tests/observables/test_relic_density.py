"""Relic density against an independent matrix-element and freeze-out code, limits, and second implementations."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from portal_points import MU, omega, portal
from scipy.optimize import brentq

import fitter
from likelihoods import Predictions, default_inputs, request
from likelihoods.couplings import DIRAC, empty
from likelihoods.observables.relic_density import channel_fractions
from likelihoods.plasma import degrees_of_freedom, load_plasma
from likelihoods.units import CM3_PER_S, OMEGA_PER_GEV

MASSES = {"m_b": 4.18, "m_c": 1.27, "m_s": 0.095, "m_t": 173.1, "m_mu": 0.1056583745}
REFERENCE = yaml.safe_load((Path(__file__).parent / "relic_density.yaml").read_text())
SM = default_inputs().central.view(np.recarray)[0]


def scan(wanted, rows, **values):
    """Predictions (rows, wanted) at points of one model; the reference has no CKM matrix."""
    inputs = default_inputs().replace(MASSES | values)
    model = fitter.model(rows[0]["model"])
    fixed = {name: 0.0 for name in model.names if name == "ckm"}
    theta = np.array([[(model.defaults | fixed | row["at"])[name] for name in model.names] for row in rows])
    return Predictions([request(name) for name in wanted], inputs)(
        model.evaluate(theta, inputs.central), inputs.central
    )


@pytest.mark.parametrize("name", ["flavourful_zprime", "portal_scalar", "loop_scalar"])
def test_relic_density_and_width_agree_with_micromegas(name):
    rows = [row for row in REFERENCE if row["model"] == name]
    got = scan(["omega_h2", "x_f", "gamma_med"], rows)
    deviation = np.abs(got[:, 0] / [row["omega_h2"] for row in rows] - 1)
    assert np.median(deviation) < 1e-3
    assert deviation.max() < 5e-3
    assert np.abs(got[:, 1] - [row["x_f"] for row in rows]).max() < 0.1
    if "gamma_med" in rows[0]:
        # CKM elements bring in b s̄ and weaken the top's coupling; the reference has neither
        diagonal = scan(["gamma_med"], rows, V_cb=1e-9, V_ub=1e-9)[:, 0]
        assert diagonal == pytest.approx([row["gamma_med"] for row in rows], rel=1e-6)


def test_channels_and_partial_widths_agree_with_micromegas():
    inputs = default_inputs().replace(MASSES | {"V_cb": 1e-9, "V_ub": 1e-9})
    model = fitter.model("flavourful_zprime")
    for row in (row for row in REFERENCE if "fractions" in row):
        c = model.evaluate(np.array([[(model.defaults | row["at"])[name] for name in model.names]]), inputs.central)
        shares = channel_fractions(c, inputs.central, np.array([row["x_f"]]))
        for channel, share in row["fractions"].items():
            assert shares[channel][0] == pytest.approx(share, rel=5e-3, abs=1e-6), (row, channel)
        wanted = [request(f"BR(V->{channel})") for channel in row["widths"]]
        got = Predictions(wanted, inputs)(c, inputs.central)[0]
        assert got == pytest.approx(list(row["widths"].values()), rel=2e-6)


def test_solved_couplings():
    """The coupling of dark matter that gives Ω h² = 0.12 agrees with the reference's."""
    rows = [row for row in REFERENCE if row["model"] == "flavourful_zprime" and abs(row["omega_h2"] - 0.12) < 1e-6]
    for row in rows:
        at = dict(row["at"])
        solved = brentq(
            lambda g, at=at: (
                fitter.model("flavourful_zprime").predict(["omega_h2"], inputs=MASSES, **at | {"g_nunu": g})["omega_h2"]
                - 0.12
            ),
            0.7 * at["g_nunu"],
            1.4 * at["g_nunu"],
        )
        assert solved == pytest.approx(at["g_nunu"], rel=2e-3)
    assert rows


def test_energy_dependent_width():
    rows = [row for row in REFERENCE if "omega_running" in row]
    got = scan(["omega_h2"], rows, running_width=1.0)[:, 0]
    deviation = np.abs(got / [row["omega_running"] for row in rows] - 1)
    assert np.median(deviation) < 1e-3
    assert deviation.max() < 5e-3


def test_s_wave_limit_of_the_portal():
    c, s = portal(), default_inputs()
    m, m_b = 100.0, s.value("m_b")
    width = Predictions([request("gamma_med")], s)(c)[0, 0]
    propagator = (500.0**2 - 4 * m**2) ** 2 + (500.0 * width) ** 2
    x = m_b**2 / m**2
    expected = 0.25 * m**2 / (2 * np.pi * propagator) * (3 * 0.09 * (1 - x / 4) * np.sqrt(1 - x) + 0.04)
    got = Predictions([request("sigmav_v0")], s)(c)[0, 0] * CM3_PER_S
    assert got == pytest.approx(expected, rel=1e-5)
    light = portal(m_med=1e-3, g_left=np.zeros(12))
    assert Predictions([request("sigmav_v0")], s)(light)[0, 0] * CM3_PER_S == pytest.approx(
        0.5**4 / (16 * np.pi * m**2), rel=1e-6
    )


def test_channel_fractions_sum_to_one():
    c = portal(m_med=90.0)
    for x in (20.0, np.inf):
        shares = channel_fractions(c, default_inputs().central, np.array([x]))
        assert set(shares) == {"b", "mu", "mediators"}
        assert sum(shares.values())[0] == pytest.approx(1.0, rel=1e-12)
    c["sigmav_s"][0, 0] = 1e-9
    with_wave = channel_fractions(c, default_inputs().central, np.array([np.inf]))
    through = 1e-9 * (1 / with_wave["waves"][0] - 1)
    for name, share in shares.items():
        assert with_wave[name] * (1 + 1e-9 / through) == pytest.approx(share, rel=1e-9)
    assert sum(with_wave.values())[0] == pytest.approx(1.0, rel=1e-12)


def test_relic_density_scales_as_the_inverse_fourth_power_of_the_coupling():
    weak, strong = portal(g_dm=0.02), portal(g_dm=0.02)
    for c, scale in ((weak, 0.1), (strong, 0.1 * 1.1)):
        c["g_dm"] *= scale / 0.1
        c["g_left"] *= scale
    # freeze-out moves logarithmically: d ln Ω / d ln g = -4 (1 - O(1/x_f))
    slope = np.log(omega(strong)[0] / omega(weak)[0]) / np.log(1.1)
    assert -4.0 < slope < -3.6


def test_forbidden_annihilation_falls_exponentially_below_threshold():
    """MeV dark matter that can only reach muons: Ω h² rises steeply as the mass falls below m_μ (2002.11150 Eq. 31)."""
    c = empty(3)
    c["dm_spin"], c["m_med"], c["g_dm"] = DIRAC, 8.0, np.sqrt(4 * np.pi)
    c["m_dm"] = 0.1057, 0.100, 0.095
    c["g_left"][:, MU] = c["g_right"][:, MU] = 0.05
    got = omega(c)
    assert got == pytest.approx([0.13, 1.1, 5.1], rel=0.15)


def test_dark_matter_must_have_a_positive_mass():
    with pytest.raises(ValueError, match="masses must be positive"):
        fitter.model("flavourful_zprime").predict(["omega_h2"], g_bb=1, g_mumu=1, g_nunu=1, m_zp=50, m_nu=-1)


def test_tables_of_degrees_of_freedom():
    laine, drees = load_plasma(), load_plasma("dof_drees_hajkarim_schmitz")
    for t in (0.05, 1.0, 50.0):
        assert degrees_of_freedom(laine, np.log(t))[0] == pytest.approx(
            degrees_of_freedom(drees, np.log(t))[0], rel=0.05
        )
    values = {"g_bb": 0.1, "g_mumu": 0.1, "g_nunu": 0.1, "m_zp": 200.0, "m_nu": 80.0}
    model = fitter.model("flavourful_zprime")
    first, second = (model.predict(["omega_h2"], inputs={"dof_table": k}, **values)["omega_h2"] for k in (0, 1))
    assert first != second
    assert first == pytest.approx(second, rel=0.03)
    with pytest.raises(ValueError, match="dof_table"):
        model.predict(["omega_h2"], inputs={"dof_table": 7}, **values)
    assert OMEGA_PER_GEV == 2.742e8
