import errno
import json
import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

import fitter
from fitter import Parameter, Posterior
from fitter.checkpoint import Checkpoint, RunFolder
from fitter.prior import Uniform

SETTINGS = {
    "smc": {"particles": 512},
    "dynesty": {"live": 60, "steps": 20},
    "dynesty-dynamic": {"live": 60, "steps": 20},
    "emcee": {"walkers": 16, "steps": 200, "most": 400},
}


class Power(BaseException):
    """A power cut: nothing in the samplers catches it."""


class Peaks:
    """Two peaks in 2-d; the power fails at a given call."""

    def __init__(self, fails=None):
        self.calls, self.fails = 0, fails

    def __call__(self, x):
        self.calls += 1
        if self.calls == self.fails:
            raise Power
        return np.logaddexp(-50 * ((x - 0.3) ** 2).sum(axis=1), -50 * ((x + 0.3) ** 2).sum(axis=1))


def posterior(function):
    return Posterior(
        parameters=[Parameter("x", Uniform(-1, 1)), Parameter("y", Uniform(-1, 1))], log_likelihood=function
    )


@pytest.mark.parametrize("sampler", SETTINGS)
@pytest.mark.parametrize("part", [0.3, 0.8])
def test_resumed_run_equals_the_uninterrupted_one(sampler, part, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoint, "interval", 0.0)
    whole = Peaks()
    want = fitter.run(posterior(whole), sampler, seed=4, **SETTINGS[sampler])
    with pytest.raises(Power):
        fitter.run(posterior(Peaks(int(part * whole.calls))), sampler, seed=4, out=tmp_path, **SETTINGS[sampler])
    again = Peaks()
    got = fitter.run(posterior(again), sampler, seed=4, out=tmp_path, **SETTINGS[sampler])
    assert again.calls < whole.calls
    assert np.array_equal(got.samples, want.samples)
    assert np.array_equal(got.weights, want.weights)
    assert got.log_evidence == want.log_evidence
    assert got.diagnostics == want.diagnostics


def test_dynamic_run_repeats_only_the_batch_it_was_in(tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoint, "interval", 0.0)
    settings = SETTINGS["dynesty-dynamic"]
    whole = Peaks()
    want = fitter.run(posterior(whole), "dynesty-dynamic", **settings)
    with pytest.raises(Power):
        fitter.run(posterior(Peaks(int(0.8 * whole.calls))), "dynesty-dynamic", out=tmp_path, **settings)
    assert 1 <= Checkpoint(tmp_path / "state").load()[0]["batch"] <= 3
    again = Peaks()
    got = fitter.run(posterior(again), "dynesty-dynamic", out=tmp_path, **settings)
    assert again.calls < 0.5 * whole.calls
    assert got.log_evidence == want.log_evidence


def test_checked_evidence_goes_on_after_its_complete_replicates(tmp_path):
    whole = Peaks()
    want = fitter.run(posterior(whole), "smc", evidence="checked", **SETTINGS["smc"])
    with pytest.raises(Power):
        fitter.run(posterior(Peaks(whole.calls // 2)), "smc", evidence="checked", out=tmp_path, **SETTINGS["smc"])
    again = Peaks()
    got = fitter.run(posterior(again), "smc", evidence="checked", out=tmp_path, **SETTINGS["smc"])
    assert again.calls < 0.8 * whole.calls
    assert got.log_evidence == want.log_evidence
    assert got.log_evidence_error == want.log_evidence_error
    assert np.array_equal(got.samples, want.samples)


def test_failures_of_all_replicates_count_once(tmp_path, monkeypatch):
    """Those kept before an interruption, and of the one that was interrupted, in this process and in others."""
    monkeypatch.setattr(Checkpoint, "interval", 0.0)

    class Cut(Peaks):
        def __call__(self, x):
            return np.where(x[:, 0] < 0.6, super().__call__(x), np.nan)

    def run(function, **where):
        return fitter.run(posterior(function), "smc", evidence="checked", **SETTINGS["smc"], **where)

    whole = Cut()
    want = run(whole)
    with pytest.raises(Power):
        run(Cut(whole.calls // 2), out=tmp_path)
    got = run(Cut(), out=tmp_path)
    assert got.failures == want.failures
    assert got.failures[0]["count"] > 500
    assert got.diagnostics == want.diagnostics


def test_complete_run_is_read(tmp_path):
    one = fitter.run(posterior(Peaks()), "smc", out=tmp_path, **SETTINGS["smc"])
    function = Peaks()
    two = fitter.run(posterior(function), "smc", out=tmp_path, **SETTINGS["smc"])
    assert function.calls == 0
    assert np.array_equal(one.samples, two.samples)


def test_unconverged_chain_goes_on_with_a_larger_budget(tmp_path):
    short = fitter.run(posterior(Peaks()), "emcee", out=tmp_path, walkers=16, steps=100, most=100)
    assert not short.converged
    long = fitter.run(posterior(Peaks()), "emcee", out=tmp_path, walkers=16, steps=100, most=3200)
    assert long.diagnostics["steps"] > 100
    assert long.provenance["settings"]["most"] == 3200


def test_another_run_is_refused(tmp_path):
    fitter.run(posterior(Peaks()), "smc", out=tmp_path, seed=1, **SETTINGS["smc"])
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    with pytest.raises(ValueError, match="seed: 1 before, 2 now"):
        fitter.run(posterior(Peaks()), "smc", out=tmp_path, seed=2, **SETTINGS["smc"])
    with pytest.raises(ValueError, match="function"):
        fitter.run(posterior(lambda x: -(x[:, 0] ** 2)), "smc", out=tmp_path, seed=1, **SETTINGS["smc"])
    assert before == {p: p.read_bytes() for p in tmp_path.iterdir()}


def test_second_writer_is_refused(tmp_path):
    with RunFolder(tmp_path, {}), pytest.raises(ValueError, match="being written"):
        fitter.run(posterior(Peaks()), "smc", out=tmp_path)


def test_changed_sources_are_refused(tmp_path):
    fitter.run(posterior(Peaks()), "smc", out=tmp_path, **SETTINGS["smc"])
    file = tmp_path / "fingerprint.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"sources": "0123"}))
    with pytest.raises(ValueError, match="sources: 0123 before"):
        fitter.run(posterior(Peaks()), "smc", out=tmp_path, **SETTINGS["smc"])


def test_truncated_state_falls_back_to_the_one_before(tmp_path):
    checkpoint = Checkpoint(tmp_path / "state")
    checkpoint.save({"n": 1}, x=np.arange(3))
    checkpoint.save({"n": 2}, x=np.arange(4))
    newest = tmp_path / "state.npz"
    newest.write_bytes(newest.read_bytes()[:100])
    with pytest.warns(UserWarning, match=r"state.npz is damaged: the run goes on from the state before it"):
        plain, arrays = checkpoint.load()
    assert plain == {"n": 1}
    assert arrays["x"].tolist() == [0, 1, 2]
    checkpoint.remove()
    assert checkpoint.load() is None


def test_missing_state_falls_back_to_the_one_before(tmp_path):
    checkpoint = Checkpoint(tmp_path / "state")
    checkpoint.save({"n": 1})
    checkpoint.save({"n": 2})
    (tmp_path / "state.npz").unlink()
    with pytest.warns(UserWarning, match=r"state.npz is missing: the run goes on from the state before it"):
        assert checkpoint.load()[0] == {"n": 1}


@pytest.mark.parametrize("seed", range(4))
def test_damaged_state_is_never_read_as_a_state(seed, tmp_path):
    """Some bytes changed: the state is found damaged, or what was changed held nothing."""
    checkpoint = Checkpoint(tmp_path / "state")
    checkpoint.save({"n": 1}, x=np.arange(50.0))
    file, rng = tmp_path / "state.npz", np.random.default_rng(seed)
    whole = file.read_bytes()
    for _ in range(50):
        content = np.frombuffer(whole, np.uint8).copy()
        content[rng.integers(0, len(content), 3)] = rng.integers(0, 256, 3)
        file.write_bytes(content.tobytes())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            state = checkpoint.load()
        assert state is None or (state[0] == {"n": 1} and np.array_equal(state[1]["x"], np.arange(50.0)))


def test_what_a_killed_process_was_writing_is_removed(tmp_path):
    (tmp_path / ".state.fresh.npz.4711").write_text("half of it")
    with RunFolder(tmp_path, {}):
        assert {path.name for path in tmp_path.iterdir()} == {".lock", "fingerprint.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["fingerprint.json"]


def test_full_disk_leaves_the_last_state(tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "state")
    checkpoint.save({"n": 1})

    def full(_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            checkpoint.save({"n": 2})
    assert checkpoint.load()[0] == {"n": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["state.npz"]


@pytest.mark.parametrize("sampler", SETTINGS)
def test_full_disk_stops_the_run_and_it_goes_on(sampler, tmp_path, monkeypatch):
    """The disk is full after a few states: the last of them is intact and the run, with room again, ends the same."""
    monkeypatch.setattr(Checkpoint, "interval", 0.0)
    want = fitter.run(posterior(Peaks()), sampler, seed=4, **SETTINGS[sampler])
    synced, sync = [], os.fsync

    def full(number):
        synced.append(number)
        if len(synced) > 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(number)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            fitter.run(posterior(Peaks()), sampler, seed=4, out=tmp_path, **SETTINGS[sampler])
    assert Checkpoint(tmp_path / "state").load() is not None
    got = fitter.run(posterior(Peaks()), sampler, seed=4, out=tmp_path, **SETTINGS[sampler])
    assert np.array_equal(got.samples, want.samples)
    assert got.log_evidence == want.log_evidence


def test_pickled_state_is_not_loaded(tmp_path):
    np.savez(tmp_path / "state.npz", plain=np.array([print], dtype=object))
    with pytest.warns(UserWarning, match=r"damaged and there is no other state: the run begins again"):
        assert Checkpoint(tmp_path / "state").load() is None


SCRIPT = """
import sys, time
sys.path.insert(0, sys.argv[1])
from test_checkpoint import SETTINGS, Checkpoint, Peaks, fitter, posterior
Checkpoint.interval = 0.0
class Slow(Peaks):
    def __call__(self, x):
        time.sleep(0.001)
        return super().__call__(x)
fitter.run(posterior(Slow()), sys.argv[2], seed=9, out=sys.argv[3], **SETTINGS[sys.argv[2]])
"""


@pytest.mark.long
@pytest.mark.parametrize("sampler", SETTINGS)
def test_25_kills(sampler, tmp_path):
    here = str(Path(__file__).parent)
    command = [sys.executable, "-c", SCRIPT, here, sampler]
    subprocess.run([*command, str(tmp_path / "whole")], check=True)
    want = fitter.Result.load(tmp_path / "whole")
    rng = np.random.default_rng(1)
    for _ in range(25):
        process = subprocess.Popen([*command, str(tmp_path / "killed")])
        time.sleep(1.0 + 2.0 * rng.random())
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run([*command, str(tmp_path / "killed")], check=True)
    got = fitter.Result.load(tmp_path / "killed")
    assert np.array_equal(got.samples, want.samples)
    assert got.log_evidence == want.log_evidence
