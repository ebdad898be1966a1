"""Energy injection at recombination against published efficiencies, and the counting of annihilations."""

import numpy as np
import pytest

import fitter
from likelihoods import Likelihood, default_inputs
from likelihoods.amplitudes.higgs_portal import STATES as PORTAL_STATES
from likelihoods.amplitudes.higgs_portal import portal_sigma_v
from likelihoods.couplings import DIRAC, FERMIONS, MAJORANA, empty
from likelihoods.observable import Request
from likelihoods.prediction import Predictions
from likelihoods.table import load_table
from likelihoods.units import CM3_PER_S

SM = default_inputs().central
MODEL = fitter.model("flavourful_zprime")
DWARFS = Predictions([Request("log_l(Fermi-LAT:2016:dwarfs)")], default_inputs())


def fill(c, name="p_ann"):
    return Predictions([Request(name)], default_inputs())(c)[:, 0]


def bottoms(m, sigma_v):
    """Dirac dark matter far above its mediator's pole, with σv [cm³/s] into b quarks alone."""
    point = {"g_bb": 1e-3, "g_mumu": 0.0, "g_nunu": 1.0, "m_zp": 2.5 * m, "m_nu": m}
    unit = MODEL.predict(["sigmav_v0"], **point)["sigmav_v0"]
    values = MODEL.defaults | point
    theta = np.repeat([[values[name] for name in MODEL.names]], len(sigma_v), axis=0)
    theta[:, 0] *= np.sqrt(np.asarray(sigma_v) / unit)
    return MODEL.evaluate(theta)


def hidden(m_dm, m_med, fermion, spin=MAJORANA):
    """A pair of mediators, each decaying to one kind of fermions; σv = 3e-26 cm³/s."""
    c = empty()
    c["dm_spin"], c["m_dm"], c["m_med"], c["sigmav_s"][0, 0] = spin, m_dm, m_med, 3e-26 * CM3_PER_S
    c["g_left"][0, FERMIONS.index(fermion)] = 0.1
    return c


@pytest.mark.parametrize(("fermion", "published"), [("e", 0.3851), ("mu", 0.1484), ("tau", 0.1339)])
def test_efficiency_of_a_cascade(fermion, published):
    """f_eff of V V → 4ℓ at 750 GeV from the cascade spectra of PPPC 4 DM ID; electroweak corrections differ by 3 %."""
    got = fill(hidden(750.0, 20.0, fermion))[0]
    assert got / (3e-26 / 750.0) == pytest.approx(published, rel=0.08)


def test_self_conjugate_dark_matter_counts_twice():
    """One σv of a pair injects half as much where particles and antiparticles are different (κ = 1/4 against 1/2)."""
    majorana, dirac = hidden(750.0, 20.0, "b"), hidden(750.0, 20.0, "b", DIRAC)
    assert fill(dirac)[0] == pytest.approx(0.5 * fill(majorana)[0], rel=1e-12)
    weaker = hidden(750.0, 20.0, "b")
    weaker["sigmav_s"] *= 0.5
    assert DWARFS(dirac) == pytest.approx(DWARFS(weaker), rel=1e-9)


def test_thermal_bottoms_at_recombination():
    """f_eff = 0.206 for b quarks at 60 GeV (Slatyer, PPPC): p_ann = f_eff σv/m, halved for Dirac."""
    got = fill(bottoms(60.0, [4.4e-26]))[0]
    assert got == pytest.approx(0.206 * 2.2e-26 / 60.0, rel=0.01)


def test_portal_injects_through_its_final_states():
    """WW, ZZ, hh and t t̄ of the Higgs portal, weighted by hand with the table's efficiencies."""
    model = fitter.model("portal_scalar")
    point = {"g_x": 1e-2, "m_zp": 5e3, "lam_q_b": 1e-3, "lam_q_s": 1e-3, "lam_l_mu": 0.01, "m_q": 3e3, "m_l": 3e3}
    values = model.defaults | point | {"m_chi": 500.0, "lam_h": 0.4}
    c = model.evaluate(np.array([[values[name] for name in model.names]]))
    parts, table = np.empty(len(PORTAL_STATES)), load_table("cmb_efficiency")
    portal_sigma_v(500.0, SM[0], 0.4, parts)
    assert parts.sum() == pytest.approx(c["sigmav_s"][0, 0], rel=1e-12)
    efficiency = [np.interp(500.0, table.column("mass"), table.column(state)) for state in PORTAL_STATES]
    expected = parts @ efficiency / CM3_PER_S / (2 * 500.0)
    assert fill(c)[0] == pytest.approx(expected, rel=1e-6)
    assert parts @ efficiency / parts.sum() == pytest.approx(0.18, abs=0.01)


def test_w_pairs_from_dwarf_galaxies():
    """1503.02641: 2.71e-26 cm³/s for W pairs at 90 GeV, which are 99 % of what the Higgs portal makes there."""
    model = fitter.model("portal_scalar")
    point = {"g_x": 1e-2, "m_zp": 5e3, "lam_q_b": 1e-3, "lam_q_s": 1e-3, "lam_l_mu": 0.01, "m_q": 3e3, "m_l": 3e3}
    values = model.defaults | point | {"m_chi": 90.0}
    theta = np.array([[(values | {"lam_h": lam})[name] for name in model.names] for lam in np.geomspace(1e-3, 1, 200)])
    c = model.evaluate(theta)
    log_l = Likelihood.of(["fermi_dwarfs"]).log_likelihood_terms(c)[:, 0]
    best = np.argmax(log_l)
    sigma_v = 0.5 * c["sigmav_s"][best:, 0] / CM3_PER_S
    assert np.interp(2.71, 2 * (log_l[best] - log_l[best:]), sigma_v) == pytest.approx(2.71e-26, rel=0.1)


@pytest.mark.parametrize(("year", "limit"), [(2015, 4.1e-28), (2018, 3.2e-28)])
def test_planck_of_2015_and_of_2018(year, limit):
    """Either by its date or by its name; p_ann at the limit costs 1.6449²/2 in ln L."""
    date = f"{year + 1}-01"
    c = hidden(1000.0, 20.0, "b")
    c["sigmav_s"] *= limit / fill(c)[0]
    nothing = c.copy()
    nothing["sigmav_s"] = 0.0
    for likelihood in (Likelihood.of(["cmb"], date), Likelihood.of([f"Planck:{year}:p_ann"], date)):
        assert [row.limit for row in likelihood.rows] == [limit]
        loss = likelihood.log_likelihood_terms(nothing) - likelihood.log_likelihood_terms(c)
        assert loss[0, 0] == pytest.approx(0.5 * 1.6449**2, rel=1e-4)


def test_nucleosynthesis_is_weaker_than_recombination():
    """1702.00395: deuterium bounds σv by 1100e-26 cm³/s at 1800 GeV, beyond energy injection at recombination."""
    c = hidden(1800.0, 12.0, "b")
    assert fill(c, "hadronic_injection")[0] == pytest.approx(3e-26 / 1800, rel=1e-6)
    assert fill(hidden(1800.0, 12.0, "mu"), "hadronic_injection")[0] == 0.0
    half = hidden(1800.0, 12.0, "b", DIRAC)
    half["g_left"][0, FERMIONS.index("mu")] = half["g_left"][0, FERMIONS.index("b")]
    share = 3 * 0.92 / (3 * 0.92 + 1)  # phase space of bottoms at 12 GeV
    assert fill(half, "hadronic_injection")[0] == pytest.approx(0.5 * share * 3e-26 / 1800, rel=0.03)
    bounds = [
        3e-26 * Likelihood.of([term], "2019-01").rows[0].limit / fill(c, name)[0]
        for term, name in (("bbn", "hadronic_injection"), ("cmb", "p_ann"))
    ]
    assert bounds[0] == pytest.approx(1100e-26, rel=1e-3)
    assert bounds[1] < bounds[0]


def test_masses_beyond_the_spectra():
    """No number above; below, leptons inject as at 5 GeV and no photon reaches Fermi's 0.5 GeV, where it goes to 0."""
    assert np.isnan(DWARFS(hidden(2e5, 2e4, "e")))
    assert np.isnan(fill(hidden(2e5, 2e4, "e"))[0])
    assert fill(hidden(0.5, 0.05, "e"))[0] == pytest.approx(2 * fill(hidden(1.0, 0.1, "e"))[0], rel=1e-9)
    assert fill(hidden(0.5, 0.3, "s"))[0] > 0.0
    seen = [DWARFS(hidden(m, 0.3, "s"))[0, 0] for m in (0.8, 0.6, 0.51, 0.5, 0.4)]
    assert abs(seen[0]) > abs(seen[1]) > 0.1
    assert abs(seen[2]) < 0.01
    assert seen[3:] == [0.0, 0.0]
