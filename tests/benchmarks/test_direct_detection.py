"""Time of the direct-detection likelihood, one thread; see ``extra_info`` for the number of points."""

import numpy as np

import fitter
from likelihoods import Likelihood

POINTS = 2000


def test_all_experiments(benchmark):
    model = fitter.model("flavourful_zprime")
    rng = np.random.default_rng(1)
    columns = [p.prior.ppf(rng.random(2 * POINTS)) if p.default is None else p.default for p in model.parameters]
    c = model.evaluate(np.column_stack(np.broadcast_arrays(*columns)))
    c = c[c["veto"] == 0][:POINTS]
    likelihood = Likelihood.of(["lux", "pandax", "xenon1t", "lz", "pandax4t"], "2024-01")
    assert np.isfinite(likelihood.log_likelihood_terms(c)).all()
    benchmark(likelihood.log_likelihood_terms, c)
    benchmark.extra_info["points"] = c.size
