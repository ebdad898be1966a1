"""What ``predict`` refuses, in one line, and what a fit counts instead."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import fitter
import likelihoods
from likelihoods import Likelihood, Predictions, request
from likelihoods.observables import OBSERVABLES


@pytest.mark.parametrize(
    ("coefficients", "message"),
    [
        ({"m_dm": -5.0}, "m_dm=-5.0 must not be negative"),
        ({"extra_width": -1e-3}, "extra_width=-0.001 must not be negative"),
        ({"g_dm": np.inf}, "g_dm=inf must be finite"),
        ({"g_dmm": 1.0}, "unknown coefficient 'g_dmm'"),
    ],
)
def test_bad_couplings(coefficients, message):
    with pytest.raises((ValueError, KeyError), match=message):
        likelihoods.predict("omega_h2", **coefficients)


@pytest.mark.parametrize(
    ("q2", "coefficients", "message"),
    [
        ((1.1, 6), {"C9_bsmumu": np.nan}, "coefficient C9_bsmumu=nan must be finite"),
        ((1.1, 6), {"C10_bsee": complex(0, np.inf)}, "coefficient C10_bsee=infj must be finite"),
        ((1.1, 6), {"C9_bsmumu": "one"}, "C9_bsmumu='one' must be a number"),
        ((1.1, 6), {"C9_bsmumu": [1.0, 2.0]}, "give one number"),
        ((1.1, 6), {"C9_bsmu": 1.0}, "unknown coefficient 'C9_bsmu'; did you mean 'C9_bsmumu'"),
        ((1.1, 6), {"C9_bsmumu_pole": (np.nan, 0, 2, 0.1)}, "must be finite"),
        ((1.1, 6), {"C9_bsmumu_pole": (0, 1, 2)}, "give a, b, mass, width"),
        ((1.1, 6), {"C9_bsmumu_pole": (0, 1, -2, 0.1)}, "mass -2 and width 0.1 must be positive"),
        ((1.1, 6), {"C9_bsmumu_pole": (0, 1, 2, -0.1)}, "mass 2 and width -0.1 must be positive"),
        ((1.1, 6), {"C9_bsmumu_pole": (0, 1, 2 + 1j, 0.1)}, "must be positive"),
        ((6, 1.1), {}, "must satisfy 0 <= low < high"),
        ((1.1, np.nan), {}, "must satisfy 0 <= low < high"),
        ((1.1,), {}, "must be two numbers"),
        ("1.1,6", {}, "must be two numbers"),
        (None, {}, "is binned"),
        ((23.0, 24.0), {}, "outside the phase space"),
    ],
)
def test_bad_semileptonic_input(q2, coefficients, message):
    with pytest.raises((ValueError, KeyError), match=message):
        likelihoods.predict("R_K", q2=q2, **coefficients)


def test_bad_covariance_of_inputs():
    """Form factors with an impossible correlation, sampled or not, after a likelihood with a possible one."""
    inputs = likelihoods.default_inputs()
    Likelihood.of(["R_K"], "2019-03", inputs=inputs)
    names = tuple(name for name in inputs.names if name.startswith("ff_BK_"))
    bad = replace(inputs, correlations=(*inputs.correlations, (names, 2.0 - np.eye(len(names)))))
    for options in ({}, {"theory": "marginal"}, {"theory": "nuisance", "nuisances": names}):
        with pytest.raises(ValueError, match=r"covariance of the inputs ff_BK_plus_0, .* is not positive definite"):
            Likelihood.of(["R_K"], "2019-03", inputs=bad, **options)


def test_no_dark_matter_has_no_relic_density():
    with pytest.raises(ValueError, match="omega_h2 has no value at the Standard Model"):
        likelihoods.predict("omega_h2")


def test_spectra_end_at_100_tev():
    values = {"g_bb": 0.1, "g_mumu": 0.1, "g_nunu": 0.1, "m_zp": 200.0, "m_nu": 2e5}
    with pytest.raises(ValueError, match=r"p_ann has no value at .*m_nu=200000.*outside the range of its tables"):
        fitter.model("flavourful_zprime").predict(["p_ann"], **values)


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("loop_scalar", {"m_x": 900.0}, "not the lightest dark state"),
        ("loop_scalar", {"m_l": -700.0}, "not the lightest dark state"),
        ("loop_scalar", {"lam_mu": np.nan}, "lam_mu=nan must be a finite number"),
        ("flavourful_zprime", {"m_zp": -1.0}, "masses must be positive"),
    ],
)
def test_unphysical_points(name, change, message):
    points = {
        "loop_scalar": {"m_x": 400.0, "m_q": 1100.0, "m_l": 700.0, "lam_bs": 0.15, "lam_mu": 1.57},
        "flavourful_zprime": {"g_bb": 0.1, "g_mumu": 0.1, "g_nunu": 0.1, "m_zp": 200.0, "m_nu": 80.0},
    }
    with pytest.raises(ValueError, match=message):
        fitter.model(name).predict(["omega_h2"], **points[name] | change)


def test_a_fit_counts_them():
    posterior = fitter.Posterior(fitter.model("loop_scalar"), Likelihood.of(["xenon1t"], "2019-01"))
    good, bad = [400.0, 1100.0, 700.0, 0.15, 1.57], [900.0, 1100.0, 700.0, 0.15, 1.57]
    values = posterior.log_likelihood(np.array([good, bad]))
    assert np.isfinite(values[0])
    assert values[1] == -np.inf


@pytest.mark.parametrize(
    ("name", "value"), [("hadronic_scheme", 3), ("octet_spectator", 0.5), ("dof_table", 7), ("sommerfeld", -1)]
)
def test_switches_take_listed_values_only(name, value):
    with pytest.raises(ValueError, match=f"input {name}={value:g} must be one of 0, 1"):
        likelihoods.predict("a_mu", inputs={name: value})


def test_running_of_poles_is_a_switch():
    with pytest.raises(ValueError, match="pole_running=2 must be 0"):
        likelihoods.predict("R_K", q2=(1.1, 6), C9_bsmumu_pole=(0, 1.0, 3.0, 0.1), pole_running=2)


@pytest.mark.parametrize("name", ["flavourful_zprime", "loop_scalar"])
def test_threads_share_plans(name):
    """Points in tiles on several threads: the same numbers as at once, of every process."""
    model = fitter.model(name)
    u = np.random.default_rng(3).random((384, len(model.names)))
    theta = np.stack([p.prior.ppf(x) for p, x in zip(model.parameters, u.T, strict=True)], axis=1)
    plain = [request(observable.name) for observable in OBSERVABLES.values() if not observable.binned]
    inputs = likelihoods.default_inputs()
    predictions = Predictions(plain, inputs)
    sm = inputs.central
    c = model.evaluate(theta, sm)
    once = predictions(c, sm)
    with ThreadPoolExecutor(4) as pool:
        tiles = list(pool.map(lambda part: predictions(part, sm), np.array_split(c, 12)))
    assert np.isfinite(once).any(axis=0).mean() > 0.5
    np.testing.assert_array_equal(np.concatenate(tiles), once)
