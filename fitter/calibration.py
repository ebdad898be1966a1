"""Calibration: simulation-based check of likelihood, prior and sampler together (Talts et al., 1804.06788).

If parameters are drawn from the prior and data from the likelihood at them, the rank of each true value among draws of
its posterior is uniform. A sampler that misses a mode, a likelihood that is not the density of its own simulation, or
a wrong prior transform all bend the histogram of the ranks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from fitter.inference import run
from fitter.parameter import Parameter
from fitter.posterior import Posterior
from fitter.tasks import each

Array = npt.NDArray[np.float64]

#: Prior draws per wanted point before giving up on finding physical ones.
_MOST = 1000


@dataclass(frozen=True)
class Calibration:
    """Ranks of true values.

    Attributes
    ----------
    parameters : of the posterior
    ranks : (fits, d), 0 to ``draws``
    draws : posterior draws of each fit
    truths : (fits, d)
    unconverged : number of fits that did not converge
    """

    parameters: tuple[Parameter, ...]
    ranks: npt.NDArray[np.int64]
    draws: int
    truths: Array
    unconverged: int

    def histogram(self, bins: int = 20) -> npt.NDArray[np.int64]:
        """Counts (d, bins) of the ranks; ``bins`` must divide draws + 1."""
        if (self.draws + 1) % bins:
            raise ValueError(f"bins={bins} must divide draws + 1 = {self.draws + 1}")
        index = self.ranks * bins // (self.draws + 1)
        return np.stack([np.bincount(column, minlength=bins) for column in index.T])

    def p_values(self, bins: int = 20) -> dict[str, float]:
        """χ² probability of a histogram at least as uneven as seen, for each parameter."""
        counts = self.histogram(bins)
        return {p.name: float(stats.chisquare(row).pvalue) for p, row in zip(self.parameters, counts, strict=True)}

    def coverage(self, probability: float) -> dict[str, float]:
        """Share of fits whose central interval of this posterior probability holds the truth."""
        tail = 0.5 * (1 - probability) * (self.draws + 1)
        inside = (self.ranks >= tail) & (self.ranks + 1 <= self.draws + 1 - tail)
        return {p.name: float(share) for p, share in zip(self.parameters, inside.mean(axis=0), strict=True)}


def calibrate(
    posterior: Posterior,
    fits: int = 300,
    *,
    sampler: str = "smc",
    draws: int = 99,
    seed: int = 1,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Callable[[int, int], Any] | None = None,
    **settings: Any,
) -> Calibration:
    """Fit data simulated at parameters drawn from the prior.

    Parameters
    ----------
    posterior : of a model and a likelihood; its data are replaced, nothing is recompiled
    fits : number of pseudo-data sets
    sampler, settings : as for ``run``
    draws : equally weighted posterior draws of each fit
    seed : the same seed gives the same ranks for any number of workers
    workers, scheduler : as for ``tasks.each``

    Raises
    ------
    ValueError : a posterior without a model that can simulate, or no physical point in the prior
    """
    if posterior.likelihood is None:
        raise ValueError("calibration simulates data: it needs a posterior of a model and a likelihood")
    rng = np.random.default_rng(seed)
    truths = _physical(posterior, fits, rng)
    c, sm = posterior.couplings(truths)
    data = posterior.likelihood.simulate(c, sm, rng)
    tasks = [(posterior, data[k], truths[k], sampler, seed + 1 + k, draws, settings) for k in range(fits)]
    found = each(rank, tasks, workers=workers, scheduler=scheduler, progress=progress)
    ranks = np.array([row for row, _ in found]).reshape(fits, posterior.dimension)
    return Calibration(posterior.parameters, ranks, draws, truths, sum(not good for _, good in found))


def _physical(posterior: Posterior, n: int, rng: np.random.Generator) -> Array:
    """Prior draws (n, d) with a finite likelihood of the real data: those the prior allows."""
    found = np.empty((0, posterior.dimension))
    for _ in range(_MOST):
        theta = posterior.prior_transform(rng.random((n, posterior.dimension)))
        found = np.concatenate([found, theta[np.isfinite(posterior.log_likelihood(theta))]])
        if len(found) >= n:
            return found[:n]
    raise ValueError(f"{posterior.name}: {len(found)} physical points in {_MOST * n} prior draws")


def rank(
    posterior: Posterior,
    data: Array,
    truth: Array,
    sampler: str,
    seed: int,
    draws: int,
    settings: Mapping[str, Any],
) -> tuple[npt.NDArray[np.int64], bool]:
    """Rank (d,) of the truth among posterior draws of one pseudo-data set, and whether the fit converged."""
    result = run(posterior.with_data(data), sampler, seed=seed, **settings)
    rng = np.random.default_rng(seed)
    chosen = result.samples[rng.choice(len(result.samples), draws, p=result.weights / result.weights.sum())]
    return (chosen < truth).sum(axis=0), not result.reasons
