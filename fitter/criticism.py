"""Criticism of one fit: information criteria, goodness of fit, tension between terms, sensitivity to the prior."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from fitter.posterior import Posterior
from fitter.prior import Prior, parse_prior
from fitter.result import Result
from likelihoods.inputs import nearest

Array = npt.NDArray[np.float64]

#: Effective draws below which a reweighted number is not to be trusted.
ENOUGH = 100.0


def effective(log_weight: Array) -> float:
    """Kish's effective number of draws with these log-weights (n,)."""
    return float(np.exp(2 * special.logsumexp(log_weight) - special.logsumexp(2 * log_weight)))


def information(result: Result, posterior: Posterior | None = None) -> dict[str, Any]:
    """Information criteria, all as deviances: smaller is better.

    Returns
    -------
    dict with ``dic`` (Spiegelhalter et al., J. R. Stat. Soc. B 64 (2002) 583: penalty from the posterior mean; needs
    ``posterior``), ``dic_variance`` (Gelman et al., BDA3, eq. (7.10): penalty from the variance), ``ic`` (HEPfit,
    1910.14012: -2<ln L> + 4 var(ln L)), ``waic`` and ``loo`` over the terms (Watanabe 2010; Vehtari et al.,
    1507.04544), ``pareto_k`` (largest), ``warnings``
    """
    total, terms = result.log_likelihood, result.log_likelihood_terms
    mean = float(result.weights @ total)
    variance = float(result.weights @ (total - mean) ** 2)
    found: dict[str, Any] = {"dic_variance": -2 * mean + 2 * variance, "ic": -2 * mean + 4 * variance}
    if posterior is not None:
        at_mean = float(posterior.log_likelihood(result.weights @ result.samples))
        found["dic"] = -4 * mean + 2 * at_mean
    density = special.logsumexp(terms, b=result.weights[:, None], axis=0)
    spread = result.weights @ (terms - result.weights @ terms) ** 2
    found["waic"] = float(-2 * (density - spread).sum())
    found |= _leave_one_out(result)
    notes = []
    if terms.shape[1] < 10:
        notes.append(f"WAIC and LOO over only {terms.shape[1]} terms: their errors cannot be judged")
    if (spread > 0.4).any():
        odd = ", ".join(name for name, s in zip(result.terms, spread, strict=True) if s > 0.4)
        notes.append(f"the posterior variance of ln L exceeds 0.4, WAIC is not reliable: {odd}")
    if found["pareto_k"] is not None and found["pareto_k"] > 0.7:
        notes.append(f"Pareto k = {found['pareto_k']:.2f} > 0.7, LOO is not reliable")
    return found | {"warnings": notes}


def _leave_one_out(result: Result) -> dict[str, Any]:
    if len(result.samples) < 100:
        return {"loo": None, "pareto_k": None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what arviz warns of is in pareto_k
        import arviz

        answer = arviz.loo(result.to_arviz(), var_name="pointwise", pointwise=True)
    value = float(getattr(answer, "elpd_loo", getattr(answer, "elpd", np.nan)))
    return {"loo": -2 * value, "pareto_k": float(np.max(np.asarray(answer.pareto_k)))}


def goodness(result: Result, posterior: Posterior, toys: int = 1000, seed: int = 0) -> dict[str, Any]:
    """How well the model describes the data.

    Returns
    -------
    dict with ``chi2`` (squared pulls at the best fit, correlations not removed), ``points``, ``dof``, ``p_value``
    (posterior-predictive: share of toys whose -2 ln L at the drawn parameters exceeds that of the data, Gelman, Meng &
    Stern, Stat. Sinica 6 (1996) 733) and its ``error``, ``pulls`` by row

    Raises
    ------
    ValueError : a user's own log_likelihood cannot simulate
    """
    likelihood: Any = posterior.likelihood
    if likelihood is None:
        raise ValueError("goodness of fit simulates data: it needs a posterior of a model and a likelihood")
    best = np.array([[result.best_fit["values"][name] for name in result.names]])
    pulls = np.asarray(likelihood.pulls(*posterior.couplings(best)))[0]
    rng = np.random.default_rng(seed)
    theta = result.samples[rng.choice(len(result.samples), toys, p=result.weights / result.weights.sum())]
    c, sm = posterior.couplings(theta)
    observed = likelihood.log_likelihood_terms(c, sm).sum(axis=1)
    repeated = likelihood.with_data(likelihood.simulate(c, sm, rng)).log_likelihood_terms(c, sm).sum(axis=1)
    p = float(np.mean(repeated <= observed))
    inside = np.isfinite(pulls)
    rows = [getattr(row, "name", None) or str(row.observable) for row in likelihood.rows]
    return {
        "chi2": float((pulls[inside] ** 2).sum()),
        "points": int(inside.sum()),
        "dof": int(inside.sum()) - len(result.names),
        "p_value": p,
        "error": float(np.sqrt(max(p * (1 - p), 1 / toys) / toys)),
        "pulls": [[row, float(pull)] for row, pull in zip(rows, pulls, strict=True)],
    }


def tension(result: Result) -> list[dict[str, Any]]:
    """How each term sits with the others: its predictive density by reweighting to the fit without it.

    Returns
    -------
    one entry a term, most surprising first: ``log_density`` (ln of the term's likelihood averaged over the fit of the
    others, i.e. ln Z - ln Z without it), ``surprise`` (how far that lies below the largest value among the draws),
    ``effective`` draws and ``trusted``; where False, run the fit without the term
    """
    log_weight = np.log(result.weights + 1e-300)
    entries = []
    for k, term in enumerate(result.terms):
        column = result.log_likelihood_terms[:, k]
        without = log_weight - column
        number = effective(without) / effective(log_weight) * result.effective
        density = float(special.logsumexp(log_weight) - special.logsumexp(without))
        entries.append(
            {
                "term": term,
                "log_density": density,
                "surprise": float(column[result.weights > 0].max()) - density,
                "effective": number,
                "trusted": number >= ENOUGH,
            }
        )
    return sorted(entries, key=lambda entry: -entry["surprise"])


def prior_sensitivity(result: Result, priors: Mapping[str, Prior | str]) -> dict[str, Any]:
    """What other priors would have given, by reweighting the draws.

    Parameters
    ----------
    priors : by parameter, e.g. ``{"g_bb": "uniform 1e-4 1"}``; their support should lie within the old one

    Returns
    -------
    dict with ``shift`` of ln Z, ``means`` (shift of each parameter's mean in its standard deviations), ``effective``
    draws, ``trusted``

    Raises
    ------
    KeyError : unknown parameter
    """
    change = np.zeros(len(result.samples))
    outside = False
    for name, given in priors.items():
        if name not in result.names:
            raise KeyError(f"{result.name} has no parameter {name!r}{nearest(name, result.names)}")
        new = parse_prior(given) if isinstance(given, str) else given
        if isinstance(new, float | int):
            raise ValueError(f"prior of {name}: {given!r} fixes the parameter; run that fit instead")
        old = result.parameters[result.names.index(name)].prior
        outside |= new.low < old.low or new.high > old.high
        x = result.column(name)
        change += new.logpdf(x) - old.logpdf(x)
    log_weight = np.log(result.weights + 1e-300) + change
    new_weights = np.exp(log_weight - special.logsumexp(log_weight))
    mean = result.weights @ result.samples
    deviation = np.sqrt(result.weights @ (result.samples - mean) ** 2)
    shift = (new_weights @ result.samples - mean) / np.where(deviation > 0, deviation, 1.0)
    number = effective(log_weight) / effective(np.log(result.weights + 1e-300)) * result.effective
    return {
        "shift": float(special.logsumexp(log_weight)),
        "means": dict(zip(result.names, map(float, shift), strict=True)),
        "effective": number,
        "trusted": number >= ENOUGH and not outside,
    }
