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

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from fitter.checkpoint import Checkpoint, RunFolder
from fitter.draws import Draws
from fitter.evidence import harder, replicate
from fitter.intervals import PROBABILITIES
from fitter.parameter import Parameter
from fitter.posterior import Posterior
from fitter.provenance import fingerprint
from fitter.regions import hold
from fitter.target import Target
from fitter.tasks import each

Array = npt.NDArray[np.float64]

#: Prior draws at a time, and per wanted point before giving up on finding physical ones.
_BLOCK, _MOST = 1024, 1000
#: Points among which the largest likelihood of the limits is looked for.
_PILOT = 1000


@dataclass(frozen=True)
class Calibration:
    """Ranks of true values.

    Attributes
    ----------
    parameters : of the posterior
    ranks : (fits, d), 0 to ``draws``
    draws : posterior draws of each fit
    truths : (fits, d)
    converged : (fits,) whether the fit is to be trusted, as any run says it. Histograms count these fits: the choice is
        made by the simulated data, given which the rank of the truth is uniform too
    doubled : (fits,) how often the effort of a fit was doubled before it converged or was given up
    """

    parameters: tuple[Parameter, ...]
    ranks: npt.NDArray[np.int64]
    draws: int
    truths: Array
    converged: npt.NDArray[np.bool_]
    doubled: npt.NDArray[np.int64]

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
            "converged by effort": np.bincount(self.doubled[self.converged]).tolist(),
            "p_values": self.p_values(bins),
            "histograms": dict(zip((p.name for p in self.parameters), self.histogram(bins).tolist(), strict=True)),
            "coverage": {f"{100 * level:.2f}%": self.coverage(level) for level in PROBABILITIES[:2]},
        }

    def coverage(self, probability: float) -> dict[str, float]:
        """Share of converged fits whose central interval of this posterior probability holds the truth.

        A rank r leaves the truth between quantiles r and r + 1 of draws + 1; where an end of the interval lies between
        them it counts in part, so that the share is the probability if ranks are uniform.
        """
        low, ranks = 0.5 * (1 - probability) * (self.draws + 1), self.ranks[self.converged]
        inside = np.minimum(ranks + 1, self.draws + 1 - low) - np.maximum(ranks, low)
        shares = np.clip(inside, 0.0, 1.0).sum(axis=0) / max(len(ranks), 1)
        return {p.name: float(share) for p, share in zip(self.parameters, shares, strict=True)}


def calibrate(
    posterior: Posterior,
    fits: int = 300,
    *,
    sampler: str = "smc",
    draws: int = 99,
    doublings: int = 2,
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
    doublings : times that a fit that has not converged is continued at double effort, as one continues a run
    seed : truth, pseudo-data and fit number k follow from the seed and k: they are the same for any number of workers,
        and among any larger number of fits
    workers, scheduler, progress : as for ``tasks.each``
    out : folder; ranks are kept there as they come. A calibration that was stopped goes on with the same call, and
        one that is complete with more fits

    Raises
    ------
    ValueError : a posterior without a model that can simulate, no physical point in the prior, ``fits`` or ``draws``
        below 1, ``doublings`` below 0, or ``out`` holds another calibration or is in use
    """
    if fits < 1 or draws < 1 or doublings < 0:
        raise ValueError(f"fits={fits} and draws={draws} must be at least 1, doublings={doublings} at least 0")
    if posterior.likelihood is None:
        raise ValueError("calibration simulates data: it needs a posterior of a model and a likelihood")
    truths = truths_of(posterior, fits, np.random.default_rng(seed))
    ranks = np.full((fits, posterior.dimension), -1, np.int64)
    good, doubled = np.zeros(fits, bool), np.zeros(fits, np.int64)
    with ExitStack() as stack:
        kept = Checkpoint()
        if out is not None:
            # as text, with the budgets that a single run may change on its way
            own = {"draws": draws, "doublings": doublings, "settings": repr(sorted(settings.items()))}
            origin = fingerprint(posterior, sampler, seed, settings) | {"calibration": own}
            kept = stack.enter_context(RunFolder(Path(out), origin)).checkpoint("calibration")
            if (before := kept.load()) is not None:
                more = max(0, fits - len(before[1]["ranks"]))
                ranks = np.pad(before[1]["ranks"], ((0, more), (0, 0)), constant_values=-1)
                good, doubled = (np.pad(before[1][key], (0, more)) for key in ("good", "doubled"))
        if sampler == "smc":
            settings = {"wanted": 10 * draws} | settings
        left = np.flatnonzero(ranks[:fits, 0] < 0)
        tasks = [(posterior, truths[k], (seed, int(k)), sampler, draws, doublings, settings) for k in left]

        def keep(number: int, found: tuple[npt.NDArray[np.int64], bool, int]) -> None:
            good[left[number]], doubled[left[number]] = found[1:]
            ranks[left[number]] = found[0]  # last: a rank marks a fit that is done
            if kept.due:
                kept.save({}, ranks=ranks, good=good, doubled=doubled)

        def tell(done: int, _: int) -> None:
            if progress is not None:
                progress(fits - len(left) + done, fits)

        try:
            each(rank, tasks, workers=workers, scheduler=scheduler, progress=tell, keep=keep)
        finally:
            kept.save({}, ranks=ranks, good=good, doubled=doubled)
    return Calibration(posterior.parameters, ranks[:fits], draws, truths, good[:fits], doubled[:fits])


def truths_of(posterior: Posterior, n: int, rng: np.random.Generator) -> Array:
    """Draws (n, d) of prior × limits at which the likelihood of the real data is finite: those the prior allows.

    Rejection against the largest likelihood of the limits at the first points, which those within all limits share.
    More draws from the same state of ``rng`` begin with the same.
    """
    likelihood: Any = posterior.likelihood
    theta, height, threshold = np.empty((0, posterior.dimension)), np.empty(0), np.empty(0)
    found = theta
    for _ in range(1 + _MOST * max(n, _PILOT) // _BLOCK):
        drawn, level = posterior.prior_transform(rng.random((_BLOCK, posterior.dimension))), np.log(rng.random(_BLOCK))
        allowed = np.isfinite(posterior.log_likelihood(drawn))
        theta, threshold = np.concatenate([theta, drawn[allowed]]), np.concatenate([threshold, level[allowed]])
        height = np.concatenate([height, likelihood.bounding(*posterior.couplings(drawn[allowed]))])
        found = theta[threshold < height - height[:_PILOT].max(initial=-np.inf)]
        if len(found) >= n and len(theta) >= _PILOT:
            return found[:n]
    raise ValueError(
        f"{posterior.name}: {len(found)} points within the model and the limits in {_MOST * max(n, _PILOT)} prior draws"
    )


def pseudo_data(posterior: Posterior, truth: Array, rng: np.random.Generator) -> Array:
    """Data (rows,) simulated at the truth (d,), limits as observed."""
    likelihood: Any = posterior.likelihood
    drawn = likelihood.simulate(*posterior.couplings(truth[None]), rng)[0]
    return np.where(likelihood.bounds, likelihood.data, drawn)


def rank(
    posterior: Posterior,
    truth: Array,
    seed: tuple[int, int],
    sampler: str,
    draws: int,
    doublings: int,
    settings: dict[str, Any],
) -> tuple[npt.NDArray[np.int64], bool, int]:
    """Fit of data simulated at the truth (d,): rank (d,) of the truth among posterior draws, whether the fit converged,
    and how often its effort was doubled for that."""
    for_data, for_fit = (int(s) for s in np.random.SeedSequence(seed).generate_state(2))
    given = posterior.with_data(pseudo_data(posterior, truth, np.random.default_rng(for_data)))
    found, doubled = _fit(given, sampler, for_fit, settings), 0
    while found.reasons and doubled < doublings:
        settings, doubled = settings | harder(sampler, settings), doubled + 1
        found = _fit(given, sampler, for_fit, settings)
    pick = np.random.default_rng(for_fit).choice(len(found.u), draws, p=found.weights)
    ranks = (posterior.prior_transform(found.u[pick]) < truth).sum(axis=0)
    return ranks, not found.reasons, doubled


def _fit(posterior: Posterior, sampler: str, seed: int, settings: dict[str, Any]) -> Draws:
    """Draws that are judged as those of any run, by the sampler and by the shares of regions."""
    found, _ = replicate(posterior, sampler, seed, settings)
    with Target(posterior) as target:
        return hold(found, target, seed)
