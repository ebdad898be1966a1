"""The commands fit and continue: a folder with result and pictures, which no other run may touch."""

import json

import pytest
from arguments import QUICK


def test_fit_writes_result_and_pictures(run):
    found = {path.name for path in run.iterdir()}
    assert {"posterior.nc", "summary.json", "config.yaml", "corner.png", "pulls.png", "run.png", "traces.png"} <= found
    summary = json.loads((run / "summary.json").read_text())
    assert summary["converged"]
    assert -1 < summary["parameters"]["C9_bsmumu"]["mean"] < 0.5


def test_same_fit_again_has_nothing_to_do(darkflavour, run):
    before = (run / "posterior.nc").stat().st_mtime_ns
    status, text, told = darkflavour("fit", "eft_c9_c10", *QUICK, "--out", run, "--json")
    assert status == 0
    assert "nothing to do" in told
    assert json.loads(text) == json.loads((run / "summary.json").read_text())
    assert (run / "posterior.nc").stat().st_mtime_ns == before


def test_fit_from_file_agrees(darkflavour, run, tmp_path):
    file = tmp_path / "fit.yaml"
    file.write_text("model: eft_c9_c10\nterms: [Bs_mumu]\nsampler: smc\noptions: {particles: 256}\n")
    status, text, _ = darkflavour("fit", file, "--out", tmp_path / "again", "--json", "--no-plots")
    assert status == 0
    before = json.loads((run / "summary.json").read_text())
    assert json.loads(text)["parameters"] == before["parameters"]
    assert not (tmp_path / "again" / "corner.png").exists()


def test_unconverged_run_continues_at_double_effort(darkflavour, tmp_path):
    """The state of a chain goes on; other samplers begin again, and what they found is set aside."""
    terms = ("--terms", "Bs_mumu", "--no-plots")
    chain = ("--sampler", "emcee", "--options", "walkers=16 steps=50 most=50")
    assert darkflavour("fit", "eft_c9_c10", *terms, *chain, "--out", tmp_path / "chain")[0] == 3
    _, text, told = darkflavour("continue", tmp_path / "chain", "--json")
    assert "has not converged: with most=100" in told
    found = json.loads(text)
    assert found["diagnostics"]["steps"] == 100
    assert found["provenance"]["settings"]["most"] == 100
    nested = ("--sampler", "smc", "--options", "particles=64 populations=1")
    assert darkflavour("fit", "eft_c9_c10", *terms, *nested, "--out", tmp_path / "run")[0] == 3
    before = (tmp_path / "run" / "posterior.nc").read_bytes()
    assert f"darkflavour continue {tmp_path / 'run'} goes on" in darkflavour("doctor", tmp_path / "run")[1]
    _, text, told = darkflavour("continue", tmp_path / "run", "--json")
    assert "has not converged: with particles=128 steps=2" in told
    assert json.loads(text)["provenance"]["settings"] == {"particles": 128, "populations": 1, "steps": 2}
    assert (tmp_path / "run" / "unconverged-1" / "posterior.nc").read_bytes() == before


def test_second_writer_of_a_new_run_leaves_it_alone(darkflavour, tmp_path):
    """Both found no folder there; the one that came second must not clear it away."""
    from fitter.lock import Lock

    folder = tmp_path / "run"
    taken = []

    def begun(self, *_):
        folder.mkdir(exist_ok=True)
        taken.append(Lock(folder / ".lock"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fitter.config.Config.resolved", lambda self: begun(self) or {"model": "eft_c9"})
        status, _, told = darkflavour("fit", "eft_c9", *QUICK, "--out", folder)
    assert status == 2
    assert "is being written by another run (process" in told
    assert (folder / ".lock").exists()
    taken[0].release()


def test_folder_with_another_run_is_kept(darkflavour, run):
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    status, _, complaint = darkflavour("fit", "eft_c9", *QUICK, "--out", run)
    assert status == 2
    assert "eft_c9_c10 instead of eft_c9" in complaint
    status, _, complaint = darkflavour("fit", "eft_c9", *QUICK, "--sampler", "dinesty", "--out", run)
    assert status == 2
    assert "'dynesty'" in complaint
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


def test_more_than_the_memory_is_told_in_one_line(darkflavour, tmp_path, monkeypatch):
    def large(*_, **__):
        raise MemoryError("Unable to allocate 7.28 TiB")

    monkeypatch.setattr("fitter.commands.fit.run", large)
    status, _, told = darkflavour("fit", "eft_c9_c10", "--terms", "Bs_mumu", "--out", tmp_path / "run")
    assert (status, told) == (2, "darkflavour: Unable to allocate 7.28 TiB\n")
    assert not (tmp_path / "run").exists()


def test_full_disk_is_told_in_one_line(darkflavour, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fitter.commands.fit.run", full)
    status, _, told = darkflavour("fit", "eft_c9_c10", "--terms", "Bs_mumu", "--out", tmp_path / "run")
    assert status == 2
    assert "No space left" in told
    assert "continue" in told
