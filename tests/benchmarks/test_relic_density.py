"""Time of the relic density over a prior sample, one thread; see ``extra_info`` for microseconds per point."""

import numpy as np
import pytest

import fitter
from likelihoods import Predictions, default_inputs, request

POINTS = 500


@pytest.mark.parametrize(
    ("name", "switch"),
    [
        ("flavourful_zprime", {}),
        ("portal_scalar", {}),
        ("portal_scalar", {"running_width": 1.0}),
        ("loop_scalar", {}),
        ("loop_scalar", {"coannihilation": 1.0}),
        ("hidden_zprime_light", {}),
        ("hidden_zprime_light", {"sommerfeld": 1.0}),
    ],
    ids=lambda value: value if isinstance(value, str) else "+".join(value),
)
def test_relic_density(benchmark, name, switch):
    model = fitter.model(name)
    rng = np.random.default_rng(1)
    columns = [p.prior.ppf(rng.random(20 * POINTS)) if p.default is None else p.default for p in model.parameters]
    c = model.evaluate(np.column_stack(np.broadcast_arrays(*columns)))
    c = c[c["veto"] == 0][:POINTS]
    predictions = Predictions([request("omega_h2")], default_inputs().replace(switch))
    assert np.isfinite(predictions(c)).all()
    benchmark(predictions, c)
    benchmark.extra_info["points"] = c.size
