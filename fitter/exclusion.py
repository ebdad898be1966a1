"""Exclusion: the picture of a plane as this community draws it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from scipy import stats

from fitter import lettering, plots
from fitter.models import MODELS
from fitter.plane import Plane
from likelihoods.observables import ALIASES, OBSERVABLES


def draw(
    p: Plane, *, level: float = 0.95, contours: Mapping[str, Sequence[float]] | None = None, title: str = ""
) -> Figure:
    """Exclusion picture: each term's excluded region shaded and labelled, the allowed region white.

    Parameters
    ----------
    p : the plane
    level : confidence level; a term excludes where −2 Δ ln L exceeds z², with the Gaussian z that leaves 1 − level in
        both tails (in one, for a term that only bounds from one side)
    contours : lines of derived quantities by name, at these values; empty for a choice of matplotlib's
    title : headline

    Notes
    -----
    −2 Δ ln L is counted from the term's best point of the plane, that of a bound from the absence of a signal. Black
    lines are 68.27 % and 95.45 % of all terms together (two parameters). Hatched: not physical, or a prediction failed.
    """
    with mpl.rc_context(plots.STYLE):
        figure = Figure(figsize=(8.2, 6), layout="constrained")
        axes = figure.subplots()
        alive = np.isfinite(p.total)
        axes.contourf(p.grid_x, p.grid_y, ~alive, [0.5, 1.5], colors=["#DDDDDD"], hatches=["////"])
        handles: list[Any] = [] if alive.all() else [Patch(facecolor="#DDDDDD", hatch="////", label="not physical")]
        regions = {}
        for k, term in enumerate(p.terms):
            z = stats.norm.isf((1 - level) * (1 if p.one_sided[k] else 0.5))
            penalty = np.where(alive, p.penalty(k), np.nan)
            regions[term] = penalty > z * z
            colour = plots.COLOURS[k % len(plots.COLOURS)]
            if regions[term].any():
                axes.contourf(p.grid_x, p.grid_y, penalty, [z * z, np.inf], colors=[colour], alpha=0.28)
                if not regions[term][alive].all():
                    axes.contour(p.grid_x, p.grid_y, penalty, [z * z], colors=[colour], linewidths=1.2)
            label = term if regions[term].any() else f"{term} (excludes nothing)"
            handles.append(Patch(color=colour, alpha=0.45, label=label))
        for term, place in lettering.places(regions).items():
            axes.text(
                p.grid_x[place[1]], p.grid_y[place[0]], term, ha="center", va="center", fontsize=11, color="#222222"
            )
        if alive.any():
            handles += _allowed(axes, p, alive)
        for k, (name, values) in enumerate((contours or {}).items()):
            style: Any = ("--", ":", "-.")[k % 3]
            grey, chosen = "#333333", sorted(values) or None
            lines = axes.contour(
                p.grid_x, p.grid_y, p.derived[name], chosen, colors=grey, linestyles=style, linewidths=1
            )
            axes.clabel(lines, fontsize=10, inline_spacing=2, fmt=lettering.signed)
            handles.append(Line2D([], [], color=grey, linestyle=style, linewidth=1, label=symbol(p, name)))
        for parameter, grid, line in ((p.x, p.grid_x, axes.xaxis), (p.y, p.grid_y, axes.yaxis)):
            line.set_label_text(parameter.label, fontsize=15)
            lettering.scale(line, parameter.prior, grid)
        axes.set_xlim(p.grid_x[0], p.grid_x[-1])
        axes.set_ylim(p.grid_y[0], p.grid_y[-1])
        others = ", ".join(f"{symbol(p, name)} = {value:.4g}" for name, value in p.fixed.items())
        if p.profiled:
            over = ", ".join(symbol(p, name) for name in p.profiled)
            others = "; ".join(filter(None, [others, f"profiled over {over}"]))
        axes.set_title("\n".join(filter(None, [title or p.model, lettering.wrap(others, 78)])), loc="left", fontsize=12)
        figure.legend(handles=handles, loc="outside right upper", fontsize=11, title=f"excluded at {100 * level:g} %")
    return figure


def symbol(p: Plane, name: str) -> str:
    """LaTeX of a parameter of the plane's model or of an observable, else the name itself (a coefficient)."""
    parameters = {q.name: q.latex for q in MODELS[p.model].parameters} if p.model in MODELS else {}
    observable, _, interval = name.partition("[")
    if parameters.get(name):
        return f"${parameters[name]}$"
    if ALIASES.get(observable, observable) in OBSERVABLES:
        latex = OBSERVABLES[ALIASES.get(observable, observable)].latex
        return f"${latex}$" + (f" [{interval}" if interval else "")
    coefficient, ratio, _ = name.partition("/SM")
    if found := re.fullmatch(r"C(\d+)(p?)_bs(mu|e|tau)\w+", coefficient):
        number, prime, lepton = found.groups()
        upper = ("e" if lepton == "e" else rf"\{lepton}") + r"\prime" * bool(prime)
        return rf"$C_{{{number}}}^{{{upper}}}$" + (rf"$/C_{{{number}}}^\mathrm{{SM}}$" if ratio else "")
    return name


def _allowed(axes: Axes, p: Plane, alive: npt.NDArray[np.bool_]) -> list[Any]:
    """Contours of all terms together and the best point."""
    penalty = np.where(alive, -2 * (p.total - p.total[alive].max()), np.nan)
    cuts = [float(stats.chi2.ppf(level, 2)) for level in plots.LEVELS]
    axes.contour(p.grid_x, p.grid_y, penalty, cuts, colors="black", linewidths=(1.6, 0.9))
    star: Any = {"marker": "*", "color": plots.COLOURS[1], "linestyle": ""}
    axes.plot(*p.best, markersize=14, markeredgecolor="white", clip_on=False, zorder=9, **star)
    together = " and ".join(f"{100 * level:.2f} %" for level in plots.LEVELS)
    return [
        Line2D([], [], color="black", linewidth=1.4, label=f"all terms, {together}"),
        Line2D([], [], markersize=12, label="best point", **star),
    ]
