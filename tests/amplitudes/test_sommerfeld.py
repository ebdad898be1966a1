"""Sommerfeld enhancement: gamma functions of the printed formula, limits, saturation."""

import mpmath
import numpy as np
import pytest
from scipy.integrate import solve_ivp

import fitter
from likelihoods.amplitudes.sommerfeld import hulthen

LIGHT = {
    "g_q": 0.004, "g_l": 0.002, "g_chi": 0.87, "f": 0.7, "m_phi": 15.0, "m_zp": 12.0, "m_chi": 1800.0, "theta_d": 0.006,
}  # fmt: skip


@pytest.mark.parametrize(
    ("alpha", "m", "m_phi", "beta"),
    [(0.05, 1950.0, 8.0, 1e-3), (0.01, 1800.0, 6.9, 1e-3), (0.05, 1950.0, 8.0, 1e-6), (0.05, 1950.0, 20.0, 0.3)],
)
def test_printed_formula(alpha, m, m_phi, beta):
    """1702.00395 Eq. (47) with mpmath's gamma function."""
    x, u = mpmath.mpf(alpha) / beta, 6 * mpmath.mpf(beta) * m / (mpmath.pi**2 * m_phi)
    root = mpmath.sqrt(mpmath.mpc(1 - x / u))
    a_plus, a_minus = 1 + 1j * u * (1 + root), 1 + 1j * u * (1 - root)
    expected = abs(mpmath.gamma(a_plus) * mpmath.gamma(a_minus) / mpmath.gamma(1 + 2j * u)) ** 2
    assert hulthen(alpha, m, m_phi, beta) == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize("x", [0.01, 0.3, 3.0, 30.0])
def test_massless_mediator_is_coulomb(x):
    assert hulthen(0.03, 1e3, 1e-9, 0.03 / x) == pytest.approx(np.pi * x / -np.expm1(-np.pi * x), rel=1e-6)


def test_enhancement_saturates_and_ends_at_one():
    slow = [hulthen(0.02, 1e3, 10.0, beta) for beta in (1e-8, 1e-10, 1e-12)]
    assert slow == pytest.approx([slow[0]] * 3, rel=1e-6)
    assert hulthen(1e-9, 1e3, 10.0, 0.1) == pytest.approx(1.0, abs=1e-6)
    assert hulthen(0.0, 1e3, 10.0, 1e-3) == 1.0


def test_heavy_mediator_is_the_first_order_of_its_well():
    """Far from a bound state, S(β → 0) = 2π² w/(1 - cos 2π√w) → 1 + π² w/3, w = 6αm/(π² m_φ)."""
    w = 6 * 1e-4 * 1e3 / (np.pi**2 * 10.0)
    assert hulthen(1e-4, 1e3, 10.0, 1e-9) == pytest.approx(1 + np.pi**2 * w / 3, rel=1e-3)


@pytest.mark.parametrize(("alpha", "m_phi", "beta"), [(0.02, 3.0, 1e-2), (0.02, 12.0, 1e-3), (-0.02, 3.0, 1e-2)])
def test_schroedinger_equation_of_two_particles(alpha, m_phi, beta):
    """S = |ψ(0)|² in the Hulthén potential -α δ e^{-δr}/(1 - e^{-δr}), δ = π² m_φ/6, of mass M each (reduced: M/2)."""
    m, delta = 1e3, np.pi**2 * m_phi / 6
    k = m * beta

    def slope(r, u):
        potential = -alpha * delta / np.expm1(delta * r)
        return [u[1], -(k * k - m * potential) * u[0]]

    start, end = 1e-7 / delta, 40 / delta
    solution = solve_ivp(slope, (start, end), [start, 1.0], method="DOP853", rtol=1e-10, atol=1e-14)
    u, du = solution.y[:, -1]
    assert hulthen(alpha, m, m_phi, beta) == pytest.approx(1 / ((k * u) ** 2 + du**2), rel=1e-4)


def test_coupling_of_the_mass_splitting():
    """M_+ - M_- = 2 f w: a shift of w by φ costs f φ, the charge whose Yukawa force has α = f²/4π."""
    model = fitter.model("hidden_zprime_light")
    values = model.defaults | LIGHT | {"g_q": 1e-4, "vev_q": 0.0}
    theta = np.array([[(values | {"m_zp": m})[name] for name in model.names] for m in (12.0, 12.1)])
    c = model.evaluate(theta)
    w = np.array([12.0, 12.1]) / (2 * LIGHT["g_chi"])
    charge = 0.5 * np.diff(c["splitting"])[0] / np.diff(w)[0]
    assert c["alpha_yukawa"][0] == pytest.approx(charge**2 / (4 * np.pi), rel=1e-9)


def test_model_takes_f_squared_over_four_pi():
    """Corrected coupling is four times the paper's: the paper's S at 2f."""
    model = fitter.model("hidden_zprime_light")
    paper = model.predict(["sommerfeld"], scheme="paper", **LIGHT)["sommerfeld"]
    assert paper == pytest.approx(hulthen(0.49 / (16 * np.pi), 1800.0, 15.0, 1e-3), rel=1e-12)
    averaged = model.predict(["sommerfeld"], **LIGHT)["sommerfeld"]
    beta = np.linspace(1e-6, 6e-3, 20001)
    weight = beta**2 * np.exp(-((beta / 1e-3) ** 2))
    values = [hulthen(0.49 / (4 * np.pi), 1800.0, 15.0, b) for b in beta]
    assert averaged == pytest.approx(np.average(values, weights=weight), rel=2e-3)


def test_enhancement_reaches_the_energy_injection():
    model = fitter.model("hidden_zprime_light")
    strong = model.predict(["p_ann"], **LIGHT)["p_ann"]
    weak = model.predict(["p_ann"], **(LIGHT | {"f": 0.05, "m_phi": 30.0}))["p_ann"]
    assert strong > 10 * weak
