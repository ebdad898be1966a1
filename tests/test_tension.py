"""Tension of Gaussian measurements of one mean: closed forms."""

import numpy as np
import pytest
from test_criticism import normal_result, predictive

import fitter
import likelihoods
from fitter import Posterior
from fitter.tension import subset, suspiciousness, tension


def test_tension_is_the_predictive_density():
    entries = {entry["term"]: entry for entry in tension(normal_result())}
    for k, term in enumerate("bc", start=1):
        assert entries[term]["log_density"] == pytest.approx(predictive(k), abs=0.02)
        assert entries[term]["trusted"]
    assert next(iter(entries)) == "c"


def test_tension_far_from_the_draws_is_not_trusted():
    far = normal_result(400, np.array([0.0, 0.0, 0.0]) + np.array([9.0, 0.0, 0.0]))
    assert not {e["term"]: e for e in tension(far)}["a"]["trusted"]


@pytest.fixture(scope="module")
def fit():
    likelihood = likelihoods.Likelihood.of(terms=["Bs_mumu", "R_K", "R_Kstar"])
    posterior = Posterior(fitter.model("eft_c9_c10"), likelihood)
    return fitter.run(posterior, "smc", particles=1024), posterior


def test_terms_are_taken_out_by_another_run_where_need_be(fit, monkeypatch):
    result, posterior = fit
    weighed = {entry["term"]: entry for entry in tension(result, posterior)}
    monkeypatch.setattr("fitter.tension.ENOUGH", 1e9)
    run = {entry["term"]: entry for entry in tension(result, posterior)}
    near = [term for term in result.terms if not weighed[term]["rerun"]]
    assert near
    for term in near:
        assert run[term]["rerun"]
        assert run[term]["log_density"] == pytest.approx(weighed[term]["log_density"], abs=0.25)


def test_suspiciousness(fit):
    result, posterior = fit
    found = suspiciousness(result, posterior, ["Bs_mumu"])
    assert found["log_ratio"] == pytest.approx(found["log_information"] + found["log_suspiciousness"])
    assert 0 < found["p_value"] <= 1
    assert found["dimension"] == pytest.approx(1.0, abs=0.5)
    with pytest.raises(KeyError, match="Bs_mumu"):
        suspiciousness(result, posterior, ["Bs_mumi"])
    with pytest.raises(ValueError, match="both sides"):
        suspiciousness(result, posterior, list(result.terms))


def test_subset_keeps_the_priors_and_the_data(fit):
    _, posterior = fit
    part = subset(posterior.with_data(2 * posterior.likelihood.data), ["R_K", "R_Kstar"])
    assert part.terms == ("R_K", "R_Kstar")
    assert part.parameters == posterior.parameters
    rows = [k for k, row in enumerate(posterior.likelihood.rows) if row.term != "Bs_mumu"]
    assert np.array_equal(part.likelihood.data, 2 * posterior.likelihood.data[rows])
