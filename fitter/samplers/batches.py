"""Batches of live points that dynesty adds to a finished run where the posterior is (Higson et al., 1704.03459).

A state is kept after every batch. A batch follows from the state before it, so a killed run repeats the batch it was
in and ends as if nothing had happened.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from dynesty.dynamicsampler import weight_function
from dynesty.utils import IteratorResult, compute_integrals

from fitter.checkpoint import Checkpoint
from fitter.progress import Interrupted

#: Columns of the run of all batches together, and numbers of the sampler, that the next batch depends on.
_RUN = ("id", "u", "v", "logl", "logvol", "logwt", "logz", "logzvar", "h", "nc", "it", "scale")
_COLUMNS = (*_RUN, "n", "batch")
_NUMBERS = ("it", "ncall", "eff", "batch")


def follow(dynamic: Any, base: Any) -> None:
    """Let the dynamic sampler go on after the finished static run ``base``, its live points added."""
    for key in _RUN:
        dynamic.saved_run[key] = list(base.saved_run[key])
    count, live = len(base.saved_run["logl"]), base.nlive
    dynamic.saved_run["n"] = [live] * (count - live) + list(range(live, 0, -1))
    dynamic.saved_run["batch"] = [0] * count
    dynamic.saved_run["batch_nlive"], dynamic.saved_run["batch_logl_bounds"] = [live], [(-np.inf, np.inf)]
    dynamic.it, dynamic.ncall, dynamic.eff = count + 1, base.ncall, base.eff
    _attach(dynamic, base)


def keep(checkpoint: Checkpoint, dynamic: Any, more: dict[str, Any]) -> None:
    """Write the state between two batches."""
    plain = {key: np.asarray(getattr(dynamic, key)).tolist() for key in _NUMBERS}
    plain |= {key: np.asarray(dynamic.saved_run[key]).tolist() for key in ("batch_nlive", "batch_logl_bounds")}
    plain |= {"logl_first_update": dynamic.sampler.logl_first_update}
    plain |= {"rng": dynamic.rstate.bit_generator.state, "sizes": dynamic.sampling.sizes.tolist()} | more
    checkpoint.save(plain, **{key: np.array(dynamic.saved_run[key]) for key in _COLUMNS})


def restore(dynamic: Any, base: Any, plain: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Go on from a state between two batches; ``base`` is a static sampler that has not begun."""
    base.save_bounds, base.logl_first_update = False, plain["logl_first_update"]
    for key in _COLUMNS:
        dynamic.saved_run[key] = list(arrays[key])
    for key in ("batch_nlive", "batch_logl_bounds"):
        dynamic.saved_run[key] = plain[key]
    for key in _NUMBERS:
        setattr(dynamic, key, plain[key])
    _attach(dynamic, base)
    dynamic.rstate.bit_generator.state = plain["rng"]
    dynamic.sampling.sizes = np.array(plain["sizes"])


def _attach(dynamic: Any, base: Any) -> None:
    for key in ("boundidx", "bounditer", "blob", "proposal_stats"):  # merged by dynesty, used by nobody
        dynamic.saved_run[key] = [0] * len(dynamic.saved_run["logl"])
    dynamic.sampler, dynamic.sampling, dynamic.bound_list = base, base.internal_sampler_next, base.bound_list
    dynamic.live_init = [base.live_u, base.live_v, base.live_logl]


def _weigh(dynamic: Any) -> None:
    """Weights of all points within the allowed prior volume; dynesty gives the forbidden one to the first point."""
    begin, run = dynamic.sampler.logvol_init, dynamic.saved_run
    weight, evidence, variance, information = compute_integrals(
        logl=np.array(run["logl"]), logvol=np.array(run["logvol"]) - begin
    )
    run["logwt"], run["logz"] = list(weight + begin), list(evidence + begin)
    run["logzvar"], run["h"] = list(variance), list(information - begin)


def bounds(results: Any, settings: dict[str, Any]) -> tuple[float, float]:
    """Range of ln L of the next batch.

    dynesty begins a batch without a lower bound with draws one by one from the whole prior, forbidden points among
    them; ours begins at the first dead point of the run, in the allowed prior volume that the run began with.
    """
    low, high = weight_function(results, settings)
    return max(low, results.logl[0]), high


def add(
    dynamic: Any, batches: int, live: int, tell: Callable[[int, float, float], None], save: Callable[[], None]
) -> tuple[Any, bool]:
    """Add batches until there are as many as asked for; the results, and whether that was interrupted.

    A likelihood that is the same everywhere has no range for a batch.
    """
    results = dynamic.results

    def printed(state: IteratorResult, *_: Any, **__: Any) -> None:
        tell(dynamic.it, state.delta_logz, state.logz)

    try:
        while dynamic.batch < batches and results.logl[-1] > results.logl[0]:
            dynamic.add_batch(
                nlive=live, wt_function=bounds, save_bounds=False, print_progress=True, print_func=printed
            )
            _weigh(dynamic)
            save()
            results = dynamic.results
    except Interrupted:
        return results, True
    return results, False
