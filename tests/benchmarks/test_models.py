"""Time of the full likelihood of each paper's model in batches of 1000: ``pytest tests/benchmarks --benchmark-enable``.

With the terms of its default fit, and with all there are: at most 300 µs per point in one thread, 600 µs for the split
dark sector, and up to 400 µs for the light hidden sector's poles in 500 observables of b → s ℓ ℓ.
"""

import numpy as np
import pytest

import fitter
from fitter.target import Target
from likelihoods import Likelihood

SPLIT = fitter.model("split_dark_sector")
SEARCHES = ("delta_m_s", "trident", "mumu_invisible", "four_muons", "dark_photon", "t_to_c_mumu")
FLAVOUR = ("BKstar_mumu_rate", "BK_mumu_rate", "Bs_phi_mumu_rate")
#: All terms that a model has predictions for; None: all of today's. Relics of 1 MeV are below the photon spectra.
ALL = {
    "portal_scalar": None,
    "loop_scalar": None,
    "flavourful_zprime": None,
    "hidden_zprime_heavy": None,
    "hidden_zprime_light": None,
    "split_dark_sector": (*SPLIT.terms, *SEARCHES, *FLAVOUR),
}


@pytest.mark.parametrize("terms", ["default", "all"])
@pytest.mark.parametrize("name", ALL)
def test_full_likelihood(benchmark, rng, name, terms):
    model = fitter.model(name)
    posterior = fitter.Posterior(model, Likelihood.of(model.terms if terms == "default" else ALL[name]))
    theta = posterior.prior_transform(rng.random((3000, posterior.dimension)))
    theta = theta[posterior.couplings(theta)[0]["veto"] == 0][:1000]
    found = benchmark(posterior.log_likelihood_terms, theta)
    assert np.isfinite(found).all(axis=1).mean() > 0.9
    benchmark.extra_info |= {"points": len(theta), "terms": len(posterior.terms)}


def test_scan_of_the_split_dark_sector(benchmark, rng):
    """Two threads, prior draws; 2002.11150 has 500,000, which are to take less than 4 minutes: here a fiftieth."""
    posterior = fitter.Posterior(SPLIT, Likelihood.of(SPLIT.terms))
    u = rng.random((10_000, posterior.dimension))
    with Target(posterior, 2) as target:
        found = benchmark.pedantic(target.log_likelihood, (u,), rounds=2, warmup_rounds=1)
    assert np.isfinite(found).mean() > 0.9
