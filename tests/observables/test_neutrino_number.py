"""Effective number of neutrinos: entropy, limits of light and heavy relics, published masses, equilibrium."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

import fitter
from likelihoods import Likelihood, default_inputs
from likelihoods.couplings import COMPLEX_SCALAR, FERMIONS
from likelihoods.observables.neutrino_number import DECOUPLING, STANDARD, entropy, equilibrium, photon_mixing, shifted

MODEL = fitter.model("split_dark_sector")
POINT = {"m_v": 5.0, "g_mu_v": 0.05, "r_av": -0.44, "g_d": 3.0, "r": 1.0, "m_chi": 1e-3}
SM = default_inputs().central


def couplings(**values):
    chosen = MODEL.defaults | POINT | values
    return MODEL.evaluate(np.array([[chosen[name] for name in MODEL.names]]))


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("y", [0.0, 0.5, 1.5, 6.0])
def test_entropy(y, sign):
    """(ρ + p)/T by quadrature, over its massless value 2π²/45 per boson, 7/8 of it per fermion."""

    def density(k):
        e = np.hypot(k, y)
        return k * k * (e + k * k / (3 * e)) / (np.exp(e) + sign) / (2 * np.pi**2) if k else 0.0

    expected = quad(density, 0, 80, epsabs=1e-12)[0] / (2 * np.pi**2 / 45 * (7 / 8 if sign > 0 else 1))
    assert entropy(y, sign) == pytest.approx(expected, rel=1e-6)
    if y == 0:
        assert entropy(y, sign) == pytest.approx(1, rel=1e-9)


def test_light_relics_give_all_their_entropy():
    """Temperatures by hand: T_ν³/T_γ³ = 2/(11/2 + h) with the relic among electrons, (21/4 + h)/(21/4) more with ν."""
    for h in (1.0, 7 / 4, 2.0, 7 / 2):  # real scalar, Majorana, complex scalar, Dirac
        ratio = (11 / 4 * 2 / (5.5 + h)) ** (4 / 3)
        assert shifted(h, False) == pytest.approx(STANDARD * ratio, rel=1e-12)
        assert shifted(h, True) == pytest.approx(STANDARD * (1 + 4 * h / 21) ** (4 / 3), rel=1e-12)
    assert shifted(0.0, True) == shifted(0.0, False) == STANDARD


def mass_at(number, states, sign, neutrinos):
    """Mass [MeV] of a relic at a value of N_eff."""
    h = states * (7 / 8 if sign > 0 else 1)
    return brentq(lambda m: shifted(h * entropy(m * 1e-3 / DECOUPLING, sign), neutrinos) - number, 0.01, 60)


def test_published_masses():
    """1303.6270: neutralinos that annihilate into neutrinos are heavier than 3.5 MeV (N_eff < 4.12 of Planck 2013 with
    H0). 1208.4347: relics among electrons are heavier than 3 to 9 MeV, by spin; our range is that of N_eff > 2.55."""
    assert mass_at(4.12, 2, 1.0, True) == pytest.approx(3.5, rel=0.07)
    bounds = [mass_at(2.55, *relic, False) for relic in ((1, -1.0), (2, 1.0), (2, -1.0), (4, 1.0))]
    assert bounds == sorted(bounds)
    assert [bounds[0], bounds[-1]] == pytest.approx([3, 9], rel=0.1)


def test_dark_fermions_of_one_MeV_are_excluded():
    """Muon loops mix V with the photon, ε = e g_V ln(m_V/m_μ)/6π² in size: electrons keep χ hot at 2 MeV."""
    c = couplings()
    expected = np.sqrt(4 * np.pi / 137.036) * 0.05 * np.log(5.0 / 0.10566) / (6 * np.pi**2)
    assert abs(photon_mixing(c[0], SM[0])) == pytest.approx(expected, rel=1e-3)
    assert MODEL.predict(["N_eff"], **POINT)["N_eff"] == pytest.approx(1.59, abs=0.01)
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
    assert MODEL.predict(["N_eff"], **(POINT | {"g_nu": 0.02}))["N_eff"] > 5.9


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
