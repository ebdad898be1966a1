"""Inference: one entry to all samplers."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from fitter.draws import Draws
from fitter.optimum import best_fit
from fitter.posterior import Posterior
from fitter.progress import Progress, Reporter
from fitter.provenance import provenance
from fitter.result import Result
from fitter.samplers import sampler as find_sampler
from fitter.target import Target

#: Default sampler: fastest and closest to the known evidences of the test problems.
DEFAULT = "smc"


def run(
    posterior: Posterior,
    sampler: str = DEFAULT,
    *,
    seed: int = 1,
    out: str | Path | None = None,
    workers: int = 1,
    progress: Callable[[Progress], Any] | bool | None = None,
    **settings: Any,
) -> Result:
    """Sample a posterior.

    Parameters
    ----------
    posterior : what to sample
    sampler : "smc", "dynesty", "dynesty-dynamic" or "emcee"
    seed : the same seed gives the same result, with any number of workers
    out : folder for the result
    workers : threads for batches of the likelihood
    progress : called with ``Progress`` a few times a second; True prints a line on standard error
    **settings : of the sampler

    Returns
    -------
    Result; after Ctrl-C a partial one that says so

    Raises
    ------
    KeyError : unknown sampler or setting
    ValueError : the likelihood is nowhere finite; unusable setting
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"seed={seed!r} must be a non-negative integer")
    if workers < 1:
        raise ValueError(f"workers={workers} must be at least 1")
    sample = find_sampler(sampler, settings)
    began = time.time()
    with Target(posterior, workers) as target, Reporter(progress) as report:
        if target.dimension:
            draws = sample(target, seed, report)
        else:
            draws = _point(target)
        result = finish(target, draws, provenance(posterior, sampler, seed, settings, began))
    if out is not None:
        result.save(out)
    return result


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
