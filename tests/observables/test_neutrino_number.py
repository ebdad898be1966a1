"""Effective number of neutrinos: integration, limits of light and heavy relics, published masses, equilibrium."""

from functools import cache

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

import fitter
from likelihoods import Likelihood, default_inputs
from likelihoods.couplings import COMPLEX_SCALAR, FERMIONS
from likelihoods.observables.neutrino_number import DECOUPLING, STANDARD, equilibrium, photon_mixing
from likelihoods.table import load_table

MODEL = fitter.model("split_dark_sector")
POINT = {"m_v": 5.0, "g_mu_v": 0.05, "r_av": -0.44, "g_d": 3.0, "r": 1.0, "m_chi": 1e-3}
SM = default_inputs().central


def couplings(**values):
    chosen = MODEL.defaults | POINT | values
    return MODEL.evaluate(np.array([[chosen[name] for name in MODEL.names]]))


def thermodynamics(states, sign, m):
    """T -> ρ/T⁴, p/T⁴, ρ'/T³ of a species."""
    nodes, weights = np.polynomial.legendre.leggauss(80)
    k, w = 20 * (nodes + 1), 20 * weights
    y = np.concatenate([[0], np.geomspace(1e-3, 200, 300)])
    e = np.hypot(k, y[:, None])
    n = 1 / (np.exp(e) + sign)
    integrands = k**2 * e * n, k**4 / (3 * e) * n, k**2 * e**2 * n * (1 - sign * n)
    spline = CubicSpline(y, states / (2 * np.pi**2) * np.transpose([i @ w for i in integrands]))
    return lambda t: spline(min(m / t, 200.0))


ELECTRONS = thermodynamics(4, 1, 0.511e-3)


@cache
def integrated(m, states, sign, neutrinos):
    """N_eff of a relic [GeV] by integration of the temperatures of photons and neutrinos from 30 MeV on.

    Energy transfer of 2001.04466 Eqs. (2.10), (2.11) with Fermi statistics; without corrections of QED.
    """
    relic = thermodynamics(states, sign, m) if states else lambda t: np.zeros(3)
    photons, neutrino_gas, s2 = np.pi**2 / 15, 21 / 8 * np.pi**2 / 15, 0.231
    weak = 4 * 1.1663787e-5**2 / np.pi**5 * ((0.5 + s2) ** 2 + 2 * (0.5 - s2) ** 2 + 3 * s2**2)

    def slopes(_, ln_t):
        t, t_nu = np.exp(ln_t)
        rho, p, rise = ELECTRONS(t) * t**4
        rho_x, p_x, rise_x = relic(t_nu if neutrinos else t) * (t_nu if neutrinos else t) ** 4
        heat, flow = 4 * photons * t**4 + rise, 4 * photons * t**4 + 3 * (rho + p)
        heat_nu = flow_nu = 4 * neutrino_gas * t_nu**4
        if neutrinos:
            heat_nu, flow_nu = heat_nu + rise_x, flow_nu + 3 * (rho_x + p_x)
        else:
            heat, flow = heat + rise_x, flow + 3 * (rho_x + p_x)
        total = photons * t**4 + rho + neutrino_gas * t_nu**4 + rho_x
        hubble = np.sqrt(8 * np.pi / 3 * total) / 1.22091e19
        given = weak * (32 * 0.884 * (t**9 - t_nu**9) + 56 * 0.829 * t**4 * t_nu**4 * (t - t_nu)) / hubble
        return [-(flow + given) / heat, -(flow_nu - given) / heat_nu]

    start, end = 30e-3, 2e-6
    solved = solve_ivp(slopes, (0, np.log(start / end)), np.log([start] * 2), method="LSODA", rtol=1e-7, atol=1e-9)
    return 3 * (11 / 4) ** (4 / 3) * np.exp(4 * (solved.y[1, -1] - solved.y[0, -1]))


def scaled(*relic):
    return STANDARD / integrated(1.0, 0, 1, False) * integrated(*relic)


def test_table_is_the_integration():
    assert integrated(1.0, 0, 1, False) == pytest.approx(3.035, abs=0.01)  # published without QED: 3.034 to 3.042
    table = load_table("N_eff_relics")
    for k in range(0, len(table.values), 8):
        m, *row = table.values[k]
        relics = [(4, 1, False), (4, 1, True), (2, -1, False), (2, -1, True)]
        assert row == pytest.approx([scaled(1e-3 * m, *relic) for relic in relics], abs=2e-4)


def test_light_relics_give_all_their_entropy():
    """Instantaneous: T_ν³/T_γ³ = 2/(11/2 + h) with the relic among electrons, (21/4 + h)/(21/4) more with ν."""
    first = load_table("N_eff_relics").values[0, 1:]
    for h, (electrons, neutrinos) in zip((7 / 2, 2), first.reshape(2, 2), strict=True):
        assert electrons == pytest.approx(STANDARD * (1 + h / 5.5) ** (-4 / 3), rel=0.01)
        assert neutrinos == pytest.approx(STANDARD * (1 + h / 5.25) ** (4 / 3), rel=0.01)


def test_heavy_relics_are_gone():
    last = load_table("N_eff_relics").values[-1, 1:]
    assert last == pytest.approx([STANDARD] * 4, abs=2e-3)


def mass_at(number, *relic):
    """Mass [MeV] of a relic at a value of N_eff."""
    return brentq(lambda m: scaled(1e-3 * m, *relic) - number, 0.1, 60, rtol=1e-3)


def test_published_masses():
    """1910.01649: electrophilic and neutrinophilic relics of any spin are heavier than 3.7 MeV, which is that of a real
    scalar among electrons at the N_eff > 2.66 of Planck 2018. 1303.6270: 3.5 MeV for Majorana fermions among
    neutrinos at N_eff < 4.12, with instantaneous decoupling (3.7)."""
    assert mass_at(2.66, 1, -1, False) == pytest.approx(3.7, rel=0.03)
    assert mass_at(4.12, 2, 1, True) == pytest.approx(3.5, rel=0.25)


def test_dark_fermions_of_one_MeV_are_excluded():
    """Muon loops mix V with the photon, ε = e g_V ln(m_V/m_μ)/6π² in size: electrons keep χ hot at 2 MeV."""
    c = couplings()
    expected = np.sqrt(4 * np.pi / 137.036) * 0.05 * np.log(5.0 / 0.10566) / (6 * np.pi**2)
    assert abs(photon_mixing(c[0], SM[0])) == pytest.approx(expected, rel=1e-3)
    assert MODEL.predict(["N_eff"], **POINT)["N_eff"] == pytest.approx(scaled(1e-3, 4, 1, False), abs=2e-3)
    loss = [
        np.ptp(
            Likelihood.of(["n_eff"]).log_likelihood_terms(np.concatenate([couplings(m_chi=m), couplings(m_chi=1.0)]))
        )
        for m in (1e-3, 9e-3, 0.05)
    ]
    assert loss[0] > 30
    assert loss[1] > 2
    assert loss[2] < 0.1


def test_neutrinos_heat_instead():
    assert MODEL.predict(["N_eff"], **(POINT | {"g_nu": 0.02}))["N_eff"] == pytest.approx(
        scaled(1e-3, 4, 1, True), abs=5e-3
    )


def test_weak_or_heavy_relics_leave_the_standard_value():
    for change in ({"g_mu_v": 1e-3, "m_v": 15.0, "g_d": 0.01, "r": 0.03}, {"m_chi": 0.2}):
        assert MODEL.predict(["N_eff"], **(POINT | change))["N_eff"] == STANDARD
    assert fitter.model("eft_c9").predict(["N_eff"], C9_bsmumu=-1.0)["N_eff"] == STANDARD


def test_equilibrium_is_a_fermi_rate():
    """n σv/H of massless fermions with a contact interaction, s = 20 T², σ v = g_χ² g_e² s/(12π M⁴) for vectors."""
    c = couplings(m_chi=0.0, g_d=0.3, r=0.1)
    c["g_left"], c["g_right"], c["m_med"] = 0.0, 0.0, 20.0
    c["g_left"][0, FERMIONS.index("e")] = c["g_right"][0, FERMIONS.index("e")] = 0.01
    c["kinetic_mixing"] = -photon_mixing(c[0], SM[0])
    rates = np.empty(2)
    equilibrium(c[0], SM[0], rates)
    t = DECOUPLING
    sigma_v = 2 * (0.3 * 0.01) ** 2 * 20 * t**2 / (12 * np.pi * 20.0**4)
    hubble = 1.66 * np.sqrt(10.75) * t**2 / 1.22091e19
    assert rates[0] == pytest.approx(t**3 / np.pi**2 * sigma_v / hubble, rel=0.02)
    assert rates[1] == 0.0
    c["dm_spin"] = COMPLEX_SCALAR
    scalar = np.empty(2)
    equilibrium(c[0], SM[0], scalar)
    assert scalar[0] == pytest.approx(0.5 * rates[0], rel=1e-4)
