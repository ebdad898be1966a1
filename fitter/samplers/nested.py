"""Nested sampling by dynesty, its whole queue walked in lock-step through the batched likelihood.

dynesty (Speagle, 1904.02180) keeps the live points, volumes and weights; new points come from long walks of all queue
members at once (``LockStep``), so no process is forked. Points are drawn before the run until ``live`` of them are
allowed: the prior volume then begins at the allowed fraction.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import dynesty
import numpy as np
import numpy.typing as npt
from dynesty.internal_samplers import InternalSampler, SamplerReturn, UnitCubeSampler
from scipy import special, stats

from fitter.diagnostics import insertion_ranks
from fitter.draws import Draws
from fitter.progress import Reporter
from fitter.samplers.proposals import StudentWalk, differential
from fitter.target import Start, Target, normal

Array = npt.NDArray[np.float64]


class Walk(InternalSampler):
    """Marks dynesty's queue members for ``LockStep`` and adapts the size of the steps."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.scale = np.ones(2)

    def prepare_sampler(self, *, nested_sampler: Any = None, loglstar: float = -np.inf, **kwargs: Any) -> list[Any]:
        """Arguments of the queue's members, with the live points above the threshold."""
        self.sampler_kwargs = {"live": nested_sampler.live_u[nested_sampler.live_logl > loglstar]}
        return super().prepare_sampler(nested_sampler=nested_sampler, loglstar=loglstar, **kwargs)

    @staticmethod
    def sample(
    target: Target,
    seed: int,
    report: Reporter,
    *,
    live: int = 500,
    steps: int = 400,
    queue: int | None = None,
    remaining: float = 0.01,
    dynamic: bool = False,
    batches: int = 4,
) -> Draws:
    """Draws of a nested sampling run.

    Parameters
    ----------
    live : number of live points
    steps : length of each walk
    queue : walks in lock-step; default half the live points
    remaining : stop when the live points' share of ln Z is below this
    dynamic : add ``batches`` of live points where the posterior needs them
    """
    d = target.dimension
    if live < 2 * d + 2:
        raise ValueError(f"live={live} must be at least {2 * d + 2}, twice the dimension and two")
    rng = np.random.default_rng(seed)
    pool = LockStep(target, queue or max(2, live // 2), steps)
    common: dict[str, Any] = {
        "bound": "none",
        "sample": Walk(ndim=d),
        "pool": pool,
        "queue_size": pool.size,
        "rstate": rng,
        "first_update": {"min_ncall": 0, "min_eff": 10.0},
        "nlive": live,
    }

    def alone(theta: Array) -> float:
        return float(target.terms(theta[None]).sum())

    def tell(number: int, missing: float, log_evidence: float) -> None:
        if number % pool.size == 0:
            part = 1 - np.log1p(missing / remaining) / np.log1p(1e3 / remaining)
            report("dynesty", number, target.evaluations, part, log_evidence=log_evidence)

    start = target.start(live, rng)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dynesty warns of plateaus and short runs; both are judged below
        if dynamic:
            results, interrupted = _dynamic(dynesty.DynamicNestedSampler(alone, target.transform, d, **common), batches, tell)
        else:
            points = (start.u.copy(), target.transform(start.u), start.log_likelihood.copy())
            sampler = dynesty.NestedSampler(alone, target.transform, d, live_points=points, **common)
            sampler.logvol_init = np.log(start.fraction)
            results, interrupted = _static(sampler, remaining, tell)
    return _draws(target, results, live, pool, start, interrupted, dynamic)


def _static(sampler: Any, remaining: float, tell: Callable[[int, float, float], None]) -> tuple[Any, bool]:
    interrupted = False
    try:
        for number, state in enumerate(sampler.sample(dlogz=remaining, save_bounds=False)):
            tell(number, state.delta_logz, state.logz)
    except KeyboardInterrupt:
        interrupted = True
    for _ in sampler.add_live_points():
        pass
    return sampler.results, interrupted


def _dynamic(sampler: Any, batches: int, tell: Callable[[int, float, float], None]) -> tuple[Any, bool]:
    def printed(state: Any, number: int, *_: Any, **__: Any) -> None:
        tell(number, state.delta_logz, state.logz)

    try:
        sampler.run_nested(maxbatch=batches, save_bounds=False, print_func=printed)
    except KeyboardInterrupt:
        if len(sampler.saved_run["logl"]):
            return sampler.results, True
        for _ in sampler.sampler.add_live_points():
            pass
        return sampler.sampler.results, True
    return sampler.results, False


def _draws(
    target: Target, results: Any, live: int, pool: LockStep, start: Start, interrupted: bool, dynamic: bool
) -> Draws:
    log_weight = results.logwt - results.logz[-1]
    weights = np.exp(log_weight - log_weight.max())
    reasons = []
    if interrupted:
        reasons.append(f"interrupted after {len(results.logl)} iterations")
    diagnostics: dict[str, Any] = {
        "live points": live,
        "iterations": len(results.logl) - live,
        "steps": pool.steps,
        "walks without a move": pool.stuck,
        "information": float(results.information[-1]),
    }
    if not dynamic and not interrupted:
        ranks = insertion_ranks(results.logl, results.samples_it, live)
        diagnostics["insertion rank p-value"] = p = float(stats.kstest(ranks, "uniform").pvalue)
        if p < 1e-3:
            reasons.append(f"new points do not insert uniformly among the live ones (p = {p:.1e}): walk more steps")
    return Draws(
        u=results.samples_u,
        log_weight=log_weight,
        log_likelihood=results.logl,
        log_evidence=float(results.logz[-1]),
        log_evidence_error=float(np.hypot(results.logzerr[-1], start.log_fraction_error)),
        chain=np.zeros(len(log_weight), np.int64),
        effective=float(weights.sum() ** 2 / (weights @ weights)),
        evaluations=target.evaluations,
        diagnostics=diagnostics | start.diagnostics,
        reasons=tuple(reasons),
        interrupted=interrupted,
        history={"log_volume": results.logvol, "log_evidence": results.logz},
    )
