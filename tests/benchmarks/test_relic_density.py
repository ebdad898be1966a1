"""Time of the relic density over a prior sample, one thread; see ``extra_info`` for microseconds per point."""

import numpy as np
import pytest

import fitter
from likelihoods import Predictions, default_inputs, request

POINTS = 500


@pytest.mark.parametrize("name", ["flavourful_zprime", "portal_scalar", "loop_scalar"])
def test_relic_density(benchmark, name):
    model = fitter.model(name)
    rng = np.random.default_rng(1)
    columns = [p.prior.ppf(rng.random(4 * POINTS)) if p.default is None else p.default for p in model.parameters]
    c = model.evaluate(np.column_stack(np.broadcast_arrays(*columns)))
    c = c[c["veto"] == 0][:POINTS]
    predictions = Predictions([request("omega_h2")], default_inputs())
    assert np.isfinite(predictions(c)).all()
    benchmark(predictions, c)
    benchmark.extra_info["points"] = c.size
