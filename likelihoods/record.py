"""Record: one row of a measurement in the form that the density kernels read (``density.ROW``)."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator
from scipy.special import ndtri

from likelihoods import density
from likelihoods.measurement import Row

Array = npt.NDArray[np.float64]


def signal_of_limit(row: Row) -> float:
    """Signal events per unit that turn a counting experiment into its published limit, for a flat prior.

    The "general gamma" construction: ∫₀^limit L / ∫₀^∞ L = cl, with L the Poisson likelihood of the counts.
    """
    entry = np.zeros(1, density.ROW)[0]
    entry["background"], entry["variance"], entry["signal"] = row.background, row.background_error**2, 1.0
    spread = np.sqrt(row.observed + row.background_error**2 + 1.0)
    events = np.linspace(0.0, max(row.observed - row.background, 0.0) + 12.0 * spread, 4001)
    likelihood = np.exp([density.counts(entry, s, 0.0, row.observed) for s in events])
    cumulative = np.concatenate([[0.0], np.cumsum(0.5 * (likelihood[1:] + likelihood[:-1]))])
    return float(np.interp(row.cl * cumulative[-1], cumulative, events)) / row.limit


def record(row: Row, side: int, nodes: list[Array]) -> tuple[npt.NDArray[Any], float]:
    """The density's record and datum of one row; tables append to ``nodes``."""
    entry = np.zeros(1, density.ROW)[0]
    entry["side"], entry["floor"] = side, 1.0
    entry["relative"] = row.theory_error**2
    if row.kind == "value":
        entry["kind"] = density.VALUE
        entry["variance"] = row.up * row.down
        entry["skew"] = row.up * row.down * (row.up - row.down)
        entry["floor"] = min(density.FLOOR, row.up / row.down, row.down / row.up)
        return entry, row.value
    if row.kind == "limit":
        if row.side == "lower":
            raise ValueError(f"{row}: a lower limit has no half-Gaussian form; give a table of -2 ln L")
        datum = row.limit - row.expected if np.isfinite(row.expected) else 0.0
        entry["kind"], entry["side"] = density.VALUE, 1
        entry["variance"] = ((row.limit - datum) / ndtri(row.cl)) ** 2
        return entry, datum
    if row.kind == "table":
        x, y = np.array(row.x), np.array(row.minus_two_log_l)
        first = sum(len(part) for part in nodes)
        nodes.append(np.column_stack([x, y, PchipInterpolator(x, y).derivative()(x)]))
        weight = np.exp(-0.5 * y) * np.gradient(x)
        mean = np.average(x, weights=weight)
        entry["kind"], entry["start"], entry["stop"] = density.TABLE, first, first + len(x)
        entry["mode"] = x[np.argmin(y)]
        entry["variance"] = np.average((x - mean) ** 2, weights=weight)
        return entry, float(entry["mode"])
    if row.kind == "log_likelihood":
        entry["kind"] = density.LOG_LIKELIHOOD
        return entry, 0.0
    entry["kind"], entry["background"], entry["variance"] = density.COUNTS, row.background, row.background_error**2
    entry["signal"] = signal_of_limit(row) if np.isfinite(row.limit) else row.signal_per_unit
    return entry, row.observed
