"""A result as arviz sees it: ``InferenceData`` of 0.x, ``DataTree`` of 1.x, with the same content."""

import errno

import numpy as np
import pytest
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


def test_full_disk_leaves_the_result_before(tmp_path, monkeypatch):
    """HDF5 never writes to the disk itself: where that is full, it ends the process instead of raising."""
    posterior = fitter.Posterior(
        parameters=[Parameter("x", Uniform(-5.0, 5.0))], log_likelihood=lambda theta: -0.5 * theta[:, 0] ** 2
    )
    result = fitter.run(posterior, "smc", particles=256)
    result.save(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    opened = []

    def full(path, content):
        opened.append(path.name)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("fitter.archive.write_atomically", full)
    with pytest.raises(OSError, match="No space left"):
        result.save(tmp_path)
    assert opened == ["summary.json"]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    again = fitter.Result.load(tmp_path)
    assert np.array_equal(again.samples, result.samples)
    assert again.summary() == result.summary()
