"""Tasks on processes and on a real scheduler with worker processes, one of them killed in mid-run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fitter import tasks


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


@pytest.mark.long
def test_killed_worker_loses_nothing(tmp_path):
    distributed = pytest.importorskip("distributed")
    address_file = tmp_path / "scheduler.json"
    marks = tmp_path / "marks"
    marks.mkdir()
    scheduler = _start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                       "--scheduler-file", str(address_file))  # fmt: skip
    workers = [
        _start("dask_worker", "--scheduler-file", str(address_file), "--nthreads", "1", "--no-dashboard", "--no-nanny")
        for _ in range(2)
    ]
    try:
        while not address_file.exists():
            time.sleep(0.1)
        client = distributed.Client(scheduler_file=str(address_file), set_as_default=False)
        client.wait_for_workers(2, timeout=60)
        address = client.scheduler.address

        def kill_one(done, _):
            if done == 3:
                os.kill(workers[0].pid, signal.SIGKILL)

        found = tasks.each(slow_square, [(k, str(marks)) for k in range(20)], scheduler=address, progress=kill_one)
        assert found == [k * k for k in range(20)]
        client.close()
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
