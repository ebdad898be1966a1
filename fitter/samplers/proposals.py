"""Proposals of random walks, for all walkers at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

#: Degrees of freedom of the Student t distribution.
DOF = 5.0


def differential(x: Array, population: Array, scale: float, rng: np.random.Generator, decades: float = 1.0) -> Array:
    """Step ``x`` (n, d) along differences of random members of ``population`` (m, d): ter Braak, Stat. Comput. 16
    (2006) 239.

    Sizes are log-uniform over ``decades`` up to ``scale``: curved ridges want short steps, straight ones long.
    """
    n, m = len(x), len(population)
    first = rng.integers(0, m, n)
    second = (first + rng.integers(1, max(m, 2), n)) % m
    size = scale * 10 ** (-decades * rng.random(n))
    return x + size[:, None] * (population[first] - population[second])


def student(x: Array, size: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Autoregressive step from ``x`` (n, d) that leaves the standard Student t distribution invariant (2407.07781).

    Returns proposals (n, d) and the logarithm of the proposal ratio q(x|y) / q(y|x) (n,); 0 < ``size`` <= 1.
    """
    n, d = x.shape
    before = DOF + np.einsum("ij,ij->i", x, x)
    scale = size * np.sqrt(0.5 * before / rng.standard_gamma(0.5 * (DOF + d), n))
    y = rng.standard_normal((n, d))
    y *= scale[:, None]
    y += np.sqrt(1 - size * size) * x
    return y, 0.5 * (DOF + d) * np.log((DOF + np.einsum("ij,ij->i", y, y)) / before)


@dataclass(frozen=True)
class Gaussian:
    """Gaussian of the mean and covariance of a population.

    Parameters
    ----------
    mean : (d,)
    factor, inverse : (d, d) lower Cholesky factor of the covariance, and its inverse
    """

    mean: Array
    factor: Array
    inverse: Array

    @classmethod
    def fit(cls, x: Array) -> "Gaussian":
        """From the moments of ``x`` (n, d)."""
        covariance = np.atleast_2d(np.cov(x.T, ddof=min(1, len(x) - 1)))
        spread = np.maximum(np.diag(covariance), 1e-20)
        factor = np.linalg.cholesky(covariance + np.diag(1e-9 * spread)).astype(np.float64)
        return cls(x.mean(axis=0), factor, np.linalg.inv(factor).astype(np.float64))

    def white(self, x: Array) -> Array:
        """Coordinates (n, d) of zero mean and unit covariance."""
        return (x - self.mean) @ self.inverse.T
