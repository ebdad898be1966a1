"""Proposals of random walks, for all walkers at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


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
