"""Reader: the entries of one measurement file, checked row by row and turned into measurements."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import block_diag

from likelihoods.entry import Entry, RowEntry, validated
from likelihoods.inputs import data_folder, nearest
from likelihoods.measurement import Errors, Kind, Measurement, Row
from likelihoods.table import load_table
from likelihoods.units import UNITS

Matrix = npt.NDArray[np.float64]


class Reader:
    """Turns the entries of one file into measurements; every complaint is one line: file, entry, key, value.

    Parameters
    ----------
    path : of the file, next to which its tables are looked for
    references, terms : known keys
    """

    def __init__(self, path: Path, references: Mapping[str, Any], terms: Mapping[str, Any]):
        self.path, self.references, self.terms = path, references, terms

    def fail(self, name: str, text: str) -> ValueError:
        return ValueError(f"{self.path.name}: {name}: {text}")

    def table(self, name: str, text: str) -> Path:
        """A table file, looked for next to the measurement file, then in the embedded tables."""
        for folder in (self.path.parent, data_folder() / "tables"):
            if (folder / f"{text}.txt").is_file():
                return folder / f"{text}.txt"
        raise self.fail(name, f"table {text!r}: no {text}.txt next to the file nor in the embedded tables")

    def matrix(self, name: str, key: str, given: Any, size: int) -> Matrix:
        """A correlation: full or upper triangle as lists or text, {uniform: c}, or the name of a table file."""
        if isinstance(given, dict):
            matrix = np.full((size, size), given["uniform"])
            np.fill_diagonal(matrix, 1.0)
        else:
            rows = given
            if isinstance(given, str):
                text = given if "\n" in given or size == 1 else self.table(name, given).read_text()
                try:
                    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
                    rows = [[float(word) for word in line.split()] for line in lines]
                except ValueError as error:
                    raise self.fail(name, f"{key}: {error}") from None
            lengths = [len(row) for row in rows]
            if lengths == [size] * size:
                matrix = np.array(rows, float)
            elif lengths == list(range(size, 0, -1)):
                matrix = np.zeros((size, size))
                matrix[np.triu_indices(size)] = np.concatenate([np.asarray(row, float) for row in rows])
                matrix += np.triu(matrix, 1).T
            else:
                raise self.fail(name, f"{key}: needs {size} rows, full or upper triangle; row lengths are {lengths}")
        if not np.array_equal(matrix, matrix.T):
            i, j = np.argwhere(matrix != matrix.T)[0]
            raise self.fail(name, f"{key}: not symmetric: [{i}][{j}]={matrix[i, j]:g}, [{j}][{i}]={matrix[j, i]:g}")
        if not np.all(np.diag(matrix) == 1) or np.abs(matrix).max() > 1:
            raise self.fail(name, f"{key}: the diagonal must be 1 and no element beyond ±1")
        lowest = np.linalg.eigvalsh(matrix)[0]
        if lowest <= 0:
            raise self.fail(name, f"{key}: not positive definite, lowest eigenvalue {lowest:.3g}")
        return matrix

    def row(self, name: str, entry: Entry, q2: list[float] | None, raw: RowEntry) -> Row:
        """One checked row: exactly one kind, ordered bin, known unit and term, positive errors."""
        q2 = raw.q2 or q2
        label = raw.observable if q2 is None else f"{raw.observable} {q2}"
        if q2 is not None and not 0 <= q2[0] < q2[1]:
            raise self.fail(name, f"q2: {q2} of {raw.observable} must satisfy 0 <= low < high")
        unit = entry.unit if raw.unit is None else raw.unit
        if unit not in UNITS:
            raise self.fail(name, f"unit: {unit!r} of {raw.observable} is unknown{nearest(unit, UNITS)}")
        term = raw.term or entry.term
        if term not in self.terms:
            raise self.fail(name, f"term: {term!r} is unknown{nearest(term, self.terms)}")
        kinds: dict[Kind, bool] = {
            "value": raw.value is not None,
            "limit": raw.limit is not None and raw.observed is None,
            "table": raw.table is not None,
            "counts": raw.observed is not None,
            "log_likelihood": raw.log_likelihood is not None,
        }
        if sum(kinds.values()) != 1:
            raise self.fail(name, f"{label}: needs exactly one of value, limit, table, observed, log_likelihood")
        kind = next(k for k, given in kinds.items() if given)
        none = (0.0, 0.0)
        stat: Errors = raw.error or raw.stat or none
        syst: Errors = raw.syst or none
        if raw.error and (raw.stat or raw.syst):
            raise self.fail(name, f"{label}: give either error (total) or stat and syst")
        if kind == "value" and not (np.hypot(stat[0], syst[0]) > 0 and np.hypot(stat[1], syst[1]) > 0):
            raise self.fail(name, f"{label}: a value needs errors > 0")
        if kind != "value" and ((stat, syst) != (none, none) or raw.norm):
            raise self.fail(name, f"{label}: a {kind} takes no errors")
        if raw.limit is not None and raw.cl is None:
            raise self.fail(name, f"{label}: a limit needs cl, its confidence level between 0 and 1")
        if kind == "counts" and raw.background is None:
            raise self.fail(name, f"{label}: observed counts need background")
        x: tuple[float, ...] = ()
        minus_two_log_l: tuple[float, ...] = ()
        if raw.table is not None:
            path = self.table(name, raw.table)
            columns = load_table(path.stem, path.parent).values
            if columns.shape[1] != 2 or columns.shape[0] < 4 or not np.all(np.diff(columns[:, 0]) > 0):
                raise self.fail(name, f"{label}: {raw.table} must hold x (ascending) and -2 ln L, four lines or more")
            x = tuple(columns[:, 0])
            minus_two_log_l = tuple(columns[:, 1] - columns[:, 1].min())
        return Row(
            observable=raw.observable,
            term=term,
            kind=kind,
            q2=None if q2 is None else (q2[0], q2[1]),
            unit=unit,
            value=np.nan if raw.value is None else raw.value,
            stat=stat,
            syst=syst,
            norm=raw.norm,
            limit=np.nan if raw.limit is None else raw.limit,
            cl=np.nan if raw.cl is None else raw.cl,
            side=raw.side,
            expected=np.nan if raw.expected is None else raw.expected,
            x=x,
            minus_two_log_l=minus_two_log_l,
            observed=np.nan if raw.observed is None else raw.observed,
            background=np.nan if raw.background is None else raw.background,
            background_error=raw.background_error,
            signal_per_unit=raw.signal_per_unit,
            theory_error=raw.theory_error,
        )

    def correlations(self, name: str, entry: Entry, rows: Sequence[Row]) -> tuple[Matrix | None, ...]:
        """Checked correlations (n, n) of total, statistical and systematic errors, None where not given."""
        size, total = len(rows), None
        if entry.correlation is not None:
            total = self.matrix(name, "correlation", entry.correlation, size)
        elif any(block.correlation is not None for block in entry.bins or ()):
            parts = [
                np.eye(len(block.values))
                if block.correlation is None
                else self.matrix(name, f"correlation of {block.q2}", block.correlation, len(block.values))
                for block in entry.bins or ()
            ]
            total = block_diag(*parts)
        stat, syst = (
            None if given is None else self.matrix(name, key, given, size)
            for key, given in (
                ("stat_correlation", entry.stat_correlation),
                ("syst_correlation", entry.syst_correlation),
            )
        )
        if total is not None and not (stat is None and syst is None):
            raise self.fail(name, "give either correlation (of total errors) or stat_correlation and syst_correlation")
        if total is not None and any(row.norm for row in rows):
            raise self.fail(name, "norm goes with stat and syst, not with a correlation of total errors")
        free = np.array([row.kind != "value" for row in rows])
        for matrix in (total, stat, syst):
            if matrix is not None and np.any((matrix - np.eye(size))[free]):
                raise self.fail(name, "only values can be correlated; a limit, table or count must have zeros")
        return total, stat, syst

    def measurement(self, name: str, raw: Any) -> Measurement:
        """One checked entry."""
        try:
            entry = validated(raw)
        except ValueError as error:
            raise self.fail(name, str(error)) from None
        if entry.reference not in self.references:
            raise self.fail(
                name, f"reference: {entry.reference!r} is unknown{nearest(entry.reference, self.references)}"
            )
        if (entry.values is None) == (entry.bins is None):
            raise self.fail(name, "needs either values or bins")
        rows = [self.row(name, entry, None, raw_row) for raw_row in entry.values or ()]
        rows += [self.row(name, entry, block.q2, raw_row) for block in entry.bins or () for raw_row in block.values]
        for k, one in enumerate(rows):
            for two in rows[:k]:
                if one.overlaps(two):
                    raise self.fail(name, f"{two} and {one} overlap: wide and narrow bins go to separate entries")
        total, stat, syst = self.correlations(name, entry, rows)
        return Measurement(
            name=name,
            experiment=entry.experiment,
            reference=entry.reference,
            date=entry.date,
            rows=tuple(rows),
            correlation=total,
            stat_correlation=stat,
            syst_correlation=syst,
            supersedes=tuple(entry.supersedes),
            combines=tuple(entry.combines),
            alternative_to=entry.alternative_to,
            independent_of=tuple(entry.independent_of),
            basis=entry.basis,
            grade=entry.grade,
            note=entry.note,
        )
