"""Corner: the posterior's one- and two-dimensional marginals in one figure."""

import warnings
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import NullFormatter

from fitter.intervals import density, smallest
from fitter.lettering import ticks
from fitter.parameter import Parameter
from fitter.plots import COLOURS, LEVELS, STYLE
from fitter.prior import LogUniform

Array = npt.NDArray[np.float64]


def corner(
    theta: Array,
    weights: Array,
    parameters: Sequence[Parameter],
    *,
    best: Array | None = None,
    title: str = "",
    note: str = "",
) -> Figure:
    """Corner plot: contours at 68.27 % and 95.45 %, smallest 68.27 % intervals shaded, the best fit as a star.

    Parameters
    ----------
    theta : (n, d) draws
    weights : (n,)
    parameters : of the columns; those with a log-uniform prior get logarithmic axes
    best : (d,) best-fit point
    title : headline
    note : warning printed in red, e.g. that the fit has not converged
    """
    with warnings.catch_warnings():
        # corner imports arviz, which announces its next major version once a day
        warnings.filterwarnings("ignore", r"\s*ArviZ is undergoing", FutureWarning)
        from corner import corner as draw_corner
    d = theta.shape[1]
    scales = ["log" if isinstance(p.prior, LogUniform) else "linear" for p in parameters]
    ranges = [_range(theta[:, k], weights, scales[k]) for k in range(d)]
    with mpl.rc_context(STYLE):
        size = 2.1 * d + (0.8 if d > 1 else 1.6)
        figure = Figure(figsize=(size, size))
        draw_corner(
            theta,
            weights=weights,
            bins=40,
            range=ranges,
            axes_scale=scales,
            labels=[p.label for p in parameters],
            label_kwargs={"fontsize": 14},
            labelpad=-0.02 if d > 1 else -0.08,
            levels=LEVELS,
            smooth=1.3,
            smooth1d=1.0,
            color=COLOURS[0],
            plot_datapoints=False,
            plot_density=False,
            fill_contours=True,
            max_n_ticks=4,
            fig=figure,
        )
        grid: npt.NDArray[Any] = np.array(figure.axes, object).reshape(d, d)
        _tick(grid, scales, ranges)
        for k in range(d):
            _shade(grid[k, k], theta[:, k], weights, scales[k], ranges[k])
        if best is not None:
            _mark(grid, best)
        _legend(figure, d, best is not None, title, note)
    return figure


def _range(x: Array, weights: Array, scale: str) -> tuple[float, float]:
    """Limits that hold 99.8 % of the draws, with a margin."""
    order = np.argsort(x)
    cumulative = np.cumsum(weights[order])
    low, high = np.interp([0.001, 0.999], cumulative / cumulative[-1], x[order])
    if not low < high:
        low, high = (low - 0.5, high + 0.5) if scale == "linear" else (low / 2, high * 2)
    if scale == "log":
        margin = (high / low) ** 0.03
        return float(low / margin), float(high * margin)
    margin = 0.03 * (high - low)
    return float(low - margin), float(high + margin)


def _tick(grid: npt.NDArray[Any], scales: Sequence[str], ranges: Sequence[tuple[float, float]]) -> None:
    """Ticks of logarithmic axes, also of less than two decades; numbers at the figure's left and lower edge only."""
    last = len(scales) - 1
    for k in (k for k, scale in enumerate(scales) if scale == "log"):
        shown = [(grid[row, k].xaxis, row == last) for row in range(k, last + 1)]
        shown += [(grid[k, column].yaxis, column == 0) for column in range(k)]
        for axis, lettered in shown:
            ticks(axis, *ranges[k])
            if not lettered:
                axis.set_major_formatter(NullFormatter())


def _shade(axes: Axes, x: Array, weights: Array, scale: str, limits: tuple[float, float]) -> None:
    """Shade the smallest intervals of a diagonal panel."""
    inside = (x > limits[0]) & (x < limits[1])
    points = np.log(x[inside]) if scale == "log" else x[inside]
    effective = float(weights[inside].sum() ** 2 / np.square(weights[inside]).sum())
    for low, high in smallest(*density(points, weights[inside], effective), LEVELS[0]):
        edges = np.exp([low, high]) if scale == "log" else (low, high)
        axes.axvspan(*edges, color=COLOURS[0], alpha=0.15, linewidth=0)


def _mark(grid: npt.NDArray[Any], best: Array) -> None:
    """The best fit: a star in each panel, a line in those of the diagonal."""
    for row in range(len(best)):
        grid[row, row].axvline(best[row], color=COLOURS[1], linewidth=1.2)
        for column in range(row):
            grid[row, column].plot(
                best[column], best[row], marker="*", color=COLOURS[1], markersize=11, markeredgecolor="white", zorder=10
            )


def _legend(figure: Figure, d: int, star: bool, title: str, note: str) -> None:
    """Legend and warning in the empty corner, or beside a figure that has none."""
    handles: list[Any] = []
    if d > 1:
        handles += [
            Patch(color=_tint(shade), label=f"{100 * level:.2f} %")
            for level, shade in zip(LEVELS, (1, 0.35), strict=True)
        ]
    handles.append(Patch(color=_tint(0.15), label=f"smallest {100 * LEVELS[0]:.2f} %"))
    if star:
        handles.append(Line2D([], [], marker="*", color=COLOURS[1], linestyle="", markersize=11, label="best fit"))
    wide = d > 2
    legend = figure.legend(
        handles=handles,
        loc="upper right" if wide else "upper left",
        bbox_to_anchor=(0.98, 0.95) if wide else (1.0, 0.95),
        title=title,
        title_fontsize=15,
        alignment="left",
        fontsize=13,
    )
    if note:
        legend.set_title(f"{title}\n{note}")
        legend.get_title().set_color("#C00000")


def _tint(strength: float) -> tuple[float, float, float]:
    """The first colour, mixed with white."""
    red, green, blue = mpl.colors.to_rgb(COLOURS[0])
    return (1 - strength * (1 - red), 1 - strength * (1 - green), 1 - strength * (1 - blue))
