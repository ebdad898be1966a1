"""Local workers: a script without a guard, an error, an interruption, and none that outlives what it serves."""

import os
import pickle
import signal
import subprocess
import sys
import time

import pytest

import fitter
from fitter import processes, tasks

SCRIPT = """
import os, sys, time
from fitter.tasks import each

class Mine:  # defined here, used there
    factor = 10

def times(k):
    return Mine.factor * k

def napping(k):
    print("napping", os.getpid(), flush=True)
    time.sleep(60)

print("once")
if sys.argv[1] == "times":
    print(each(times, [(k,) for k in range(4)], workers=2))
else:
    each(napping, [(k,) for k in range(2)], workers=2)
"""


def fails(k):
    raise ValueError(f"task {k} is wrong")


def crashes():
    os.abort()


def alive(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def script(folder, name):
    file = folder / "no guard.py"
    file.write_text(SCRIPT)
    return subprocess.Popen(
        [sys.executable, str(file), name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )


def test_script_needs_no_guard(tmp_path):
    """It is not run again in the workers, which yet know what it defines."""
    told, complaint = script(tmp_path, "times").communicate(timeout=120)
    assert (told, complaint) == ("once\n[0, 10, 20, 30]\n", "")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_the_process_they_serve(how, tmp_path):
    process = script(tmp_path, "nap")
    assert process.stdout.readline() == "once\n"
    workers = [int(process.stdout.readline().split()[1]) for _ in range(2)]
    os.kill(process.pid, how)
    process.communicate(timeout=60)
    for _ in range(100):
        if not any(map(alive, workers)):
            break
        time.sleep(0.1)
    assert not any(map(alive, workers))


def test_error_of_a_task_says_where():
    with pytest.raises(ValueError, match="task 0 is wrong") as told:
        tasks.each(fails, [(0,), (0,)], workers=2)
    assert str(told.value) == "task 0 is wrong"
    assert "in fails" in told.value.__notes__[0]


def test_task_that_kills_its_process_is_given_up(monkeypatch):
    monkeypatch.setattr(processes, "LIVES", 2)
    with pytest.raises(RuntimeError, match="worker processes died 2 times; 2 of 2 tasks are left"):
        tasks.each(crashes, [(), ()], workers=2)


def test_who_waits_may_stop():
    """A progress that raises, as on Ctrl-C, ends the workers at once."""

    def stop(done, of):
        raise KeyboardInterrupt

    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        tasks.each(time.sleep, [(60,), (60,)], workers=2, progress=stop)
    assert time.monotonic() - began < 30


def test_kernels_go_by_name():
    """By value, as numba sends them, every worker would compile them again."""
    model = fitter.model("flavourful_zprime")
    assert pickle.loads(processes.packed(model)).couplings is model.couplings
