"""Mixture: fits of one model's branches put together, evidences added with prior weights.

A model whose good regions are apart, such as the two signs of a product of couplings, is one model with a discrete
parameter k of prior probability π_k: Z = Σ π_k Z_k, and branch k holds the share π_k Z_k/Z of the posterior.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import special

from fitter.parameter import Parameter
from fitter.prior import Branches, Prior, SignedLog
from fitter.result import Result


def mixture(results: Sequence[Result], weights: Sequence[float] | None = None, name: str | None = None) -> Result:
    """One result of the fits of branches.

    Parameters
    ----------
    results : with evidence, on the same data and terms, of the same parameters
    weights : prior probabilities of the branches, any normalisation; default: equal
    name : default: that of the first

    Returns
    -------
    Result whose ``diagnostics`` tell the posterior probability of each branch; its history is empty, and the
    parameters whose priors differ have the mixture of them

    Raises
    ------
    ValueError : fewer than two results, weights that are not positive numbers, a result without evidence, different
        parameters, terms or data, or priors of a parameter that differ and overlap
    """
    weights = list(weights) if weights is not None else [1.0] * len(results)
    if len(results) < 2 or len(weights) != len(results):
        raise ValueError(f"a mixture needs two or more results, each with a weight; got {len(results)}, {len(weights)}")
    if not all(math.isfinite(w) and w > 0 for w in weights):
        raise ValueError(f"weights={weights} must be positive")
    first = results[0]
    for other in results:
        if other.log_evidence is None:
            raise ValueError(f"{other.name} has no evidence: its weight in the mixture is not known")
        if other.names != first.names or other.terms != first.terms:
            raise ValueError(f"{first.name} and {other.name} do not have the same parameters and terms")
        if other.provenance.get("data") != first.provenance.get("data"):
            raise ValueError(f"{first.name} and {other.name} were not fitted to the same data")
    log_prior = np.log(weights) - np.log(math.fsum(weights))
    log_z = log_prior + np.array([result.log_evidence for result in results])
    share = special.softmax(log_z)
    errors = np.array([result.log_evidence_error or 0.0 for result in results])
    effective = 1.0 / sum(p * p / result.effective for p, result in zip(share, results, strict=True))
    starts = np.cumsum([0, *(int(result.chain.max()) + 1 for result in results[:-1])])
    best = max(results, key=lambda result: result.best_fit.get("log_likelihood", -math.inf))
    interrupted = any(result.interrupted for result in results)
    return replace(
        first,
        name=name or first.name,
        parameters=tuple(
            _joined([result.parameters[k] for result in results], weights) for k in range(len(first.parameters))
        ),
        samples=np.concatenate([result.samples for result in results]),
        weights=np.concatenate([p * result.weights for p, result in zip(share, results, strict=True)]),
        log_likelihood_terms=np.concatenate([result.log_likelihood_terms for result in results]),
        log_prior=np.concatenate([result.log_prior + p for p, result in zip(log_prior, results, strict=True)]),
        chain=np.concatenate([result.chain + start for start, result in zip(starts, results, strict=True)]),
        log_evidence=float(special.logsumexp(log_z)),
        log_evidence_error=float(np.sqrt(np.sum((share * errors) ** 2))),
        best_fit=best.best_fit,
        effective=float(effective),
        diagnostics={f"probability of branch {k + 1}": float(p) for k, p in enumerate(share)},
        reasons=tuple(f"branch {k + 1}: {reason}" for k, result in enumerate(results) for reason in result.reasons),
        interrupted=interrupted,
        failures=[entry for result in results for entry in result.failures],
        provenance={
            "model": first.provenance.get("model"),
            "terms": first.provenance.get("terms"),
            "data": first.provenance.get("data"),
            "sampler": "mixture",
            "weights": weights,
            "branches": [result.provenance for result in results],
        },
        history={},
    )


def _joined(parameters: Sequence[Parameter], weights: Sequence[float]) -> Parameter:
    """The parameter with the mixture of its priors; log and signedlog of one range are one signedlog."""
    first = parameters[0]
    priors: dict[str, Prior] = {}
    shares: dict[str, float] = {}
    for parameter, weight in zip(parameters, weights, strict=True):
        text = str(parameter.prior)
        priors[text] = parameter.prior
        shares[text] = shares.get(text, 0.0) + weight
    if len(priors) == 1:
        return first
    signed = [prior for prior in priors.values() if isinstance(prior, SignedLog)]
    if len(signed) == len(priors) and len({(p.smallest, p.largest) for p in signed}) == 1:
        negative = sum(p.negative * w for p, w in zip(signed, shares.values(), strict=True)) / math.fsum(weights)
        return replace(first, prior=replace(signed[0], negative=negative))
    try:
        return replace(first, prior=Branches(tuple(shares.values()), tuple(priors.values())))
    except ValueError as error:
        raise ValueError(f"{first.name}: {error}") from None
