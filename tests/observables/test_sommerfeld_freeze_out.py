"""Yukawa forces at freeze-out against scipy's gamma functions, quadrature and stiff solver; limits of the switch."""

import numpy as np
import pytest
from portal_points import average_at
from scipy.special import kve, loggamma
from scipy_freeze_out import integral, omega

import fitter
from likelihoods import default_inputs
from likelihoods.amplitudes.effective_average import mean_enhancement
from likelihoods.amplitudes.force_grid import fill_forces
from likelihoods.amplitudes.thermal import EQUAL, MIXED, energy_grid
from likelihoods.couplings import DIRAC, MAJORANA, empty
from likelihoods.observables.relic_density import freeze_out
from likelihoods.plasma import load_plasma

ON = default_inputs().replace({"sommerfeld": 1.0})
LIGHT = {
    "g_q": 0.004, "g_l": 0.002, "g_chi": 0.87, "f": 0.7, "m_phi": 15.0, "m_zp": 12.0, "m_chi": 1800.0, "theta_d": 0.006,
}  # fmt: skip


def enhancement(alpha, m, m_phi, beta):
    """1702.00395 Eq. (47) with its gamma functions, for either sign of α."""
    x, u = alpha / beta, 6 * beta * m / (np.pi**2 * m_phi)
    root = np.sqrt(1 - x / u + 0j)
    a_plus, a_minus = 1 + 1j * u * (1 + root), 1 + 1j * u * (1 - root)
    return np.exp(2 * (loggamma(a_plus) + loggamma(a_minus) - loggamma(1 + 2j * u)).real)


def brute_force(alpha, m, m_phi, x):
    """⟨S⟩ of a constant σ v_lab, Gondolo and Gelmini's Eq. (3.8) in e = (s - 4m²)/4m²."""

    def weight(e):
        root = np.sqrt(1 + e)
        boltzmann = kve(1, 2 * x * root) * np.exp(-2 * x * e / (1 + root))
        return np.sqrt(e) * (1 + 2 * e) * boltzmann * enhancement(alpha, m, m_phi, np.sqrt(e / (1 + e)))

    return 2 * x / kve(2, x) ** 2 * integral(weight, [0.0, *np.geomspace(1e-12, 60 / x, 90)])


def pair(alpha, mixed, m_phi, **fields):
    c = empty()
    c["dm_spin"], c["m_dm"], c["splitting"], c["m_yukawa"] = MAJORANA, 1800.0, 8.0, m_phi
    c["alpha_yukawa"], c["alpha_mixed"] = alpha, mixed
    c["sigmav_s"] = 2e-9, 1e-9, 2e-9
    for name, value in fields.items():
        c[name] = value
    return c.view(np.recarray)


def abundance(c, inputs=ON):
    out = np.empty((c.size, 3))
    freeze_out(c, inputs.central, load_plasma(), 1e-4, *energy_grid(), out)
    return out[:, 0]


@pytest.mark.parametrize(("alpha", "m_phi"), [(0.04, 15.0), (0.1, 2.0), (0.004, 15.0)])
def test_mean_enhancement_is_the_thermal_average(alpha, m_phi):
    c = pair(alpha, -alpha, m_phi)
    _, groups, nodes = energy_grid()
    fill_forces(c[0], ON.central.view(np.recarray)[0], 1.8e6, groups, nodes)
    for x in (5.0, 25.0, 300.0, 1e5):
        for force, sign in ((EQUAL, 1.0), (MIXED, -1.0)):
            expected = brute_force(sign * alpha, 1800.0, m_phi, x)
            assert average_at(x, mean_enhancement, groups, nodes, force) == pytest.approx(expected, rel=2e-5, abs=1e-5)


def test_on_a_zero_energy_resonance():
    """w = 6αm/(π² m_φ) = 1, a bound state at threshold: S ~ 1/β² without end."""
    alpha = 0.02
    m_phi = 6 * alpha * 1800.0 / np.pi**2
    c = pair(alpha, 0.0, m_phi)
    _, groups, nodes = energy_grid()
    fill_forces(c[0], ON.central.view(np.recarray)[0], 1.8e6, groups, nodes)
    for x in (25.0, 1e3, 1e5):
        got = average_at(x, mean_enhancement, groups, nodes, EQUAL)
        assert got == pytest.approx(brute_force(alpha, 1800.0, m_phi, x), rel=1e-4)
        assert average_at(x, mean_enhancement, groups, nodes, MIXED) == 1.0


def test_without_a_force_the_average_is_exactly_one():
    c = pair(1e-12, -1e-12, 1e3)
    _, groups, nodes = energy_grid()
    fill_forces(c[0], ON.central.view(np.recarray)[0], 1e6, groups, nodes)
    for x in (1.0, 3.0, 30.0, 1e4):
        for force in (EQUAL, MIXED):
            assert average_at(x, mean_enhancement, groups, nodes, force) == pytest.approx(1.0, abs=1e-5)
    assert abundance(c) == pytest.approx(abundance(c, default_inputs()), rel=1e-5)


def test_relic_density_of_the_light_hidden_sector_against_scipy():
    model = fitter.model("hidden_zprime_light")
    got = model.predict(["omega_h2"], inputs={"sommerfeld": 1.0}, **LIGHT)["omega_h2"]
    values = model.defaults | LIGHT
    c = model.evaluate(np.array([[values[name] for name in model.names]]))[0]
    m, alpha, m_phi = c["m_dm"], 0.49 / (4 * np.pi), 15.0
    d = c["splitting"] / m
    # ⟨S⟩ is smooth in ln x
    grid = np.linspace(np.log(12.0), np.log(2e6), 90)
    attractive, repulsive = ([brute_force(a, m, m_phi, np.exp(t)) for t in grid] for a in (alpha, -alpha))
    one, two, three = c["sigmav_s"]

    def sigma_v(x):
        w = (1 + d) ** 1.5 * np.exp(-x * d)
        equal, mixed = np.interp(np.log(x), grid, attractive), np.interp(np.log(x), grid, repulsive)
        return (equal * (one + w * w * three) + 2 * w * mixed * two) / (1 + w) ** 2

    def log_equilibrium(x):
        w = (1 + d) ** 1.5 * np.exp(-x * d)
        return np.log(2 * (1 + w) * x**2 * kve(2, x)) - x

    assert got == pytest.approx(omega(m, log_equilibrium, sigma_v, 15.0, m / 1e-3), rel=3e-3)


def test_size_in_the_light_hidden_sector():
    """What the model says of the switch; off by default and in the paper."""
    model = fitter.model("hidden_zprime_light")
    for f, g_chi, factor in ((0.2, 0.8, 1.01), (0.5, 0.85, 1.29), (0.9, 0.931, 2.9)):
        off, on = (
            model.predict(["omega_h2"], inputs={"sommerfeld": on}, **LIGHT | {"f": f, "g_chi": g_chi})["omega_h2"]
            for on in (0.0, 1.0)
        )
        assert off / on == pytest.approx(factor, rel=0.05)
        assert off == model.predict(["omega_h2"], **LIGHT | {"f": f, "g_chi": g_chi})["omega_h2"]


def test_repulsion_leaves_more_dark_matter():
    alone = {"sigmav_s": [1e-9, 0.0, 0.0]}
    free, attracted, repelled = (abundance(pair(a, 0.0, 10.0, **alone))[0] for a in (0.0, 0.03, -0.03))
    assert attracted < free < repelled
    # one constant s wave of a Dirac particle is enhanced in the same way
    dirac = pair(0.03, 0.0, 10.0, dm_spin=DIRAC, **alone)
    assert abundance(dirac)[0] < abundance(dirac, default_inputs())[0]
