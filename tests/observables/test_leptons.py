"""Lepton observables against the papers' numbers, closed-form limits and second implementations."""

import numpy as np
import pytest
from mpmath import mp
from scipy.integrate import dblquad

from likelihoods.couplings import FERMIONS, empty
from likelihoods.inputs import default_inputs
from likelihoods.observables import leptons
from likelihoods.prediction import Predictions, request

M_MU = 0.105658376


def predict(name, inputs=None, left=None, right=None, **fields):
    """Prediction with couplings of the mediator by fermion name."""
    c = empty()
    for field, values in (("g_left", left), ("g_right", right)):
        for fermion, value in (values or {}).items():
            c[field][0, FERMIONS.index(fermion)] = value
    for field, value in fields.items():
        c[field] = value
    chosen = default_inputs().replace(inputs) if inputs else default_inputs()
    return Predictions([request(name)], chosen)(c)[0, 0]


@pytest.mark.parametrize("x", [1e-5, 1e-3, 0.05, 0.7, 3.0, 30.0, 1e3, 1e5])
@pytest.mark.parametrize(("g_v", "g_a"), [(1.0, 0.0), (0.0, 1.0)])
def test_moment_by_quadrature(x, g_v, g_a):
    """Mediators from a hundred thousand times heavier to as much lighter than the muon."""
    with mp.workdps(30):
        x2 = mp.mpf(x) ** 2

        def integrand(z):
            numerator = g_v**2 * 2 * z**2 * (1 - z)
            numerator += g_a**2 * (2 * z * (1 - z) * (z - 4) - 4 * x2 * z**3)
            return numerator / (x2 * z**2 + (1 - z))

        edges = [0, *sorted({min(1 / (1 + x), 0.5), 0.5, max(1 - x**2, 0.5)} - {1.0}), 1]
        exact = mp.quad(integrand, edges) * x2 / (8 * mp.pi**2)
    assert leptons.vector_moment(g_v, g_a, M_MU / x, M_MU) == pytest.approx(float(exact), rel=1e-7)


def test_moment_limits():
    """Heavy: m²/(12π²M²)(g_V² - 5 g_A²); light: Schwinger's g_V²/(8π²), and -g_A² m²/(4π²M²)."""
    heavy = M_MU**2 / (12 * np.pi**2 * 1e3**2)
    assert leptons.vector_moment(1.0, 0.0, 1e3, M_MU) == pytest.approx(heavy, rel=1e-6)
    assert leptons.vector_moment(0.0, 1.0, 1e3, M_MU) == pytest.approx(-5 * heavy, rel=1e-6)
    assert leptons.vector_moment(1.0, 0.0, 1e-7, M_MU) == pytest.approx(1 / (8 * np.pi**2), rel=1e-5)
    assert leptons.vector_moment(0.0, 1.0, 1e-6, M_MU) == pytest.approx(-(M_MU**2) / (4e-12 * np.pi**2), rel=1e-6)


@pytest.mark.parametrize(("m_v", "limit"), [(0.001, 5.7006566e-4), (0.01, 6.3524703e-4), (0.2, 1.80066466e-3)])
def test_vector_coupling_for_the_2sigma_bound(m_v, limit):
    """2002.11150 §3: the vector coupling whose a_μ is 4e-9, 0.6 to 1e-3 below 100 MeV."""
    assert leptons.vector_moment(limit, 0.0, m_v, M_MU) == pytest.approx(4e-9, rel=1e-4)


@pytest.mark.parametrize(("m_v", "ratio"), [(0.5, -0.40911586), (1, -0.43162488), (5, -0.44588584), (10, -0.44679997)])
def test_cancelling_axial_coupling(m_v, ratio):
    """2002.11150 Eq. (25): g_A/g_V = -0.44 cancels a_μ; it tends to -1/√5."""
    alone = leptons.vector_moment(1.0, 0.0, m_v, M_MU)
    assert abs(leptons.vector_moment(1.0, ratio, m_v, M_MU)) < 1e-6 * alone


def test_left_handed_coupling_lowers_a_mu():
    """1803.04430 Eq. (3.12) with the sign corrected: -g² m_μ²/(12π² M²)."""
    expected = -0.25 * M_MU**2 / (12 * np.pi**2 * 100.0**2)
    assert predict("a_mu", left={"mu": 0.5}, m_med=100.0) == pytest.approx(expected, rel=1e-3)


def test_mu_e_gamma():
    """1803.04430: re-derived coefficient 1.4228e-6 at 1 TeV (Eq. 3.11 prints 1.24e-6)."""
    rate = predict("BR(mu->egamma)", left={"mu": 1.0}, m_med=1e3, v21=1.0)
    assert rate == pytest.approx(1.42283667e-06, rel=1e-5)
    assert predict("BR(mu->egamma)", left={"mu": 1.0}, m_med=1e3) == 0.0
    # the same muon couplings enter as in a_μ: g_R = g_L/3 cancels
    assert predict("BR(mu->egamma)", left={"mu": 1.0}, right={"mu": 1 / 3}, m_med=1e3, v21=1.0) < 1e-30


def test_tau_3mu():
    """1803.04430: 2e-8 is M/(g √V32) = 11.243 TeV; the paper, with |V32|², has 16 TeV."""
    rate = predict("BR(tau->3mu)", left={"mu": 1.0}, m_med=11243.010304, v32=1.0)
    assert rate == pytest.approx(2e-8, rel=2e-3)
    both = predict("BR(tau->3mu)", left={"mu": 1.0}, right={"mu": 1.0}, m_med=11243.010304, v32=1.0)
    assert both == pytest.approx(1.5 * rate, rel=1e-6)
    assert np.isnan(predict("BR(tau->3mu)", left={"mu": 1.0}, m_med=1.0, v32=1.0))


@pytest.mark.parametrize("ratio", [1.5, 4.0, 100.0])
def test_tau_dalitz_average(ratio):
    def left(s13, s12):
        factor = 0.5 * (ratio / (ratio - s13) + ratio / (ratio - 1 + s12 + s13))
        return 12 * s12 * (1 - s12) * factor**2

    def right(s13, s12):
        return 12 * s13 * (1 - s13) * (ratio / (ratio - 1 + s12 + s13)) ** 2

    exact = [dblquad(f, 0, 1, 0, lambda x: 1 - x, epsabs=1e-9)[0] for f in (left, right)]
    assert leptons.tau_propagators(ratio) == pytest.approx(exact, rel=2e-5)


def test_upsilon_standard_model():
    """Phase space (1 + 2x)(1 - 4x)^(1/2) of the τ over that of the μ."""
    values = [predict(f"R_taumu(Upsilon({k}S))") for k in (1, 2, 3)]
    assert values == pytest.approx([0.99215, 0.99381, 0.99458], abs=1e-5)


@pytest.mark.parametrize(("g_bmu", "bound"), [(-1 / 157.00936691**2, 1.053), (1 / 220.31521**2, 0.963)])
def test_upsilon_bound_on_the_contact_term(g_bmu, bound):
    """1803.04430 Eq. (3.15): G_bμ (b̄_L γ b_L)(μ̄_L γ μ_L) at the 95 % limits of 1.008(23), with α(0)."""
    c = empty().view(np.recarray)
    c.m_med = 1e5
    c.g_left[0, FERMIONS.index("b")], c.g_left[0, FERMIONS.index("mu")] = -g_bmu * 1e10, 1.0
    inputs = default_inputs().replace({"alpha_em_mb": 1 / 137.036})
    s = inputs.central.view(np.recarray)[0]
    tau = leptons.upsilon_rate(c[0], s, 2, s.m_tau, s.m_Upsilon1S, 0.0)
    mu = leptons.upsilon_rate(c[0], s, 1, s.m_mu, s.m_Upsilon1S, 0.0)
    assert tau / mu == pytest.approx(bound, abs=2e-3)


def test_veto_is_nan():
    for name in ("a_mu", "BR(mu->egamma)", "BR(tau->3mu)", "R_taumu(Upsilon(1S))"):
        assert np.isnan(predict(name, veto=1))


def test_bounds_quoted_by_the_papers():
    """2002.11150 Eq. (14): g_V/m_V = 0.00651 GeV^-1 for 4e-9 (printed 0.007); 1803.04430: V21 of MEG at M = 370 g."""
    assert leptons.vector_moment(0.00651428 * 50, 0.0, 50.0, M_MU) == pytest.approx(4e-9, rel=1e-4)
    # the paper's coefficient 1.24e-6 gave 7.97e-5
    v21 = 7.96741155e-5 * np.sqrt(1.24 / 1.42283667)
    assert predict("BR(mu->egamma)", left={"mu": 1.0}, m_med=370.0, v21=v21) == pytest.approx(4.2e-13, rel=1e-3)
