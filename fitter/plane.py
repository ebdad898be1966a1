"""Plane: every term's log-likelihood on a grid of two parameters."""

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.model import Model
from fitter.parameter import Parameter
from fitter.posterior import Posterior
from fitter.prior import Prior
from likelihoods import Predictions, request
from likelihoods.couplings import DIRAC, empty
from likelihoods.inputs import nearest
from likelihoods.likelihood import Likelihood
from likelihoods.prediction import coefficients

Array = npt.NDArray[np.float64]

CHUNK = 1024  # points a thread takes at a time


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
        path = Path(path)
        derived: dict[str, Any] = {f"derived_{k}": values for k, values in enumerate(self.derived.values())}
        with path.open("wb") as stream:
            np.savez_compressed(
                stream,
                header=json.dumps(header),
                x=self.grid_x,
                y=self.grid_y,
                log_likelihood=self.log_likelihood,
                **derived,
            )
        return path


def axis(prior: Prior, points: int) -> Array:
    """Grid over a prior's support, evenly spaced in what the prior is flat in; 3 σ either side of a Gaussian."""
    edges = [0.0 if np.isfinite(prior.low) else 0.00135, 1.0 if np.isfinite(prior.high) else 0.99865]
    return np.clip(prior.ppf(np.linspace(edges[0], edges[1], points)), prior.low, prior.high)


def _reader(name: str, posterior: Posterior, likelihood: Likelihood) -> Callable[[Array], Array]:
    """Function from points (n, d) to a derived quantity (n,): a parameter, a coefficient's real part, an observable."""
    if name in posterior.names:
        column = posterior.names.index(name)
        return lambda theta: theta[:, column]
    if name in coefficients():
        field, position = coefficients()[name]
        pick = (slice(None),) if position is None else (slice(None), position)
        return lambda theta: np.real(posterior.couplings(theta)[0][field][pick])
    predictions = Predictions([request(name)], likelihood.inputs)
    return lambda theta: predictions(*posterior.couplings(theta))[:, 0]


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


@dataclass(frozen=True)
class Survey:
    """A plane prepared: every name known, every range usable.

    Attributes
    ----------
    posterior : of the parameters that vary
    x, y : parameters of the axes
    profile : grids of the parameters over which the total log-likelihood is maximised, by name
    points : along each axis
    readers : functions from points (n, d) to derived quantities (n,), by name
    one_sided : whether each term only bounds from one side
    no_signal : log-likelihood of each one-sided term without new physics
    data : label of the data
    """

    posterior: Posterior
    x: Parameter
    y: Parameter
    profile: Mapping[str, Array]
    points: int
    readers: Mapping[str, Callable[[Array], Array]]
    one_sided: tuple[bool, ...]
    no_signal: tuple[float, ...]
    data: str = ""

    def run(self, workers: int = 1, progress: Callable[[int, int], Any] | None = None) -> Plane:
        """Evaluate it.

        Parameters
        ----------
        workers : threads over chunks of points
        progress : receives points done and points in all
        """
        grid_x, grid_y = axis(self.x.prior, self.points), axis(self.y.prior, self.points)
        chosen = list(itertools.product(*self.profile.values()))
        combinations = np.array(chosen, float).reshape(len(chosen), len(self.profile))
        cells = np.stack(np.meshgrid(grid_x, grid_y), axis=-1).reshape(-1, 2)
        order = [(self.x.name, self.y.name, *self.profile).index(name) for name in self.posterior.names]
        size = max(1, CHUNK // len(combinations))

        def evaluate(start: int) -> tuple[Array, list[Array]]:
            some = cells[start : start + size]
            theta = np.hstack([np.repeat(some, len(combinations), axis=0), np.tile(combinations, (len(some), 1))])
            theta = theta[:, order]
            rows = self.posterior.log_likelihood_terms(theta)
            best = np.argmax(rows.sum(axis=1).reshape(len(some), -1), axis=1)
            pick = np.arange(len(some)) * len(combinations) + best
            return rows[pick], [read(theta[pick]) for read in self.readers.values()]

        found = []
        with ThreadPoolExecutor(workers) as pool:
            for k, part in enumerate(pool.map(evaluate, range(0, len(cells), size))):
                found.append(part)
                if progress is not None:
                    progress(min((k + 1) * size, len(cells)), len(cells))
        shape = (self.points, self.points)
        derived = {
            name: np.concatenate([part[1][k] for part in found]).reshape(shape) for k, name in enumerate(self.readers)
        }
        return Plane(
            self.posterior.name,
            self.x,
            self.y,
            grid_x,
            grid_y,
            self.posterior.terms,
            self.one_sided,
            self.no_signal,
            np.concatenate([part[0] for part in found]).reshape(*shape, -1),
            derived,
            self.posterior.fixed,
            tuple(self.profile),
            self.data,
            self.posterior.failures.report(),
        )


def survey(
    model: Model,
    likelihood: Likelihood,
    x: str,
    y: str,
    *,
    priors: Mapping[str, Prior | str | float] | None = None,
    profile: Sequence[str] = (),
    points: int = 200,
    profile_points: int = 25,
    derived: Iterable[str] = (),
    scheme: str = "corrected",
    data: str = "",
) -> Survey:
    """Prepare a grid of two parameters of a model.

    Parameters
    ----------
    x, y : parameters of the axes; their prior is the range
    priors : numbers fix the other parameters, priors replace ranges
    profile : parameters over which the total log-likelihood is maximised, on a grid of ``profile_points`` each
    points : along each axis
    derived : observables ("omega_h2", "P5p(B0->K*mumu)[4,6]"), coefficients ("C9_bsmumu") or parameters
    data : label of the data

    Raises
    ------
    KeyError : unknown parameter or derived quantity
    ValueError : x equal to y, a parameter that is neither fixed nor profiled, unusable range
    """
    if len({x, y, *profile}) < 2 + len(profile):
        raise ValueError(f"axes and profiled parameters must differ: x={x!r}, y={y!r}, profile={list(profile)}")
    if points < 2:
        raise ValueError(f"points={points}: at least 2 along each axis")
    posterior = Posterior(model, likelihood, priors=priors, scheme=scheme)
    for name in (x, y, *profile):
        if name in posterior.fixed:
            raise ValueError(f"{name!r} is fixed at {posterior.fixed[name]:g} and cannot be an axis or profiled")
        if name not in posterior.names:
            raise KeyError(f"{model.name} has no parameter {name!r}{nearest(name, posterior.names)}")
    loose = [name for name in posterior.names if name not in (x, y, *profile)]
    if loose:
        raise ValueError(f"{model.name}: fix or profile {', '.join(loose)}")
    chosen = {p.name: p for p in posterior.parameters}
    return Survey(
        posterior,
        chosen[x],
        chosen[y],
        {name: axis(chosen[name].prior, profile_points) for name in profile},
        points,
        {name: _reader(name, posterior, likelihood) for name in derived},
        tuple(bounds_one_side(likelihood, term) for term in posterior.terms),
        without_signal(likelihood),
        data,
    )
