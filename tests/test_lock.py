import errno
import fcntl
import os
import platform
import subprocess
import sys

import pytest

from fitter.lock import Lock, Locked

HOLD = """
import pathlib, sys
from fitter.lock import Lock

lock = Lock(pathlib.Path(sys.argv[1]))
print("has it", flush=True)
input()
"""


@pytest.fixture
def holder(tmp_path):
    """A process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / ".lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    process.stdout.readline()
    yield process
    process.kill()
    process.communicate()


@pytest.fixture
def without_locks(monkeypatch):
    """A file system that knows no locks."""

    def unknown(*_):
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unknown)


def test_holder_is_named_and_a_killed_one_holds_nothing(holder, tmp_path):
    with pytest.raises(Locked, match=rf"written by another run \(process {holder.pid} on "):
        Lock(tmp_path / ".lock")
    holder.kill()
    holder.wait()
    Lock(tmp_path / ".lock").release()
    assert list(tmp_path.iterdir()) == []


def test_file_system_without_locks(without_locks, holder, tmp_path):
    with pytest.raises(Locked, match=r"if that one no longer runs, delete .*\.lock"):
        Lock(tmp_path / ".lock")
    holder.kill()
    holder.wait()
    Lock(tmp_path / ".lock").release()


def test_another_machine_cannot_be_asked(without_locks, tmp_path):
    (tmp_path / ".lock").write_text("elsewhere 1")
    with pytest.raises(Locked, match="process 1 on elsewhere"):
        Lock(tmp_path / ".lock")
    (tmp_path / ".lock").write_text(f"{platform.node()} {2**22 + 1}")
    Lock(tmp_path / ".lock").release()


def test_file_removed_by_its_last_holder(monkeypatch, tmp_path):
    """Who opened it before it was removed locks a file that nobody else would find, and so tries again."""
    path, flock, removed = tmp_path / ".lock", fcntl.flock, []

    def late(file, how):
        if not removed:
            removed.append(path.unlink())
        flock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    lock = Lock(path)
    assert path.read_text() == f"{platform.node()} {os.getpid()}"
    lock.release()
