"""Relic density against an independent matrix-element and freeze-out code, limits, and second implementations."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from scipy.special import kve

import fitter
from likelihoods import Predictions, default_inputs, request
from likelihoods.amplitudes.annihilation import CHANNELS, ROW, channel_rows, energy_times_width, s_channel
from likelihoods.amplitudes.freeze_out import effective_average, end_of_integration, integrate
from likelihoods.amplitudes.thermal import energy_grid, fill_grid
from likelihoods.couplings import DIRAC, FERMIONS, MAJORANA, empty
from likelihoods.observables.relic_density import channel_fractions, freeze_out
from likelihoods.plasma import degrees_of_freedom, load_plasma
from likelihoods.units import CM3_PER_S, M_PLANCK, OMEGA_PER_GEV

MASSES = {"m_b": 4.18, "m_c": 1.27, "m_s": 0.095, "m_t": 173.1, "m_mu": 0.1056583745}
REFERENCE = yaml.safe_load((Path(__file__).parent / "relic_density.yaml").read_text())
SM = default_inputs().central.view(np.recarray)[0]
B, MU = FERMIONS.index("b"), FERMIONS.index("mu")


def scan(wanted, rows, **values):
    """Predictions (rows, wanted) at points of one model; the reference has no CKM matrix."""
    inputs = default_inputs().replace(MASSES | values)
    model = fitter.model(rows[0]["model"])
    fixed = {name: 0.0 for name in model.names if name == "ckm"}
    theta = np.array([[(model.defaults | fixed | row["at"])[name] for name in model.names] for row in rows])
    return Predictions([request(name) for name in wanted], inputs)(
        model.evaluate(theta, inputs.central), inputs.central
    )


def portal(**fields):
    """A Dirac particle of 100 GeV coupled to b quarks and muons by a mediator of 500 GeV."""
    c = empty()
    c["dm_spin"], c["m_dm"], c["g_dm"], c["m_med"] = DIRAC, 100.0, 0.5, 500.0
    c["g_left"][0, B], c["g_left"][0, MU] = 0.3, 0.2
    for name, value in fields.items():
        c[name] = value
    return c


def omega(c, tolerance=1e-4):
    out = np.empty((c.size, 3))
    freeze_out(c, default_inputs().central, load_plasma(), tolerance, *energy_grid(), out)
    return out[:, 0]


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


def test_detailed_balance():
    """σv of χ χ̄ -> f f̄ against f f̄ -> χ χ̄: g² p² σ is symmetric, so both follow from one matrix element.

    The inverse cross section is built from the mediator's decay width to χ χ̄ off its mass shell.
    """
    m, m_b, g, y, m_med = 100.0, default_inputs().value("m_b"), 0.5, 0.3, 500.0
    c = portal(g_left=np.eye(12)[B] * y)
    width = Predictions([request("gamma_med")], default_inputs())(c)[0, 0]
    rows = np.zeros(CHANNELS, ROW)
    n = channel_rows(c.view(np.recarray)[0], SM, rows)
    assert n == 1
    for energy in (203.0, 320.0, 900.0):
        s = energy**2
        distance = (s - m_med**2) ** 2 + (m_med * width) ** 2
        beta, beta_b = np.sqrt(1 - 4 * m**2 / s), np.sqrt(1 - 4 * m_b**2 / s)
        to_b = energy_times_width(energy, energy - 2 * m_b, rows.view(np.recarray)[0])
        forward = g**2 * s_channel(DIRAC, s / (4 * m**2), to_b) / distance / beta
        # b b̄ -> χ χ̄: 2J+1 = 3 over the spins (2·2) and colours (3·3) of the initial state
        to_dark = g**2 * energy * (1 + 2 * m**2 / s) * beta / (12 * np.pi)
        backward = 16 * np.pi * 3 / (4 * 9) * s / (beta_b**2 * s) * (to_b / energy) * to_dark / distance
        assert 4 * beta**2 * forward == pytest.approx(36 * beta_b**2 * backward, rel=1e-10)


def test_energy_dependent_width():
    rows = [row for row in REFERENCE if "omega_running" in row]
    got = scan(["omega_h2"], rows, running_width=1.0)[:, 0]
    deviation = np.abs(got / [row["omega_running"] for row in rows] - 1)
    assert np.median(deviation) < 1e-3
    assert deviation.max() < 5e-3


def test_constant_cross_section_of_a_majorana_particle():
    c = empty()
    c["dm_spin"], c["m_dm"] = MAJORANA, 100.0
    c["sigmav_s"][0, 0] = 2.2e-26 * CM3_PER_S
    first = omega(c)[0]
    # the formula sheet's 0.1145 does not state its degrees of freedom
    assert first == pytest.approx(0.1145, rel=0.03)
    plasma = load_plasma()

    def slope(t, y):
        x = np.exp(t)
        h, root = degrees_of_freedom(plasma, 100.0 / x)
        a = np.sqrt(np.pi / 45) * M_PLANCK * 100.0 * root * 2.2e-26 * CM3_PER_S / x
        return -a * (np.exp(y) - (45 * 2 / (4 * np.pi**4) * x**2 * kve(2, x) * np.exp(-x) / h) ** 2 * np.exp(-y))

    start = np.log(45 * 2 / (4 * np.pi**4) * 15**2 * kve(2, 15) * np.exp(-15) / degrees_of_freedom(plasma, 100 / 15)[0])
    y = solve_ivp(slope, np.log([15.0, 1e5]), [start], method="Radau", rtol=1e-7, atol=1e-7, max_step=0.1).y[0, -1]
    assert first == pytest.approx(OMEGA_PER_GEV * 100.0 * np.exp(y), rel=5e-4)
    # a degenerate pair with equal cross sections: twice the states, the same average, nearly the same density
    c["sigmav_s"] = 2.2e-26 * CM3_PER_S
    assert omega(c)[0] == pytest.approx(first, rel=0.04)


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


def test_tightening_the_tolerance_changes_nothing():
    rng = np.random.default_rng(3)
    model = fitter.model("flavourful_zprime")
    theta = np.column_stack([p.prior.ppf(rng.random(200)) for p in model.parameters])
    theta[:, len(model.names) - len(model.defaults) :] = list(model.defaults.values())
    c = model.evaluate(theta)
    deviation = np.abs(omega(c) / omega(c, 1e-6) - 1)
    assert np.median(deviation) < 1e-4
    assert deviation.max() < 3e-3


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    m=st.floats(1.0, 1e4),
    ratio=st.floats(0.3, 6.0),
    g=st.floats(0.01, 2.0),
    x=st.floats(3.0, 200.0),
)
def test_thermal_average_agrees_with_direct_quadrature(m, ratio, g, x):
    """Gondolo-Gelmini integral of the same σ(s) by brute force, massless final state, both sides of the pole."""
    c = portal(m_dm=m, m_med=ratio * m, g_dm=g)
    c["g_left"][0, B] = 0.0
    c["g_left"][0, MU], c["g_left"][0, MU + 3] = 0.0, 0.3  # ν_μ
    m_med = ratio * m
    dark = g**2 * m_med / (12 * np.pi) * (1 + 2 / ratio**2) * np.sqrt(1 - 4 / ratio**2) if ratio > 2 else 0.0
    width = 0.09 * m_med / (24 * np.pi) + dark

    def weight(e):
        s = 4 * m**2 * (1 + e) ** 2
        beta = np.sqrt(e * (2 + e)) / (1 + e)
        through = g**2 * (1 + 2 * m**2 / s) * s * 0.09 / (24 * np.pi)
        sigma_beta = through / ((s - m_med**2) ** 2 + (m_med * width) ** 2)
        pair = np.zeros_like(e)
        a, b2 = s / 2 - m_med**2, s * (s - 4 * m_med**2) * beta**2 / 4
        inside = s > 4 * m_med**2
        b = np.sqrt(np.where(inside, b2, 1.0))
        log = 2 * np.arctanh(np.where(inside, np.minimum(b / a, 1 - 1e-16), 0.0))
        bracket = (
            log * (a + 2 * (m**2 + m_med**2) + 2 * (m_med**4 - m**4) / a)
            - b
            - b * (m_med**2 + 2 * m**2) ** 2 / (m**2 * (s - 4 * m_med**2) + m_med**4)
        )
        pair[inside] = (g**4 / (4 * np.pi * s**2 * beta) * bracket)[inside]
        return (sigma_beta + pair) * beta * (1 + e) ** 4 * kve(1, 2 * x * (1 + e)) * np.exp(-2 * x * e)

    nodes, weights = np.polynomial.legendre.leggauss(40)
    edges = [0.0, *np.geomspace(1e-9, 40 / x, 60)]
    if ratio > 2:
        narrow = max(width / m_med, 1e-12)
        edges += [
            e for d in narrow * np.geomspace(0.02, 1e9, 120) for e in (ratio / 2 * (1 + d) - 1, ratio / 2 * (1 - d) - 1)
        ]
        edges += [ratio / 2 - 1]
    if ratio > 1:
        edges += [*(ratio - 1 + np.geomspace(1e-9, 40 / x, 60)), ratio - 1]
    edges = np.unique([e for e in edges if 0 <= e <= 40 / x])
    half = 0.5 * np.diff(edges)[:, None]
    points = (0.5 * (edges[1:] + edges[:-1]))[:, None] + half * nodes
    total = 8 * x / kve(2, x) ** 2 * (weight(points.ravel()).reshape(points.shape) * weights * half).sum()

    rows, groups, grid = energy_grid()
    c = c.view(np.recarray)
    n = fill_grid(c[0], SM, 1e4, -1, rows, groups, grid)
    assert 2 * effective_average(c[0], SM, groups, n, grid, x) == pytest.approx(total, rel=1e-4)


@pytest.mark.parametrize("m_med", [150.0, 199.0, 203.0, 240.0, 500.0])
def test_boltzmann_equation_agrees_with_scipy_from_any_starting_temperature(m_med):
    c = portal(m_med=m_med).view(np.recarray)
    rows, groups, grid = energy_grid()
    x_end = end_of_integration(100.0)
    n = fill_grid(c[0], SM, x_end, -1, rows, groups, grid)
    plasma = load_plasma()

    def rate(t):
        x = np.exp(t)
        h, root = degrees_of_freedom(plasma, 100.0 / x)
        a = np.sqrt(np.pi / 45) * M_PLANCK * 100.0 * root * effective_average(c[0], SM, groups, n, grid, x) / x
        return a, np.log(45 * 4 / (4 * np.pi**4) * x**2 * kve(2, x) / h) - x

    def slope(t, y):
        a, log_eq = rate(t)
        return -a * (np.exp(y) - np.exp(2 * log_eq - y))

    got, _ = integrate(c[0], SM, groups, n, grid, plasma, 1e-4)
    for start in (10.0, 16.0):
        y0 = [rate(np.log(start))[1]]
        solution = solve_ivp(slope, np.log([start, x_end]), y0, method="Radau", rtol=1e-7, atol=1e-7, max_step=0.2)
        assert got == pytest.approx(np.exp(solution.y[0, -1]), rel=1e-3)


def test_no_failure_from_mev_to_100_tev_and_from_feeble_to_strong_couplings():
    rng = np.random.default_rng(5)
    n = 300
    c = empty(n)
    c["dm_spin"] = rng.integers(1, 3, n)
    c["m_dm"], c["m_med"] = 10 ** rng.uniform(-3, 5, n), 10 ** rng.uniform(-3, 5, n)
    c["m_med"][:40] = 2 * c["m_dm"][:40] * (1 + 10 ** rng.uniform(-9, -2, 40))
    c["g_dm"] = 10 ** rng.uniform(-6, 1.1, n)
    for k in rng.permutation(12)[:5]:
        c["g_left"][:, k] = 10 ** rng.uniform(-6, 1.1, n)
    got = omega(c)
    assert np.isfinite(got).all()
    assert (got >= 0).all()


def test_forbidden_annihilation_falls_exponentially_below_threshold():
    """MeV dark matter that can only reach muons: Ω h² rises steeply as the mass falls below m_μ (2002.11150 Eq. 31)."""
    c = empty(3)
    c["dm_spin"], c["m_med"], c["g_dm"] = DIRAC, 8.0, np.sqrt(4 * np.pi)
    c["m_dm"] = 0.1057, 0.100, 0.095
    c["g_left"][:, MU] = c["g_right"][:, MU] = 0.05
    got = omega(c)
    assert got == pytest.approx([0.13, 1.1, 5.1], rel=0.15)


def test_coannihilation_of_a_split_pair_switches_off():
    c = empty(2)
    c["dm_spin"], c["m_dm"], c["splitting"] = MAJORANA, 1000.0, [1e-3, 1e4]
    c["sigmav_s"] = 1e-9
    single = empty()
    single["dm_spin"], single["m_dm"] = MAJORANA, 1000.0
    single["sigmav_s"][0, 0] = 1e-9
    assert omega(c)[1] == pytest.approx(omega(single)[0], rel=1e-3)


def test_dark_matter_must_have_a_positive_mass():
    with pytest.raises(ValueError, match="masses must be positive"):
        fitter.model("flavourful_zprime").predict(["omega_h2"], g_bb=1, g_mumu=1, g_nunu=1, m_zp=50, m_nu=-1)


def test_tables_of_degrees_of_freedom():
    laine, drees = load_plasma(), load_plasma("dof_drees_hajkarim_schmitz")
    for t in (0.05, 1.0, 50.0):
        assert degrees_of_freedom(laine, t)[0] == pytest.approx(degrees_of_freedom(drees, t)[0], rel=0.05)
    values = {"g_bb": 0.1, "g_mumu": 0.1, "g_nunu": 0.1, "m_zp": 200.0, "m_nu": 80.0}
    model = fitter.model("flavourful_zprime")
    first, second = (model.predict(["omega_h2"], inputs={"dof_table": k}, **values)["omega_h2"] for k in (0, 1))
    assert first != second
    assert first == pytest.approx(second, rel=0.03)
    with pytest.raises(ValueError, match="dof_table"):
        model.predict(["omega_h2"], inputs={"dof_table": 7}, **values)
    assert OMEGA_PER_GEV == 2.742e8
