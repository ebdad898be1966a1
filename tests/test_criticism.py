from dataclasses import replace

import numpy as np
import pytest

import fitter
import likelihoods
from fitter import Parameter, Posterior, criticism
from fitter.prior import Uniform
from fitter.result import Result

SIGMA = np.array([0.5, 1.0, 2.0])
DATA = np.array([0.2, -0.3, 5.0])


def normal_result(n=40000, data=DATA):
    """Draws of the mean of three Gaussian measurements under a flat prior on ±50."""
    precision = (1 / SIGMA**2).sum()
    mean, width = (data / SIGMA**2).sum() / precision, precision**-0.5
    x = mean + width * np.random.default_rng(0).standard_normal(n)
    terms = -0.5 * ((data - x[:, None]) / SIGMA) ** 2 - np.log(np.sqrt(2 * np.pi) * SIGMA)
    return Result(
        name="mean",
        parameters=(Parameter("x", Uniform(-50, 50)),),
        terms=("a", "b", "c"),
        samples=x[:, None],
        weights=np.full(n, 1 / n),
        log_likelihood_terms=terms,
        log_prior=np.full(n, -np.log(100)),
        chain=np.zeros(n, int),
        log_evidence=0.0,
        log_evidence_error=0.1,
        best_fit={},
        effective=float(n),
    )


def predictive(k, data=DATA):
    """ln density of one measurement given the others, in closed form."""
    rest = np.arange(3) != k
    precision = (1 / SIGMA[rest] ** 2).sum()
    mean, variance = (data[rest] / SIGMA[rest] ** 2).sum() / precision, 1 / precision + SIGMA[k] ** 2
    return -0.5 * (data[k] - mean) ** 2 / variance - 0.5 * np.log(2 * np.pi * variance)


def test_information_criteria_count_one_parameter():
    result = normal_result()
    own = Posterior(
        parameters=result.parameters,
        log_likelihood=lambda x: (-0.5 * ((DATA - x) / SIGMA) ** 2 - np.log(np.sqrt(2 * np.pi) * SIGMA)).sum(axis=1),
    )
    found = criticism.information(result, own)
    best = -2 * float(own.log_likelihood(np.array([result.samples.mean()])))
    assert found["dic"] == pytest.approx(best + 2, abs=0.1)
    assert found["dic_mean"] == pytest.approx(best + 2, abs=0.1)
    assert found["ic"] == pytest.approx(best + 3, abs=0.1)
    assert found["loo"] == pytest.approx(-2 * sum(predictive(k) for k in range(3)), abs=0.1)
    assert set(found["pareto_k"]) == {"a", "b", "c"}
    assert "3 terms" in found["information_warnings"][0]


def test_prior_sensitivity():
    result = normal_result()
    found = criticism.prior_sensitivity(result, {"x": "uniform -25 25"})
    assert found["shift"] == pytest.approx(np.log(2), abs=1e-9)
    assert found["trusted"]
    assert found["means"]["x"] == pytest.approx(0, abs=1e-9)
    narrow = criticism.prior_sensitivity(result, {"x": "normal 30 0.1"})
    assert not narrow["trusted"]
    assert not criticism.prior_sensitivity(result, {"x": "uniform -100 100"})["trusted"]
    assert criticism.prior_sensitivity(result, {"x": "uniform 40 50"})["shift"] == -np.inf
    with pytest.raises(KeyError, match="'y'"):
        criticism.prior_sensitivity(result, {"y": "uniform 0 1"})


def test_goodness_of_a_real_likelihood():
    likelihood = likelihoods.Likelihood.of(terms=["Bs_mumu", "delta_m_s"])
    posterior = Posterior(fitter.model("eft_c9"), likelihood)
    result = fitter.run(posterior, "smc", particles=512)
    found = criticism.goodness(result, posterior, toys=400)
    assert found["dof"] == found["points"] - 1
    assert 0.0 < found["p_value"] < 1.0


def test_forbidden_draws_without_weight_do_not_count():
    """Nested sampling keeps its first points, also those beyond a hard cut, at ln L = -inf and weight 0."""
    result = normal_result()
    forbidden = replace(
        result,
        samples=np.vstack([result.samples, [[0.0]]]),
        weights=np.append(result.weights, 0.0),
        log_likelihood_terms=np.vstack([result.log_likelihood_terms, [[-np.inf] * len(result.terms)]]),
        log_prior=np.append(result.log_prior, 0.0),
        chain=np.append(result.chain, 0),
    )
    assert criticism.information(forbidden)["dic"] == criticism.information(result)["dic"]
    assert np.isfinite(criticism.information(forbidden)["waic"])


def test_goodness_needs_data():
    own = Posterior(parameters=normal_result().parameters, log_likelihood=lambda x: -(x[:, 0] ** 2))
    with pytest.raises(ValueError, match="simulates"):
        criticism.goodness(normal_result(), own)


def test_prior_too_wide_to_reweight_is_run_again():
    own = Posterior(parameters=[Parameter("x", Uniform(-5, 5))], log_likelihood=lambda x: -0.5 * x[:, 0] ** 2)
    result = fitter.run(own, "smc", particles=1024)
    found = criticism.prior_sensitivity(result, {"x": "uniform -50 50"}, own)
    assert found["rerun"]
    assert found["trusted"]
    assert found["shift"] == pytest.approx(-np.log(10), abs=0.2)


def test_polar_against_cartesian():
    """A modulus uniform up to 10 and a phase, against a uniform square: ln Z shifts by ln(400 <1/(20π r)>)."""
    x = np.random.default_rng(1).normal([3.0, 0.0], 0.1, (20000, 2))
    square = (Parameter("a_re", Uniform(-10, 10)), Parameter("a_im", Uniform(-10, 10)))
    flat = np.full(len(x), 1 / len(x))
    result = replace(normal_result(20000), parameters=square, samples=x, weights=flat)
    found = criticism.prior_sensitivity(result, {"a_re a_im": "polar 0 10"})
    assert found["shift"] == pytest.approx(np.log(400 / (20 * np.pi * 3)), abs=0.01)
    assert found["trusted"]
    assert found["means"]["a_re"] < 0
    with pytest.raises(ValueError, match="polar LOW HIGH"):
        criticism.prior_sensitivity(result, {"a_re a_im": "uniform 0 1"})


def test_conditional_columns_of_correlated_terms():
    """Theory errors correlate Bs_mumu and delta_m_s: a term's column is what the likelihood loses with it."""
    likelihood = likelihoods.Likelihood.of(terms=["Bs_mumu", "delta_m_s"])
    posterior = Posterior(fitter.model("eft_c9_c10"), likelihood)
    result = fitter.run(posterior, "smc", particles=256)
    alone = criticism.conditional(result, posterior)
    total = posterior.log_likelihood(alone.samples)
    c, sm = posterior.couplings(alone.samples)
    other = likelihoods.Likelihood.of(terms=["delta_m_s"]).log_likelihood_terms(c, sm)[:, 0]
    assert alone.log_likelihood_terms[:, 0] == pytest.approx(total - other, abs=1e-9)
    assert alone.terms == ("Bs_mumu", "delta_m_s")
