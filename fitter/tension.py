"""Tension: how a subset of the terms sits with the rest."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import special, stats

from fitter.criticism import ENOUGH, conditional, effective, likelihood_moments
from fitter.inference import whole
from fitter.posterior import Posterior
from fitter.result import Result
from likelihoods.inputs import nearest


def tension(result: Result, posterior: Posterior | None = None, seed: int = 1) -> list[dict[str, Any]]:
    """How each term sits with the others: its predictive density, by reweighting to the fit without it.

    Parameters
    ----------
    posterior : of the result; if given, a term that reweighting cannot take out is taken out by another run of the
        tempered sampler, and terms that share theory errors are told apart exactly

    Returns
    -------
    one entry a term, most surprising first: ``log_density`` (ln of the term's likelihood averaged over the fit of the
    others, i.e. ln Z - ln Z without it), ``surprise`` (how far that lies below the largest value among the draws),
    ``effective`` draws, ``trusted`` and ``rerun``
    """
    alone = conditional(result, posterior)
    entries = []
    for k, term in enumerate(alone.terms):
        column = alone.log_likelihood_terms[:, k]
        number = effective(-column)
        density = float(np.log(len(column)) - special.logsumexp(-column))
        entry: dict[str, Any] = {
            "term": term,
            "log_density": density,
            "effective": number,
            "trusted": number >= ENOUGH,
            "rerun": False,
        }
        if number < ENOUGH and posterior is not None and posterior.likelihood is not None and len(alone.terms) > 1:
            entry |= _without(result, posterior, term, seed)
        entries.append(entry | {"surprise": float(column.max()) - entry["log_density"]})
    return sorted(entries, key=lambda entry: -entry["surprise"])


def _without(result: Result, posterior: Posterior, term: str, seed: int) -> dict[str, Any]:
    if result.log_evidence is None:
        return {}
    rest = whole(subset(posterior, [t for t in posterior.terms if t != term]), "smc", seed)
    assert rest.log_evidence is not None
    density = result.log_evidence - rest.log_evidence
    return {"log_density": density, "effective": rest.effective, "trusted": rest.converged, "rerun": True}


def subset(posterior: Posterior, terms: Sequence[str]) -> Posterior:
    """The posterior of some of the terms, under the same priors."""
    likelihood: Any = posterior.likelihood
    return posterior.changed(likelihood=likelihood.only(terms))


def suspiciousness(result: Result, posterior: Posterior, terms: Sequence[str], seed: int = 1) -> dict[str, Any]:
    """Tension between ``terms`` (A) and all others (B): Handley & Lemos, 1902.04029, eqs. (9)-(14).

    Both subsets are fitted by the tempered sampler. ln S = ln R - ln I does not depend on the prior's width: ln R the
    ratio Z_AB / (Z_A Z_B), ln I = D_A + D_B - D_AB of the Kullback-Leibler divergences from the prior. For Gaussians
    d - 2 ln S follows a χ² of d = d_A + d_B - d_AB degrees of freedom, d the Bayesian model dimensions
    2 var(ln L) (1903.06682): ``p_value`` is the probability of more tension by chance.

    Returns
    -------
    dict with ``log_ratio`` (ln R), ``log_information`` (ln I), ``log_suspiciousness`` (ln S) and its ``error``,
    ``dimension``, ``p_value`` (None where the data share no constrained dimension), ``converged``

    Raises
    ------
    KeyError : unknown term
    ValueError : no terms or all of them; a result without evidence; a posterior without a likelihood
    """
    if posterior.likelihood is None or result.log_evidence is None:
        raise ValueError("tension between subsets needs a posterior of a likelihood and a result with an evidence")
    for term in terms:
        if term not in posterior.terms:
            raise KeyError(f"no term {term!r}{nearest(term, posterior.terms)}")
    rest = [term for term in posterior.terms if term not in terms]
    if not rest or not terms:
        raise ValueError(f"tension needs terms on both sides: {', '.join(terms) or 'none'} of {len(posterior.terms)}")
    fits = [result, *(whole(subset(posterior, part), "smc", seed) for part in (terms, rest))]
    mean, variance = zip(*(likelihood_moments(fit) for fit in fits), strict=True)
    z = [float(fit.log_evidence or 0.0) for fit in fits]
    log_s = mean[0] - mean[1] - mean[2]
    log_r = z[0] - z[1] - z[2]
    dimension = 2 * (variance[1] + variance[2] - variance[0])
    statistic = dimension - 2 * log_s
    return {
        "terms": list(terms),
        "log_ratio": log_r,
        "log_information": log_r - log_s,
        "log_suspiciousness": log_s,
        "error": float(np.sqrt(sum(v / fit.effective for v, fit in zip(variance, fits, strict=True)))),
        "dimension": dimension,
        "p_value": float(stats.chi2.sf(statistic, dimension)) if dimension > 0 else None,
        "converged": all(fit.converged for fit in fits),
    }
