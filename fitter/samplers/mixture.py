"""Mixture: Gaussians fitted to the cells of a population, from which a walk may draw whole new points."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from likelihoods.kernel import kernel

Array = npt.NDArray[np.float64]

#: Half-width, in standard deviations, of the box outside which a component counts for nothing: exp(-6²/2) = 2e-8.
REACH = 6.0
#: Largest number of components.
MOST = 500
#: Rounds of Lloyd's algorithm.
ROUNDS = 6


@kernel
def log_mixture(x, mean, reach, inverse, constant, out):
    """Logarithm ``out`` (n,) of a sum of m Gaussians at ``x`` (n, d), but for its (2π)^(d/2).

    ``mean`` and ``reach`` (m, d): centre and half-widths of each component's box; ``inverse`` (m, d, d): of the lower
    Cholesky factor of its covariance; ``constant`` (m,): logarithm of weight over determinant of that factor.
    """
    n, d = x.shape
    for i in range(n):
        top, total = -np.inf, 0.0
        for k in range(len(mean)):
            near = True
            for a in range(d):
                if abs(x[i, a] - mean[k, a]) > reach[k, a]:
                    near = False
                    break
            if not near:
                continue
            value = constant[k]
            for a in range(d):
                white = 0.0
                for b in range(a + 1):
                    white += inverse[k, a, b] * (x[i, b] - mean[k, b])
                value -= 0.5 * white * white
                if value < top - 0.5 * REACH * REACH:
                    break
            if value > top:
                total = total * math.exp(top - value) + 1.0
                top = value
            else:
                total += math.exp(value - top)
        out[i] = top + math.log(total) if total > 0.0 else -np.inf


@dataclass(frozen=True)
class Mixture:
    """Independent draws from Gaussians fitted to the cells of a population: follows bent ridges, and joins modes.

    Parameters
    ----------
    mean : (m, d)
    factor, inverse : (m, d, d) lower Cholesky factors of the covariances, and their inverses
    share : (m,) weights that sum to one
    """

    mean: Array
    factor: Array
    inverse: Array
    share: Array

    @classmethod
    def fit(cls, x: Array, weights: Array, rng: np.random.Generator, wider: float = 1.7) -> "Mixture":
        """Cells of distinct points ``x`` (n, d) by Lloyd's algorithm, as small as their covariances allow.

        Covariances are ``wider`` than those of the cells, so that few points lie where the mixture is thin: a walk
        would stay at such a point for long.
        """
        n, d = x.shape
        size = max(12, d * d // 2, n // MOST)
        centre = x[rng.choice(n, max(1, n // size), replace=False)]
        for _ in range(ROUNDS):
            centre = _means(x, np.ones(n), cKDTree(centre).query(x)[1])[0]
        label = cKDTree(centre).query(x)[1]
        centre, share = _means(x, weights, label)
        worth = share**2 / _means(x, weights**2, label)[1]
        large = worth >= max(size // 2, d + 2)
        label = cKDTree(centre[large]).query(x)[1] if large.any() else np.zeros(n, np.int64)
        mean, share = _means(x, weights, label)
        label = np.unique(label, return_inverse=True)[1].ravel()
        y = x - mean[label]
        covariance = np.zeros((len(mean), d, d))
        for a in range(d):
            for b in range(a + 1):
                covariance[:, a, b] = np.bincount(label, weights * y[:, a] * y[:, b]) / share
        spread = np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 1e-20)
        covariance += 1e-9 * spread[:, :, None] * np.eye(d)
        factor = np.linalg.cholesky(covariance * wider).astype(np.float64)  # reads the lower triangle only
        return cls(mean, factor, np.linalg.inv(factor).astype(np.float64), share / share.sum())

    @classmethod
    def of(cls, x: Array, weights: Array, rng: np.random.Generator) -> "Mixture":
        """Fitted to points of which many may be equal, or of no weight."""
        some = weights > 1e-9 * weights.max()
        distinct, place = np.unique(x[some], axis=0, return_inverse=True)
        return cls.fit(distinct, np.bincount(place.ravel(), weights[some]).astype(np.float64), rng)

    def log_density(self, x: Array) -> Array:
        """Logarithm (n,) of the density, but for its (2π)^(d/2); -inf beyond the reach of all components."""
        reach = REACH * np.sqrt(np.einsum("kab,kab->ka", self.factor, self.factor))
        constant = np.log(self.share) - np.log(np.diagonal(self.factor, axis1=1, axis2=2)).sum(axis=1)
        out = np.empty(len(x))
        log_mixture(np.ascontiguousarray(x), self.mean, reach, self.inverse, constant, out)
        return out

    def draw(self, n: int, rng: np.random.Generator) -> Array:
        """Independent points (n, d)."""
        pick = rng.choice(len(self.share), n, p=self.share)
        noise = rng.standard_normal((n, self.mean.shape[1]))
        return self.mean[pick] + np.einsum("nij,nj->ni", self.factor[pick], noise)


def _means(x: Array, weights: Array, label: npt.NDArray[np.int64]) -> tuple[Array, Array]:
    """Means (m, d) and weights (m,) of the cells that have members."""
    some = np.bincount(label) > 0
    total = np.bincount(label, weights)[some].astype(np.float64)
    return np.stack([np.bincount(label, weights * column)[some] / total for column in x.T], axis=1), total
