"""Plasma: effective degrees of freedom of the Standard Model bath, h_eff(T) of entropy and g_eff(T) of energy."""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from scipy.interpolate import PchipInterpolator

from likelihoods.kernel import kernel
from likelihoods.table import load_table

#: Tables by the value of the input ``dof_table``.
TABLES = ("dof_laine_meyer", "dof_drees_hajkarim_schmitz")
_NODES = 4096


class Plasma(NamedTuple):
    """ln h_eff and ln g_*^{1/2} on a uniform grid of ln(T/GeV) that begins at ``start``; constant outside.

    g_*^{1/2} = h_eff/g_eff^{1/2} [1 + (1/3) d ln h_eff/d ln T] (Gondolo and Gelmini 1991, Eq. 2.19).
    """

    start: float
    step: float
    log_h: Any
    log_root: Any


@cache
def load_plasma(name: str = TABLES[0]) -> Plasma:
    """One of ``TABLES``, interpolated monotonically in ln T."""
    table = load_table(name)
    kept = table.column("T") > 0.0
    log_t = np.log(table.column("T")[kept])
    h = PchipInterpolator(log_t, table.column("h_eff")[kept])
    g = PchipInterpolator(log_t, table.column("g_eff")[kept])
    grid = np.linspace(log_t[0], log_t[-1], _NODES)
    slope = h.derivative()(grid) / h(grid)
    log_root = np.log(h(grid) / np.sqrt(g(grid)) * (1.0 + slope / 3.0))
    return Plasma(float(grid[0]), float(grid[1] - grid[0]), np.log(h(grid)), log_root)


@kernel
def degrees_of_freedom(plasma, log_t):
    """(ln h_eff, ln g_*^{1/2}) at ln(T/GeV)."""
    place = (log_t - plasma.start) / plasma.step
    last = plasma.log_h.size - 1
    if not place > 0.0:
        return plasma.log_h[0], plasma.log_root[0]
    if place >= last:
        return plasma.log_h[last], plasma.log_root[last]
    k = int(place)
    f = place - k
    log_h = plasma.log_h[k] + f * (plasma.log_h[k + 1] - plasma.log_h[k])
    return log_h, plasma.log_root[k] + f * (plasma.log_root[k + 1] - plasma.log_root[k])
