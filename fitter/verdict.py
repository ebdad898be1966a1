"""Verdict: pictures of a comparison of models."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from fitter.plots import COLOURS, STYLE

#: Information criteria shown, and how they are called.
CRITERIA = {"dic": "DIC", "dic_mean": "DIC (at the mean)", "ic": "IC", "waic": "WAIC", "loo": "LOO"}


def draw(rows: Sequence[Mapping[str, Any]], *, title: str = "") -> Figure:
    """Bayes factors beside information criteria, and below them the tension between terms where it was asked for.

    Parameters
    ----------
    rows : of a ``Comparison``
    """
    torn = [row for row in rows if row.get("tension")]
    lines = max((len(row["tension"]) for row in torn), default=0)
    heights = [0.5 * len(rows) + 1.6, 0.3 * lines * len(torn) + 1.2]
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(12, sum(heights[: 1 + bool(torn)])), layout="constrained")
        parts = figure.subfigures(1 + bool(torn), 1, height_ratios=heights[: 1 + bool(torn)], squeeze=False)[:, 0]
        left, right = parts[0].subplots(1, 2, width_ratios=(3, 2))
        known = [row for row in rows if row["log_evidence"] is not None]
        _factors(left, known)
        left.set_title(title, loc="left")
        _criteria(right, rows)
        if torn:
            _tension(parts[1].subplots(), torn)
    return figure


def _factors(axes: Axes, rows: Sequence[Mapping[str, Any]]) -> None:
    """ln B of each model against the best, over the bands of Kass & Raftery (J. Am. Stat. Assoc. 90 (1995) 773)."""
    if not rows:
        axes.set_axis_off()
        return
    factor = np.array([row["log_bayes_factor"] for row in rows])
    error = np.array([row["error"] for row in rows])
    span = max(-float(factor[-1]) + 2 * float(error.max(initial=0.0)), 6.0) * 1.1
    edges = (0.0, 1.0, 3.0, 5.0, span)
    words = ("not worth more\nthan a mention", "positive", "strong", "very strong")
    for k, word in enumerate(words):
        axes.axvspan(-edges[k + 1], -edges[k], color=COLOURS[0], alpha=0.04 + 0.06 * k, linewidth=0)
        if min(edges[k + 1], span) - edges[k] > 0.12 * span:
            middle = -0.5 * (edges[k] + min(edges[k + 1], span))
            axes.text(middle, -0.75, word, ha="center", va="center", fontsize=9, color="#444444")
    height = np.arange(len(rows))[::-1]
    axes.errorbar(factor, height, xerr=error, fmt="o", color=COLOURS[1], capsize=3, markersize=6)
    axes.set_yticks(height, [str(row["name"]) for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-1.2, len(rows) - 0.4)
    axes.set_xlim(-span, max(0.05 * span, 1.5 * float(error.max(initial=0.0))))
    axes.set_xlabel(r"$\ln B$ against the best")


def _criteria(axes: Axes, rows: Sequence[Mapping[str, Any]]) -> None:
    """Each criterion above its smallest value: smaller is better; p-values in the labels."""
    height = np.arange(len(rows))[::-1].astype(float)
    shown = [key for key in CRITERIA if all(row.get(key) is not None for row in rows)]
    for k, key in enumerate(shown):
        values = np.array([row[key] for row in rows])
        offset = 0.12 * (k - 0.5 * (len(shown) - 1))
        axes.plot(values - values.min(), height - offset, "o", color=COLOURS[k], label=CRITERIA[key], markersize=5)
    labels = ["" if row.get("p_value") is None else f"p = {row['p_value']:.2g}" for row in rows]
    axes.set_yticks(height, labels)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(-1.2, len(rows) - 0.4)
    axes.set_xlabel("above the smallest criterion")
    if shown:
        axes.legend(fontsize=9, loc="upper left", bbox_to_anchor=(1.0, 1.0))  # its dots are not the models'


def _tension(axes: Axes, rows: Sequence[Mapping[str, Any]]) -> None:
    """Surprise of each term given the others."""
    labels, at = [], 0
    for k, row in enumerate(rows):
        values = [entry["surprise"] for entry in row["tension"]]
        height = -(at + np.arange(len(values)))
        axes.barh(height, values, color=COLOURS[k % len(COLOURS)], height=0.7)
        sure = ["" if entry["trusted"] else " (?)" for entry in row["tension"]]
        labels += [f"{entry['term']}, {row['name']}{mark}" for entry, mark in zip(row["tension"], sure, strict=True)]
        at += len(values)
    axes.set_yticks(-np.arange(at), labels, fontsize=9)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("surprise of the term given the others, in ln L")
