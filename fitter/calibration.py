"""Calibration: simulation-based check of likelihood, prior and sampler together (Talts et al., 1804.06788).

If parameters are drawn from the prior and data from the likelihood at them, the rank of each true value among draws of
its posterior is uniform. A sampler that misses a mode, a likelihood that is not the density of its own simulation, or
a wrong prior transform all bend the histogram of the ranks.

An upper limit enters a fit as a half-Gaussian, which is no density of data: ∫ L(μ|x) dx depends on μ, so no way to
simulate x makes the ranks flat. It is a statement about the prediction that stands before the other data are seen,
that is, a part of the prior: true values are drawn from prior × limits, by rejection, with the limits as observed,
which every fit then keeps, and all other data are simulated. The identity behind the ranks holds for this prior as
for any other, and each fit is the very fit of the real data, but for the data that have a density.
"""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from fitter.checkpoint import Checkpoint, RunFolder
from fitter.evidence import replicate
from fitter.intervals import PROBABILITIES
from fitter.parameter import Parameter
from fitter.posterior import Posterior
from fitter.provenance import fingerprint
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
    converged : (fits,) whether the sampler trusts its fit. Histograms count these fits: the choice is made by the
        simulated data, given which the rank of the truth is uniform too
    """

    parameters: tuple[Parameter, ...]
    ranks: npt.NDArray[np.int64]
    draws: int
    truths: Array
    converged: npt.NDArray[np.bool_]

    @property
    def unconverged(self) -> int:
        """Number of fits that did not converge."""
        return int((~self.converged).sum())

    def histogram(self, bins: int = 20) -> npt.NDArray[np.int64]:
        """Counts (d, bins) of the ranks of converged fits; ``bins`` must divide draws + 1."""
        if (self.draws + 1) % bins:
            raise ValueError(f"bins={bins} must divide draws + 1 = {self.draws + 1}")
        index = self.ranks[self.converged] * bins // (self.draws + 1)
        return np.stack([np.bincount(column, minlength=bins) for column in index.T])

    def p_values(self, bins: int = 20) -> dict[str, float]:
        """χ² probability of a histogram at least as uneven as seen, for each parameter; nan if no fit converged."""
        if not self.converged.any():
            return dict.fromkeys((p.name for p in self.parameters), np.nan)
        counts = self.histogram(bins)
        return {p.name: float(stats.chisquare(row).pvalue) for p, row in zip(self.parameters, counts, strict=True)}

    def plot(self, title: str = "", bins: int = 20) -> Any:
        """Picture of the rank histograms (matplotlib figure)."""
        from fitter import plots

        p = self.p_values(bins)
        labels = [f"{parameter.label}, p = {p[parameter.name]:.2g}" for parameter in self.parameters]
        return plots.ranks(self.histogram(bins), labels, title=title)

    def summary(self, bins: int = 20) -> dict[str, Any]:
        """Plain numbers, fit for JSON."""
        return {
            "fits": len(self.ranks),
            "draws": self.draws,
            "unconverged": self.unconverged,
            "p_values": self.p_values(bins),
            "histograms": dict(zip((p.name for p in self.parameters), self.histogram(bins).tolist(), strict=True)),
            "coverage": {f"{100 * level:.2f}%": self.coverage(level) for level in PROBABILITIES[:2]},
        }

    def coverage(self, probability: float) -> dict[str, float]:
        """Share of converged fits whose central interval of this posterior probability holds the truth."""
        tail, ranks = 0.5 * (1 - probability) * (self.draws + 1), self.ranks[self.converged]
        inside = (ranks >= tail) & (ranks + 1 <= self.draws + 1 - tail)
        shares = inside.sum(axis=0) / max(len(ranks), 1)
        return {p.name: float(share) for p, share in zip(self.parameters, shares, strict=True)}


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
    out: str | Path | None = None,
    **settings: Any,
) -> Calibration:
    """Fit data simulated at parameters drawn from the prior, of which the likelihood's limits are a part.

    Parameters
    ----------
    posterior : of a model and a likelihood; its data are replaced, nothing is recompiled
    fits : number of pseudo-data sets
    sampler, settings : as for ``run``
    draws : equally weighted posterior draws of each fit
    seed : the same seed gives the same ranks for any number of workers
    workers, scheduler, progress : as for ``tasks.each``
    out : folder; ranks are kept there as they come, a calibration that was stopped goes on with the same call

    Raises
    ------
    ValueError : a posterior without a model that can simulate, no physical point in the prior, ``fits`` or ``draws``
        below 1, or ``out`` holds another calibration or is in use
    """
    if fits < 1 or draws < 1:
        raise ValueError(f"fits={fits} and draws={draws} must be at least 1")
    if posterior.likelihood is None:
        raise ValueError("calibration simulates data: it needs a posterior of a model and a likelihood")
    rng = np.random.default_rng(seed)
    truths = truths_of(posterior, fits, rng)
    likelihood: Any = posterior.likelihood
    data = np.where(likelihood.bounds, likelihood.data, likelihood.simulate(*posterior.couplings(truths), rng))
    ranks, good = np.full((fits, posterior.dimension), -1, np.int64), np.zeros(fits, bool)
    with ExitStack() as stack:
        kept = Checkpoint()
        if out is not None:
            origin = fingerprint(posterior, sampler, seed, settings) | {"calibration": {"fits": fits, "draws": draws}}
            kept = stack.enter_context(RunFolder(Path(out), origin)).checkpoint("calibration")
            if (before := kept.load()) is not None:
                ranks, good = before[1]["ranks"], before[1]["good"]
        if sampler == "smc":
            settings = {"wanted": 10 * draws} | settings
        left = np.flatnonzero(ranks[:, 0] < 0)
        tasks = [(posterior, data[k], truths[k], sampler, seed + 1 + int(k), draws, settings) for k in left]

        def keep(number: int, found: tuple[npt.NDArray[np.int64], bool]) -> None:
            good[left[number]] = found[1]
            ranks[left[number]] = found[0]  # last: a rank marks a fit that is done
            if kept.due:
                kept.save({}, ranks=ranks, good=good)

        def tell(done: int, _: int) -> None:
            if progress is not None:
                progress(fits - len(left) + done, fits)

        try:
            each(rank, tasks, workers=workers, scheduler=scheduler, progress=tell, keep=keep)
        finally:
            kept.save({}, ranks=ranks, good=good)
    return Calibration(posterior.parameters, ranks, draws, truths, good)


def truths_of(posterior: Posterior, n: int, rng: np.random.Generator) -> Array:
    """Draws (n, d) of prior × limits at which the likelihood of the real data is finite: those the prior allows.

    Rejection against the largest likelihood of the limits that was met, which points within all limits share.
    """
    likelihood: Any = posterior.likelihood
    theta, height, threshold = np.empty((0, posterior.dimension)), np.empty(0), np.empty(0)
    found = theta
    for _ in range(_MOST):
        drawn = posterior.prior_transform(rng.random((n, posterior.dimension)))
        drawn = drawn[np.isfinite(posterior.log_likelihood(drawn))]
        theta = np.concatenate([theta, drawn])
        height = np.concatenate([height, likelihood.bounding(*posterior.couplings(drawn))])
        threshold = np.concatenate([threshold, np.log(rng.random(len(drawn)))])
        found = theta[threshold < height - height.max(initial=-np.inf)]
        if len(found) >= n:
            return found[:n]
    raise ValueError(
        f"{posterior.name}: {len(found)} points within the model and the limits in {_MOST * n} prior draws"
    )


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
    found, _ = replicate(posterior.with_data(data), sampler, seed, dict(settings))
    pick = np.random.default_rng(seed).choice(len(found.u), draws, p=found.weights)
    return (posterior.prior_transform(found.u[pick]) < truth).sum(axis=0), not found.reasons
