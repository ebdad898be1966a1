"""Drift: tables of loop functions and folded kernels follow the inputs they were made for, to first order.

What the tables depend on are quark masses and α_s. Where a record of inputs has other values than the central ones, the
tables are moved by their slopes; over one standard deviation the second order changes predictions by less than 1e-4.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel

#: Inputs on which tables depend; a pole mass of zero is not given.
NAMES = ("m_b", "m_c", "alpha_s", "m_b_pole", "m_c_pole")
_STEP = 0.01
Array = npt.NDArray[np.float64]


def values(sm: npt.NDArray[Any]) -> Array:
    """The inputs (k,) of a record ``sm`` (1,)."""
    return np.array([sm[name][0] for name in NAMES])


def slopes(table: Callable[[npt.NDArray[Any]], Array], inputs: Inputs) -> Array:
    """Slope (inputs, ...) of a ``table`` (...) of inputs (1,) by each of the inputs."""
    at = table(inputs.central)
    out = np.zeros((len(NAMES), *at.shape))
    for k, name in enumerate(NAMES):
        if step := _STEP * inputs.value(name):
            up, down = (table(inputs.records({name: inputs.value(name) + sign * step})) for sign in (1, -1))
            out[k] = (up - down) / (2 * step)
    return out


def follows(sm: npt.NDArray[Any], inputs: Inputs) -> bool:
    """Whether some record of ``sm`` has other values than the central ones."""
    return any((sm[name] != inputs.value(name)).any() for name in NAMES)


@kernel
def displaced(s, centre, table, slopes, out):
    """Fill ``out`` (k,) with ``table`` (k,) moved to a record of inputs; ``slopes`` (inputs, k), or (0, k) for none.

    ``centre`` (inputs,) : at which the table was made.
    """
    if slopes.shape[0] == 0:
        return
    steps = (
        s.m_b - centre[0],
        s.m_c - centre[1],
        s.alpha_s - centre[2],
        s.m_b_pole - centre[3],
        s.m_c_pole - centre[4],
    )
    out[:] = table
    for k in range(slopes.shape[0]):
        if steps[k] != 0.0:
            for i in range(out.size):
                out[i] += steps[k] * slopes[k, i]
