"""Regions: ln Z from the shares of the draws that small regions hold, to hold a sampler's own against.

For any region R, Z = ∫_R L π dθ / P(R), P(R) its posterior share. The integral is done directly, by importance sampling
from the Gaussian of the draws around a point, cut off at R; the share is counted, with draws that did not define R.
Nothing of a sampler's account of volumes or temperatures enters, so an evidence that is wrong while the draws are right
shows, and so does the reverse. Regions lie where draws are: a mode without any is seen by nobody.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from fitter.draws import Draws
from fitter.joint import normal
from fitter.target import Target

Array = npt.NDArray[np.float64]

#: Regions, and points at which each is evaluated.
REGIONS, POINTS = 8, 1000
#: Posterior share of the draws around a centre: the first that a Gaussian describes so well that this part of its
#: points counts is taken.
SHARES, WORTH = (0.2, 0.05, 0.0125), 0.1
#: Part of those draws that a region keeps.
CORE = 0.8
#: Standard deviations by which a sampler may be off, and χ² per degree of freedom of the regions among themselves.
MOST, UNEVEN = 4.0, 10.0


@dataclass(frozen=True)
class Region:
    """Gaussian of mean (d,) and lower Cholesky factor (d, d), cut off at a squared Mahalanobis distance."""

    mean: Array
    factor: Array
    reach: float

    @classmethod
    def around(cls, z: Array, weights: Array) -> "Region":
        """Of draws (n, d)."""
        weights = weights / weights.sum()
        mean = weights @ z
        covariance = np.atleast_2d(np.cov(z.T, aweights=weights))
        covariance += np.diag(1e-9 * np.diag(covariance) + 1e-300)
        made = cls(mean, np.linalg.cholesky(covariance).astype(np.float64), np.inf)
        distance = made.distance(z)
        order = np.argsort(distance)
        edge = min(int(np.searchsorted(np.cumsum(weights[order]), CORE)), len(order) - 1)
        return cls(mean, made.factor, float(distance[order[edge]]))

    def distance(self, z: Array) -> Array:
        """Squared Mahalanobis distance (n,)."""
        white = np.linalg.solve(self.factor, (z - self.mean).T)
        return np.einsum("ij,ij->j", white, white)

    def log_integral(self, target: Target, rng: np.random.Generator) -> tuple[float, float]:
        """Logarithm of the integral of likelihood × prior, and the effective number of the points it is from."""
        d = len(self.mean)
        inside = float(stats.chi2.cdf(self.reach, d))
        x = rng.standard_normal((POINTS, d))
        x *= np.sqrt(stats.chi2.ppf(inside * rng.random(POINTS), d) / np.einsum("ij,ij->i", x, x))[:, None]
        z = self.mean + x @ self.factor.T
        log_weight = target.log_likelihood_normal(z) - 0.5 * np.einsum("ij,ij->i", z, z)
        log_weight += 0.5 * np.einsum("ij,ij->i", x, x) + np.log(np.diag(self.factor)).sum() + np.log(inside)
        top = log_weight.max()
        if not np.isfinite(top):
            return -np.inf, 0.0
        w = np.exp(log_weight - top)
        return float(top + np.log(w.mean())), float(w.sum() ** 2 / (w @ w))


@dataclass(frozen=True)
class Shares:
    """ln Z from the shares of regions.

    Parameters
    ----------
    log_evidence, error : ln Z and its standard error
    regions : how many regions it is from
    scatter : χ² of the regions' own ln Z over their number less one
    """

    log_evidence: float
    error: float
    regions: int
    scatter: float


def hold(draws: Draws, target: Target, seed: int) -> Draws:
    """Draws whose ln Z is held against the shares of regions: its error covers the difference beyond that of these."""
    found = None if draws.interrupted else shares(target, draws.u, draws.weights, draws.effective, seed)
    if found is None:
        return draws
    diagnostics = draws.diagnostics | {
        "ln Z from shares of regions": found.log_evidence,
        "error of ln Z from shares of regions": found.error,
        "scatter of regions over that expected": found.scatter,
    }
    reasons, error = list(draws.reasons), draws.log_evidence_error
    if found.scatter > UNEVEN:
        reasons.append(
            f"regions hold other shares of the draws than their likelihood asks for (χ² per region {found.scatter:.0f})"
        )
    if draws.log_evidence is not None and error is not None:
        off = found.log_evidence - draws.log_evidence
        if abs(off) > MOST * float(np.hypot(error, found.error)):
            reasons.append(
                f"from the shares of the draws that small regions hold, ln Z is {off:+.2f} ± {found.error:.2f} away: "
                "take more steps, or another sampler"
            )
        error = max(error, abs(off) - found.error)
    return replace(draws, diagnostics=diagnostics, reasons=tuple(reasons), log_evidence_error=error)


def shares(target: Target, u: Array, weights: Array, effective: float, seed: int) -> Shares | None:
    """ln Z of draws ``u`` (n, d), or None if there are too few of them, or a Gaussian describes too few parts of them.

    Its error is enlarged where the regions scatter more than they should.
    """
    d = target.dimension
    if not d or weights.sum() ** 2 < 20 * (d + 1) * (weights @ weights):
        return None
    rng = np.random.default_rng(seed)
    z = normal(u)
    defines = rng.random(len(u)) < 0.5
    a, b = z[defines], z[~defines]
    wa, wb = weights[defines] / weights[defines].sum(), weights[~defines] / weights[~defines].sum()
    number = effective * float(weights[~defines].sum() / weights.sum())
    whole = Region.around(a, wa)
    white = np.linalg.solve(whole.factor, a.T).T
    counts, integrals, errors = [], [], []
    for centre in rng.choice(len(a), REGIONS, p=wa):
        order = np.argsort(np.einsum("ij,ij->i", white - white[centre], white - white[centre]))
        held = np.cumsum(wa[order])
        for share in SHARES:
            near = order[: int(np.searchsorted(held, share)) + 1]
            kish = wa[near].sum() ** 2 / (wa[near] @ wa[near])
            if min(kish, share * number) < 5 * (d + 1):  # copies of few draws would make a region of their own
                break
            region = Region.around(a[near], wa[near])
            value, worth = region.log_integral(target, rng)
            if worth >= WORTH * POINTS:
                counts.append(region.distance(b) < region.reach)
                integrals.append(value)
                errors.append(np.sqrt(1 / worth - 1 / POINTS))
                break
    if 2 * len(counts) < REGIONS:
        return None
    member = np.array(counts, float)
    share_of = member @ wb
    if not share_of.min() > 0:
        return None
    total = member.sum(axis=0)
    mean = float(wb @ total)
    counted = float(wb @ (total - mean) ** 2) / mean**2 / number
    parts = np.exp(np.array(integrals) - special.logsumexp(integrals))
    each = np.array(integrals) - np.log(share_of)
    variance = np.square(errors) + (1 - share_of) / share_of / number
    scatter = float(np.sum((each - np.average(each, weights=1 / variance)) ** 2 / variance)) / (len(each) - 1)
    return Shares(
        log_evidence=float(special.logsumexp(integrals) - np.log(mean)),
        error=float(np.sqrt((counted + np.sum((parts * errors) ** 2)) * max(scatter, 1.0))),
        regions=len(each),
        scatter=scatter,
    )
