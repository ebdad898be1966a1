"""Plane: every term's log-likelihood on a grid of two parameters."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.checkpoint import write_atomically
from fitter.parameter import Parameter
from fitter.prior import Prior
from likelihoods.couplings import DIRAC, empty
from likelihoods.likelihood import Likelihood

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Plane:
    """Grid of two parameters with what the data say there.

    Attributes
    ----------
    model : its name
    x, y : the parameters of the axes, their prior the range shown
    grid_x, grid_y : (nx,), (ny,)
    terms : (t,)
    one_sided : (t,) whether a term only bounds from one side
    no_signal : (t,) log-likelihood of a one-sided term without new physics, else nan
    log_likelihood : (ny, nx, t), -inf where the point is not physical or a prediction failed
    derived : further quantities (ny, nx) by name
    fixed : values of the other parameters
    profiled : parameters over which the total log-likelihood was maximised
    failures : report of ``Failures``
    """

    model: str
    x: Parameter
    y: Parameter
    grid_x: Array
    grid_y: Array
    terms: tuple[str, ...]
    one_sided: tuple[bool, ...]
    no_signal: tuple[float, ...]
    log_likelihood: Array
    derived: Mapping[str, Array] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    profiled: tuple[str, ...] = ()
    data: str = ""
    failures: Sequence[Mapping[str, Any]] = ()

    @property
    def total(self) -> Array:
        """Log-likelihood (ny, nx) of all terms."""
        return self.log_likelihood.sum(axis=2)

    @property
    def best(self) -> tuple[float, float]:
        """The point of the grid with the largest log-likelihood."""
        row, column = np.unravel_index(np.argmax(self.total), self.total.shape)
        return float(self.grid_x[column]), float(self.grid_y[row])

    def penalty(self, term: int) -> Array:
        """−2 Δ ln L (ny, nx) of one term, as ``penalty`` counts it."""
        return penalty(self.log_likelihood[:, :, term], self.no_signal[term])

    def save(self, path: str | Path) -> Path:
        """Write grid, terms and derived quantities as ``.npz``, with a JSON header; the path."""
        header = {
            "model": self.model,
            "x": self.x.name,
            "y": self.y.name,
            "terms": self.terms,
            "one_sided": self.one_sided,
            "no_signal": [value if np.isfinite(value) else None for value in self.no_signal],
            "derived": list(self.derived),
            "fixed": dict(self.fixed),
            "profiled": self.profiled,
            "data": self.data,
            "failures": list(self.failures),
            "darkflavour": version("darkflavour"),
        }
        path, stream = Path(path), BytesIO()
        derived: dict[str, Any] = {f"derived_{k}": values for k, values in enumerate(self.derived.values())}
        np.savez_compressed(
            stream,
            header=json.dumps(header),
            x=self.grid_x,
            y=self.grid_y,
            log_likelihood=self.log_likelihood,
            **derived,
        )
        write_atomically(path, stream.getvalue())
        return path


def axis(prior: Prior, points: int) -> Array:
    """Grid over a prior's support, evenly spaced in what the prior is flat in; 3 σ either side of a Gaussian."""
    edges = [0.0 if np.isfinite(prior.low) else 0.00135, 1.0 if np.isfinite(prior.high) else 0.99865]
    return np.clip(prior.ppf(np.linspace(edges[0], edges[1], points)), prior.low, prior.high)


def bounds_one_side(likelihood: Likelihood, term: str) -> bool:
    """Whether no row of the term measures a value: limits and counts, and values that the fit takes as a bound."""
    if term in likelihood.one_sided:
        return True
    return all(row.kind in ("limit", "counts", "log_likelihood") for row in likelihood.rows if row.term == term)


def without_signal(likelihood: Likelihood) -> tuple[float, ...]:
    """Log-likelihood of each one-sided term in the Standard Model with inert dark matter; nan for other terms."""
    nothing = empty()
    nothing["dm_spin"], nothing["m_dm"] = DIRAC, 100.0
    rows = likelihood.log_likelihood_terms(nothing)[0]
    return tuple(
        float(value) if bounds_one_side(likelihood, term) else np.nan
        for term, value in zip(likelihood.names, rows, strict=True)
    )


def penalty(log_likelihood: Array, no_signal: float = np.nan) -> Array:
    """−2 Δ ln L of one term on a grid, counted from its best point, or from the absence of a signal.

    A term that only bounds is counted from the prediction without new physics (``no_signal`` finite), as its experiment
    does: an upward fluctuation, which some signal fits better, must not exclude the absence of one. Negative where the
    signal is preferred.
    """
    best = log_likelihood[np.isfinite(log_likelihood)].max(initial=-np.inf)
    return -2 * (log_likelihood - (no_signal if np.isfinite(no_signal) else best))
