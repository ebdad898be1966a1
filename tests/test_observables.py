"""Every observable of the registry: described, finite where it has a value, and moved by some coupling or input."""

import re

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

import fitter
import likelihoods
from likelihoods.couplings import DIRAC, empty
from likelihoods.inputs import default_inputs
from likelihoods.observables import ALIASES, OBSERVABLES
from likelihoods.prediction import Predictions, request

#: A quotient of powers of units.
UNIT = r"((GeV|cm|s|ps|pb)(\^-?\d)?(/|$))*"
#: Points of the models, in which every sector has its couplings.
POINTS = {
    "flavourful_zprime": {
        "g_bb": 0.1,
        "g_mumu": 0.3,
        "g_nunu": 0.5,
        "m_zp": 500.0,
        "m_nu": 80.0,
        "v21": 1e-4,
        "v32": 1e-3,
    },
    "portal_scalar": {
        "g_x": 0.3,
        "m_zp": 2e3,
        "lam_q_b": 0.1,
        "lam_q_s": -0.1,
        "lam_l_mu": 0.5,
        "m_q": 1e3,
        "m_l": 900.0,
        "m_chi": 700.0,
        "lam_h": 0.1,
        "phase_bs": 0.4,
    },
    "loop_scalar": {"m_x": 200.0, "m_q": 1200.0, "m_l": 400.0, "lam_bs": 0.2, "lam_mu": 1.5, "lam_h": 0.1},
    "hidden_zprime_heavy": {"g_q": 0.4, "g_l": 0.2, "g_chi": 2.0, "theta_d": 0.008, "m_zp": 1e3, "m_chi": 70.0},
    "hidden_zprime_light": {
        "g_q": 0.005,
        "g_l": 0.0025,
        "g_chi": 0.85,
        "f": 0.7,
        "m_phi": 20.0,
        "m_zp": 12.0,
        "m_chi": 1950.0,
        "theta_d": 0.006,
        "kappa": 1e-3,
    },
    "split_dark_sector": {"m_v": 2.5, "g_mu_v": 0.03, "r_av": -0.4, "g_d": 1.0, "r": -1.0, "g_nu": 0.01},
}
#: b → d is that of the Standard Model: couplings have b → s alone.
CONSTANT = {"BR(B0->mumu)", "BR(B0->tautau)"}


def bins(name):
    """A q² interval [GeV²] in which a binned observable lives."""
    if not OBSERVABLES[name].binned:
        return None
    return (490.0**2, 510.0**2) if name.startswith("events(ATLAS") else (1.1, 6.0)


def records():
    """Couplings: the Standard Model first, then points of the models, then single coefficients."""
    found = [empty()]
    for name, point in POINTS.items():
        model = fitter.model(name)
        values = model.defaults | point
        found.append(model.evaluate(np.array([[values[key] for key in model.names]])))
    single = empty(9)
    single["C7"][0], single["C7p"][1] = 0.05, 0.05j
    for k, field in ((2, "C9"), (3, "C10p"), (4, "CP")):
        single[field][k] = (0.5 + 0.1j, -0.4, 0.6) if field != "CP" else 0.02
    single["CS"][5] = 0.02
    single["CL"][6], single["CR"][6] = 3.0, 1.0
    # vectors that couple to everything
    single["m_med"][7:], single["g_left"][7:], single["kinetic_mixing"][7:] = (50.0, 2.5), 0.01, 1e-3
    single["dm_spin"][8], single["m_dm"][8], single["g_dm"][8] = DIRAC, 0.1, 0.1
    return np.concatenate([*found, single])


@pytest.fixture(scope="module")
def predictions():
    """Predictions (points,) of every observable by name; nan where a point has no dark matter or mediator.

    The last two points have charm loops.
    """
    names = list(OBSERVABLES)
    wanted = [request(name, bins(name)) for name in names]
    inputs = default_inputs()
    # charm loops are inputs: those that are functions of them alone need other values
    loops = [name for name in inputs.names if name.startswith("h_re_")]
    rows = [Predictions(wanted, inputs)(records())]
    for size in (1e-4, 2e-4):
        charm = inputs.replace({name: size * k**2 for k, name in enumerate(loops, 1)} | {loops[1]: 1e-4})
        rows.append(Predictions(wanted, charm)(empty()))
    table = np.vstack(rows)
    return dict(zip(names, table.T, strict=True))


@pytest.mark.parametrize("name", OBSERVABLES)
def test_observable_is_described_finite_and_moved(name, predictions):
    observable, values = OBSERVABLES[name], predictions[name]
    assert re.fullmatch(UNIT, observable.unit)
    assert observable.latex.strip()
    assert not observable.latex.startswith("$")
    assert observable.reference.strip()
    if np.isnan(values[0]):
        # needs dark matter, a mediator or charm loops: no value in the Standard Model, and predict says so
        with pytest.raises(ValueError, match="no value"):
            likelihoods.predict(name, q2=bins(name))
    else:
        assert likelihoods.predict(name, q2=bins(name)) == pytest.approx(values[0], rel=1e-12)
    finite = values[np.isfinite(values)]
    assert finite.size > 0
    assert (np.ptp(finite) == 0.0) == (name in CONSTANT)


def test_aliases_name_observables():
    assert set(ALIASES.values()) <= set(OBSERVABLES)
    assert not set(ALIASES) & set(OBSERVABLES)


def test_symbols_are_typeset():
    parser = MathTextParser("agg")
    for name, observable in likelihoods.observables().items():
        assert parser.parse(f"${observable['latex']}$").width > 0, name
