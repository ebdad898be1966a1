"""Plots: style of all pictures; traces, run, pulls and ranks as matplotlib figures, drawn without a display."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from scipy import stats

from fitter.checkpoint import write_atomically
from fitter.parameter import Parameter
from fitter.prior import LogUniform

Array = npt.NDArray[np.float64]

#: Probability content of the contours: one and two standard deviations of a Gaussian.
LEVELS = (0.6827, 0.9545)
#: Okabe & Ito's colours, told apart by everyone.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#F0E442")

HATCHES = ("", "////", "xxxx")

STYLE: dict[Any, Any] = {
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 12,
    "axes.labelsize": 13,
    "axes.linewidth": 0.8,
    "xtick.direction": "in",
    "ytick.direction": "in",
    "xtick.top": True,
    "ytick.right": True,
    "legend.frameon": False,
    "savefig.dpi": 160,
    "axes.formatter.use_mathtext": True,
}


def save(figure: Figure, path: str | Path) -> Path:
    """Write the figure, its format by the name's ending (png, pdf, svg); the path."""
    path = Path(path)
    write_atomically(path, rendered(figure, path.suffix.removeprefix(".")))
    return path


def rendered(figure: Figure, form: str) -> bytes:
    """Content of a picture file in a format (png, pdf, svg)."""
    stream = BytesIO()
    with mpl.rc_context(STYLE):
        figure.savefig(stream, format=form, bbox_inches="tight", facecolor="white")
    return stream.getvalue()


def traces(theta: Array, chain: npt.NDArray[np.int64], parameters: Sequence[Parameter], *, title: str = "") -> Figure:
    """Draws in the order they were made, one panel a parameter, one colour an independent chain or group."""
    d = theta.shape[1]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 1.5 * d + 0.8), layout="constrained")
        panels = figure.subplots(d, 1, sharex=True, squeeze=False)[:, 0]
        step = max(1, len(theta) // 20000)
        number = np.arange(len(theta))
        for axes, parameter, column in zip(panels, parameters, theta.T, strict=True):
            for k, group in enumerate(np.unique(chain)):
                member = np.flatnonzero(chain == group)[::step]
                axes.plot(
                    number[member],
                    column[member],
                    ".",
                    markersize=1.5,
                    color=COLOURS[k % len(COLOURS)],
                    alpha=0.5,
                    rasterized=True,
                )
            if isinstance(parameter.prior, LogUniform):
                axes.set_yscale("log")
            axes.set_ylabel(parameter.label)
            axes.margins(x=0)
        panels[-1].set_xlabel("draw")
        panels[0].set_title(title, loc="left")
    return figure


def history(arrays: Mapping[str, Array], *, title: str = "") -> Figure:
    """How a run went: one panel for each named array over the iterations.

    Parameters
    ----------
    arrays : "iteration", if given, is the abscissa; the others (n,) or (n, lines) are drawn against it
    """
    shown = {name: np.asarray(values) for name, values in arrays.items() if name != "iteration" and len(values)}
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(8, 1.7 * max(len(shown), 1) + 0.8), layout="constrained")
        panels = figure.subplots(max(len(shown), 1), 1, squeeze=False)[:, 0]
        for k, (axes, (name, values)) in enumerate(zip(panels, shown.items(), strict=False)):
            x = np.asarray(arrays["iteration"]) if len(arrays.get("iteration", ())) == len(values) else None
            axes.plot(np.arange(1, len(values) + 1) if x is None else x, values, color=COLOURS[k % len(COLOURS)])
            axes.set_ylabel(name.replace("_", " "))
            axes.margins(x=0)
            _ignore_start(axes, values)
        panels[-1].set_xlabel("iteration")
        panels[0].set_title(title, loc="left")
    return figure


def _ignore_start(axes: Axes, values: Array) -> None:
    """Limit the ordinate to what follows the first quarter of a run if the start would dwarf it."""
    later = values[len(values) // 4 :]
    later = later[np.isfinite(later)]
    everything = values[np.isfinite(values)]
    if later.size and np.ptp(everything) > 20 * np.ptp(later) > 0:
        margin = 0.08 * np.ptp(later)
        axes.set_ylim(float(later.min() - margin), float(later.max() + margin))


def pulls(labels: Sequence[str], values: Array, groups: Sequence[str], *, title: str = "", most: int = 60) -> Figure:
    """Pull of each measured number, coloured by term; of more than ``most``, those that pull hardest.

    Parameters
    ----------
    labels : (n,) what was measured
    values : (n,) (prediction - measurement) / error
    groups : (n,) term each belongs to
    """
    values = np.asarray(values)
    shown = np.sort(np.argsort(-np.abs(np.nan_to_num(values)))[:most])
    if len(shown) < len(values):
        title = f"{title}: the {most} largest of {len(values)} pulls".removeprefix(": ")
    number = {group: k for k, group in enumerate(dict.fromkeys(groups))}
    # beyond as many groups as colours: hatched
    styles: dict[str, dict[str, Any]] = {
        g: {"facecolor": COLOURS[k % len(COLOURS)], "hatch": HATCHES[k // len(COLOURS) % 3]} for g, k in number.items()
    }
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.5, 0.27 * len(shown) + 1.4), layout="constrained")
        axes = figure.subplots()
        for limit, alpha in ((1, 0.10), (2, 0.06)):
            axes.axvspan(-limit, limit, color="black", alpha=alpha, linewidth=0)
        height = np.arange(len(shown))[::-1]
        for y, k in zip(height, shown, strict=True):
            axes.barh(y, values[k], height=0.62, edgecolor="white", linewidth=0, **styles[groups[k]])
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_yticks(height, [labels[k] for k in shown], fontsize=10)
        axes.tick_params(axis="y", length=0)
        axes.set_ylim(-0.7, len(shown) - 0.3)
        widest = float(np.nanmax(np.abs(values[shown]), initial=2.2)) * 1.1
        axes.set_xlim(-widest, widest)
        axes.set_xlabel("(prediction − measurement) / error")
        axes.set_title(title, loc="left")
        used = [group for group in number if any(groups[k] == group for k in shown)]
        axes.legend(
            handles=[Patch(edgecolor="white", linewidth=0, label=group, **styles[group]) for group in used],
            loc="upper left",
            bbox_to_anchor=(1.0, 1.0),
            fontsize=11,
        )
    return figure


def ranks(counts: npt.NDArray[np.int64], labels: Sequence[str], *, title: str = "") -> Figure:
    """Histograms of ranks over the band that holds 99 % of the counts of a flat one.

    Parameters
    ----------
    counts : (d, bins)
    labels : (d,) of the parameters
    """
    d, bins = counts.shape
    columns = min(d, 3)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(3.8 * columns, 2.8 * -(-d // columns) + 0.4), layout="constrained")
        panels = figure.subplots(-(-d // columns), columns, squeeze=False).ravel()
        for axes, row, label in zip(panels, counts, labels, strict=False):
            low, high = stats.binom.ppf([0.005, 0.995], row.sum(), 1 / bins)
            axes.bar((np.arange(bins) + 0.5) / bins, row, width=1 / bins, color=COLOURS[0], alpha=0.5)
            axes.axhspan(low, high, color="black", alpha=0.1, linewidth=0, zorder=2)
            axes.axhline(row.sum() / bins, color="black", linewidth=0.8)
            axes.set_title(label)
            axes.set_xlim(0, 1)
            axes.set_ylim(0, 1.1 * max(high, row.max(), 1.0))
        for axes in panels[d:]:
            axes.set_axis_off()
        panels[0].set_ylabel("fits")
        for axes in panels[max(0, d - columns) : d]:
            axes.set_xlabel("rank of the truth among the draws")
        figure.suptitle(title)
    return figure
