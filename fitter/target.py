"""Target: a posterior as samplers see it, on a standard-normal prior or a unit cube, batched, counted, threaded."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.joint import normal, unit
from fitter.posterior import Posterior

Array = npt.NDArray[np.float64]

#: Prior draws without a single allowed point after which a run gives up.
HOPELESS = 2**19
#: Allowed points worth waiting for where few are, up to so many draws.
FEW, PATIENCE = 100, 10_000_000
#: Most points of one batch of prior draws.
BATCH = 2**16


@dataclass(frozen=True)
class Start:
    """First draws from the prior.

    Parameters
    ----------
    u : (n, d) allowed points of the unit cube
    log_likelihood : (n,)
    draws : points drawn in all
    fraction : estimate of the allowed prior fraction
    cuts : entries ``term``, ``reason`` and ``cost``: the logarithm of the prior fraction that this cut alone allows
    """

    u: Array
    log_likelihood: Array
    draws: int
    fraction: float
    cuts: list[dict[str, Any]]

    @property
    def diagnostics(self) -> dict[str, Any]:
        """What a result tells of hard cuts."""
        return {"allowed prior fraction": self.fraction, "hard cuts": self.cuts}

    @property
    def log_fraction_error(self) -> float:
        """Standard error of ln(fraction): 0 if every draw was allowed."""
        return float(np.sqrt((1 - self.fraction) / max(len(self.u), 1)))


class Target:
    """A posterior whose batches are spread over ``workers`` threads.

    Parameters
    ----------
    posterior : what to sample
    workers : threads; a user's own function is always called from one thread with the whole batch
    pause : called before each batch; ends a run by raising

    Notes
    -----
    Kernels treat every point alone, so the numbers do not depend on how a batch is cut.
    """

    def __init__(self, posterior: Posterior, workers: int = 1, pause: Callable[[], None] | None = None):
        self.posterior = posterior
        self.dimension = posterior.dimension
        self.workers = workers if posterior.model is not None else 1
        self.evaluations = 0
        self._pause = pause
        edges = np.array([(p.prior.low, p.prior.high) for p in posterior.parameters]).reshape(-1, 2)
        self._bounded = np.isfinite(edges).all(axis=1)
        self._pool = ThreadPoolExecutor(self.workers) if self.workers > 1 else None
        self._compiled = False

    def __enter__(self) -> "Target":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def kept(self) -> dict[str, Any]:
        """Counts that a checkpoint keeps."""
        return {"evaluations": self.evaluations, "failures": self.posterior.failures.report()}

    def restore(self, plain: dict[str, Any]) -> None:
        """Go on from kept counts."""
        self.evaluations = plain["evaluations"]
        self.posterior.failures.merge(plain["failures"])

    def transform(self, u: Array) -> Array:
        """Parameters (n, d) of points (n, d) of the unit cube."""
        return self.posterior.prior_transform(u)

    def terms(self, theta: Array) -> Array:
        """Log-likelihood (n, terms) of parameters (n, d)."""
        if self._pause is not None:
            self._pause()
        theta = np.ascontiguousarray(theta)
        self.evaluations += len(theta)
        if self._pool is None or len(theta) < 2 * self.workers:
            return self.posterior.log_likelihood_terms(theta)
        first = []
        if not self._compiled:  # in this thread, where Ctrl-C can end it
            first, theta = [self.posterior.log_likelihood_terms(theta[:1])], theta[1:]
            self._compiled = True
        parts = np.array_split(theta, self.workers)
        return np.concatenate([*first, *self._pool.map(self.posterior.log_likelihood_terms, parts)])

    def log_likelihood(self, u: Array) -> Array:
        """Log-likelihood (n,) of points (n, d) of the unit cube; -inf where vetoed or not finite."""
        return self.terms(self.transform(u)).sum(axis=1)

    def log_likelihood_normal(self, z: Array) -> Array:
        """Log-likelihood (n,) of points (n, d) in coordinates where the prior is standard normal."""
        return self.terms(self.posterior.of_normal(z)).sum(axis=1)

    def straight(self, u: Array) -> Array:
        """Points (n, d) of the unit cube where bounded priors are flat and the others standard normal.

        Power laws are straight lines there between parameters of log-uniform priors, and bent where all are normal.
        """
        return u.copy() if self._bounded.all() else np.where(self._bounded, u, normal(u))

    def cube(self, x: Array) -> Array:
        """Points (n, d) of the unit cube from those of ``straight``; beyond its edges where the prior is."""
        return x if self._bounded.all() else np.where(self._bounded, x, unit(x))

    def log_prior_straight(self, x: Array) -> Array:
        """Logarithm (n,) of the prior's density at points of ``straight``, not normalised."""
        flat, free = x[:, self._bounded], x[:, ~self._bounded]
        inside = np.all((flat > 0) & (flat < 1), axis=1)
        return np.where(inside, -0.5 * np.einsum("ij,ij->i", free, free), -np.inf)

    def start(self, n: int, rng: np.random.Generator, most: int = 1000, above: float = -np.inf) -> Start:
        """Draw from the prior until ``n`` points are allowed, or ``most * n`` are drawn and some are allowed.

        Allowed are those of likelihood larger than ``above``; if it is finite there may be none.

        Raises
        ------
        ValueError : the likelihood is finite nowhere, and the message counts the reasons, or hardly anywhere
        """
        points, values, draws, found, all_draws = [], [], 0, 0, 0
        before = dict(self.posterior.failures.counts)
        least = min(n, 2 * self.dimension + 2)  # too few span too little
        few = min(n, max(FEW, least))
        while found < n and (draws < most * n or (found < few and draws < PATIENCE)):
            size = (
                min(n, BATCH) if 64 * found >= draws else max(n, min(draws, BATCH))
            )  # few are allowed: larger batches
            u = rng.random((size, self.dimension))
            value = self.log_likelihood(u)
            all_draws += size
            good = np.flatnonzero(np.isfinite(value) & (value > above))
            if found + len(good) > n:  # stop at the n-th allowed point: the draws that produced it are what counts
                last = good[n - found - 1]
                good, draws = good[: n - found], draws + int(last) + 1
            else:
                draws += size
            found += len(good)
            points.append(u[good])
            values.append(value[good])
            if found == 0 and draws >= HOPELESS:
                break
        if found == 0 and not np.isfinite(above):
            raise ValueError(self._hopeless(draws))
        if found < least and not np.isfinite(above):
            raise ValueError(f"only {found} of {draws} prior draws are allowed, too few to begin: narrow the priors")
        if found == draws:
            fraction = 1.0
        elif found == n:  # drawn until the n-th success: the unbiased estimate of Haldane (1945)
            fraction = (n - 1) / (draws - 1)
        else:
            fraction = found / draws
        counts = self.posterior.failures.counts
        cuts = [
            {"term": term, "reason": reason, "cost": float(np.log1p(-min(lost, all_draws - 1) / all_draws))}
            for (term, reason), count in sorted(counts.items())
            if (lost := count - before.get((term, reason), 0))
        ]
        return Start(np.concatenate(points), np.concatenate(values), draws, fraction, cuts)

    def _hopeless(self, draws: int) -> str:
        reasons = "; ".join(
            f"{entry['term'] or 'model'}: {entry['reason']} {entry['count']} times, e.g. at "
            + ", ".join(f"{name}={value:.4g}" for name, value in entry["example"].items())
            for entry in self.posterior.failures.report()
        )
        return f"{self.posterior.name}: the likelihood is finite at none of {draws} prior draws ({reasons})"
