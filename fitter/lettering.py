"""Lettering of pictures: lines of text with formulas, names of regions, ticks of short logarithmic axes."""

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.axis import Axis, XAxis
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from scipy import ndimage

from fitter.prior import LogUniform, Prior, SignedLog


def signed(value: float) -> str:
    """A number with the minus sign of typesetting."""
    return f"{value:g}".replace("-", "\N{MINUS SIGN}")


def wrap(text: str, width: int) -> str:
    """Lines of about ``width`` letters as printed, never broken within a formula."""
    lines, line, taken = [], "", 0
    for word in re.findall(r"(?:\$[^$]*\$|[^\s$])+", text):
        if line and taken + letters(word) > width:
            lines.append(line)
            line, taken = "", 0
        line += " " * bool(line) + word
        taken += letters(word) + 1
    return "\n".join([*lines, line])


def letters(text: str) -> int:
    """About how many letters wide a text is as printed."""
    return len(re.sub(r"[{}^_$\s]|\\[,!]", "", re.sub(r"\\[A-Za-z]+", "x", text)))


def places(
    regions: Mapping[str, npt.NDArray[np.bool_]], *, least: float = 0.06, spread: tuple[float, float] = (0.05, 0.2)
) -> dict[str, tuple[int, int]]:
    """Cell in which each region's name fits: as far as can be from its edges and from the other regions.

    Parameters
    ----------
    regions : (ny, nx) by name, on a grid that is even on the page
    least : distance from the edge, as a share of the grid, that a name needs
    spread : height and width that a name takes, as shares of the grid

    Returns
    -------
    (row, column) by name, without the regions that are too small
    """
    found: dict[str, tuple[int, int]] = {}
    for name, region in regions.items():
        others = [other for key, other in regions.items() if key != name]
        for area in (region & ~np.any(others, axis=0) if others else region, region):
            room = np.array(ndimage.distance_transform_edt(np.pad(area, 1)))[1:-1, 1:-1]
            high, wide = room.shape
            for row, column in found.values():  # names must not overlap
                near = (
                    slice(max(row - int(spread[0] * high), 0), row + int(spread[0] * high) + 1),
                    slice(max(column - int(spread[1] * wide), 0), column + int(spread[1] * wide) + 1),
                )
                room[near] = 0.0
            cell = np.unravel_index(int(np.argmax(room)), room.shape)
            if room[cell] > least * min(region.shape):
                found[name] = (int(cell[0]), int(cell[1]))
                break
    return found


def ticks(axis: Axis, low: float, high: float) -> None:
    """Ticks of a logarithmic axis: at 1, 2 and 5 where decades alone would be one or two."""
    if high / low < 100:
        subs = (1.0, 2.0, 5.0) if high / low > 4 else tuple(np.arange(1.0, 10.0))
        axis.set_major_locator(LogLocator(subs=subs))
        axis.set_major_formatter(FuncFormatter(lambda value, _: signed(value)))
    axis.set_minor_formatter(NullFormatter())


def scale(axis: Axis, prior: Prior, grid: npt.NDArray[np.float64]) -> None:
    """Linear, logarithmic or signed logarithmic scale, as the prior is flat in."""
    put = axis.axes.set_xscale if isinstance(axis, XAxis) else axis.axes.set_yscale
    if isinstance(prior, LogUniform):
        put("log")
        ticks(axis, float(grid[0]), float(grid[-1]))
    elif isinstance(prior, SignedLog):
        put("symlog", linthresh=float(np.abs(grid).min()))
