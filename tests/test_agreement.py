"""The main job by two samplers: posterior means of dynesty and emcee agree, and dynesty is reproducible."""

import numpy as np
import pytest

import fitter
from likelihoods import Likelihood

TERMS = ["R_K", "R_Kstar", "P5prime", "delta_m_s", "trident", "a_mu", "xenon1t", "planck"]


@pytest.fixture(scope="module")
def posterior():
    return fitter.Posterior(fitter.model("flavourful_zprime"), Likelihood.of(TERMS, data="2026-01"))


def moments(result):
    """Mean and standard deviation of the logarithms: the priors are flat in them."""
    x, w = np.log(result.samples), result.weights / result.weights.sum()
    mean = w @ x
    return mean, np.sqrt(w @ (x - mean) ** 2)


@pytest.mark.long
def test_emcee_agrees_with_dynesty(posterior):
    """Within 0.2 standard deviations, although the relic ridge keeps emcee's own convergence test from passing."""
    nested = fitter.run(posterior, "dynesty", seed=1, workers=2)
    walkers = fitter.run(posterior, "emcee", seed=1, workers=2, most=6000)
    mean, sd = moments(nested)
    assert nested.log_evidence_error < 0.3
    assert np.all(np.abs(moments(walkers)[0] - mean) < 0.2 * sd)


@pytest.mark.long
def test_same_seed_same_result_on_any_number_of_threads(posterior):
    one, two = (fitter.run(posterior, "dynesty", seed=7, workers=n, live=100, steps=50) for n in (1, 2))
    assert one.log_evidence == two.log_evidence
    assert np.array_equal(one.samples, two.samples)
