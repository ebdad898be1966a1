"""Running of the mediator's couplings to the nucleon against runDM and DirectDM, and against its analytic limits."""

from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

import likelihoods
from likelihoods.amplitudes.nucleon import HIGHEST, LOWEST, bottom_logarithm, response
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC, FERMIONS, MAJORANA, empty
from likelihoods.qcd import m_b_running
from likelihoods.units import CM2

INPUTS = likelihoods.default_inputs()
M_Z = INPUTS.value("m_Z")
DOUBLETS = {"mu": ("mu", "nu_mu"), "b": ("b", "t")}


def couplings(n=1, **fields):
    c = empty(n)
    c["dm_spin"], c["m_dm"], c["g_dm"], c["m_med"] = DIRAC, 100.0, 1.0, 300.0
    for name, value in fields.items():
        c[name] = value
    return c


def predictions(c, *names, inputs=INPUTS):
    return likelihoods.Predictions([likelihoods.request(name) for name in names], inputs)(c)


def nucleons(mass, fermions, cut):
    """c1_p, c1_n in units of g_f g_dm/M²."""
    c = couplings(m_med=mass, nucleon_loops=cut)
    for name in fermions:
        c["g_left"][0, FERMIONS.index(name)] = 1.0
    return predictions(c, "c1_p", "c1_n")[0] * mass**2


REFERENCE = np.loadtxt(Path(__file__).parent / "running.txt")


@pytest.mark.parametrize("row", REFERENCE, ids=lambda row: f"{row[0]:g}")
def test_agrees_with_rundm_and_directdm(row):
    """Scheme "paper". The neutron's coupling to muons, a millionth of the proton's, is held to the size of that."""
    mass = row[0]
    for fermion, expected in (("mu", row[1:3]), ("b", row[3:5])):
        found = nucleons(mass, DOUBLETS[fermion] if mass > M_Z else (fermion,), 1)
        assert found[0] == pytest.approx(expected[0], rel=0.05)
        assert found[1] == pytest.approx(expected[1], rel=0.05, abs=3e-4 * abs(expected[0]) if fermion == "mu" else 0.0)


@pytest.mark.parametrize("mass", [10.0, 30.0, 91.0])
def test_neutron_sees_the_running_mass_of_the_bottom_quark(mass):
    """c_n = N_c/(4π² v²) ∫ dlnμ m_b²(μ) · ½ per g_b g_χ/M², -½ being the vector coupling of the Z to the neutron (T_3).

    Both with m_b run to three loops and, in the scheme "paper", with the logarithm of DirectDM.
    """
    s, m_b = INPUTS.central.view(np.recarray)[0], INPUTS.value("m_b")
    running = quad(lambda t: m_b_running(np.exp(t), s) ** 2, np.log(m_b), np.log(mass))[0]
    expected = 3 * np.sqrt(2) * INPUTS.value("G_F") / (4 * np.pi**2) * running * 0.5
    assert nucleons(mass, ["b"], 0)[1] == pytest.approx(expected, rel=3e-3)
    ratio = nucleons(mass, ["b"], 0)[1] / nucleons(mass, ["b"], 1)[1]
    one_loop = bottom_logarithm(np.array([mass]), INPUTS)[0] * m_b**2
    assert ratio == pytest.approx(running / one_loop, rel=3e-3)
    assert 1.05 < ratio < 1.16


def test_numbers_of_the_flavourful_zprime_paper():
    # 1803.04430 Eq. (4.8) as printed, and (4.9), whose numbers belong to 2 TeV and whose g_bb term has the other sign
    assert np.abs(nucleons(M_Z, ["mu"], 1)) == pytest.approx([3.1e-3, 0.0], rel=0.03, abs=1e-5)
    assert np.abs(nucleons(M_Z, ["b"], 1)) == pytest.approx([2.5e-3, 0.0], rel=0.03, abs=3e-5)
    assert nucleons(2000.0, DOUBLETS["mu"], 1)[0] == pytest.approx(-5.6e-3, rel=0.02)
    assert nucleons(2000.0, DOUBLETS["b"], 1) == pytest.approx([2.3e-3, -4.5e-2], rel=0.03)


def test_leading_logarithm_of_the_physical_muon_loop():
    # c_p = (2α/3π) Q_p Σ (-Q) g_V ln(M/m_μ); the running of α and its feedback are of relative order α ln
    alpha = INPUTS.value("alpha_em_mZ")
    expected = -alpha / (3 * np.pi) * np.log(M_Z / INPUTS.value("m_mu"))
    found = nucleons(M_Z, ["mu"], 0)
    assert found[0] == pytest.approx(expected, rel=0.06)
    assert found[0] == pytest.approx(-5.6e-3, rel=0.06)
    assert abs(found[1]) < 1e-5 * abs(found[0])  # Z mixing, of order G_F m_μ²


def test_top_quark_below_the_z_and_neutrinos_do_nothing():
    assert np.all(nucleons(50.0, ["t", "nu_mu"], 0) == 0.0)


def test_valence_quarks_couple_at_tree_level():
    c = couplings(m_med=1.0)
    c["g_left"][0, FERMIONS.index("u")] = c["g_right"][0, FERMIONS.index("u")] = 0.1
    assert predictions(c, "c1_p", "c1_n")[0] == pytest.approx([-0.2, -0.1], rel=1e-6)


def test_hypercharge_current_reduces_to_the_photon():
    """A mediator with couplings proportional to hypercharge, Higgs included, is the photon's field below m_Z."""
    hypercharge = {"q": 1 / 6, "l": -1 / 2, "u": 2 / 3, "d": -1 / 3, "e": -1.0}
    _, above = response(INPUTS, False)
    left = [hypercharge["l"]] * 6 + [hypercharge["q"]] * 6
    right = [hypercharge["e"]] * 3 + [0.0] * 3 + [hypercharge["d"]] * 3 + [hypercharge["u"]] * 3
    # the Higgs current's response at m_Z is that of the Z: 2 Σ w (T3 - s² Q), here with charge 1/2
    s2 = INPUTS.value("sin2_theta_w")
    z = np.array([0.5 - 2 * s2, -0.5])
    fermions = above[0] @ np.array(left + right)
    photon = response(INPUTS, False)[0][-1] @ np.array(2 * ([-1.0] * 3 + [0.0] * 3 + [-1 / 3] * 3 + [2 / 3] * 3))
    assert fermions + 0.5 * z == pytest.approx((1 - s2) * photon, abs=0.03)
    assert fermions[1] + 0.5 * z[1] == pytest.approx(0.0, abs=1e-4)


def test_conserved_currents_do_not_run():
    """Baryon number is blind to Yukawa couplings: only its mixing with the photon runs, unseen by the neutron."""
    below, above = response(INPUTS, False)
    baryon = np.array(2 * ([0.0] * 6 + [1 / 3] * 6))
    yukawa_free = above @ baryon
    proton, neutron = np.diff(yukawa_free, axis=0).T
    assert neutron == pytest.approx(0.0, abs=1e-12)
    # linear in the logarithm but for the running of g'
    assert abs(proton[0]) > 1e-6
    assert np.ptp(proton) < 0.2 * abs(proton[0])
    assert below[0] @ baryon == pytest.approx([1.0, 1.0])


def test_steps_have_converged():
    for cut in (False, True):
        coarse, fine = response(INPUTS, cut, 96), response(INPUTS, cut, 192)
        for one, two in zip(coarse, fine, strict=True):
            assert one[-1] == pytest.approx(two[-1], rel=1e-4, abs=1e-8)
    assert LOWEST < M_Z < HIGHEST


def test_kinetic_mixing_couples_to_the_proton():
    # 1702.00395 Eq. (39): σ_p = (ε e g m_p)²/(π M⁴) for m_χ >> m_p
    epsilon, mass = 1e-3, 500.0
    c = couplings(m_med=mass, kinetic_mixing=epsilon, m_dm=1e6)
    e2 = 4 * np.pi * INPUTS.value("alpha_em_0")
    expected = epsilon**2 * e2 * 0.938272**2 / (np.pi * mass**4) / CM2
    assert predictions(c, "sigma_si_p", "sigma_si_n")[0] == pytest.approx([expected, 0.0], rel=1e-5)
    assert predictions(c, "sigma_si_xenon")[0, 0] == pytest.approx(expected * (54 / 131.293) ** 2, rel=1e-5)


def test_higgs_portal_of_a_complex_scalar():
    # σ = λ² f_N² m_N² μ²/(4π m_χ² m_h⁴), with higgs_portal = λ/(2 m_χ m_h²)
    lam, m, m_h, m_n = 0.01, 60.0, 125.25, 0.938272
    c = couplings(dm_spin=COMPLEX_SCALAR, m_dm=m, g_dm=0.0, higgs_portal=lam / (2 * m * m_h**2))
    reduced = m * m_n / (m + m_n)
    f = INPUTS.value("f_nucleon")
    expected = lam**2 * f**2 * m_n**2 * reduced**2 / (4 * np.pi * m**2 * m_h**4) / CM2
    assert predictions(c, "sigma_si_p", "sigma_si_xenon")[0] == pytest.approx([expected] * 2, rel=1e-6)


def test_charge_radius_sees_protons_alone():
    radius = 1e-7
    c = couplings(g_dm=0.0, charge_radius=radius)
    expected = 4 * np.pi * INPUTS.value("alpha_em_0") * radius
    assert predictions(c, "c1_p", "c1_n")[0] == pytest.approx([expected, 0.0])


def test_majorana_particle_has_no_elastic_vector_scattering():
    c = couplings(dm_spin=MAJORANA, kinetic_mixing=1e-3)
    assert np.all(predictions(c, "sigma_si_p", "sigma_si_xenon", "events(LZ:2022)") == 0.0)
