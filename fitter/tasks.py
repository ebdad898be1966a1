"""Tasks: independent pieces of work (runs, replicates, calibration fits, tiles) on local processes or a cluster."""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

T = TypeVar("T")

#: Seconds to wait for a scheduler before giving up.
PATIENCE = 10.0
#: Times that local processes may die before the work is given up: a task that kills its process would do it again.
LIVES = 5


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
    function : of a module, so that another process finds it; its result depends on its arguments only
    arguments : one tuple a task, picklable
    workers : local processes; 1 works in this one
    scheduler : address of a dask scheduler, "tcp://host:8786"; then ``workers`` is not used. A task whose worker dies
        is run again elsewhere, so nothing is lost and nothing counted twice; the same holds for local processes
    progress : receives tasks done and tasks in all
    keep : receives number and result of every task as soon as it is there, in the order of completion

    Raises
    ------
    ConnectionError : the scheduler does not answer
    ModuleNotFoundError : ``scheduler`` is given and dask.distributed (extra ``distributed``) is not installed
    RuntimeError : local processes died again and again
    """
    listed = list(arguments)
    results: dict[int, T] = {}

    def add(number: int, result: T) -> None:
        results[number] = result
        if keep is not None:
            keep(number, result)
        if progress is not None:
            progress(len(results), len(listed))

    if workers < 1:
        raise ValueError(f"workers={workers} must be at least 1")
    if scheduler is not None:
        _on_cluster(function, listed, scheduler, add)
    elif workers == 1 or len(listed) < 2:
        for k, item in enumerate(listed):
            add(k, function(*item))
    else:
        _on_processes(function, listed, workers, add, results)
    return [results[k] for k in range(len(listed))]


def _on_processes(
    function: Callable[..., T],
    arguments: list[tuple[Any, ...]],
    workers: int,
    add: Callable[[int, T], None],
    results: dict[int, T],
) -> None:
    context = multiprocessing.get_context("spawn")  # a fork would copy the locks of running threads
    for _ in range(LIVES):
        missing = [k for k in range(len(arguments)) if k not in results]
        try:
            with ProcessPoolExecutor(min(workers, len(missing)), mp_context=context) as pool:
                futures = {pool.submit(function, *arguments[k]): k for k in missing}
                try:
                    for future in as_completed(futures):
                        add(futures[future], future.result())
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
            return
        except BrokenProcessPool:  # a process was killed: what it had not finished is done again
            continue
    raise RuntimeError(f"worker processes died {LIVES} times; {len(arguments) - len(results)} tasks are left")


def _on_cluster(
    function: Callable[..., T], arguments: list[tuple[Any, ...]], scheduler: str, add: Callable[[int, T], None]
) -> None:
    from distributed import Client
    from distributed import as_completed as completed

    try:
        client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise ConnectionError(f"no dask scheduler answers at {scheduler} within {PATIENCE:g} s") from problem
    with client:
        # pure=False: equal arguments are still separate tasks
        futures = {client.submit(function, *item, pure=False): k for k, item in enumerate(arguments)}
        for future, result in completed(futures, loop=client.loop, with_results=True):
            add(futures[future], result)
