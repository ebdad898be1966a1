"""Drawing: what a figure shows, as numbers, and the picture and data file made of it.

A figure computes a ``Drawing``: panels of curves, bands and fields on a grid, and the ``numbers`` (crossings, edges)
that the paper's text or caption states. Drawing and computing are apart, so that a test reads the numbers and a user
can redraw the data with other tools.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from fitter.figures import picture
from fitter.figures.judgement import Settings
from fitter.figures.panel import Panel

#: The papers by the number that begins a figure's name.
PAPERS = {
    "000": "arXiv:1503.06077",
    "001": "arXiv:1803.04703",
    "002": "arXiv:1803.04430",
    "003": "arXiv:1702.00395",
    "004": "arXiv:2002.11150",
}


def plain(latex: str) -> str:
    """Text without LaTeX, for terminals."""
    latex = re.sub(r"\\(?:mathrm|bar|tilde)\b\s*", "", latex)
    latex = re.sub(r"\\sqrt\s*{([^{}]*)}", r"sqrt(\1)", latex)
    for mark, text in (
        (r"\to", " -> "),
        (r"\times", " x "),
        (r"\sim", "~"),
        (r"\approx", " ~ "),
        (r"\propto", " ~ "),
        (r"\leq", " <= "),
        (r"\geq", " >= "),
        (r"\,", " "),
        (r"\%", "%"),
        (r"\langle", "<"),
        (r"\rangle", ">"),
        (r"\varphi", "phi"),
    ):
        latex = latex.replace(mark, text)
    latex = re.sub(r"([\w)}])\\(mu\\mu|ell\\ell)", r"\1 \\\2", latex)
    latex = re.sub(r"\\([A-Za-z]+)\s*", r" \1 ", latex)
    latex = latex.translate(str.maketrans("", "", "${}"))
    for mark, text in (("^*", "*"), ("^(*)", "(*)"), ("^ ell", "^ell")):
        latex = latex.replace(mark, text)
    latex = re.sub(r"([_^/(=<|]) +", r"\1", latex)
    return re.sub(r" +([)_^,.;:/])", r"\1", " ".join(latex.split()))


@dataclass(frozen=True)
class Drawing:
    """A figure as numbers.

    Attributes
    ----------
    panels : from left to right; none for a table
    numbers : what the paper's text or caption states, computed here
    printed : the same, as the paper prints it, where it does
    name : paper and figure, "002-3"
    title : what it shows
    caption : what is drawn and how it was made, LaTeX between dollars
    note : scheme and data
    """

    panels: tuple[Panel, ...]
    numbers: Mapping[str, float] = field(default_factory=dict)
    printed: Mapping[str, float] = field(default_factory=dict)
    name: str = ""
    title: str = ""
    caption: str = ""
    note: str = ""

    @property
    def headline(self) -> str:
        """Paper, figure, title; scheme and data on a second line."""
        paper, _, rest = self.name.partition("-")
        number, _, variant = rest.partition("-")
        kind = "Fig." if number.isdigit() else "Table"
        place = f"{PAPERS[paper]}, {kind} {number}" + (f" ({variant})" if variant else "") if paper in PAPERS else ""
        title = self.title if kind == "Fig." else self.title.partition(": ")[2]
        return "\n".join(filter(None, [": ".join(filter(None, [place, title])), self.note]))

    def draw(self) -> Figure:
        """The picture, or the table."""
        if self.panels:
            return picture.draw(self.panels, self.headline, self.caption)
        return picture.table(self.numbers, self.printed, self.headline, self.caption)

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
            "caption": plain(self.caption),
            "note": self.note,
            "panels": header,
            "numbers": {key: float(value) for key, value in self.numbers.items()},
            "printed": dict(self.printed),
            "darkflavour": version("darkflavour"),
        }
        path = Path(path)
        with path.open("wb") as stream:
            np.savez_compressed(stream, header=json.dumps(document, ensure_ascii=False), **arrays)
        return path


@dataclass(frozen=True)
class Entry:
    """A figure of a paper.

    Attributes
    ----------
    title : what it shows, LaTeX between dollars
    caption : what is drawn, how, and where it departs from the printed figure
    compute : from the settings
    """

    title: str
    caption: str
    compute: Callable[[Settings], Drawing]

    def draw(self, name: str, settings: Settings) -> Drawing:
        """Compute it and add what it is called."""
        made = self.compute(settings)
        return replace(made, name=name, title=self.title, caption=self.caption, note=settings.note)
