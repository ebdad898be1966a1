"""Survey: evaluation of a plane, tile by tile, on threads or on a cluster."""

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.failures import Failures
from fitter.model import Model
from fitter.parameter import Parameter
from fitter.plane import Plane, axis, bounds_one_side, without_signal
from fitter.posterior import Posterior
from fitter.prior import Prior
from fitter.tasks import each
from likelihoods import Predictions, request
from likelihoods.couplings import empty
from likelihoods.inputs import nearest
from likelihoods.likelihood import Likelihood
from likelihoods.prediction import coefficients

Array = npt.NDArray[np.float64]

#: Points evaluated in one tile: what a thread, or a worker of a cluster, takes at a time.
CHUNK = 1024
#: Steps, in those of its grid, by which a profiled parameter is sought on around the best of its grid.
ZOOM = (0.33, 0.11, 0.04)

#: Coefficients that the Standard Model has as well: name and input.
STANDARD = {"C9_bsmumu": "C_sm_9", "C10_bsmumu": "C_sm_10"}


def _reader(name: str, posterior: Posterior, likelihood: Likelihood) -> Callable[[Array], Array]:
    """Function from points (n, d) to a derived quantity (n,): a parameter, a coefficient's real part, an observable."""
    if name in posterior.names:
        return partial(_parameter, posterior.names.index(name))
    if name in posterior.fixed:
        raise ValueError(f"{name} is fixed at {posterior.fixed[name]:g} and has no contours")
    if name in coefficients():
        return partial(_coefficient, posterior, *coefficients()[name])
    if name.endswith("/SM"):
        return _over_standard_model(name.removesuffix("/SM"), posterior, likelihood)
    return partial(_observable, posterior, Predictions([request(name)], likelihood.inputs))


def _over_standard_model(name: str, posterior: Posterior, likelihood: Likelihood) -> Callable[[Array], Array]:
    """Reader of C9 or C10 of the muon, or of an observable, over its value in the Standard Model."""
    if name in STANDARD:
        value = likelihood.inputs.value(STANDARD[name])
        return partial(_scaled, partial(_coefficient, posterior, *coefficients()[name]), value)
    predictions = Predictions([request(name)], likelihood.inputs)
    value = float(predictions(empty(), likelihood.inputs.central)[0, 0])
    if not (np.isfinite(value) and value != 0.0):
        raise ValueError(f"{name}/SM: the Standard Model predicts {value:g}")
    return partial(_scaled, partial(_observable, posterior, predictions), value)


# functions of the module, not closures: a survey goes to the workers of a cluster
def _parameter(column: int, theta: Array) -> Array:
    return theta[:, column]


def _coefficient(posterior: Posterior, name: str, position: int | None, theta: Array) -> Array:
    pick = (slice(None),) if position is None else (slice(None), position)
    return np.real(posterior.couplings(theta)[0][name][pick])


def _observable(posterior: Posterior, predictions: Predictions, theta: Array) -> Array:
    return predictions(*posterior.couplings(theta))[:, 0]


def _scaled(read: Callable[[Array], Array], value: float, theta: Array) -> Array:
    return read(theta) / value


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

    @property
    def sizes(self) -> tuple[int, ...]:
        """Points of the grid of each profiled parameter."""
        return tuple(map(len, self.profile.values()))

    def run(
        self, workers: int = 1, progress: Callable[[int, int], Any] | None = None, scheduler: str | None = None
    ) -> Plane:
        """Evaluate it, tile by tile; the numbers do not depend on where.

        Parameters
        ----------
        workers : threads over tiles
        progress : receives points done and points in all
        scheduler : address of a dask scheduler, whose workers then take the tiles; ``workers`` is not used

        Raises
        ------
        ConnectionError : the scheduler does not answer
        """
        grid_x, grid_y = axis(self.x.prior, self.points), axis(self.y.prior, self.points)
        cells = np.stack(np.meshgrid(grid_x, grid_y), axis=-1).reshape(-1, 2)
        size = max(1, CHUNK // math.prod(self.sizes))
        parts = [cells[start : start + size] for start in range(0, len(cells), size)]

        def tell(done: int, _: int) -> None:
            if progress is not None:
                progress(min(done * size, len(cells)), len(cells))

        if scheduler is not None:
            found = each(tile, [(self, part) for part in parts], scheduler=scheduler, progress=tell)
        else:
            found = []
            with ThreadPoolExecutor(workers) as pool:
                futures = [pool.submit(tile, self, part) for part in parts]
                try:
                    for future in futures:
                        found.append(future.result())
                        tell(len(found), len(parts))
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    raise
        failures = Failures(self.posterior.names)
        for _, _, report in found:
            failures.merge(report)
        shape = (self.points, self.points)
        derived = {
            name: np.concatenate([values[k] for _, values, _ in found]).reshape(shape)
            for k, name in enumerate(self.readers)
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
            np.concatenate([rows for rows, _, _ in found]).reshape(*shape, -1),
            derived,
            self.posterior.fixed,
            tuple(self.profile),
            self.data,
            failures.report(),
        )


def tile(survey: Survey, cells: Array) -> tuple[Array, list[Array], list[dict[str, Any]]]:
    """Log-likelihoods (n, t), derived quantities (n,) each and failures at ``cells`` (n, 2) of a plane."""
    posterior = survey.posterior.afresh()  # failures of this tile alone, whoever works on others meanwhile
    order = [(survey.x.name, survey.y.name, *survey.profile).index(name) for name in posterior.names]
    whole = itertools.product(*(range(len(grid)) for grid in survey.profile.values()))
    # where on its grid each profiled parameter stands: (cells, candidates, parameters)
    place = np.broadcast_to(np.array(list(whole), float), (len(cells), math.prod(survey.sizes), len(survey.profile)))
    theta, rows = np.empty((0, 0)), np.empty((0, 0))
    for step in (0.0, *ZOOM[: len(ZOOM) * bool(survey.profile)]):
        if step:
            around = step * np.array(list(itertools.product((0, -2, -1, 1, 2), repeat=len(survey.profile))), float)
            place = np.clip(place + around, 0, np.array(survey.sizes) - 1.0)
        values = [np.interp(place[..., k], np.arange(len(g)), g) for k, g in enumerate(survey.profile.values())]
        columns = np.stack([*np.broadcast_arrays(cells[:, :1], cells[:, 1:], *values)], axis=-1)
        theta = columns.reshape(-1, len(order))[:, order]
        rows = posterior.log_likelihood_terms(theta)
        best = np.argmax(rows.sum(axis=1).reshape(len(cells), -1), axis=1)
        place = np.take_along_axis(place, best[:, None, None], 1)
        pick = np.arange(len(cells)) * columns.shape[1] + best
        theta, rows = theta[pick], rows[pick]
    return rows, [read(theta) for read in survey.readers.values()], posterior.failures.report()


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
    profile : parameters over which the total log-likelihood is maximised, on a grid of ``profile_points`` each, and in
        steps down to a 25th of the grid's around its best point
    points : along each axis
    derived : observables ("omega_h2", "P5p(B0->K*mumu)[4,6]"), coefficients ("C9_bsmumu"), parameters, or over
        the value of the Standard Model ("C9_bsmumu/SM")
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
