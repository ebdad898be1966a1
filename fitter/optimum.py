"""Optimum: the best fit, refined by MINUIT from the best draws."""

from typing import Any

import numpy as np
import numpy.typing as npt
from iminuit import Minuit

from fitter.posterior import Posterior
from fitter.prior import LogUniform, Normal

Array = npt.NDArray[np.float64]

#: What MINUIT sees for a forbidden point: far above any fit, but finite.
_WALL = 1e12


def best_fit(posterior: Posterior, theta: Array, log_likelihood: Array, starts: int = 3, calls: int = 4000) -> Any:
    """Largest likelihood, with the Gaussian priors of measured inputs as constraints.

    Flat and log-flat priors only limit the search, so that the best fit does not depend on them.

    Parameters
    ----------
    theta, log_likelihood : draws (n, d) and (n,) from which the ``starts`` best are refined
    calls : most likelihood calls for each start

    Returns
    -------
    dict with ``values`` (by name), ``log_likelihood``, ``terms`` (by name), ``constraints`` (the priors' part) and
    ``refined`` (MINUIT found a valid minimum)
    """
    parameters = posterior.parameters
    logarithmic = np.array([isinstance(p.prior, LogUniform) for p in parameters], bool)
    constrained = [k for k, p in enumerate(parameters) if isinstance(p.prior, Normal)]

    def to_search(x: Array) -> Array:
        return np.where(logarithmic, np.log(np.where(logarithmic, x, 1.0)), x)

    def from_search(y: Array) -> Array:
        low = [p.prior.low for p in parameters]
        high = [p.prior.high for p in parameters]
        return np.clip(np.where(logarithmic, np.exp(np.where(logarithmic, y, 0.0)), y), low, high)

    def constraints(x: Array) -> float:
        return float(sum(parameters[k].prior.logpdf(x[k]) for k in constrained))

    def cost(y: Array) -> float:
        x = from_search(np.asarray(y))
        value = float(posterior.log_likelihood_terms(x[None]).sum()) + constraints(x)
        return -value if np.isfinite(value) else _WALL

    total = log_likelihood + np.array([constraints(x) for x in theta]) if constrained else log_likelihood
    order = np.argsort(total)[::-1][: 20 * starts : 20]
    best, refined = theta[order[0]], False
    lowest = cost(to_search(best))
    spread = to_search(theta).std(axis=0) if len(theta) > 1 else np.ones(len(parameters))
    for k in order if len(parameters) else ():
        minuit = Minuit(cost, to_search(theta[k]), name=[p.name for p in parameters])
        minuit.errordef = Minuit.LIKELIHOOD
        for p, log, width in zip(parameters, logarithmic, spread, strict=True):
            limits = (p.prior.low, p.prior.high)
            minuit.limits[p.name] = tuple(np.log(limits)) if log else limits
            minuit.errors[p.name] = max(0.1 * float(width), 1e-8)
        minuit.simplex(ncall=calls // 2).migrad(ncall=calls // 2)
        if minuit.fval is not None and minuit.fval < lowest:
            lowest, best, refined = minuit.fval, from_search(np.array(minuit.values)), bool(minuit.valid)
    terms = posterior.log_likelihood_terms(best[None])[0]
    return {
        "values": dict(zip(posterior.names, map(float, best), strict=True)),
        "log_likelihood": float(terms.sum()),
        "terms": dict(zip(posterior.terms, map(float, terms), strict=True)),
        "constraints": constraints(best),
        "refined": refined,
    }
