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

from fitter.draws import Draws
from fitter.progress import Reporter
from fitter.samplers.proposals import differential, reflect
from fitter.target import Target

Array = npt.NDArray[np.float64]


class Walk(InternalSampler):
    """Marks dynesty's queue members for ``LockStep`` and adapts the size of the steps."""

    scale: float

    def prepare_sampler(self, *, nested_sampler: Any = None, loglstar: float = -np.inf, **kwargs: Any) -> list[Any]:
        """Arguments of the queue's members, with the live points above the threshold."""
        self.sampler_kwargs = {"live": nested_sampler.live_u[nested_sampler.live_logl > loglstar]}
        return super().prepare_sampler(nested_sampler=nested_sampler, loglstar=loglstar, **kwargs)

    @staticmethod
    def sample(args: Any) -> Any:
        """One member alone: never called, the whole queue goes to ``LockStep.map``."""
        raise NotImplementedError("walks run in lock-step, through LockStep.map")

    def tune(self, tuning_info: dict[str, float], update: bool = True) -> None:
        """Steer the acceptance to a quarter."""
        if update:
            self.scale = float(np.clip(self.scale * np.exp(0.5 * (tuning_info["acceptance"] - 0.25)), 1e-3, 2.0))


class LockStep:
    """In-process pool that walks all members of dynesty's queue together.

    Parameters
    ----------
    target : what is sampled
    size : members of the queue
    steps : length of every walk
    """

    def __init__(self, target: Target, size: int, steps: int):
        self.target, self.size, self.steps = target, size, steps
        self.stuck = 0

    def map(self, function: Callable[..., Any], items: Sequence[Any]) -> list[Any]:
        """dynesty's ``pool.map``: a queue of new points at once."""
        if function is UnitCubeSampler.sample:
            return self._draw(items)
        if function is Walk.sample:
            return self._walk(items)
        return [function(item) for item in items]

    def _draw(self, items: Sequence[Any]) -> list[Any]:
        """Independent prior draws above the threshold, as long as the prior is not much larger than what is left."""
        rng = np.random.default_rng(items[0].rseed)
        n, threshold = len(items), items[0].loglstar
        points, values, draws, found = [], [], 0, 0
        while found < n:
            u = rng.random((4 * n, self.target.dimension))
            value = self.target.log_likelihood(u)
            good = value > threshold
            points.append(u[good])
            values.append(value[good])
            draws, found = draws + len(u), found + int(good.sum())
        return self._returns(np.concatenate(points)[:n], np.concatenate(values)[:n], draws // n, None)

    def _walk(self, items: Sequence[Any]) -> list[Any]:
        """Walks of ``steps`` steps from live points."""
        threshold, scale, live = items[0].loglstar, items[0].scale, items[0].kwargs["live"]
        rng = np.random.default_rng(items[0].rseed)
        u = np.array([item.u for item in items])
        value = np.full(len(u), -np.inf)
        accepted = np.zeros(len(u), np.int64)
        for _ in range(self.steps):
            y = reflect(differential(u, live, scale, rng))
            new = self.target.log_likelihood(y)
            accept = new > threshold
            u = np.where(accept[:, None], y, u)
            value = np.where(accept, new, value)
            accepted += accept
        still = accepted == 0
        if still.any():
            self.stuck += int(still.sum())
            value[still] = self.target.log_likelihood(u[still])
        return self._returns(u, value, self.steps, {"acceptance": float(accepted.mean()) / self.steps})

    def _returns(self, u: Array, value: Array, calls: int, info: dict[str, float] | None) -> list[Any]:
        theta = self.target.transform(u)
        return [SamplerReturn(u[k], theta[k], value[k], calls, [], info, None) for k in range(len(u))]


def sample(
    target: Target,
    seed: int,
    report: Reporter,
    *,
    live: int = 500,
    steps: int | None = None,
    queue: int | None = None,
    remaining: float = 0.01,
    dynamic: bool = False,
) -> Draws:
    """Draws of a nested sampling run.

    Parameters
    ----------
    live : number of live points
    steps : length of each walk; default 40 times the dimension, at least 200
    queue : walks in lock-step; default half the live points
    remaining : stop when the live points' share of ln Z is below this
    dynamic : add batches of live points where the posterior needs them
    """
    d = target.dimension
    rng = np.random.default_rng(seed)
    start = target.start(live, rng)
    pool = LockStep(target, queue or max(2, live // 2), steps or max(200, 40 * d))
    common = {
        "bound": "none",
        "sample": Walk(ndim=d),
        "pool": pool,
        "queue_size": pool.size,
        "rstate": rng,
        "first_update": {"min_ncall": 0, "min_eff": 10.0},
        "nlive": live,
    }
    points = (start.u.copy(), target.transform(start.u), start.log_likelihood.copy())
    interrupted = False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dynesty warns of plateaus and short runs; both are judged below
        sampler = dynesty.NestedSampler(_alone, target.transform, d, live_points=points, **common)
        sampler.logvol_init = np.log(start.fraction)
        try:
            for number, state in enumerate(sampler.sample(dlogz=remaining, save_bounds=False)):
                if number % pool.size == 0:
                    part = 1 - np.log1p(state.delta_logz / remaining) / np.log1p(1e3 / remaining)
                    report("dynesty", number, target.evaluations, part, log_evidence=state.logz)
        except KeyboardInterrupt:
            interrupted = True
        for _ in sampler.add_live_points():
            pass
        results = sampler.results
    return _draws(target, results, live, pool, start, interrupted)


def _alone(theta: Array) -> float:
    raise NotImplementedError("the likelihood is evaluated in batches, by LockStep")


def _draws(target: Target, results: Any, live: int, pool: LockStep, start: Any, interrupted: bool) -> Draws:
    log_weight = results.logwt - results.logz[-1]
    weights = np.exp(log_weight - log_weight.max())
    reasons = []
    if interrupted:
        reasons.append(f"interrupted after {results.niter} iterations")
    error = float(np.hypot(results.logzerr[-1], start.log_fraction_error))
    return Draws(
        u=results.samples_u,
        log_weight=log_weight,
        log_likelihood=results.logl,
        log_evidence=float(results.logz[-1]),
        log_evidence_error=error,
        chain=np.zeros(len(log_weight), np.int64),
        effective=float(weights.sum() ** 2 / (weights @ weights)),
        evaluations=target.evaluations,
        diagnostics={
            "live points": live,
            "iterations": int(results.niter),
            "steps": pool.steps,
            "walks without a move": pool.stuck,
            "information": float(results.information[-1]),
            "allowed prior fraction": start.fraction,
        },
        reasons=tuple(reasons),
        interrupted=interrupted,
        history={"log_volume": results.logvol, "log_evidence": results.logz},
    )
