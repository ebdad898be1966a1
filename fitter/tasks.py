"""Tasks: independent pieces of work (runs, replicates, calibration fits, tiles) on local processes or a cluster."""

import pickle
import queue
import warnings
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from fitter import processes
from likelihoods.kernel import source_hash

T = TypeVar("T")

#: Seconds to wait for a scheduler before giving up, and for its first worker before telling that there is none.
PATIENCE = 10.0


def each(
    function: Callable[..., T],
    arguments: Iterable[tuple[Any, ...]],
    *,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Callable[[int, int], Any] | None = None,
    keep: Callable[[int, T], Any] | None = None,
) -> list[T]:
    """Results of ``function(*arguments)`` in the order of the arguments, wherever they were computed.

    Parameters
    ----------
    function : its result depends on its arguments only
    arguments : one tuple a task, picklable
    workers : local processes; 1 works in this one
    scheduler : address of a dask scheduler, "tcp://host:8786"; then ``workers`` is not used. A task whose worker dies
        is run again elsewhere, so nothing is lost and nothing counted twice; the same holds for local processes
    progress : receives tasks done and tasks in all, a few times a second while others work; what it raises stops them
    keep : receives number and result of every task as soon as it is there, in the order of completion

    Raises
    ------
    ConnectionError : the scheduler does not answer, or went away
    ModuleNotFoundError : ``scheduler`` is given and dask.distributed (extra ``distributed``) is not installed
    RuntimeError : local processes died again and again; a worker of the cluster has other sources
    """
    listed = list(arguments)
    results: dict[int, T] = {}

    def tell() -> None:
        if progress is not None:
            progress(len(results), len(listed))

    def add(number: int, result: T) -> None:
        results[number] = result
        if keep is not None:
            keep(number, result)
        tell()

    if workers < 1:
        raise ValueError(f"workers={workers} must be at least 1")
    if scheduler is not None:
        _on_cluster(function, listed, scheduler, add, tell)
    elif workers == 1 or len(listed) < 2:
        for k, item in enumerate(listed):
            add(k, function(*item))
    else:
        processes.work(function, listed, workers, add, tell)
    return [results[k] for k in range(len(listed))]


def _on_cluster(
    function: Callable[..., T],
    arguments: list[tuple[Any, ...]],
    scheduler: str,
    add: Callable[[int, T], None],
    tell: Callable[[], None],
) -> None:
    from distributed import CancelledError, Client

    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise ConnectionError(f"no dask scheduler answers at {scheduler} within {PATIENCE:g} s") from problem
    ended: queue.SimpleQueue[Any] = queue.SimpleQueue()
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            warnings.warn(f"the scheduler at {scheduler} has no workers yet: waiting for them", stacklevel=3)
        # pure=False: equal arguments are still separate tasks
        futures = {
            client.submit(_same_sources, source_hash(), processes.packed((function, item)), pure=False): k
            for k, item in enumerate(arguments)
        }
        for future in futures:
            future.add_done_callback(ended.put)
        left = len(futures)
        try:
            while left:
                try:
                    future = ended.get(timeout=processes.PULSE)
                except queue.Empty:
                    tell()
                    continue
                add(futures[future], future.result())
                left -= 1
        except CancelledError as problem:
            raise ConnectionError(f"the dask scheduler at {scheduler} went away with {left} tasks left") from problem
        except BaseException:
            client.cancel(list(futures))
            raise


def _same_sources(sources: str, task: bytes) -> Any:
    """The result of a task, if this worker computes with the same code."""
    if source_hash() != sources:
        raise RuntimeError("a worker of the cluster has other sources or another numba: install the same version there")
    function, arguments = pickle.loads(task)
    return function(*arguments)
