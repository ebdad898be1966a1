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
        """−2 Δ ln L (ny, nx) of one term against its best point of the plane."""
        values = self.log_likelihood[:, :, term]
        return -2 * (values - values[np.isfinite(values)].max(initial=-np.inf))

    def save(self, path: str | Path) -> Path:
        """Write grid, terms and derived quantities as ``.npz``, with a JSON header; the path."""
        header = {
            "model": self.model,
            "x": self.x.name,
            "y": self.y.name,
            "terms": self.terms,
            "one_sided": self.one_sided,
            "derived": list(self.derived),
            "fixed": dict(self.fixed),
            "profiled": self.profiled,
            "data": self.data,
            "failures": list(self.failures),
            "darkflavour": version("darkflavour"),
        }
        path = Path(path)
        with path.open("wb") as stream:
            np.savez_compressed(
                stream,
                header=json.dumps(header),
                x=self.grid_x,
                y=self.grid_y,
                log_likelihood=self.log_likelihood,
                **{f"derived_{k}": values for k, values in enumerate(self.derived.values())},  # type: ignore[arg-type]
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


def _one_sided(likelihood: Likelihood, term: str) -> bool:
    """Whether no row of the term measures a value: limits and counts, and values that the fit takes as a bound."""
    if term in likelihood.one_sided:
        return True
    return all(row.kind in ("limit", "counts") for row in likelihood.rows if row.term == term)


def plane(
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
    workers: int = 1,
    data: str = "",
    progress: Callable[[int, int], Any] | None = None,
) -> Plane:
    """Evaluate every term on a grid of two parameters.

    Parameters
    ----------
    x, y : parameters of the axes; their prior is the range
    priors : numbers fix the other parameters, priors replace ranges
    profile : parameters over which the total log-likelihood is maximised, on a grid of ``profile_points`` each
    points : along each axis
    derived : observables ("omega_h2", "P5p(B0->K*mumu)[4,6]"), coefficients ("C9_bsmumu") or parameters
    workers : threads over chunks of points
    progress : receives points done and points in all

    Raises
    ------
    KeyError : unknown parameter or derived quantity
    ValueError : x equal to y, a parameter that is neither fixed nor profiled, unusable range
    """
    if x == y:
        raise ValueError(f"the axes of a plane are two parameters: x and y are both {x!r}")
    if points < 2:
        raise ValueError(f"points={points}: at least 2 along each axis")
    posterior = Posterior(model, likelihood, priors=priors, scheme=scheme)
    for name in (x, y, *profile):
        if name not in posterior.names:
            why = "is fixed" if name in posterior.fixed else f"is no parameter of {model.name}"
            raise KeyError(f"{name!r} {why}; known: {', '.join(model.names)}")
    loose = [name for name in posterior.names if name not in (x, y, *profile)]
    if loose:
        raise ValueError(f"{model.name}: fix or profile {', '.join(loose)}")
    readers = {name: _reader(name, posterior, likelihood) for name in derived}
    chosen = {p.name: p for p in posterior.parameters}
    grid_x, grid_y = axis(chosen[x].prior, points), axis(chosen[y].prior, points)
    others = [axis(chosen[name].prior, profile_points) for name in profile]
    combinations = np.array(list(itertools.product(*others))).reshape(-1, len(profile))
    cells = np.stack(np.meshgrid(grid_x, grid_y), axis=-1).reshape(-1, 2)
    order = [(x, y, *profile).index(name) for name in posterior.names]
    per_chunk = max(1, CHUNK // len(combinations))

    def evaluate(start: int) -> tuple[Array, list[Array]]:
        some = cells[start : start + per_chunk]
        full = np.concatenate(
            [np.repeat(some, len(combinations), axis=0), np.tile(combinations, (len(some), 1))], axis=1
        )[:, order]
        rows = posterior.log_likelihood_terms(full)
        total = rows.sum(axis=1).reshape(len(some), -1)
        pick = np.arange(len(some)) * len(combinations) + np.argmax(total, axis=1)
        return rows[pick], [read(full[pick]) for read in readers.values()]

    starts = range(0, len(cells), per_chunk)
    found = []
    with ThreadPoolExecutor(workers) as pool:
        for k, part in enumerate(pool.map(evaluate, starts)):
            found.append(part)
            if progress is not None:
                progress(min((k + 1) * per_chunk, len(cells)), len(cells))
    rows = np.concatenate([part[0] for part in found]).reshape(points, points, -1)
    values = [np.concatenate([part[1][k] for part in found]).reshape(points, points) for k in range(len(readers))]
    return Plane(
        model.name,
        chosen[x],
        chosen[y],
        grid_x,
        grid_y,
        posterior.terms,
        tuple(_one_sided(likelihood, term) for term in posterior.terms),
        rows,
        dict(zip(readers, values, strict=True)),
        posterior.fixed,
        tuple(profile),
        data,
        posterior.failures.report(),
    )
