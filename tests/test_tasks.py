"""Tasks on processes and on a real scheduler with worker processes: the local numbers, also if a worker is killed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import fitter
from fitter import tasks
from fitter.evidence import replicate
from fitter.survey import survey
from likelihoods import Likelihood


def test_order_and_progress():
    seen = []
    assert tasks.each(pow, [(k, 2) for k in range(5)], progress=lambda *n: seen.append(n)) == [0, 1, 4, 9, 16]
    assert seen[-1] == (5, 5)
    with pytest.raises(ValueError, match="workers=0"):
        tasks.each(pow, [], workers=0)


def kill_first(k, folder):
    """Kills its process the first time it meets the second task."""
    mark = Path(folder) / "killed"
    if k == 1 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return k * k


def test_killed_process_loses_nothing(tmp_path):
    kept = []
    found = tasks.each(
        kill_first, [(k, str(tmp_path)) for k in range(4)], workers=2, keep=lambda k, result: kept.append((k, result))
    )
    assert found == [0, 1, 4, 9]
    assert sorted(kept) == [(k, k * k) for k in range(4)]


def test_silent_scheduler_is_reported(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(tasks, "PATIENCE", 1.0)
    with pytest.raises(ConnectionError, match="no dask scheduler answers at tcp"):
        tasks.each(pow, [(1, 1)], scheduler="tcp://127.0.0.1:9")


def _start(*arguments):
    """A scheduler or worker that can import this file."""
    here = [str(Path(__file__).parent), *sys.path]
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(here)},
    )


def slow_square(k, folder):
    """Leaves a mark when it starts, so that the test knows whom to kill."""
    with open(os.path.join(folder, f"{k}-{os.getpid()}"), "w"):
        time.sleep(0.3)
    return k * k


@contextmanager
def cluster(folder, size):
    """A scheduler and workers in processes of their own: address and workers."""
    distributed = pytest.importorskip("distributed")
    address_file = folder / "scheduler.json"
    scheduler = _start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                       "--scheduler-file", str(address_file))  # fmt: skip
    workers = [
        _start("dask_worker", "--scheduler-file", str(address_file), "--nthreads", "1", "--no-dashboard", "--no-nanny")
        for _ in range(size)
    ]
    try:
        while not address_file.exists():
            time.sleep(0.1)
        with distributed.Client(scheduler_file=str(address_file), set_as_default=False) as client:
            client.wait_for_workers(size, timeout=60)
            yield client.scheduler.address, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


@pytest.mark.long
def test_killed_worker_loses_nothing(tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    with cluster(tmp_path, 2) as (address, workers):

        def kill_one(done, _):
            if done == 3:
                os.kill(workers[0].pid, signal.SIGKILL)

        found = tasks.each(slow_square, [(k, str(marks)) for k in range(20)], scheduler=address, progress=kill_one)
    assert found == [k * k for k in range(20)]


@pytest.mark.long
def test_cluster_gives_the_local_numbers(tmp_path, monkeypatch):
    """Plane, its failures and replicates, bit by bit."""
    monkeypatch.setattr("fitter.survey.CHUNK", 64)
    likelihood = Likelihood.of(["delta_m_s", "trident"], data="2020-02")
    priors = {"g_nunu": 1.0, "m_nu": 500.0, "m_zp": "log 1 1000", "g_mumu": "log 0.01 30"}
    prepared = survey(fitter.model("flavourful_zprime"), likelihood, "m_zp", "g_mumu", priors=priors, profile=["g_bb"],
                      points=12, profile_points=3, derived=["a_mu", "C9_bsmumu", "g_bb"])  # fmt: skip
    posterior = fitter.Posterior(fitter.model("eft_c9"), Likelihood.of(["Bs_mumu"], data="2020-02"))
    runs = [(posterior, "smc", seed, {"particles": 256}) for seed in (1, 2)]
    here, draws = prepared.run(workers=2), tasks.each(replicate, runs)
    told = []
    with cluster(tmp_path, 2) as (address, _):
        there = prepared.run(progress=lambda *n: told.append(n), scheduler=address)
        sent = tasks.each(replicate, runs, scheduler=address)
    assert np.array_equal(there.log_likelihood, here.log_likelihood)
    assert there.derived.keys() == here.derived.keys()
    assert all(np.array_equal(there.derived[name], here.derived[name], equal_nan=True) for name in here.derived)
    assert there.failures == here.failures
    assert here.failures[0]["count"] > 0  # couplings that are not perturbative
    assert told == sorted(told)
    assert len(set(told)) >= 7  # one a tile, and the same again while it waits
    assert told[-1] == (144, 144)
    for (one, lost), (other, missing) in zip(draws, sent, strict=True):
        assert (one.log_evidence, lost) == (other.log_evidence, missing)
        assert np.array_equal(one.u, other.u)
        assert np.array_equal(one.log_weight, other.log_weight)
