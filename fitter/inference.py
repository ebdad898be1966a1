"""Inference: one entry to all samplers."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import numpy as np

from fitter.checkpoint import Checkpoint, RunFolder
from fitter.draws import Draws
from fitter.evidence import checked
from fitter.optimum import best_fit
from fitter.posterior import Posterior
from fitter.progress import Progress, Reporter
from fitter.provenance import circumstances, fingerprint
from fitter.regions import hold
from fitter.result import Result
from fitter.samplers import sampler as find_sampler
from fitter.target import Target

#: Default sampler: the cheaper one on a relic-density ridge, with as many effective draws whatever the seed.
DEFAULT = "dynesty"


def run(
    posterior: Posterior,
    sampler: str = DEFAULT,
    *,
    seed: int = 1,
    out: str | Path | None = None,
    evidence: Literal["checked"] | None = None,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Callable[[Progress], Any] | bool | None = None,
    **settings: Any,
) -> Result:
    """Sample a posterior.

    Parameters
    ----------
    posterior : what to sample
    sampler : "smc", "dynesty", "dynesty-dynamic", "emcee" or, an optional package, "ultranest"
    seed : the same seed gives the same result, with any number of workers
    out : folder of the run. A run that was killed goes on from its last state, a complete one is read
    evidence : "checked" runs replicates and doubles the effort, see ``fitter.evidence.checked``
    workers : threads for batches of the likelihood; processes for replicates
    scheduler : address of a dask scheduler for replicates, of which only ``evidence="checked"`` has several
    progress : called with ``Progress`` a few times a second; True prints a line on standard error
    **settings : of the sampler

    Returns
    -------
    Result; after Ctrl-C a partial one that says so; a second Ctrl-C, or one before there are draws, raises

    Raises
    ------
    KeyError : unknown sampler or setting
    ValueError : the likelihood is nowhere finite; unusable setting; a package that is missing; ``out`` holds another
        run or is in use (``Locked``); a scheduler that has no replicates to run
    ConnectionError : the scheduler does not answer
    OSError : ``out`` cannot be written, e.g. the disk is full; its last state stands
    KeyboardInterrupt : Ctrl-C; with ``out`` the same call goes on from the last state
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed={seed!r} must be a non-negative integer")
    if workers < 1:
        raise ValueError(f"workers={workers} must be at least 1")
    if evidence not in (None, "checked"):
        raise ValueError(f"evidence={evidence!r} must be 'checked' or None")
    if scheduler is not None and evidence is None:
        raise ValueError(f"scheduler={scheduler!r} needs evidence='checked': one run has no replicates to send")
    find_sampler(sampler, settings)
    origin = fingerprint(posterior, sampler, seed, settings) | {"evidence": evidence}
    with ExitStack() as stack:
        folder = stack.enter_context(RunFolder(Path(out), origin)) if out is not None else None
        if folder is not None and (before := _complete(folder.path, settings)) is not None:
            return before
        began = time.time()
        with Reporter(progress) as report:
            draws = _draws(posterior, sampler, seed, settings, evidence, workers, scheduler, report, folder)
        with Target(posterior, workers) as target:
            result = finish(target, draws, origin | circumstances(began))
        if folder is not None:
            result.save(folder.path)
            if not draws.interrupted:
                folder.remove_states("replicate-*", *(["state*"] if result.converged else []))
    return result


def whole(posterior: Posterior, sampler: str, seed: int) -> Result:
    """A run on the way to something else: Ctrl-C gives no partial result but raises."""
    result = run(posterior, sampler, seed=seed)
    if result.interrupted:
        raise KeyboardInterrupt
    return result


def _complete(folder: Path, settings: dict[str, Any]) -> Result | None:
    """The finished result of the same run, None if there is something left to do."""
    if not (folder / "posterior.nc").is_file():
        return None
    result = Result.load(folder)
    more = result.provenance.get("settings") != settings  # only budgets may differ
    return None if result.interrupted or (more and not result.converged) else result


def _draws(
    posterior: Posterior,
    sampler: str,
    seed: int,
    settings: dict[str, Any],
    evidence: str | None,
    workers: int,
    scheduler: str | None,
    report: Reporter,
    folder: RunFolder | None,
) -> Draws:
    def checkpoint(name: str = "state") -> Checkpoint:
        return folder.checkpoint(name) if folder is not None else Checkpoint()

    with Target(posterior, workers, report.pause) as target:
        if not target.dimension:
            return _point(target)
        if evidence == "checked":
            return checked(posterior, sampler, seed, settings, report, checkpoint, workers, scheduler)
        return find_sampler(sampler, settings)(target, seed, report, checkpoint())


def _point(target: Target) -> Draws:
    """A model without parameters: its likelihood is its evidence."""
    value = target.log_likelihood(np.empty((1, 0)))
    if not np.isfinite(value[0]):
        raise ValueError(f"{target.posterior.name}: the likelihood is not finite")
    return Draws(
        u=np.empty((1, 0)),
        log_weight=np.zeros(1),
        log_likelihood=value,
        log_evidence=float(value[0]),
        log_evidence_error=0.0,
        chain=np.zeros(1, np.int64),
        effective=1.0,
        evaluations=1,
        diagnostics={"allowed prior fraction": 1.0},
    )


def finish(target: Target, draws: Draws, origin: dict[str, Any]) -> Result:
    """The result of draws: parameters, terms, best fit."""
    posterior = target.posterior
    failures = posterior.failures.report()
    theta = np.ascontiguousarray(target.transform(draws.u))
    terms = target.terms(theta)
    draws = hold(draws, target, origin["seed"])
    return Result(
        name=posterior.name,
        parameters=posterior.parameters,
        terms=tuple(posterior.terms),
        samples=theta,
        weights=draws.weights,
        log_likelihood_terms=terms,
        log_prior=posterior.log_prior(theta),
        chain=draws.chain,
        log_evidence=draws.log_evidence,
        log_evidence_error=draws.log_evidence_error,
        best_fit=best_fit(posterior, theta, terms.sum(axis=1)),
        effective=draws.effective,
        diagnostics=draws.diagnostics | {"evaluations": draws.evaluations},
        reasons=draws.reasons,
        interrupted=draws.interrupted,
        failures=failures,
        provenance=origin,
        history=draws.history,
    )
