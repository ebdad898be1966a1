"""Time of the split dark sector: ``pytest tests/benchmarks --benchmark-enable``."""

import numpy as np
import pytest

import fitter
from fitter.target import Target
from likelihoods import Likelihood

MODEL = fitter.model("split_dark_sector")
SEARCHES = ("delta_m_s", "trident", "mumu_invisible", "four_muons", "dark_photon", "t_to_c_mumu")
FLAVOUR = ("BKstar_mumu_rate", "BK_mumu_rate", "Bs_phi_mumu_rate")


@pytest.mark.parametrize("terms", [MODEL.terms, (*MODEL.terms, *SEARCHES, *FLAVOUR)], ids=["default", "all"])
def test_full_likelihood(benchmark, rng, terms):
    """At most 600 µs per point, one thread, in batches of 1000."""
    posterior = fitter.Posterior(MODEL, Likelihood.of(terms))
    theta = posterior.prior_transform(rng.random((1000, posterior.dimension)))
    found = benchmark(posterior.log_likelihood_terms, theta)
    assert np.isfinite(found).all(axis=1).mean() > 0.9


def test_scan_of_the_paper(benchmark, rng):
    """Two threads, prior draws; 2002.11150 has 500,000, which are to take less than 4 minutes: here a fiftieth."""
    posterior = fitter.Posterior(MODEL, Likelihood.of(MODEL.terms))
    u = rng.random((10_000, posterior.dimension))
    with Target(posterior, 2) as target:
        found = benchmark.pedantic(target.log_likelihood, (u,), rounds=2, warmup_rounds=1)
    assert np.isfinite(found).mean() > 0.9
