"""A result as arviz sees it: ``InferenceData`` of 0.x, ``DataTree`` of 1.x, with the same content."""

import numpy as np
import xarray as xr

import fitter
from fitter.parameter import Parameter
from fitter.prior import Uniform


def test_both_generations_of_arviz(monkeypatch):
    import arviz

    posterior = fitter.Posterior(
        parameters=[Parameter("x", Uniform(-5.0, 5.0))], log_likelihood=lambda theta: -0.5 * theta[:, 0] ** 2
    )
    result = fitter.run(posterior, "smc", particles=256)
    installed = arviz.__version__
    monkeypatch.setattr(arviz, "__version__", "1.0.0")
    tree = result.to_arviz()
    assert isinstance(tree, xr.DataTree)
    assert {"posterior", "log_likelihood", "sample_stats"} <= set(tree.children)
    draws = tree["posterior"].dataset["x"]
    assert draws.dims == ("chain", "draw")
    assert abs(float(draws.mean())) < 0.3
    if installed.startswith("0."):
        monkeypatch.setattr(arviz, "__version__", installed)
        old = result.to_arviz()
        assert np.array_equal(old.posterior["x"], draws)
