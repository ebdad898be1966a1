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

from fitter.checkpoint import Checkpoint
from fitter.diagnostics import insertion_ranks
from fitter.draws import Draws
from fitter.progress import Reporter
from fitter.samplers import batches as further
from fitter.samplers.proposals import StudentWalk, differential
from fitter.target import Start, Target, normal

Array = npt.NDArray[np.float64]

#: Prior draws for each point of a queue after which too little of the prior is left to draw from.
DRAWS = 10_000


class Exhausted(KeyboardInterrupt):
    """Too little prior lies above the threshold: ends a run as Ctrl-C does, what there is is kept."""


class Walk(InternalSampler):
    """Marks dynesty's queue members for ``LockStep`` and adapts the size of the steps."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.sizes = np.ones(2)

    def prepare_sampler(self, *, nested_sampler: Any = None, loglstar: float = -np.inf, **kwargs: Any) -> list[Any]:
        """Arguments of the queue's members, with the live points above the threshold."""
        above = nested_sampler.live_logl > loglstar
        self.sampler_kwargs = {"live": nested_sampler.live_u[above], "sizes": self.sizes}
        return super().prepare_sampler(nested_sampler=nested_sampler, loglstar=loglstar, **kwargs)

    @staticmethod
    def sample(args: Any) -> Any:
        """One member alone: never called, the whole queue goes to ``LockStep.map``."""
        raise TypeError(f"walks run in lock-step, through LockStep.map, not one by one: {type(args).__name__}")

    def tune(self, tuning_info: dict[str, Array], update: bool = True) -> None:
        """Steer the acceptance to a quarter."""
        if update:
            self.sizes = np.clip(self.sizes * np.exp(tuning_info["acceptance"] - 0.25), 1e-3, 2.0)


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
        self.exhausted = ""

    def map(self, function: Callable[..., Any], items: Sequence[Any]) -> list[Any]:
        """dynesty's ``pool.map``: a queue of new points at once."""
        if function is UnitCubeSampler.sample:
            return self._draw(items)
        if function is Walk.sample:
            return self._walk(items)
        return [function(item) for item in items]

    def _draw(self, items: Sequence[Any]) -> list[Any]:
        """Independent prior draws above the threshold, as long as the prior is not much larger than what is left.

        Raises
        ------
        Exhausted : fewer than one in ``DRAWS`` of the prior's points lies above the threshold
        """
        rng = np.random.default_rng(items[0].rseed)
        n, threshold = len(items), items[0].loglstar
        points, values, draws, found = [], [], 0, 0
        while found < n:
            if draws >= DRAWS * n:
                self.exhausted = (
                    f"only {found} of {draws} prior draws lie above the worst live point (ln L = {threshold:.4g}): "
                    "too little of the prior is left; narrow the priors or take sampler smc"
                )
                raise Exhausted
            u = rng.random((4 * n, self.target.dimension))
            value = self.target.log_likelihood(u)
            good = value > threshold
            points.append(u[good])
            values.append(value[good])
            draws, found = draws + len(u), found + int(good.sum())
        return self._returns(np.concatenate(points)[:n], np.concatenate(values)[:n], draws // n, None)

    def _walk(self, items: Sequence[Any]) -> list[Any]:
        """Walks of ``steps`` steps from live points, in turn with the covariance and along differences of live points.

        Coordinates are those where the prior is standard normal: there a prior of many Gaussian nuisances and the
        shells of their likelihood are round, which they are not in the unit cube.
        """
        threshold, sizes, live = items[0].loglstar, items[0].kwargs["sizes"], normal(items[0].kwargs["live"])
        rng = np.random.default_rng(items[0].rseed)
        z = normal(np.array([item.u for item in items]))
        n, d = z.shape
        factor = StudentWalk.fit(live).factor.T * (2.38 / np.sqrt(d))
        value, square = np.full(n, -np.inf), np.einsum("ij,ij->i", z, z)
        accepted = np.zeros((2, n), np.int64)
        for step in range(self.steps):
            kind = step % 2
            if kind:
                y = differential(z, live, sizes[1], rng, decades=2.0)
            else:
                y = z + sizes[0] * (rng.standard_normal((n, d)) @ factor)
            new, longer = self.target.log_likelihood_normal(y), np.einsum("ij,ij->i", y, y)
            accept = (new > threshold) & (2 * rng.standard_exponential(n) > longer - square)
            z = np.where(accept[:, None], y, z)
            value, square = np.where(accept, new, value), np.where(accept, longer, square)
            accepted[kind] += accept
        still = accepted.sum(axis=0) == 0
        if still.any():
            self.stuck += int(still.sum())
            value[still] = self.target.log_likelihood_normal(z[still])
        return self._returns(special.ndtr(z), value, self.steps, {"acceptance": 2 * accepted.mean(axis=1) / self.steps})

    def _returns(self, u: Array, value: Array, calls: int, info: dict[str, Array] | None) -> list[Any]:
        theta = self.target.transform(u)
        return [SamplerReturn(u[k], theta[k], value[k], calls, [], info, None) for k in range(len(u))]


def sample(
    target: Target,
    seed: int,
    report: Reporter,
    checkpoint: Checkpoint,
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
    dynamic : add ``batches`` of as many live points where the posterior is (``fitter.samplers.batches``)
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

    kept = checkpoint.load()
    if kept is None:
        start, ranks = target.start(live, rng), None
        points = [start.u.copy(), target.transform(start.u), start.log_likelihood.copy()]
    else:
        plain, arrays = kept
        start, ranks = Start(np.empty((plain["allowed"], 0)), np.empty(0), *plain["start"]), plain["ranks"]
        points = [arrays[key][:live] for key in (_LIVE[:3] if ranks is None else ("u", "v", "logl"))]
        pool.stuck = plain["stuck"]
        target.restore(plain)

    def more() -> dict[str, Any]:
        counts = {"stuck": pool.stuck, "allowed": len(start.u), "ranks": ranks} | target.kept()
        return counts | {"start": [start.draws, start.fraction, start.cuts]}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dynesty warns of plateaus and short runs; both are judged below
        sampler = dynesty.NestedSampler(alone, target.transform, d, live_points=points, **common)
        sampler.logvol_init = np.log(start.fraction)
        interrupted = False
        if ranks is None:
            if kept is not None:
                _restore(sampler, plain, arrays)
            interrupted = _static(sampler, remaining, tell, checkpoint, lambda: _keep(checkpoint, sampler, more()))
            results = sampler.results
        if ranks is None and not interrupted:
            order = insertion_ranks(results.logl, results.samples_it, live)
            ranks = float(stats.kstest(order, "uniform").pvalue) if len(order) else 1.0
        if dynamic and not interrupted:
            whole = dynesty.DynamicNestedSampler(alone, target.transform, d, **common)
            if kept is not None and "batch" in plain:
                further.restore(whole, sampler, plain, arrays)
            else:
                further.follow(whole, sampler)
            results, interrupted = further.add(
                whole, batches, live, tell, lambda: further.keep(checkpoint, whole, more())
            )
    return _draws(target, results, live, pool, start, interrupted, ranks)


#: Numbers, and arrays, of dynesty's sampler that its next iteration depends on.
_NUMBERS = ("it", "ncall", "eff", "unit_cube_sampling", "ncall_at_last_update", "logl_first_update", "nbound")
_PLATEAU = ("plateau_mode", "plateau_counter", "plateau_logdvol")
_LIVE = ("live_u", "live_v", "live_logl", "live_bound", "live_it")
_RUN = ("id", "u", "v", "logl", "logvol", "logwt", "logz", "logzvar", "h", "nc", "boundidx", "it", "bounditer", "scale")


def _keep(checkpoint: Checkpoint, sampler: Any, more: dict[str, Any]) -> None:
    plain = {key: np.asarray(getattr(sampler, key)).tolist() for key in _NUMBERS + _PLATEAU}
    plain |= {"rng": sampler.rstate.bit_generator.state, "sizes": sampler.internal_sampler_next.sizes.tolist()} | more
    arrays = {key: getattr(sampler, key) for key in _LIVE}
    checkpoint.save(plain, **arrays, **{f"run_{key}": np.array(sampler.saved_run[key]) for key in _RUN})


def _restore(sampler: Any, plain: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> None:
    for key in _NUMBERS + _PLATEAU:
        setattr(sampler, key, plain[key])
    for key in _LIVE:
        setattr(sampler, key, arrays[key])
    for key in _RUN:
        sampler.saved_run[key] = list(arrays[f"run_{key}"])
    for key in ("blob", "proposal_stats"):
        sampler.saved_run[key] = [None] * len(arrays["run_logl"])
    sampler.rstate.bit_generator.state = plain["rng"]
    sampler.internal_sampler_next.sizes = np.array(plain["sizes"])
    if not sampler.unit_cube_sampling:
        sampler.bound, sampler.internal_sampler = sampler.bound_next, sampler.internal_sampler_next


def _static(
    sampler: Any,
    remaining: float,
    tell: Callable[[int, float, float], None],
    checkpoint: Checkpoint,
    save: Callable[[], None],
) -> bool:
    interrupted = False
    try:
        for state in sampler.sample(dlogz=remaining, save_bounds=False, resume=True):
            if sampler.nqueue == 0 and checkpoint.due:  # an empty queue need not be kept
                save()
            tell(sampler.it, state.delta_logz, state.logz)
    except KeyboardInterrupt:
        interrupted = True
    sampler.ncall = max(sampler.ncall, 1)  # dynesty divides by it, also if no new point was needed or found
    for _ in sampler.add_live_points():
        pass
    return interrupted


def _draws(
    target: Target, results: Any, live: int, pool: LockStep, start: Start, interrupted: bool, ranks: float | None
) -> Draws:
    log_weight = results.logwt - results.logz[-1]
    weights = np.exp(log_weight - log_weight.max())
    error = float(results.logzerr[-1])
    if not np.isfinite(error):  # dynesty's variance may round below zero on a plateau: Skilling's H / live
        information = weights @ results.logl / weights.sum() - results.logz[-1]
        error = float(np.sqrt(max(information, 0.0) / live))
    reasons = [pool.exhausted] if pool.exhausted else []
    interrupted = interrupted and not pool.exhausted
    if interrupted:
        reasons.append(f"interrupted after {len(results.logl)} iterations")
    diagnostics: dict[str, Any] = {
        "live points": live,
        "iterations": len(results.logl) - live,
        "steps": pool.steps,
        "walks without a move": pool.stuck,
        "information": float(results.information[-1]),
    }
    if ranks is not None:
        diagnostics["insertion rank p-value"] = ranks
        if ranks < 1e-3:
            reasons.append(f"new points do not insert uniformly among the live ones (p = {ranks:.1e}): walk more steps")
    return Draws(
        u=results.samples_u,
        log_weight=log_weight,
        log_likelihood=results.logl,
        log_evidence=float(results.logz[-1]),
        log_evidence_error=float(np.hypot(error, start.log_fraction_error)),
        chain=np.zeros(len(log_weight), np.int64),
        effective=float(weights.sum() ** 2 / (weights @ weights)),
        evaluations=target.evaluations,
        diagnostics=diagnostics | start.diagnostics,
        reasons=tuple(reasons),
        interrupted=interrupted,
        history={"log_volume": results.logvol, "log_evidence": results.logz},
    )
