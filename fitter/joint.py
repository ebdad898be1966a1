"""Joint prior of all parameters: a product of one-dimensional ones, some in a correlated Gaussian; arrays at a time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from fitter.prior import LogUniform, Normal, Prior, Uniform

Array = npt.NDArray[np.float64]

#: Largest number below 1 at which a Gaussian's quantile is taken, and that quantile: beyond, numbers round to 1.
TOP = 1 - 1e-16
HIGHEST = float(special.ndtri(TOP))
_FINITE = float(np.finfo(float).max)


def normal(u: Array) -> Array:
    """Coordinates where the prior is standard normal, of points of the unit cube."""
    return special.ndtri(np.clip(u, 1e-300, TOP))


def unit(z: Array) -> Array:
    """Points of the unit cube, of coordinates where the prior is standard normal."""
    return np.minimum(special.ndtr(z), TOP)


class Joint:
    """Joint prior.

    Parameters
    ----------
    priors : of each parameter
    gaussian : columns (k,) of correlated parameters, whose own priors do not count; their mean (k,) and the lower
        Cholesky factor (k, k) of their covariance
    """

    def __init__(self, priors: Sequence[Prior], gaussian: tuple[npt.NDArray[np.int64], Array, Array] | None = None):
        self.priors, self.gaussian = tuple(priors), gaussian
        together = set() if gaussian is None else set(gaussian[0].tolist())
        alone = [k for k in range(len(self.priors)) if k not in together]
        flat = [k for k in alone if type(self.priors[k]) is Uniform]
        bell = [k for k in alone if (p := self.priors[k]).__class__ is Normal and np.isinf([p.low, p.high]).all()]
        self._flat, self._bell = _slice(flat), _slice(bell)
        self._low, self._high = (np.array([getattr(self.priors[k], end) for k in flat]) for end in ("low", "high"))
        self._mean, self._sigma = (np.array([getattr(self.priors[k], of) for k in bell]) for of in ("mean", "sigma"))
        self._others = [k for k in alone if k not in flat and k not in bell]
        single = {k for k in alone if type(self.priors[k]) in (Uniform, LogUniform, Normal)}
        self._split = [k for k in alone if k not in single]
        edges = [(p.low, p.high) if k in single else (-_FINITE, _FINITE) for k, p in enumerate(self.priors)]
        self._edges = np.clip(np.array(edges, float).reshape(-1, 2).T, -_FINITE, _FINITE)
        self._alone = alone

    def transform(self, u: Array) -> Array:
        """Parameters of points (n, d) or (d,) of the unit cube."""
        theta = np.empty_like(u)
        theta[..., self._flat] = self._low + (self._high - self._low) * u[..., self._flat]
        theta[..., self._bell] = self._mean + self._sigma * special.ndtri(u[..., self._bell])
        for k in self._others:
            theta[..., k] = self.priors[k].ppf(u[..., k])
        if self.gaussian is not None:
            columns, mean, factor = self.gaussian
            theta[..., columns] = mean + normal(u[..., columns]) @ factor.T
        return theta

    def of_normal(self, z: Array) -> Array:
        """Parameters (n, d) of points (n, d) where the prior is standard normal: those of their ``unit`` ones."""
        theta = np.empty_like(z)
        theta[:, self._flat] = self._low + (self._high - self._low) * unit(z[:, self._flat])
        theta[:, self._bell] = self._mean + self._sigma * np.minimum(z[:, self._bell], HIGHEST)
        for k in self._others:
            theta[:, k] = self.priors[k].ppf(unit(z[:, k]))
        if self.gaussian is not None:
            columns, mean, factor = self.gaussian
            theta[:, columns] = mean + np.minimum(z[:, columns], HIGHEST) @ factor.T
        return theta

    def inside(self, theta: Array) -> npt.NDArray[np.bool_]:
        """Whether points (n, d) lie in the support (n,)."""
        low, high = self._edges
        good = (theta >= low) & (theta <= high)
        inside = np.ones(len(theta), bool) if good.all() else good.all(axis=1)
        for k in self._split:
            inside &= np.isfinite(self.priors[k].logpdf(theta[:, k]))
        return inside

    def logpdf(self, theta: Array) -> Array:
        """Logarithm (n,) of the normalised density at points (n, d)."""
        total = np.zeros(len(theta))
        for k in self._alone:
            total += self.priors[k].logpdf(theta[:, k])
        if self.gaussian is not None:
            columns, mean, factor = self.gaussian
            t = np.linalg.solve(factor, (theta[:, columns] - mean).T)
            total -= 0.5 * np.sum(t * t, axis=0) + np.log(np.diag(factor)).sum() + 0.5 * len(t) * np.log(2 * np.pi)
        return total


def _slice(columns: list[int]) -> Any:
    """The same columns as a slice, which needs no copy, if they are neighbours."""
    if columns and columns == list(range(columns[0], columns[-1] + 1)):
        return slice(columns[0], columns[-1] + 1)
    return np.array(columns, np.int64)
