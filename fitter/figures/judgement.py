"""Judgement: how a figure decides what is excluded, and where a prediction takes a value.

``paper`` draws the bounds that the paper quotes; a month or dataset draws the likelihood terms of that date. Both give
a penalty that excludes where it exceeds 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from fitter.model import Model
from fitter.plane import bounds_one_side, penalty, without_signal
from likelihoods import Likelihood

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """How to draw a figure.

    Attributes
    ----------
    scheme : "paper" or "corrected" formulas
    data : "paper" for the bounds and measurements that the paper used, else a month, a dataset or "today"
    points : along each axis of a grid
    """

    scheme: str = "paper"
    data: str = "paper"
    points: int = 120

    @property
    def date(self) -> str | None:
        """What selects the data of a likelihood; ``ValueError`` where the paper's own bounds are drawn."""
        if self.data == "paper":
            raise ValueError("data='paper' has no date")
        return None if self.data == "today" else self.data

    @property
    def note(self) -> str:
        """One line under the title."""
        formulas = "formulas as printed" if self.scheme == "paper" else "corrected formulas"
        data = "bounds and data of the paper" if self.data == "paper" else f"data: {self.data}"
        return f"{formulas}, {data}"


def grid(low: float, high: float, points: int) -> Array:
    """Evenly spaced in the logarithm."""
    return np.geomspace(low, high, points)


def penalties(
    model: Model, likelihood: Likelihood, scheme: str, level: float = 0.95, **values: Any
) -> dict[str, Array]:
    """−2 Δ ln L of each term over its value at ``level``, on the grid that ``values`` are broadcast to.

    Counted as in planes (``fitter.plane.penalty``). Excluded above 1; inf where the point is not physical.
    """
    chosen: Mapping[str, Any] = {**model.defaults, **values}
    columns = np.broadcast_arrays(*(np.asarray(chosen[name], float) for name in model.names))
    theta = np.stack([column.ravel() for column in columns], axis=-1)
    sm = likelihood.inputs.central
    c = model.evaluate(theta, sm, scheme)
    rows = likelihood.log_likelihood_terms(c, sm)
    no_signal = without_signal(likelihood)
    found = {}
    for k, term in enumerate(likelihood.names):
        bound = bounds_one_side(likelihood, term)
        z = stats.norm.isf((1 - level) * (1 if bound else 0.5))
        finite = np.isfinite(rows[:, k]) & (c["veto"] == 0)
        excess = np.full(len(theta), np.inf)
        if finite.any():
            excess[finite] = penalty(rows[finite, k], no_signal[k]) / z**2
        found[term] = excess.reshape(columns[0].shape)
    return found


def couplings(model: Model, scheme: str, **values: Any) -> npt.NDArray[Any]:
    """Couplings on the grid that ``values`` are broadcast to, flat; with the grid's shape by ``reshape``."""
    chosen: Mapping[str, Any] = {**model.defaults, **values}
    columns = np.broadcast_arrays(*(np.asarray(chosen[name], float) for name in model.names))
    theta = np.stack([column.ravel() for column in columns], axis=-1)
    return model.evaluate(theta, scheme=scheme).reshape(columns[0].shape)


def crossings(x: Array, y: Array, level: float) -> list[float]:
    """Where y(x) takes a value, interpolated in ln x (and in ln y, where positive); ascending."""
    positive = level > 0 and bool(np.all(y[np.isfinite(y)] > 0))
    v = np.log(y / level) if positive else y - level
    found = []
    for k in range(len(x) - 1):
        if np.isfinite(v[k]) and np.isfinite(v[k + 1]) and v[k] * v[k + 1] <= 0 and v[k] != v[k + 1]:
            share = v[k] / (v[k] - v[k + 1])
            found.append(float(np.exp(np.log(x[k]) + share * np.log(x[k + 1] / x[k]))))
    return found


def solve(
    model: Model, observable: str, target: float, parameter: str, values: Array, scheme: str, **others: Any
) -> list[Array]:
    """Where an observable takes a value along one parameter, at every point of the grid of the ``others``.

    Parameters
    ----------
    values : ascending grid of the parameter; crossings are refined by the logarithmic secant between its points

    Returns
    -------
    list of arrays of the grid's shape, ascending roots; nan where there are fewer
    """
    names = list(others)
    broadcast = np.broadcast_arrays(*(np.asarray(others[name], float) for name in names)) if names else [np.zeros(())]
    shape = broadcast[0].shape
    flat = {name: column.ravel()[:, None] for name, column in zip(names, broadcast, strict=True)} if names else {}
    points: dict[str, Any] = {parameter: values[None, :], **flat}
    table = model.scan([observable], scheme=scheme, **points)[observable]
    roots = [crossings(values, row, target) for row in np.atleast_2d(table)]
    most = max((len(row) for row in roots), default=0)
    return [np.array([row[k] if k < len(row) else np.nan for row in roots]).reshape(shape) for k in range(most)]
