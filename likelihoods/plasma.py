"""Plasma: effective degrees of freedom of the Standard Model bath, h_eff(T) of entropy and g_eff(T) of energy."""

from functools import cache

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

from likelihoods.kernel import kernel
from likelihoods.table import load_table

#: Tables by the value of the input ``dof_table``.
TABLES = ("dof_laine_meyer", "dof_drees_hajkarim_schmitz")
_NODES = 4096
# common to all tables; the degrees of freedom are constant below and above their own range
_FIRST, _LAST = float(np.log(1e-5)), float(np.log(5e5))
_STEP = (_LAST - _FIRST) / (_NODES - 1)


@cache
def load_plasma(name: str = TABLES[0]) -> npt.NDArray[np.float64]:
    """h_eff, g_*^{1/2}, G/T and, with ln G for ln T, G/T once more on a uniform grid of ln T: array (n, 4).

    From one of ``TABLES`` by cubic splines in ln T, since the slope of h enters: it has no kinks at the nodes, which
    the integration would have to resolve. G = ∫_0^T g_*^{1/2} dT' [GeV] is the time by which annihilation proceeds.

    g_*^{1/2} = h_eff/g_eff^{1/2} [1 + (1/3) d ln h_eff/d ln T] (Gondolo and Gelmini 1991, Eq. 2.19).
    """
    table = load_table(name)
    kept = table.column("T") > 0.0
    log_t = np.log(table.column("T")[kept])
    h = CubicSpline(log_t, table.column("h_eff")[kept])
    g = CubicSpline(log_t, table.column("g_eff")[kept])
    grid = _FIRST + _STEP * np.arange(_NODES)
    inside = np.clip(grid, log_t[0], log_t[-1])
    slope = np.where(grid == inside, h.derivative()(inside) / h(inside), 0.0)
    root = h(inside) / np.sqrt(g(inside)) * (1.0 + slope / 3.0)
    integral = CubicSpline(grid, root * np.exp(grid)).antiderivative()
    mean = root[0] * np.exp(grid[0] - grid) + integral(grid) * np.exp(-grid)
    return np.column_stack([h(inside), root, mean, np.interp(grid, grid + np.log(mean), mean)])


@kernel
def _read(plasma, column, log_x):
    """A column at ln T or ln G, linear on the grid of ``load_plasma``."""
    place = (log_x - _FIRST) / _STEP
    k = min(max(int(place), 0), _NODES - 2)
    f = min(max(place - k, 0.0), 1.0)
    return plasma[k, column] + f * (plasma[k + 1, column] - plasma[k, column])


@kernel
def degrees_of_freedom(plasma, log_temperature):
    """(h_eff, g_*^{1/2}) at ln T, T in GeV."""
    return _read(plasma, 0, log_temperature), _read(plasma, 1, log_temperature)


@kernel
def progress(plasma, log_temperature):
    """G [GeV] at ln T."""
    return np.exp(log_temperature) * _read(plasma, 2, log_temperature)


@kernel
def temperature_at(plasma, g):
    """T [GeV] where ``progress`` is G."""
    return g / _read(plasma, 3, np.log(g))
