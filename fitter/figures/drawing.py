"""Drawing: what a figure shows, as numbers, and the picture made of it.

A figure computes a ``Drawing``: panels of curves, bands and fields on a grid, and the ``numbers`` (crossings, edges)
that the paper's text or caption states. Drawing and computing are apart, so that a test reads the numbers and a user
can redraw the data with other tools.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import NullFormatter

from fitter import plots

Array = npt.NDArray[np.float64]

#: Hatches of excluded regions that lie over a coloured field.
HATCHES = ("//", "\\\\", "||", "--", "xx", "..")


def plain(latex: str) -> str:
    """A title without LaTeX, for terminals."""
    for mark, text in (
        (r"\to", " -> "),
        (r"\mu", " mu"),
        ("$", ""),
        ("{", ""),
        ("}", ""),
        ("^*", "*"),
        ("^(*)", "(*)"),
    ):
        latex = latex.replace(mark, text)
    return " ".join(latex.split())


@dataclass(frozen=True)
class Curve:
    """y against x; nan leaves a gap. ``upper`` makes it the lower edge of a band, ``points`` a cloud."""

    label: str
    x: Array
    y: Array
    upper: Array | None = None
    dashed: bool = False
    points: bool = False
    colour: str | None = None


@dataclass(frozen=True)
class Field:
    """A quantity (ny, nx) on the panel's grid: shaded where it exceeds ``above`` (lies under ``below``), with lines at
    ``levels``, or coloured."""

    label: str
    values: Array
    above: float | None = None
    below: float | None = None
    levels: Sequence[float] = ()
    coloured: bool = False
    dashed: bool = False
    colour: str | None = None


@dataclass(frozen=True)
class Panel:
    """One pair of axes; ``x`` and ``y`` are the grid of the fields and the range shown."""

    x: Array
    y: Array
    x_label: str
    y_label: str
    title: str = ""
    curves: Sequence[Curve] = ()
    fields: Sequence[Field] = ()
    log_x: bool = True
    log_y: bool = True


@dataclass(frozen=True)
class Drawing:
    """A figure as numbers.

    Attributes
    ----------
    name : paper and figure, "002-3"
    title : what it shows
    panels : from left to right
    numbers : what the paper's text or caption states, computed here
    note : how it was made: scheme, data
    """

    name: str
    title: str
    panels: tuple[Panel, ...]
    numbers: Mapping[str, float] = field(default_factory=dict)
    note: str = ""

    def draw(self) -> Figure:
        """The picture."""
        with mpl.rc_context(plots.STYLE):
            if not self.panels:
                return self._table()
            count = len(self.panels)
            columns = min(count, 2)
            rows = -(-count // columns)
            figure = Figure(figsize=(0.8 + 6.2 * columns, 0.9 + 4.6 * rows), layout="constrained")
            grid = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
            for axes in grid[count:]:
                axes.set_visible(False)
            for axes, panel in zip(grid, self.panels, strict=False):
                _draw_panel(figure, axes, panel)
            figure.suptitle(f"{self.title}\n{self.note}" if self.note else self.title, fontsize=12)
        return figure

    def _table(self) -> Figure:
        figure = Figure(figsize=(8, 0.9 + 0.32 * len(self.numbers)), layout="constrained")
        text = "\n".join(f"{name}:  {value:.4g}" for name, value in self.numbers.items())
        figure.text(0.04, 0.5, text, va="center", linespacing=1.5)
        figure.suptitle(f"{self.title}\n{self.note}" if self.note else self.title, fontsize=12)
        return figure

    def save(self, path: str | Path) -> Path:
        """Every array as ``.npz``, with a JSON header that names them; the path."""
        arrays: dict[str, Any] = {}
        header: list[dict[str, Any]] = []
        for k, panel in enumerate(self.panels):
            arrays |= {f"panel{k}_x": panel.x, f"panel{k}_y": panel.y}
            entry: dict[str, Any] = {
                "title": panel.title,
                "x": panel.x_label,
                "y": panel.y_label,
                "curves": [],
                "fields": [],
            }
            for j, curve in enumerate(panel.curves):
                entry["curves"].append(curve.label)
                arrays |= {f"panel{k}_curve{j}_x": curve.x, f"panel{k}_curve{j}_y": curve.y}
                if curve.upper is not None:
                    arrays[f"panel{k}_curve{j}_upper"] = curve.upper
            for j, shown in enumerate(panel.fields):
                entry["fields"].append({"label": shown.label, "above": shown.above, "levels": list(shown.levels)})
                arrays[f"panel{k}_field{j}"] = shown.values
            header.append(entry)
        document = {
            "figure": self.name,
            "title": self.title,
            "note": self.note,
            "panels": header,
            "numbers": {key: float(value) for key, value in self.numbers.items()},
            "darkflavour": version("darkflavour"),
        }
        path = Path(path)
        with path.open("wb") as stream:
            np.savez_compressed(stream, header=json.dumps(document, ensure_ascii=False), **arrays)
        return path


def _draw_panel(figure: Figure, axes: Axes, panel: Panel) -> None:
    handles: list[Any] = []
    over = any(shown.coloured for shown in panel.fields)
    for k, shown in enumerate(panel.fields):
        colour = shown.colour or plots.COLOURS[k % len(plots.COLOURS)]
        if shown.coloured:
            _colour(figure, axes, panel, shown)
            continue
        if shown.above is not None:
            edges = [shown.above, np.inf]
            if over:  # colours are taken: veil and hatch
                hatch: Any = HATCHES[k % len(HATCHES)]
                axes.contourf(panel.x, panel.y, shown.values, edges, colors=["white"], alpha=0.45)
                region = axes.contourf(panel.x, panel.y, shown.values, edges, colors="none", hatches=[hatch])
                region.set_edgecolor(colour)
                region.set_linewidth(0.0)
                handles.append(Patch(facecolor="white", edgecolor=colour, hatch=hatch, label=shown.label))
            else:
                axes.contourf(panel.x, panel.y, shown.values, edges, colors=[colour], alpha=0.3)
                handles.append(Patch(color=colour, alpha=0.45, label=shown.label))
            axes.contour(
                panel.x, panel.y, shown.values, [shown.above], colors=[colour], linewidths=1.8 if over else 1.1
            )
        if shown.below is not None:
            axes.contourf(panel.x, panel.y, shown.values, [-np.inf, shown.below], colors=[colour], alpha=0.3)
            handles.append(Patch(color=colour, alpha=0.45, label=shown.label))
        if len(shown.levels):
            style: Any = "--" if shown.dashed else "-"
            dark = shown.colour or "#333333"
            lines = axes.contour(
                panel.x, panel.y, shown.values, sorted(shown.levels), colors=dark, linestyles=style, linewidths=1.4
            )
            if len(shown.levels) > 1:  # of a single line the legend says what it is
                axes.clabel(lines, fontsize=9, inline_spacing=2, fmt="%g")
            handles.append(Line2D([], [], color=dark, linestyle=style, linewidth=1.4, label=shown.label))
    for k, curve in enumerate(panel.curves):
        colour = curve.colour or plots.COLOURS[(k + len(panel.fields)) % len(plots.COLOURS)]
        if curve.upper is not None:
            axes.fill_between(curve.x, curve.y, curve.upper, color=colour, alpha=0.35, linewidth=0, label=curve.label)
            handles.append(Patch(color=colour, alpha=0.45, label=curve.label))
            continue
        if curve.points:
            (line,) = axes.plot(curve.x, curve.y, ".", color=colour, markersize=4, label=curve.label)
            handles.append(line)
            continue
        (line,) = axes.plot(curve.x, curve.y, color=colour, linestyle="--" if curve.dashed else "-", label=curve.label)
        handles.append(line)
    axes.set_xscale("log" if panel.log_x else "linear")
    axes.set_yscale("log" if panel.log_y else "linear")
    for axis, log in ((axes.xaxis, panel.log_x), (axes.yaxis, panel.log_y)):
        if log:
            axis.set_minor_formatter(NullFormatter())
    axes.set_xlim(panel.x[0], panel.x[-1])
    axes.set_ylim(panel.y[0], panel.y[-1])
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)
    axes.set_title(panel.title, loc="left", fontsize=11)
    if handles:
        axes.legend(handles=handles, fontsize=8, loc="best", frameon=True, framealpha=0.85, edgecolor="none")


def _colour(figure: Figure, axes: Axes, panel: Panel, shown: Field) -> None:
    """A field in smooth logarithmic colours with their bar; white where it is not a number."""
    values = np.ma.masked_invalid(shown.values)
    low, high = float(values.min()), float(values.max())
    norm, levels = LogNorm(low, high), np.geomspace(low, high * (1 + 1e-9), 48)
    axes.contourf(panel.x, panel.y, values, levels, cmap="viridis", norm=norm)
    figure.colorbar(ScalarMappable(norm, "viridis"), ax=axes, label=shown.label)
