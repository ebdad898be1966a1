"""Table: curves and grids of ``data/tables``, plain text whose header states columns, units, source and grade.

::

    # title: 90 % CL upper limit on the spin-independent cross section, XENON1T 2018
    # columns: mass [GeV], sigma [cm^2]
    # confidence_level: 0.90
    # source: 1805.12562
    # grade: database
    6.0 1.2e-44
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.inputs import data_folder


@dataclass(frozen=True)
class Table:
    """Columns of numbers and what the header says of them.

    Attributes
    ----------
    columns : names with units, in order
    values : array (rows, columns)
    header : the other header lines by key (``title``, ``source``, ``grade``, ...)
    """

    columns: tuple[str, ...]
    values: npt.NDArray[np.float64]
    header: dict[str, str]

    def column(self, name: str) -> npt.NDArray[np.float64]:
        """One column, contiguous, by the name before its unit."""
        names = [column.partition(" [")[0] for column in self.columns]
        return np.ascontiguousarray(self.values[:, names.index(name)])


@cache
def load_grid(name: str) -> dict[str, npt.NDArray[Any]]:
    """The arrays of ``<name>.npz`` of ``data/tables``: a grid of more than two dimensions, with its title and source.

    Raises
    ------
    ValueError : a header entry is missing
    """
    with np.load(data_folder() / "tables" / f"{name}.npz") as arrays:
        grid = {key: arrays[key] for key in arrays.files}
    for key in ("title", "columns", "source", "grade"):
        if key not in grid:
            raise ValueError(f"{name}.npz: entry {key!r} is missing")
    return grid


@cache
def load_table(name: str, folder: Path | None = None) -> Table:
    """The table ``<name>.txt`` of ``data/tables`` (or of another folder).

    Raises
    ------
    ValueError : a header key is missing, or a row has not the stated columns
    """
    path = (folder or data_folder() / "tables") / f"{name}.txt"
    header: dict[str, str] = {}
    with path.open() as lines:
        for line in lines:
            if not line.startswith("#"):
                break
            key, _, value = line[1:].partition(":")
            header[key.strip()] = value.strip()
    for key in ("title", "columns", "source", "grade"):
        if key not in header:
            raise ValueError(f"{path.name}: header line '# {key}: ...' is missing")
    columns = tuple(column.strip() for column in header.pop("columns").split(","))
    values = np.loadtxt(path, ndmin=2)
    if values.shape[1] != len(columns):
        raise ValueError(f"{path.name}: {values.shape[1]} numbers a row, {len(columns)} columns stated")
    return Table(columns, values, header)
