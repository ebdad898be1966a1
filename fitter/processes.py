"""Processes: local workers that take one task at a time, may die without loss, and end with the process they serve.

A worker is a plain interpreter at the other end of a socket. It does not run the script that asked for it, so a script
needs no ``if __name__ == "__main__":``; what that script defines is sent along by value. It is in a process group of
its own, so Ctrl-C reaches only the process that waits for it, and it ends as soon as that one is gone, however.
"""

import os
import pickle
import queue
import subprocess
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from importlib import import_module
from io import BytesIO
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from typing import Any

import cloudpickle
from numba.core.dispatcher import Dispatcher

#: Times that processes may die before the work is given up: a task that kills its process would do it again.
LIVES = 5
#: Seconds between looks at what else the waiting process was told.
PULSE = 0.2


def work(
    function: Callable[..., Any],
    arguments: Sequence[tuple[Any, ...]],
    workers: int,
    done: Callable[[int, Any], Any],
    waiting: Callable[[], Any] = lambda: None,
) -> None:
    """Do ``function(*arguments[k])`` for every k in other processes.

    Parameters
    ----------
    done : receives k and the result as it comes
    waiting : called every ``PULSE`` seconds; what it raises ends the processes

    Raises
    ------
    RuntimeError : processes died again and again
    Exception : that of a task, with the worker's traceback as a note
    """
    left = deque(range(len(arguments)))
    crew = [Worker() for _ in range(min(workers, len(arguments)))]
    finished = deaths = 0
    try:
        while finished < len(arguments):
            for k, worker in enumerate(crew):
                if worker.task is None and left and not worker.give(left[0], function, arguments[left.popleft()]):
                    deaths += 1
                    left.appendleft(crew[k].end())
                    crew[k] = Worker()
            busy = {worker.connection: k for k, worker in enumerate(crew) if worker.task is not None}
            for connection in wait(list(busy), PULSE):
                k = busy[connection]  # type: ignore[index]
                try:
                    result, problem = pickle.loads(crew[k].connection.recv_bytes())
                except (EOFError, OSError):  # it was killed: what it had not finished is done again
                    deaths += 1
                    left.appendleft(crew[k].end())
                    crew[k] = Worker()
                    continue
                if problem is not None:
                    raise problem
                number, crew[k].task = crew[k].task, None
                finished += 1
                done(number, result)
            if deaths >= LIVES:
                raise RuntimeError(
                    f"worker processes died {deaths} times; {len(arguments) - finished} of {len(arguments)} tasks are "
                    "left; is there too little memory?"
                )
            waiting()
    finally:
        for worker in crew:
            worker.end()


class Worker:
    """One process and what it is doing.

    Attributes
    ----------
    task : number of the task it has, None if it is idle
    """

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        self.task: Any = None
        search = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from fitter.processes import serve; serve({theirs.fileno()})"],
            pass_fds=[theirs.fileno()],
            env=os.environ | {"PYTHONPATH": search},
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
        theirs.close()

    def give(self, number: int, function: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
        """Send a task; whether the process was there to take it."""
        self.task = number
        try:
            self.connection.send_bytes(packed((function, arguments)))
        except OSError:
            return False
        return True

    def end(self) -> Any:
        """Kill the process; the task it had."""
        self.connection.close()
        self._process.kill()
        self._process.wait()
        return self.task


def packed(task: Any) -> bytes:
    """Pickle, in which what the running script or notebook defines goes by value, and a package's kernels by name."""
    stream = BytesIO()
    _Pickler(stream).dump(task)
    return stream.getvalue()


class _Pickler(cloudpickle.Pickler):
    """numba sends kernels by value, and then the receiver compiles them again: by name it finds them in the cache."""

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, Dispatcher):
            module, name = obj.py_func.__module__, obj.py_func.__qualname__
            if module != "__main__" and getattr(sys.modules.get(module), name, None) is obj:
                return _kernel, (module, name)
        return super().reducer_override(obj)


def _kernel(module: str, name: str) -> Any:
    return getattr(import_module(module), name)


def serve(descriptor: int) -> None:
    """Do the tasks that come through a socket until it closes: the whole life of a worker."""
    connection = Connection(descriptor)
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        try:
            while True:
                tasks.put(connection.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)  # whoever waits for us is gone: leave at once, also in the middle of a task

    threading.Thread(target=read, daemon=True).start()
    while True:
        task = tasks.get()
        try:
            function, arguments = pickle.loads(task)
            answer = packed((function(*arguments), None))
        except Exception as problem:
            problem.add_note(traceback.format_exc())
            try:
                answer = packed((None, problem))
            except Exception:  # an exception that holds what cannot be sent
                answer = packed((None, RuntimeError(f"{type(problem).__name__}: {problem}")))
        connection.send_bytes(answer)
