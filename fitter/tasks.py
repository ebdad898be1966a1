"""Tasks: independent pieces of work (runs, replicates, calibration fits, tiles) on local processes or a cluster."""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

T = TypeVar("T")

#: Seconds to wait for a scheduler before giving up.
PATIENCE = 10.0


def each(
    function: Callable[..., T],
    arguments: Iterable[tuple[Any, ...]],
    *,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Callable[[int, int], Any] | None = None,
) -> list[T]:
    """Results of ``function(*arguments)`` in the order of the arguments, wherever they were computed.

    Parameters
    ----------
    function : of a module, so that another process finds it; its result depends on its arguments only
    arguments : one tuple a task, picklable
    workers : local processes; 1 works in this one
    scheduler : address of a dask scheduler, "tcp://host:8786"; then ``workers`` is not used. A task whose worker dies
        is run again elsewhere, so nothing is lost and nothing counted twice
    progress : receives tasks done and tasks in all

    Raises
    ------
    ConnectionError : the scheduler does not answer
    ModuleNotFoundError : ``scheduler`` is given and dask.distributed (extra ``distributed``) is not installed
    """
    listed = list(arguments)
    if workers < 1:
        raise ValueError(f"workers={workers} must be at least 1")
    if scheduler is not None:
        return _on_cluster(function, listed, scheduler, progress)
    if workers == 1 or len(listed) < 2:
        results = []
        for k, item in enumerate(listed):
            results.append(function(*item))
            if progress is not None:
                progress(k + 1, len(listed))
        return results
    context = multiprocessing.get_context("spawn")  # a fork would copy the locks of running threads
    with ProcessPoolExecutor(min(workers, len(listed)), mp_context=context) as pool:
        futures = [pool.submit(function, *item) for item in listed]
        for done, _ in enumerate(as_completed(futures)):
            if progress is not None:
                progress(done + 1, len(listed))
        return [future.result() for future in futures]


def _on_cluster(
    function: Callable[..., T],
    arguments: list[tuple[Any, ...]],
    scheduler: str,
    progress: Callable[[int, int], Any] | None,
) -> list[T]:
    from distributed import Client
    from distributed import as_completed as completed

    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise ConnectionError(f"no dask scheduler answers at {scheduler} within {PATIENCE:g} s") from problem
    with client:
        # pure=False: equal arguments are still separate tasks
        futures = [client.submit(function, *item, pure=False) for item in arguments]
        for done, _ in enumerate(completed(futures, loop=client.loop)):
            if progress is not None:
                progress(done + 1, len(arguments))
        return list(client.gather(futures))
