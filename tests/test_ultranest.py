"""The optional sampler: its message without the package, and with it the known answers."""

import sys

import numpy as np
import pytest

import fitter
from fitter import Parameter, Posterior
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
