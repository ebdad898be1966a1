"""Picture: panels as this community draws them, the allowed region white, each excluded one shaded and named.

One legend beside the panels, a caption under them. A label has one colour in all panels of a figure.
"""

from collections.abc import Mapping, Sequence
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
from matplotlib.patheffects import withStroke

from fitter import lettering, plots
from fitter.figures.panel import Curve, Field, Panel

Array = npt.NDArray[np.float64]

DARK = "#333333"
VEIL, HIDDEN = "#8C8C8C", "#D5D5D5"  # of excluded regions over a coloured field, and of opaque ones
HALO: list[Any] = [withStroke(linewidth=2.5, foreground="white", alpha=0.8)]


def draw(panels: Sequence[Panel], headline: str, caption: str = "") -> Figure:
    """A figure of up to two panels a row."""
    colours = palette(panels)
    columns = min(len(panels), 2)
    rows = -(-len(panels) // columns)
    bars = any(shown.coloured for panel in panels for shown in panel.fields)
    width = 6.2 * columns + 2.4 + 0.4 * columns * bars
    text = lettering.wrap(caption, int(16.5 * width))
    height = 4.6 * rows + 0.9 + 0.19 * (text.count("\n") + 1)
    with mpl.rc_context(plots.STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        grid = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        handles: dict[str, Any] = {}
        for axes, panel in zip(grid, panels, strict=False):
            for handle in _panel(figure, axes, panel, colours):
                handles.setdefault(handle.get_label(), handle)
        figure.suptitle(headline, fontsize=12, x=0.02, ha="left")
        if handles:
            figure.legend(handles=list(handles.values()), loc="outside right center", fontsize=10)
        if text:
            figure.supxlabel(text, fontsize=9.5, x=0.02, ha="left", linespacing=1.35)
    return figure


def table(numbers: Mapping[str, float], printed: Mapping[str, float], headline: str, caption: str = "") -> Figure:
    """Numbers in rows, beside those that the paper prints."""
    text = lettering.wrap(caption, 130)
    rows = [
        (name, f"{value:.4g}", f"{printed[name]:.4g}" if name in printed else "") for name, value in numbers.items()
    ]
    with mpl.rc_context(plots.STYLE):
        figure = Figure(figsize=(8.4, 1.6 + 0.3 * len(rows) + 0.19 * (text.count("\n") + 1)), layout="constrained")
        axes = figure.subplots()
        axes.set_axis_off()
        cells = axes.table(
            [[value.replace("-", "\N{MINUS SIGN}") for value in row[1:]] for row in rows],
            rowLabels=[row[0] for row in rows],
            colLabels=["here", "printed"],
            colWidths=[0.16, 0.16],
            edges="horizontal",
            loc="center",
        )
        cells.auto_set_font_size(False)
        cells.set_fontsize(11)
        cells.scale(1, 1.35)
        figure.suptitle(headline, fontsize=12, x=0.02, ha="left")
        if text:
            figure.supxlabel(text, fontsize=9.5, x=0.02, ha="left", linespacing=1.35)
    return figure


def palette(panels: Sequence[Panel]) -> dict[str, str]:
    """Colour by label: what is asked for, else the next one that is free."""
    shown: list[Field | Curve] = []
    for panel in panels:
        shown += [*panel.fields, *panel.curves]
    found = {item.label: item.colour for item in shown if item.colour}
    free = [colour for colour in plots.COLOURS if colour not in found.values()]
    for item in shown:
        line = isinstance(item, Field) and item.above is None and item.below is None
        if item.label not in found and not line:
            free = free or list(plots.COLOURS)
            found[item.label] = free.pop(0)
    return found


def _panel(figure: Figure, axes: Axes, panel: Panel, colours: Mapping[str, str]) -> list[Any]:
    """Draw on a pair of axes; what stands in the legend."""
    handles: list[Any] = []
    veiled = any(shown.coloured for shown in panel.fields)
    regions = {}
    if veiled:
        _veil(axes, panel)
    for shown in panel.fields:
        colour = colours.get(shown.label, DARK)
        if shown.coloured:
            _colour(figure, axes, panel, shown)
        if shown.above is not None:
            regions[shown.label] = np.nan_to_num(shown.values) > shown.above
            handles.append(_excluded(axes, panel, shown, colour, veiled))
        if shown.below is not None:
            axes.contourf(panel.x, panel.y, shown.values, [-np.inf, shown.below], colors=[colour], alpha=0.35)
            handles.append(Patch(color=colour, alpha=0.45, label=shown.label))
        if len(shown.levels):
            handles.append(_lines(axes, panel, shown, colours.get(shown.label, DARK)))
    for curve in panel.curves:
        handles.append(_curve(axes, curve, colours[curve.label]))
    _names(axes, panel, regions)
    axes.set_xscale("log" if panel.log_x else "linear")
    axes.set_yscale("log" if panel.log_y else "linear")
    for axis, log, label, ends in (
        (axes.xaxis, panel.log_x, panel.x_label, panel.x),
        (axes.yaxis, panel.log_y, panel.y_label, panel.y),
    ):
        if log:
            lettering.ticks(axis, float(ends[0]), float(ends[-1]))
        axis.set_label_text(label)
    axes.set_xlim(panel.x[0], panel.x[-1])
    axes.set_ylim(panel.y[0], panel.y[-1])
    axes.set_title(panel.title, loc="left", fontsize=11)
    return handles


def _excluded(axes: Axes, panel: Panel, shown: Field, colour: str, veiled: bool) -> Patch:
    """Shade and edge of an excluded region; the shade alone where one veil covers all."""
    order = 2.5 if shown.opaque else 1.5
    face = HIDDEN if shown.opaque else colour
    if not veiled:
        edges, alpha = [shown.above, np.inf], 1.0 if shown.opaque else 0.3
        axes.contourf(panel.x, panel.y, shown.values, edges, colors=[face], alpha=alpha, zorder=order)
    line: dict[str, Any] = {"colors": [colour], "linewidths": 1.8 if veiled else 1.1, "zorder": order + 0.1}
    axes.contour(panel.x, panel.y, shown.values, [shown.above], **line)
    light = (*mpl.colors.to_rgb(VEIL if veiled else face), 1.0 if shown.opaque else 0.45)
    return Patch(facecolor=light, edgecolor=colour, linewidth=1.5, label=shown.label)


def _veil(axes: Axes, panel: Panel) -> None:
    """Grey over everything that any bound excludes."""
    excess = [np.nan_to_num(shown.values) / shown.above for shown in panel.fields if shown.above is not None]
    if excess:
        worst = np.max(excess, axis=0)
        axes.contourf(panel.x, panel.y, worst, [1.0, np.inf], colors=[VEIL], alpha=0.65, zorder=1)


def _lines(axes: Axes, panel: Panel, shown: Field, colour: str) -> Line2D:
    """Lines of a field, with their values on them if there are several."""
    style: Any = "--" if shown.dashed else "-"
    lines = axes.contour(
        panel.x, panel.y, shown.values, sorted(shown.levels), colors=colour, linestyles=style, linewidths=1.4
    )
    if len(shown.levels) > 1:
        for text in axes.clabel(lines, fontsize=9, inline_spacing=2, fmt=lettering.signed):
            text.set_path_effects(HALO)
    return Line2D([], [], color=colour, linestyle=style, linewidth=1.4, label=shown.label)


def _curve(axes: Axes, curve: Curve, colour: str) -> Any:
    """A band, points or a line."""
    if curve.upper is not None:
        axes.fill_between(curve.x, curve.y, curve.upper, color=colour, alpha=0.35, linewidth=0)
        return Patch(color=colour, alpha=0.45, label=curve.label)
    if curve.marker:
        size = {".": 5.0, "o": 4.0}.get(curve.marker, 6.0)
        style: dict[str, Any] = {"linestyle": "", "markersize": size, "markeredgewidth": 0}
        (points,) = axes.plot(curve.x, curve.y, curve.marker, color=colour, label=curve.label, **style)
        return points
    (line,) = axes.plot(curve.x, curve.y, color=colour, linestyle="--" if curve.dashed else "-", label=curve.label)
    return line


def _names(axes: Axes, panel: Panel, regions: Mapping[str, npt.NDArray[np.bool_]]) -> None:
    """Write each excluded region's name into it, where it has room on the page."""
    even = [
        (np.geomspace if log else np.linspace)(ends[0], ends[-1], 100)
        for ends, log in ((panel.x, panel.log_x), (panel.y, panel.log_y))
    ]
    column, row = (
        np.clip(np.searchsorted(grid, points), 0, len(grid) - 1)
        for grid, points in zip((panel.x, panel.y), even, strict=True)
    )
    on_page = {label: region[np.ix_(row, column)] for label, region in regions.items()}
    for label, (j, i) in lettering.places(on_page, least=0.05, spread=(0.07, 0.3)).items():
        half = lettering.letters(label)  # half its length, in hundredths of the width
        x = min(max(i, half), 99 - half)
        axes.text(
            even[0][x],
            even[1][j],
            label,
            ha="center",
            va="center",
            fontsize=9.5,
            color="#222222",
            path_effects=HALO,
            zorder=6,
        )


def _colour(figure: Figure, axes: Axes, panel: Panel, shown: Field) -> None:
    """A field in smooth logarithmic colours with their bar; white where it is not a number."""
    values = np.ma.masked_invalid(shown.values)
    low, high = float(values.min()), float(values.max())
    norm, levels = LogNorm(low, high), np.geomspace(low, high * (1 + 1e-9), 48)
    axes.contourf(panel.x, panel.y, values, levels, cmap="viridis", norm=norm, zorder=0.5)
    figure.colorbar(ScalarMappable(norm, "viridis"), ax=axes, label=shown.label)
