"""Production from quark pairs, and rates over the limits of dijets and of light dimuon resonances."""

import numpy as np
import parton_evolution
import pytest

import fitter
import likelihoods
from likelihoods.amplitudes.production import PAIRS, luminosity
from likelihoods.couplings import FERMIONS, empty
from likelihoods.inputs import default_inputs
from likelihoods.prediction import Predictions, request
from likelihoods.table import load_table

LIGHT = {"g_q": 0.005, "g_l": 0.0025, "g_chi": 0.85, "f": 0.7, "m_phi": 20.0, "m_chi": 1950.0, "theta_d": 0.006}


def predict(c, *names):
    return Predictions([request(name) for name in names], default_inputs())(c)[0]


def test_table_of_pairs_is_the_evolution():
    table = load_table("quark_pairs_to_zprime")
    for energy, mass in ((8, 300.0), (13, 1000.0)):
        row = table.column("mass").tolist().index(mass)
        bottom, *others = parton_evolution.production(mass, energy * 1e3, (("b", "b"), *parton_evolution.PAIRS))
        stored = [table.column(f"{pair}_{energy}tev")[row] for pair in PAIRS[1:]]
        assert stored == pytest.approx(np.array(others) / bottom, rel=1e-3)


@pytest.mark.parametrize("mass", [100.0, 1000.0])
def test_evolution_against_modern_bottom_distributions(mass):
    """Within the spread of three sets; momentum and valence quarks are conserved."""
    table = load_table("bb_to_zprime")
    row = table.column("mass").tolist().index(mass)
    sets = [table.column(f"sigma_13tev_{name}")[row] for name in ("nnpdf", "pdf4lhc", "ct10")]
    (got,) = parton_evolution.production(mass, 13e3, [("b", "b")])
    assert 0.9 * min(sets) < got < 1.1 * max(sets)


def test_evolution_makes_the_z_boson():
    """47 nb at leading order and 13 TeV with modern sets, 40 nb with the benchmark input."""
    g, s2 = 0.743, 0.2312
    pairs = [(k, k) for k in parton_evolution.FLAVOURS]
    unit = parton_evolution.production(91.19, 13e3, pairs)
    charges = [(0.5, 2 / 3), (-0.5, -1 / 3), (-0.5, -1 / 3), (0.5, 2 / 3), (-0.5, -1 / 3)]
    total = sum(u * g**2 * ((t - q * s2) ** 2 + (q * s2) ** 2) for u, (t, q) in zip(unit, charges, strict=True))
    assert total / 1e3 == pytest.approx(47, rel=0.2)


def test_rate_is_quadratic_in_each_coupling():
    """b b̄, s s̄, b s̄ and s b̄ add; kinetic mixing interferes with the coupling to b quarks."""
    c = empty()
    c["m_med"], c["g_left"][:, FERMIONS.index("mu")] = 500.0, 0.1
    log_m, log_sigma = luminosity(13)
    unit = dict(zip(PAIRS, np.exp([np.interp(np.log(500.0), log_m, row) for row in log_sigma]), strict=True))
    c["g_left"][:, FERMIONS.index("b")], c["g_sb_left"] = 0.2, 0.1j
    both = predict(c, "sigma_dimuon_13tev", "BR(V->mumu)")
    assert both[0] / both[1] == pytest.approx(0.04 * unit["bb"] + 2 * 0.01 * unit["bs"], rel=1e-9)
    c["g_left"][:, FERMIONS.index("s")] = 0.3
    more = predict(c, "sigma_dimuon_13tev", "BR(V->mumu)")
    assert more[0] / more[1] - both[0] / both[1] == pytest.approx(0.09 * unit["ss"], rel=1e-9)
    c["kinetic_mixing"] = 0.01
    shift = 0.01 * np.sqrt(4 * np.pi * default_inputs().value("alpha_em_mZ"))
    mixed = predict(c, "sigma_dimuon_13tev", "BR(V->mumu)")
    expected = 8 / 9 * shift**2 * (unit["uu"] + unit["cc"]) + 2 / 9 * shift**2 * unit["dd"]
    expected += ((0.2 - shift / 3) ** 2 + (shift / 3) ** 2) * unit["bb"] + 0.02 * unit["bs"]
    expected += ((0.3 - shift / 3) ** 2 + (shift / 3) ** 2) * unit["ss"]
    assert mixed[0] / mixed[1] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("mass", [20.0, 60.0, 150.0])
def test_a_dark_photon_at_its_limit_is_just_excluded(mass):
    table = load_table("cms_scouting_dimuon_limit")
    k = np.searchsorted(table.column("mass"), mass)
    (m_1, e_1), (m_2, e_2) = table.values[k - 1 : k + 1]
    share = (mass - m_1) / (m_2 - m_1)
    e = e_1 ** (1 - share) * e_2**share * np.sqrt(4 * np.pi * default_inputs().value("alpha_em_mZ"))
    c = empty()
    c["m_med"] = mass
    for k, name in enumerate(FERMIONS):
        charge = 0.0 if name.startswith("nu") or name == "t" else (-1.0 if k < 3 else 2 / 3 if k >= 9 else -1 / 3)
        c["g_left"][:, k] = c["g_right"][:, k] = e * charge
    # phase space of bottom quarks and taus
    assert predict(c, "light_dimuon_ratio")[0] == pytest.approx(1.0, rel=0.02)


def test_light_dimuons_are_not_searched_for_at_the_z_boson():
    model = fitter.model("flavourful_zprime")
    point = {"g_bb": 0.01, "g_mumu": 0.1, "g_nunu": 0.1, "m_nu": 1e3}
    got = model.scan(["light_dimuon_ratio"], m_zp=np.array([5.0, 90.0, 100.0, 300.0]), **point)["light_dimuon_ratio"]
    assert (got == 0.0).all()


def test_light_hidden_model_is_at_the_limit_of_cms():
    """1702.00395 §4.2.4: 'strong potential for discovery'. Invisible decays are closed: χ weighs 2 TeV."""
    got = fitter.model("hidden_zprime_light").predict(["light_dimuon_ratio"], m_zp=12.0, **LIGHT)
    assert 0.5 < got["light_dimuon_ratio"] < 4


def test_dijets_are_far_below_the_limit():
    """1702.00395 §4.1.2: 'the predicted cross section is still far below the limit'; 86 % of decays are invisible."""
    model = fitter.model("hidden_zprime_heavy")
    point = {"g_q": 0.4, "g_l": 0.2, "theta_d": 0.008, "m_chi": 70.0, "m_zp": 1000.0}
    seen, hidden = (model.predict(["dijet_ratio", "BR(V->dark)"], g_chi=g, **point) for g in (1e-3, 2.0))
    assert hidden["dijet_ratio"] < 0.02
    assert hidden["dijet_ratio"] == pytest.approx(seen["dijet_ratio"] * (1 - hidden["BR(V->dark)"]), rel=1e-4)
    assert model.predict(["dijet_ratio"], g_chi=1.0, **(point | {"m_zp": 500.0}))["dijet_ratio"] == 0.0


def test_limits_of_luminosities_that_were_scaled():
    """The expected limit of 36 and 13 /fb: no signal is as likely as it can be, and the bound weakens with the data."""
    model = fitter.model("flavourful_zprime")
    point = {"g_bb": 0.05, "g_mumu": 0.1, "g_nunu": 0.1, "m_nu": 1e3, "m_zp": 500.0}
    c = model.evaluate(np.array([[(model.defaults | point)[name] for name in model.names]]))
    found = {}
    for date in ("2016-10", "2018-03"):
        lik = likelihoods.Likelihood.of(["dimuon"], data=date)
        found[date] = float((lik.log_likelihood_terms(empty()) - lik.log_likelihood_terms(c))[0, 0])
    assert 0 < found["2016-10"] < found["2018-03"]
    assert found["2018-03"] / found["2016-10"] == pytest.approx(36.1 / 13.3, rel=1e-3)
