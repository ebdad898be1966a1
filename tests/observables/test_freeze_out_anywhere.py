"""Relic density at drawn points: against scipy from σ(s) to Ω h², and never without an answer."""

from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy_freeze_out import dirac_omega

import fitter
from likelihoods import Predictions, default_inputs, request
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC, FERMIONS, MAJORANA, empty

NU_MU = FERMIONS.index("nu_mu")


@cache
def prepared(*inputs):
    return Predictions([request(name) for name in ("omega_h2", "x_f")], default_inputs().replace(dict(inputs)))


def predictions(c, **inputs):
    return prepared(*inputs.items())(c)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(m=st.floats(0.0, 4.0), ratio=st.floats(0.4, 6.0), g=st.floats(-2.0, 0.5), g_f=st.floats(-3.0, 0.0))
def test_relic_density_against_scipy(m, ratio, g, g_f):
    """Gondolo-Gelmini integrals of σ(s) by brute force and a stiff solver, on both sides of pole and threshold."""
    m, g, g_f = 10.0**m, 10.0**g, 10.0**g_f
    c = empty()
    c["dm_spin"], c["m_dm"], c["m_med"], c["g_dm"], c["g_left"][0, NU_MU] = DIRAC, m, ratio * m, g, g_f
    width = Predictions([request("gamma_med")], default_inputs())(c)[0, 0]
    got, x_f = predictions(c)[0]
    if not got < 1e6:  # nothing annihilates
        return
    # from a temperature where χ is in equilibrium
    start = max(0.55 * x_f, 1.5)
    expected = dirac_omega(m, ratio * m, g, g_f**2, width, start, m / min(1e-3, 1e-3 * m))
    assert got == pytest.approx(expected, rel=3e-3)


@pytest.mark.parametrize("m_nu", [51.17, 2558.7])
def test_solutions_of_1803_04430_at_500_gev(m_nu):
    """Ω h² = 0.1198 at (g_μμ, g_νν) = (0.5, 1), Fig. 8: the masses here, where the formula sheet has 52.0 and 2484 GeV.

    The sheet is off at all its points: they would follow from ours, to 0.3 % rms, if g_* were 7 % smaller at 1 to 4 GeV
    and 11 % at 50 GeV, and annihilation to mediators 4.5 % smaller. micrOMEGAs, at its points in relic_density.yaml
    next to these, has our numbers.
    """
    g_bb = (500.0 / 6378.26) ** 2 / 0.5
    got = fitter.model("flavourful_zprime").predict(
        ["omega_h2", "gamma_med"], g_bb=g_bb, g_mumu=0.5, g_nunu=1.0, m_zp=500.0, m_nu=m_nu
    )
    squares = 2 * 0.25 + (6 if m_nu > 200 else 3) * g_bb**2
    expected = dirac_omega(m_nu, 500.0, 1.0, squares, got["gamma_med"], 15.0, m_nu / 1e-3)
    assert got["omega_h2"] == pytest.approx(expected, rel=3e-4)
    assert expected == pytest.approx(0.1198, rel=1e-3)


LOG_MASS, LOG_COUPLING = st.floats(-3.0, 5.0), st.floats(-6.0, float(np.log10(4 * np.pi)))
SWITCH = st.sampled_from([0.0, 1.0])


@settings(max_examples=250, deadline=None, derandomize=True)
@given(
    spin=st.sampled_from([COMPLEX_SCALAR, DIRAC, MAJORANA]),
    masses=st.tuples(LOG_MASS, LOG_MASS, LOG_MASS, LOG_MASS),
    couplings=st.tuples(*[LOG_COUPLING] * 6),
    fermion=st.integers(0, 11),
    pole=st.one_of(st.none(), st.floats(-9.0, -1.0)),
    switches=st.tuples(SWITCH, SWITCH, SWITCH),
)
@example(DIRAC, (-3.0, -3.0, 5.0, 5.0), (-6.0,) * 6, 11, None, (0.0, 0.0, 0.0))  # nothing is light enough
@example(COMPLEX_SCALAR, (5.0, -3.0, 5.0, 5.0), (1.0,) * 6, 0, None, (1.0, 1.0, 1.0))
@example(MAJORANA, (5.0, 1.0, -3.0, 5.0), (1.0,) * 6, 0, None, (1.0, 1.0, 1.0))
def test_always_an_answer(spin, masses, couplings, fermion, pole, switches):
    """Masses from 1 MeV to 100 TeV, couplings from 1e-6 to 4π, next to the pole and far from it, every switch."""
    m, m_med, m_yukawa, heavy = 10.0 ** np.array(masses)
    g_dm, g_f, lam, f, wave, lam_h = 10.0 ** np.array(couplings)
    c = empty()
    c["dm_spin"], c["m_dm"], c["m_med"], c["g_dm"] = spin, m, m_med if pole is None else 2 * m * (1 + 10.0**pole), g_dm
    c["g_left"][0, fermion] = g_f
    c["lam_t"][0, fermion] = lam
    c["m_heavy_l"] = c["m_heavy_q"] = m + heavy
    c["alpha_yukawa"], c["alpha_mixed"], c["m_yukawa"] = f**2 / (4 * np.pi), -(f**2) / (4 * np.pi), m_yukawa
    c["sigmav_s"] = np.array([1.0, 0.5, 1.0]) * wave**4 / (16 * np.pi * m**2)
    c["splitting"] = 1e-3 * m
    c["higgs_portal"] = lam_h / (2 * m * 125.0**2) if fermion < 6 else 0.0
    running, sommerfeld, coannihilation = switches
    got = predictions(c, running_width=running, sommerfeld=sommerfeld, coannihilation=coannihilation)[0]
    assert np.isfinite(got[0])
    assert got[0] >= 0.0


@pytest.mark.parametrize(
    ("g_x", "m_zp", "ratio"),
    [(0.3, 2000, 1.27), (0.3, 2200, 0.95), (0.5, 2000, 3.3), (0.5, 2200, 0.77), (0.8, 2000, 11), (0.8, 2200, 0.5)],
)
def test_size_of_the_running_width(g_x, m_zp, ratio):
    """What the switch does next to the pole and the heavy thresholds, formula sheet on 1503.06077."""
    point = {"m_chi": 1e3, "m_q": 1e3, "m_l": 1e3, "lam_q_b": 0.025, "lam_q_s": 0.025, "lam_l_mu": 0.5, "ckm": 0.0}
    model = fitter.model("portal_scalar")
    constant, running = (
        model.predict(["omega_h2"], inputs={"running_width": on}, g_x=g_x, m_zp=m_zp, **point)["omega_h2"]
        for on in (0.0, 1.0)
    )
    assert running / constant == pytest.approx(ratio, rel=0.03)


@pytest.mark.parametrize("name", ["running_width", "sommerfeld", "coannihilation"])
def test_switches_are_zero_or_one(name):
    with pytest.raises(ValueError, match=name):
        predictions(empty(), **{name: 2.0})
