"""Cuts: a posterior with hard limits applied afterwards, as scans do, and how that differs from a joint fit.

A scan fits some data, then throws away the points that a search excludes at 95 %. Put into one fit, each search is a
likelihood of its own width: points just beyond a limit stay with less weight, points below it that the search already
disfavours lose some, several searches that each pull a little add up, and the sampler goes where all of them leave
room, which the draws of the first fit may hardly cover.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from fitter.posterior import Posterior
from fitter.result import Result
from likelihoods import Likelihood


def inside(likelihood: Likelihood, posterior: Posterior, theta: npt.NDArray[np.float64], level: float) -> Any:
    """Whether each term leaves points ``theta`` (n, d) allowed at a confidence level: (n, terms).

    A one-sided row excludes where its pull exceeds Φ⁻¹(level), a value with two sides where it does in modulus the
    quantile of both tails together. Points that fail are excluded.
    """
    pulls = likelihood.pulls(*posterior.couplings(theta))
    beyond = np.where(
        likelihood.bounds, pulls > ndtri(level), np.abs(pulls) > ndtri(0.5 * (1.0 + level))
    ) | ~np.isfinite(pulls)
    owner = np.array([likelihood.names.index(row.term) for row in likelihood.rows])
    return np.stack([~beyond[:, owner == k].any(axis=1) for k in range(len(likelihood.names))], axis=1)


def cut(
    result: Result, posterior: Posterior, searches: Likelihood, level: float = 0.95
) -> tuple[Result, dict[str, float]]:
    """The part of a posterior that searches leave, and the posterior share that each of them leaves by itself.

    Parameters
    ----------
    result, posterior : a fit
    searches : terms that were not part of it
    level : confidence level of the cuts

    Returns
    -------
    Result whose evidence is that of the fit with step functions as likelihoods of the searches, and whose draws are
    those of the fit, excluded ones with weight 0; shares by term

    Raises
    ------
    ValueError : a level outside (0.5, 1), a term that was fitted, or no draw survives (names the shares)
    """
    if not 0.5 < level < 1:
        raise ValueError(f"level={level} must lie between 0.5 and 1")
    if fitted := set(searches.names) & set(result.terms):
        raise ValueError(f"{result.name}: {', '.join(sorted(fitted))} is part of the fit and no cut")
    allowed = inside(searches, posterior, result.samples, level)
    shares = dict(zip(searches.names, map(float, result.weights @ allowed), strict=True))
    weights = np.where(allowed.all(axis=1), result.weights, 0.0)
    share = float(weights.sum())
    if share == 0.0:
        told = ", ".join(f"{name} {value:.2g}" for name, value in shares.items())
        raise ValueError(f"{result.name}: no draw survives the cuts; alone each would leave a share of {told}")
    effective = max(share * result.effective, 1.0)
    best = int(np.argmax(np.where(weights > 0, result.log_likelihood, -np.inf)))
    few = (f"{effective:.0f} effective draws survive the cuts",) if effective < 100 else ()
    evidence = None if result.log_evidence is None else result.log_evidence + math.log(share)
    error = math.hypot(result.log_evidence_error or 0.0, math.sqrt(max(1.0 - share, 0.0) / (share * result.effective)))
    found = replace(
        result,
        name=f"{result.name}, cut",
        weights=weights / share,
        log_evidence=evidence,
        log_evidence_error=None if evidence is None else error,
        best_fit={
            "values": dict(zip(result.names, result.samples[best].tolist(), strict=True)),
            "log_likelihood": float(result.log_likelihood[best]),
            "terms": dict(zip(result.terms, result.log_likelihood_terms[best].tolist(), strict=True)),
            "constraints": {},
            "refined": False,
        },
        effective=effective,
        diagnostics={"share that survives": share} | {f"share that {k} leaves": v for k, v in shares.items()},
        reasons=result.reasons + few,
        history={},
    )
    return found, shares


def cost(fit: Result, joint: Result, searches: Likelihood) -> float:
    """ln Z that limits take from a fit when they join it: 0 where they bind nothing, ln of the share for hard cuts.

    The limits' likelihoods are counted from their largest value. ``ValueError`` without evidences, or if a search is a
    density of data, which may add as well as take.
    """
    if fit.log_evidence is None or joint.log_evidence is None:
        raise ValueError(f"{fit.name} or {joint.name} has no evidence")
    if not searches.bounds.all():
        raise ValueError("the cost is that of limits; a two-sided value is no limit")
    return joint.log_evidence - fit.log_evidence - float(searches.block.rows["log_norm"].sum())


def difference(one: Result, joint: Result) -> dict[str, dict[str, float]]:
    """Mean and deviation of each parameter in a cut fit and in the joint one, and the shift over the latter's."""
    found = {}
    for name in one.names:
        (mean, sd), (other, width) = (
            (float(r.weights @ x), float(np.sqrt(r.weights @ (x - r.weights @ x) ** 2)))
            for r, x in ((one, one.column(name)), (joint, joint.column(name)))
        )
        found[name] = {
            "cut": mean,
            "cut sd": sd,
            "joint": other,
            "joint sd": width,
            "shift": (mean - other) / width if width > 0 else 0.0,
        }
    return found
