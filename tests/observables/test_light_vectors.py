"""Searches for light vectors: each model of the experiments, put on its limit, is just excluded."""

import numpy as np
import pytest

import fitter
from likelihoods.couplings import DIRAC, FERMIONS, empty
from likelihoods.inputs import default_inputs
from likelihoods.prediction import Predictions, request
from likelihoods.table import load_table

MU, TAU = FERMIONS.index("mu"), FERMIONS.index("tau")
BELLE2, FOUR_MUONS, PHOTON, DIMUON = (
    "rate_ratio(BelleII:2019:mumu_invisible)",
    "rate_ratio(BaBar:2016:4mu)",
    "rate_ratio(BaBar:2017:photon_invisible)",
    "rate_ratio(LHCb:2019:dimuon)",
)


def predict(c, name):
    return Predictions([request(name)], default_inputs())(c)[0, 0]


def limit(name, mass):
    table = load_table(name)
    return float(np.exp(np.interp(mass, table.column("mass"), np.log(table.values[:, 1]))))


def vector(mass, g_v=0.0, g_a=0.0):
    c = empty()
    c["m_med"], c["g_left"][:, MU], c["g_right"][:, MU] = mass, g_v - g_a, g_v + g_a
    return c


@pytest.mark.parametrize("mass", [0.5, 2.3, 5.0])
def test_invisible_vector_of_belle2(mass):
    g = limit("belle2_2019_mumu_invisible", mass)
    c = vector(mass, 0.6 * g, 0.8 * g)
    c["dm_spin"], c["g_dm"] = DIRAC, 1e4 * g
    assert predict(c, BELLE2) == pytest.approx(1.0, rel=1e-6)
    c["g_dm"] = 0.0
    assert predict(c, BELLE2) == 0.0  # muons only
    stable = vector(0.1, limit("belle2_2019_mumu_invisible", 0.1))
    assert predict(stable, BELLE2) == pytest.approx(1.0)


def test_gauge_boson_of_muons_and_taus_in_four_muons():
    for mass in (0.9, 2.0, 5.0):
        g = limit("babar_2016_4mu", mass)
        c = vector(mass, g)
        c["g_left"][:, TAU] = c["g_right"][:, TAU] = -g
        c["g_left"][:, 4], c["g_left"][:, 5] = g, -g
        assert predict(c, FOUR_MUONS) == pytest.approx(1.0, rel=1e-6)
    assert predict(vector(3.1, 1.0), FOUR_MUONS) == 0.0  # around the J/ψ
    assert predict(vector(9.0, 1.0), FOUR_MUONS) == 0.0


@pytest.mark.parametrize("mass", [2.3, 6.0, 20.0])
def test_dark_photon_in_dimuons(mass):
    """Partonic widths with quark masses against R = Σ 3 Q²."""
    epsilon = limit("lhcb_2019_dark_photon", mass)
    c = empty()
    c["m_med"], c["kinetic_mixing"] = mass, epsilon
    for k, name in enumerate(FERMIONS):
        charge = 0.0 if name.startswith("nu") else -1.0 if k < 3 else -1 / 3 if k < 9 else 2 / 3
        c["g_left"][:, k] = c["g_right"][:, k] = 0.3 * epsilon * charge
    assert predict(c, DIMUON) == pytest.approx(1.0, rel=0.08)


def test_dark_photon_in_missing_energy():
    c = vector(4.0)
    c["kinetic_mixing"] = limit("babar_2017_photon_invisible", 4.0)
    c["dm_spin"], c["g_dm"], c["m_dm"] = DIRAC, 1.0, 0.1
    assert predict(c, PHOTON) == pytest.approx(1.0, rel=1e-9)
    c["kinetic_mixing"] *= 2
    assert predict(c, PHOTON) == pytest.approx(4.0, rel=1e-9)


def test_split_dark_sector_at_its_loop_of_kinetic_mixing():
    """Eq. (29): ε = 8e-4 g_D/3, to 25 % with the printed counting; BaBar excludes it where χ is light."""
    model = fitter.model("split_dark_sector")
    point = {"m_v": 5.0, "g_mu_v": 0.01, "r_av": 0.0, "g_d": 3.0, "r": 0.1, "ln_uv": 1.0}
    paper, ours = (model.predict([PHOTON], scheme=scheme, **point)[PHOTON] for scheme in ("paper", "corrected"))
    epsilon = limit("babar_2017_photon_invisible", 5.0) * np.sqrt(paper)
    assert epsilon == pytest.approx(8e-4, rel=0.25)
    assert ours == pytest.approx(4 * paper, rel=1e-4)
    assert model.predict([PHOTON], **(point | {"ln_uv": 0.0}))[PHOTON] == 0.0


def test_projection_of_luminosity():
    c = vector(2.0, 0.01)
    c["dm_spin"], c["g_dm"] = DIRAC, 1.0
    now, later = (predict(c, f"rate_ratio(BelleII:{year}:mumu_invisible)") for year in ("2022", "50ab"))
    assert later / now == pytest.approx(np.sqrt(5e4 / 79.7), rel=1e-9)
