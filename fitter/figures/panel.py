"""Panel: one pair of axes as numbers, with its curves, bands and fields."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """y against x; nan leaves a gap. ``upper`` makes it the lower edge of a band, ``marker`` draws points instead."""

    label: str
    x: Array
    y: Array
    upper: Array | None = None
    dashed: bool = False
    marker: str = ""
    colour: str | None = None


@dataclass(frozen=True)
class Field:
    """A quantity (ny, nx) on the panel's grid.

    Attributes
    ----------
    above : excluded where it is larger: shaded and named
    below : preferred where it is smaller: shaded
    levels : of lines
    coloured : shown in colours with their bar
    opaque : hides what lies under its shade
    """

    label: str
    values: Array
    above: float | None = None
    below: float | None = None
    levels: Sequence[float] = ()
    coloured: bool = False
    dashed: bool = False
    opaque: bool = False
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
