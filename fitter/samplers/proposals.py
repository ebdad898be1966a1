"""Proposals of random walks, for all walkers at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

#: Points whose densities fit into the processor's cache together.
CHUNK = 256


def differential(x: Array, population: Array, scale: float, rng: np.random.Generator, decades: float = 1.0) -> Array:
    """Step ``x`` (n, d) along differences of random members of ``population`` (m, d): ter Braak, Stat. Comput. 16
    (2006) 239.

    Sizes are log-uniform over ``decades`` up to ``scale``: curved ridges want short steps, straight ones long.
    """
    n, m = len(x), len(population)
    first = rng.integers(0, m, n)
    second = (first + rng.integers(1, m, n)) % m
    size = scale * 10 ** (-decades * rng.random(n))
    return x + size[:, None] * (population[first] - population[second])


@dataclass(frozen=True)
class StudentWalk:
    """Autoregressive walk that leaves a Student t distribution invariant (t-preconditioned Crank-Nicolson, 2407.07781).

    Parameters
    ----------
    mean : (d,) location
    factor, inverse : (d, d) lower Cholesky factor of the scale matrix, and its inverse
    dof : degrees of freedom ν
    """

    mean: Array
    factor: Array
    inverse: Array
    dof: float = 5.0

    @classmethod
    def fit(cls, x: Array, weights: Array | None = None) -> "StudentWalk":
        """Location and scale from the moments of ``x`` (n, d)."""
        mean = np.average(x, axis=0, weights=weights)
        covariance = np.atleast_2d(np.cov(x.T, aweights=weights))
        spread = np.maximum(np.diag(covariance), 1e-20)
        factor = np.linalg.cholesky(covariance + np.diag(1e-9 * spread)).astype(np.float64)
        return cls(mean, factor, np.linalg.inv(factor).astype(np.float64))

    def distance(self, x: Array) -> Array:
        """Squared Mahalanobis distance (n,)."""
        white = self.white(x)
        return np.einsum("ij,ij->i", white, white)

    def white(self, x: Array) -> Array:
        """Coordinates (n, d) of zero mean and unit covariance."""
        return (x - self.mean) @ self.inverse.T

    def __call__(self, x: Array, step: float, rng: np.random.Generator) -> tuple[Array, Array]:
        """Proposals (n, d) and the logarithm of the proposal ratio q(x|x')/q(x'|x) (n,); 0 < ``step`` <= 1."""
        n, d = x.shape
        before = self.distance(x)
        s = 0.5 * (self.dof + before) / rng.standard_gamma(0.5 * (self.dof + d), n)
        noise = rng.standard_normal((n, d)) @ self.factor.T
        y = self.mean + np.sqrt(1 - step * step) * (x - self.mean) + step * np.sqrt(s)[:, None] * noise
        after = self.distance(y)
        return y, 0.5 * (self.dof + d) * (np.log1p(after / self.dof) - np.log1p(before / self.dof))


@dataclass(frozen=True)
class Mixture:
    """Independent draws from Gaussians fitted to the cells of a population: follows bent ridges, and joins modes.

    Parameters
    ----------
    mean : (m, d)
    factor : (m, d, d) lower Cholesky factors of the covariances
    share : (m,) weights that sum to one
    quadratic : (d + d², m), and ``constant`` (m,): the logarithms of the weighted densities as a polynomial
    """

    mean: Array
    factor: Array
    share: Array
    quadratic: Array
    constant: Array

    @classmethod
    def fit(cls, x: Array, rng: np.random.Generator, most: int = 200, wider: float = 1.3) -> "Mixture":
        """Cells of ``x`` (n, d) by Lloyd's algorithm, enough members in each for its covariance.

        Covariances are ``wider`` than those of the cells, whose sharp edges no Gaussian has.
        """
        n, d = x.shape
        least = max(2 * d, d * d // 2)
        cells = int(np.clip(n // (2 * least), 1, most))
        centre = x[rng.choice(n, cells, replace=False)]
        for _ in range(6):
            label = _nearest(x, centre)
            number = np.bincount(label, minlength=len(centre))
            keep = number > 0
            centre = np.stack([np.bincount(label, column, len(number))[keep] / number[keep] for column in x.T], axis=1)
        label = _nearest(x, centre)
        large = np.bincount(label, minlength=len(centre)) >= least
        if large.any():
            centre = centre[large]
            label = _nearest(x, centre)
        else:
            label = np.zeros(n, np.int64)
        number = np.bincount(label)
        mean, factor = np.empty((len(number), d)), np.empty((len(number), d, d))
        for k in range(len(number)):
            walk = StudentWalk.fit(x[label == k])
            mean[k], factor[k] = walk.mean, walk.factor * np.sqrt(wider)
        inverse = np.linalg.inv(factor)
        precision = np.einsum("kji,kjl->kil", inverse, inverse)
        linear = np.einsum("kij,kj->ki", precision, mean)
        share = number / n
        constant = np.log(share) - np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        constant -= 0.5 * np.einsum("ki,ki->k", linear, mean)
        quadratic = np.concatenate([linear.T, -0.5 * precision.reshape(-1, d * d).T])
        return cls(mean, factor, share, quadratic, constant)

    def log_density(self, x: Array) -> Array:
        """Logarithm (n,) of the density, but for its (2π)^(d/2)."""
        d = x.shape[1]
        out = np.empty(len(x))
        for first in range(0, len(x), CHUNK):
            part = x[first : first + CHUNK]
            powers = (part[:, :, None] * part[:, None, :]).reshape(len(part), d * d)
            terms = np.concatenate([part, powers], axis=1) @ self.quadratic
            terms += self.constant
            top = terms.max(axis=1)
            terms -= top[:, None]
            out[first : first + CHUNK] = top + np.log(np.exp(terms, out=terms).sum(axis=1))
        return out

    def __call__(self, x: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Proposals (n, d) and the logarithm of the proposal ratio q(x)/q(x') (n,)."""
        pick = rng.choice(len(self.share), len(x), p=self.share)
        y = self.mean[pick] + np.einsum("nij,nj->ni", self.factor[pick], rng.standard_normal(x.shape))
        return y, self.log_density(x) - self.log_density(y)


def _nearest(x: Array, centre: Array) -> npt.NDArray[np.int64]:
    """Index (n,) of the nearest centre."""
    return np.argmin(np.einsum("kd,kd->k", centre, centre) - 2 * x @ centre.T, axis=1)
