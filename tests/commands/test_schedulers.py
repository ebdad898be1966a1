"""Addresses of dask schedulers that do not answer, or are of no use."""

import pytest
from arguments import SMALL


def test_silent_scheduler_is_told_in_one_line(darkflavour, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("fitter.tasks.PATIENCE", 0.5)
    status, _, told = darkflavour(
        "fit", "eft_c9_c10", "--terms", "Bs_mumu", "--evidence", "checked", "--scheduler", "tcp://127.0.0.1:9",
        "--out", tmp_path / "run",
    )  # fmt: skip
    assert status == 2
    assert "no dask scheduler answers at tcp://127.0.0.1:9" in told
    status, _, told = darkflavour(*SMALL, "--scheduler", "tcp://127.0.0.1:9", "--out", tmp_path / "plane.png")
    assert status == 2
    assert "no dask scheduler answers at tcp://127.0.0.1:9" in told
    assert not (tmp_path / "plane.png").exists()


def test_scheduler_without_replicates_is_refused(darkflavour, tmp_path):
    status, _, told = darkflavour("fit", "eft_c9", "--scheduler", "tcp://127.0.0.1:9", "--out", tmp_path / "run")
    assert status == 2
    assert "scheduler='tcp://127.0.0.1:9' needs evidence='checked'" in told
    assert not (tmp_path / "run").exists()
