"""The optional sampler: its message without the package, and with it the known answers."""

import signal
import sys

import numpy as np
import pytest

import fitter
from fitter import Parameter, Posterior
from fitter.checkpoint import Checkpoint
from fitter.prior import Uniform


def posterior():
    """0.3 of the prior allowed; a Gaussian well inside."""
    return Posterior(
        parameters=[Parameter("x", Uniform(0, 1)), Parameter("y", Uniform(0, 1))],
        log_likelihood=lambda x: np.where(x[:, 0] < 0.3, -0.5 * (((x - 0.15) / 0.01) ** 2).sum(axis=1), -np.inf),
    )


def test_missing_package(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "ultranest", None)
    monkeypatch.delitem(sys.modules, "fitter.samplers.slices", raising=False)
    with pytest.raises(ValueError, match=r"^the sampler 'ultranest' needs .*: pip install 'darkflavour\[ultranest\]'$"):
        fitter.run(posterior(), "ultranest", out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_known_answer_and_seed(capfd):
    pytest.importorskip("ultranest", reason="an optional package")
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    one, two = (fitter.run(posterior(), "ultranest", seed=2, live=100, steps=10) for _ in range(2))
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002
    assert capfd.readouterr() == ("", "")
    truth = np.log(2 * np.pi * 0.01**2)
    assert abs(one.log_evidence - truth) < 3 * one.log_evidence_error < 2
    assert one.weights @ one.column("x") == pytest.approx(0.15, abs=0.002)
    assert one.diagnostics["allowed prior fraction"] == pytest.approx(0.3, abs=0.1)
    assert np.array_equal(one.samples, two.samples)
    assert one.log_evidence == two.log_evidence


def test_stopped_run_replays_its_record(tmp_path, monkeypatch):
    """After Ctrl-C, and after a kill, the values known are not computed again and the end is the same."""
    pytest.importorskip("ultranest", reason="an optional package")
    monkeypatch.setattr(Checkpoint, "interval", 0.0)
    settings = {"seed": 2, "live": 60, "steps": 8}
    calls = []

    def counted(fails=None, error=None):
        inner, own = posterior(), []

        def log_likelihood(x):
            own.append(len(x))
            calls.append(len(x))
            if len(own) == fails:
                raise error
            return inner._function(x)

        return Posterior(parameters=inner.parameters, log_likelihood=log_likelihood)

    want = fitter.run(counted(), "ultranest", **settings)
    whole = len(calls)
    with pytest.raises(SystemExit):
        fitter.run(counted(whole // 3, SystemExit()), "ultranest", out=tmp_path, **settings)
    told = []

    def pressed(progress):
        told.append(progress)
        if progress.iteration > whole // 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("fitter.progress.time.monotonic", iter(range(10**9)).__next__)
    with pytest.raises(KeyboardInterrupt):
        fitter.run(counted(), "ultranest", out=tmp_path, progress=pressed, **settings)
    calls.clear()
    got = fitter.run(counted(), "ultranest", out=tmp_path, **settings)
    assert len(calls) < 0.6 * whole
    assert np.array_equal(got.samples, want.samples)
    assert got.log_evidence == want.log_evidence
    assert got.diagnostics == want.diagnostics
    assert got.failures == want.failures
