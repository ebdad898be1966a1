"""Nested sampling by ultranest, its population of slice samplers walked in lock-step: an optional second opinion.

ultranest (Buchner, 2101.09604) adapts the number of live points and takes errors from bootstraps of them; its slices
(Buchner, 2211.09426) share nothing with the walks of our dynesty but the likelihood. It keeps no state that we would
read: a killed run begins again, and with the same seed ends the same.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.checkpoint import Checkpoint
from fitter.draws import Draws
from fitter.progress import Reporter
from fitter.target import Target

try:
    import ultranest
    from ultranest import popstepsampler
    from ultranest.mlfriends import RobustEllipsoidRegion
except ModuleNotFoundError:
    raise ValueError("the sampler 'ultranest' needs a package: pip install 'darkflavour[ultranest]'") from None

Array = npt.NDArray[np.float64]

#: Stands for a forbidden point: ultranest wants finite numbers, and shrinks the volume of such a plateau at once.
FORBIDDEN = -1e100


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """ultranest draws from numpy's global generator: seed that, and put it back."""
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(np.random.SeedSequence(seed).generate_state(4))  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002


def sample(
    target: Target,
    seed: int,
    report: Reporter,
    checkpoint: Checkpoint,
    *,
    live: int = 400,
    steps: int = 40,
    population: int | None = None,
    remaining: float = 0.01,
) -> Draws:
    """Draws of a nested sampling run.

    Parameters
    ----------
    live : least number of live points
    steps : slices that each new point has moved along
    population : points that move together; default half the live points
    remaining : stop when the live points' share of Z is below this

    Raises
    ------
    ValueError : the likelihood is nowhere finite; too few live points
    """
    d = target.dimension
    if live < 2 * d + 2:
        raise ValueError(f"live={live} must be at least {2 * d + 2}, twice the dimension and two")
    start = target.start(live, np.random.default_rng(seed))
    batches = 0

    def log_likelihood(theta: Array) -> Array:
        nonlocal batches
        value = target.terms(theta).sum(axis=1)
        batches += 1
        report("ultranest", batches, target.evaluations, 0.0)
        return np.where(np.isfinite(value), value, FORBIDDEN)

    log = logging.getLogger("ultranest")
    log.addHandler(logging.NullHandler())  # or ultranest adds one that prints
    log.propagate = False
    with _seeded(seed):
        names = [f"x{k}" for k in range(d)]
        integrator = ultranest.ReactiveNestedSampler(
            names, log_likelihood, target.transform, vectorized=True, num_test_samples=0
        )
        integrator.stepsampler = popstepsampler.PopulationSimpleSliceSampler(
            popsize=population or max(2, live // 2),
            nsteps=steps,
            generate_direction=popstepsampler.generate_mixture_random_direction,
        )
        results: dict[str, Any] = integrator.run(
            min_num_live_points=live,
            cluster_num_live_points=min(40, live),
            frac_remain=remaining,
            max_num_improvement_loops=0,
            region_class=RobustEllipsoidRegion,
            show_status=False,
            viz_callback=False,
        )
    points = results["weighted_samples"]
    good = (points["logl"] > FORBIDDEN) & (points["weights"] > 0)
    weights = points["weights"][good] / points["weights"][good].sum()
    test = results["insertion_order_MWW_test"]
    reasons = () if test["converged"] else ("new points do not insert uniformly among the live ones: take more steps",)
    return Draws(
        u=points["upoints"][good],
        log_weight=np.log(weights),
        log_likelihood=points["logl"][good],
        log_evidence=float(results["logz"]),
        log_evidence_error=float(results["logzerr"]),
        chain=np.zeros(len(weights), np.int64),
        effective=float(1 / (weights @ weights)),
        evaluations=target.evaluations,
        diagnostics={
            "live points": live,
            "iterations": int(results["niter"]),
            "steps": steps,
            "information": float(results["H"]),
        }
        | start.diagnostics,
        reasons=reasons,
    )
