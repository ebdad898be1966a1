"""Figures of the five papers, by paper and number: "002-3" is Fig. 3 of 1803.04430.

A figure is a function ``figure(settings) -> Drawing``, entered with its title and caption in the ``FIGURES`` of its
module; it computes through ``Model.scan`` and the likelihood's terms, and puts the numbers that the paper states into
``Drawing.numbers``.
"""

from fitter.figures import (
    antiprotons,
    hidden_zprime,
    loop_scalar,
    portal_scalar,
    split_dark_sector,
    split_scan,
    zprime_annihilation,
    zprime_couplings,
    zprime_summary,
)
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.judgement import Settings
from likelihoods.inputs import nearest

_MODULES = (
    portal_scalar,
    loop_scalar,
    zprime_couplings,
    zprime_annihilation,
    zprime_summary,
    hidden_zprime,
    antiprotons,
    split_dark_sector,
    split_scan,
)


def _place(name: str) -> tuple[str, int, str]:
    """Paper, number of the figure (tables last), the rest."""
    paper, number, *rest = name.split("-")
    return paper, int(number) if number.isdigit() else 100, number + "".join(rest)


#: Every figure by name, in the order of the papers.
FIGURES: dict[str, Entry] = dict(
    sorted((entry for module in _MODULES for entry in module.FIGURES.items()), key=lambda entry: _place(entry[0]))
)


def reproduce(name: str, settings: Settings = Settings()) -> Drawing:  # noqa: B008 (frozen)
    """Compute a figure; ``KeyError`` naming the nearest if it is unknown."""
    if name not in FIGURES:
        raise KeyError(f"unknown figure {name!r}{nearest(name, FIGURES)}; known: {', '.join(FIGURES)}")
    return FIGURES[name].draw(name, settings)
