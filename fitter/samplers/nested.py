"""Nested sampling by dynesty, its whole queue walked in lock-step through the batched likelihood.

dynesty (Speagle, 1904.02180) keeps the live points, volumes and weights; new points come from long walks of all queue
members at once (``LockStep``), so no process is forked. Points are drawn before the run until ``live`` of them are
allowed: the prior volume then begins at the allowed fraction.
"""

import warnings
from collections.abc import Callable
from typing import Any

import dynesty
import numpy as np
import numpy.typing as npt
from scipy import stats

from fitter.checkpoint import Checkpoint
from fitter.diagnostics import insertion_ranks
from fitter.draws import Draws
from fitter.progress import Interrupted, Reporter
from fitter.samplers import batches as further
from fitter.samplers.floor import Floor
from fitter.samplers.walk import LockStep, Walk
from fitter.target import Start, Target

Array = npt.NDArray[np.float64]

#: Allowed prior fraction below which not even the first points are drawn from the prior.
RARE = 0.1


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
        floor = Floor.of(target, start, len(start.u) - 2, live, rng)
        u, value = _begin(floor.above or start, floor.log_likelihood, live, pool, rng)
        points = [u, target.transform(u), value]
    else:
        plain, arrays = kept
        start, ranks = Start(np.empty((plain["allowed"], 0)), np.empty(0), *plain["start"]), plain["ranks"]
        floor = Floor.restored(np.array(plain["on the floor"], float), plain["floor"])
        points = [arrays[key][:live] for key in (_LIVE[:3] if ranks is None else ("u", "v", "logl"))]
        pool.stuck = plain["stuck"]
        target.restore(plain)

    def more() -> dict[str, Any]:
        counts = {"stuck": pool.stuck, "allowed": len(start.u), "ranks": ranks} | target.kept()
        plateau = {"floor": floor.kept(), "on the floor": floor.u.tolist()}
        return counts | plateau | {"start": [start.draws, start.fraction, start.cuts]}

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # dynesty warns of plateaus and short runs; both are judged below
        sampler = dynesty.NestedSampler(alone, target.transform, d, live_points=points, **common)
        sampler.logvol_init = np.log((floor.above or start).fraction)
        interrupted = False
        if ranks is None:
            if kept is not None:
                _restore(sampler, plain, arrays)
            elif (floor.above or start).fraction < RARE:
                sampler.unit_cube_sampling = False
                sampler.bound, sampler.internal_sampler = sampler.bound_next, sampler.internal_sampler_next
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
    return _draws(target, results, live, pool, start, floor, interrupted, ranks)


def _begin(start: Start, threshold: float, live: int, pool: LockStep, rng: np.random.Generator) -> tuple[Array, Array]:
    """The first live points and their likelihoods; where too few of the prior's are allowed, walks from those."""
    found = len(start.u)
    if found == live:
        return start.u.copy(), start.log_likelihood.copy()
    u, value, _ = pool.walk(start.u[rng.integers(0, found, live)], start.u, threshold, np.ones(2), rng)
    return u, value


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
    except Interrupted:
        interrupted = True
    sampler.ncall = max(sampler.ncall, 1)  # dynesty divides by it, also if no new point was needed or found
    for _ in sampler.add_live_points():
        pass
    return interrupted


def _draws(
    target: Target,
    results: Any,
    live: int,
    pool: LockStep,
    start: Start,
    floor: Floor,
    interrupted: bool,
    ranks: float | None,
) -> Draws:
    weights = np.exp(results.logwt - results.logz[-1])
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
    found = Draws(
        u=results.samples_u,
        log_weight=results.logwt,
        log_likelihood=results.logl,
        log_evidence=float(results.logz[-1]),
        log_evidence_error=float(np.hypot(error, (floor.above or start).log_fraction_error)),
        chain=np.zeros(len(weights), np.int64),
        effective=float(weights.sum() ** 2 / (weights @ weights)),
        evaluations=target.evaluations,
        diagnostics=diagnostics | start.diagnostics,
        reasons=tuple(reasons),
        interrupted=interrupted,
        history={"log_volume": results.logvol, "log_evidence": results.logz},
    )
    return floor.add(found)
