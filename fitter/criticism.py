"""Criticism of one fit: information criteria, goodness of fit, and how much the prior decides."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from fitter.inference import whole
from fitter.posterior import Posterior
from fitter.prior import Prior, parse_prior
from fitter.result import Result
from likelihoods.inputs import nearest

Array = npt.NDArray[np.float64]

#: Effective draws below which a reweighted number is not to be trusted.
ENOUGH = 100.0
#: Draws at which the likelihood is evaluated again without each term.
MOST = 4000


def effective(log_weight: Array) -> float:
    """Kish's effective number of draws with these log-weights (n,)."""
    return float(np.exp(2 * special.logsumexp(log_weight) - special.logsumexp(2 * log_weight)))


def conditional(result: Result, posterior: Posterior | None) -> Result:
    """Equally weighted draws whose term columns are ln p(term | the other terms, parameters).

    Terms share theory errors, so that the column of a term in the sum is not its density: that is what the likelihood
    loses with the term, the others' errors marginalised (Bürkner, Gabry & Vehtari, 1810.10559, eq. 3). Without a
    posterior of a likelihood the columns are taken as they are.
    """
    likelihood: Any = None if posterior is None else posterior.likelihood
    pick = result.resampled(max(1, min(len(result.weights), int(result.effective), MOST if likelihood else 10**9)))
    terms = result.log_likelihood_terms[pick]
    if posterior is not None and likelihood is not None and len(result.terms) > 1:
        c, sm = posterior.couplings(result.samples[pick])
        rest = [likelihood.only([t for t in result.terms if t != term]) for term in result.terms]
        whole = terms.sum(axis=1)
        terms = np.stack([whole - part.log_likelihood_terms(c, sm).sum(axis=1) for part in rest], axis=1)
    return replace(
        result,
        samples=result.samples[pick],
        weights=np.full(len(pick), 1 / len(pick)),
        log_likelihood_terms=terms,
        log_prior=result.log_prior[pick],
        chain=np.zeros(len(pick), np.int64),
        effective=float(len(pick)),
    )


def likelihood_moments(result: Result) -> tuple[float, float]:
    """Mean and variance of ln L over the posterior; draws without weight, which a hard cut may forbid, do not count."""
    kept = result.weights > 0
    weights, values = result.weights[kept], result.log_likelihood[kept]
    mean = float(weights @ values)
    return mean, float(weights @ (values - mean) ** 2)


def information(result: Result, posterior: Posterior | None = None) -> dict[str, Any]:
    """Information criteria, all as deviances: smaller is better.

    Parameters
    ----------
    posterior : of the result; without it ``dic_mean`` is None and terms count as independent

    Returns
    -------
    dict with ``dic`` (Gelman et al., BDA3, eq. (7.10): penalty from the variance of ln L), ``dic_mean`` (Spiegelhalter
    et al., J. R. Stat. Soc. B 64 (2002) 583: penalty from ln L at the posterior mean), ``effective_parameters`` of
    ``dic``, ``ic`` (HEPfit, 1910.14012: -2<ln L> + 4 var(ln L)), ``waic`` and ``loo`` over the terms (Watanabe 2010;
    Vehtari et al., 1507.04544), ``pareto_k`` (by term), ``information_warnings``
    """
    mean, variance = likelihood_moments(result)
    found: dict[str, Any] = {
        "dic": -2 * mean + 2 * variance,
        "dic_mean": None,
        "effective_parameters": 2 * variance,
        "ic": -2 * mean + 4 * variance,
    }
    notes = []
    if posterior is not None and result.parameters:
        at_mean = float(posterior.log_likelihood(result.weights @ result.samples))
        found["dic_mean"] = -4 * mean + 2 * at_mean if np.isfinite(at_mean) else None
        if found["dic_mean"] is None:
            notes.append("the likelihood at the posterior mean is not finite: no DIC by the mean")
    alone = conditional(result, posterior)
    terms = alone.log_likelihood_terms
    spread = terms.var(axis=0)
    found["waic"] = float(-2 * (special.logsumexp(terms, axis=0) - np.log(len(terms)) - spread).sum())
    found |= _leave_one_out(alone)
    if terms.shape[1] < 10:
        notes.append(f"WAIC and LOO over only {terms.shape[1]} terms: their errors cannot be judged")
    if posterior is None and terms.shape[1] > 1:
        notes.append("WAIC and LOO without the run's configuration: terms taken as uncorrelated")
    if (spread > 0.4).any():
        odd = ", ".join(name for name, s in zip(result.terms, spread, strict=True) if s > 0.4)
        notes.append(f"WAIC is not reliable, the posterior variance of ln L exceeds 0.4: {odd}")
    if odd := ", ".join(name for name, k in (found["pareto_k"] or {}).items() if not k <= 0.7):
        notes.append(f"LOO is not reliable, Pareto k exceeds 0.7: {odd}")
    return found | {"information_warnings": notes}


def _leave_one_out(result: Result) -> dict[str, Any]:
    if len(result.samples) < 100 or not result.parameters:
        return {"loo": None, "pareto_k": None}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what arviz warns of is in pareto_k
        import arviz

        answer = arviz.loo(result.to_arviz(), var_name="pointwise", pointwise=True)
    value = float(getattr(answer, "elpd_loo", getattr(answer, "elpd", np.nan)))
    shapes = map(float, np.asarray(answer.pareto_k).ravel())
    return {"loo": -2 * value, "pareto_k": dict(zip(result.terms, shapes, strict=True))}


@dataclass(frozen=True)
class Polar:
    """Prior of a complex quantity: modulus uniform in [low, high], phase uniform.

    Held against Cartesian priors of its parts; 1903.09632 samples the charm loop either way.
    """

    low: float
    high: float

    def logpdf(self, x: Array, y: Array) -> Array:
        """Logarithm of the density in the plane (n,)."""
        r = np.hypot(x, y)
        with np.errstate(divide="ignore"):
            inside = np.where((r >= self.low) & (r <= self.high), 0.0, -np.inf)
            return inside - np.log(2 * np.pi * (self.high - self.low) * r)


def goodness(result: Result, posterior: Posterior, toys: int = 1000, seed: int = 0) -> dict[str, Any]:
    """How well the model describes the data.

    Returns
    -------
    dict with ``chi2`` (at the best fit, correlations removed), ``points``, ``dof``, ``p_value`` (posterior-predictive:
    share of toys whose -2 ln L at the drawn parameters exceeds that of the data, Gelman, Meng & Stern, Stat. Sinica 6
    (1996) 733) and its ``p_value_error``, ``pulls`` by row

    Raises
    ------
    ValueError : a user's own log_likelihood cannot simulate
    """
    likelihood: Any = posterior.likelihood
    if likelihood is None:
        raise ValueError("goodness of fit simulates data: it needs a posterior of a model and a likelihood")
    best = posterior.couplings(np.array([[result.best_fit["values"][name] for name in result.names]]))
    pulls = np.asarray(likelihood.pulls(*best))[0]
    rng = np.random.default_rng(seed)
    theta = result.samples[rng.choice(len(result.samples), toys, p=result.weights / result.weights.sum())]
    c, sm = posterior.couplings(theta)
    observed = likelihood.log_likelihood_terms(c, sm).sum(axis=1)
    repeated = likelihood.with_data(likelihood.simulate(c, sm, rng)).log_likelihood_terms(c, sm).sum(axis=1)
    p = float(np.mean(repeated <= observed))
    inside = np.isfinite(pulls)
    rows = [f"{row} [{m.name}]" for m in likelihood.measurements for row in m.rows]
    return {
        "chi2": float(likelihood.chi2(*best)[0]),
        "points": int(inside.sum()),
        "dof": int(inside.sum()) - len(result.names),
        "p_value": p,
        "p_value_error": float(np.sqrt(max(p * (1 - p), 1 / toys) / toys)),
        "pulls": [[row, float(pull)] for row, pull in zip(rows, pulls, strict=True)],
    }


def prior_sensitivity(
    result: Result, priors: Mapping[str, Prior | str], posterior: Posterior | None = None, seed: int = 1
) -> dict[str, Any]:
    """What other priors would have given: by reweighting the draws, else by another run.

    Parameters
    ----------
    priors : by parameter, ``{"g_bb": "uniform 1e-4 1"}``, or by pair of real and imaginary part,
        ``{"a_re a_im": "polar 0 0.5"}``
    posterior : of the result; if given, what reweighting cannot tell (too few effective draws, wider support) is run
        again by the tempered sampler; a polar prior is not

    Returns
    -------
    dict with ``shift`` of ln Z, ``means`` (shift of each parameter's mean in its standard deviations), ``effective``
    draws, ``trusted``, ``rerun``

    Raises
    ------
    KeyError : unknown parameter
    ValueError : unreadable prior, or a number
    """
    change = np.zeros(len(result.samples))
    outside, plain = False, {}
    for key, given in priors.items():
        names = key.split()
        for name in names:
            if name not in result.names:
                raise KeyError(f"{result.name} has no parameter {name!r}{nearest(name, result.names)}")
        old = [result.parameters[result.names.index(name)].prior for name in names]
        before = sum(prior.logpdf(result.column(name)) for prior, name in zip(old, names, strict=True))
        if len(names) == 2:
            new = _polar(key, given)
            change += new.logpdf(result.column(names[0]), result.column(names[1])) - before
            outside |= any(new.high > max(abs(p.low), abs(p.high)) for p in old)
            continue
        one = parse_prior(given) if isinstance(given, str) else given
        if isinstance(one, float | int):
            raise ValueError(f"prior of {key}: {given!r} fixes the parameter; run that fit instead")
        plain[key] = one
        outside |= one.low < old[0].low or one.high > old[0].high
        change += one.logpdf(result.column(key)) - before
    log_weight = np.log(result.weights + 1e-300) + change
    number = 0.0
    if np.isfinite(log_weight).any():
        number = effective(log_weight) / effective(np.log(result.weights + 1e-300)) * result.effective
    trusted = number >= ENOUGH and not outside
    mean, deviation = _moments(result)
    found: dict[str, Any] = {"effective": number, "trusted": trusted, "rerun": False}
    if not trusted and posterior is not None and len(plain) == len(priors) and result.log_evidence is not None:
        other = whole(posterior.changed(priors=plain), "smc", seed)
        new_mean = _moments(other)[0]
        assert other.log_evidence is not None
        found |= {"shift": other.log_evidence - result.log_evidence, "rerun": True}
        found |= {"effective": other.effective, "trusted": other.converged}
    elif number > 0:
        new_mean = np.exp(log_weight - special.logsumexp(log_weight)) @ result.samples
        found["shift"] = float(special.logsumexp(log_weight))
    else:
        new_mean, found["shift"] = np.full(len(mean), np.nan), -np.inf
    shift = (new_mean - mean) / np.where(deviation > 0, deviation, 1.0)
    return found | {"means": dict(zip(result.names, map(float, shift), strict=True))}


def _polar(names: str, given: Prior | str) -> Polar:
    words = str(given).split()
    try:
        if len(words) != 3 or words[0] != "polar":
            raise ValueError
        return Polar(float(words[1]), float(words[2]))
    except ValueError:
        raise ValueError(f"prior of {names}: {given!r}: write 'polar LOW HIGH' for a pair") from None


def _moments(result: Result) -> tuple[Array, Array]:
    mean = result.weights @ result.samples
    return mean, np.sqrt(result.weights @ (result.samples - mean) ** 2)
