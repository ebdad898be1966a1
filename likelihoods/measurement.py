"""Measurement: what an experiment published, row by row, and what it replaces.

A row is one of five kinds: a value with errors, a one-sided limit, a tabulated likelihood, a counting experiment, or a
log-likelihood that the observable itself computes.
Rows of one measurement may be correlated and may belong to different terms (R_K and R_K* are measured together).
"""

import math
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from likelihoods.units import conversion

Errors = tuple[float, float]  #: (up, down), both as non-negative magnitudes
Kind = Literal["value", "limit", "table", "counts", "log_likelihood"]


@dataclass(frozen=True)
class Row:
    """One published number.

    Attributes
    ----------
    observable : name, as in ``likelihoods.observables()``
    term : the term of the likelihood it belongs to
    kind : which of the fields below are set
    q2 : (low, high) in GeV², where binned
    unit : unit of value, errors, limit and table
    value, stat, syst : central value, statistical and systematic errors (``stat`` is the total where the paper gives
        only that)
    norm : error of the normalisation, common to all rows of the measurement
    limit, cl, side, expected : bound at confidence level ``cl``, "upper" or "lower"; median expected bound if known
    x, minus_two_log_l : tabulated −2 ln(L/L_max)
    observed, background, background_error : counts; the expected counts are background + signal_per_unit × observable.
        If ``limit`` and ``cl`` are set, signal_per_unit is the one that reproduces this limit.
    theory_error : relative error of the prediction that no input carries
    """

    observable: str
    term: str
    kind: Kind
    q2: tuple[float, float] | None = None
    unit: str = ""
    value: float = np.nan
    stat: Errors = (0.0, 0.0)
    syst: Errors = (0.0, 0.0)
    norm: float = 0.0
    limit: float = np.nan
    cl: float = np.nan
    side: Literal["upper", "lower"] = "upper"
    expected: float = np.nan
    x: tuple[float, ...] = ()
    minus_two_log_l: tuple[float, ...] = ()
    observed: float = np.nan
    background: float = np.nan
    background_error: float = 0.0
    signal_per_unit: float = 1.0
    theory_error: float = 0.0

    @property
    def up(self) -> float:
        """Total upward error: statistical and systematic in quadrature."""
        return math.hypot(self.stat[0], self.syst[0], self.norm)

    @property
    def down(self) -> float:
        """Total downward error."""
        return math.hypot(self.stat[1], self.syst[1], self.norm)

    def converted(self, unit: str) -> "Row":
        """The same row in another unit; ``ValueError`` if the dimensions differ."""
        if unit == self.unit:
            return self
        factor = conversion(self.unit, unit)
        return replace(
            self,
            unit=unit,
            value=self.value * factor,
            stat=(self.stat[0] * factor, self.stat[1] * factor),
            syst=(self.syst[0] * factor, self.syst[1] * factor),
            norm=self.norm * factor,
            limit=self.limit * factor,
            expected=self.expected * factor,
            x=tuple(x * factor for x in self.x),
            signal_per_unit=self.signal_per_unit / factor,
        )

    def overlaps(self, other: "Row") -> bool:
        """Whether both rows measure one observable in bins that share more than an edge."""
        if self.observable != other.observable:
            return False
        if self.q2 is None or other.q2 is None:
            return True
        return max(self.q2[0], other.q2[0]) < min(self.q2[1], other.q2[1])

    def __str__(self) -> str:
        return self.observable if self.q2 is None else f"{self.observable}[{self.q2[0]:g},{self.q2[1]:g}]"


@dataclass(frozen=True, eq=False)
class Measurement:
    """One entry of the data files.

    Attributes
    ----------
    name : unique, experiment:year:what[:basis]
    experiment : collaborations joined by "+" for a combination
    reference : key of ``references.yaml``
    date : "YYYY-MM" of first publication
    rows : the numbers
    correlation : (n, n) of the total errors, in the order of ``rows``; None if the parts below are given
    stat_correlation, syst_correlation : (n, n) of the separate errors
    supersedes : names of the measurements it replaces (and with them, their alternatives)
    combines : names of the measurements it averages: they do not count while it stands
    alternative_to : the preferred form of the same data; never in one selection with it
    independent_of : measurements of the same quantity and experiment that use other data, in any form
    basis : what distinguishes it from its alternatives: S, P, S wide, ...
    grade : provenance of the numbers: database, verified, known or uncertain
    note : free text
    """

    name: str
    experiment: str
    reference: str
    date: str
    rows: tuple[Row, ...]
    correlation: npt.NDArray[np.float64] | None = None
    stat_correlation: npt.NDArray[np.float64] | None = None
    syst_correlation: npt.NDArray[np.float64] | None = None
    supersedes: tuple[str, ...] = ()
    combines: tuple[str, ...] = ()
    alternative_to: str | None = None
    independent_of: tuple[str, ...] = ()
    basis: str = ""
    grade: str = "database"
    note: str = field(default="", repr=False)

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Terms of the rows, in order of appearance."""
        return tuple(dict.fromkeys(row.term for row in self.rows))

    @property
    def group(self) -> str:
        """Name shared by all forms of the same data: that of the preferred one."""
        return self.alternative_to or self.name

    def restricted(self, terms: Collection[str]) -> "Measurement":
        """The same measurement with the rows of some terms only; the others are marginalised over."""
        keep = [k for k, row in enumerate(self.rows) if row.term in terms]
        if len(keep) == len(self.rows):
            return self

        def part(matrix: npt.NDArray[np.float64] | None) -> npt.NDArray[np.float64] | None:
            return None if matrix is None else matrix[np.ix_(keep, keep)]

        return replace(
            self,
            rows=tuple(self.rows[k] for k in keep),
            correlation=part(self.correlation),
            stat_correlation=part(self.stat_correlation),
            syst_correlation=part(self.syst_correlation),
        )

    def covariance(self, stat: npt.ArrayLike, syst: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Covariance (n, n) for given statistical and systematic errors (n,): the sides of an asymmetric error differ.

        A total correlation applies to the total errors, separate ones to each kind; the normalisation is common.
        """
        stat, syst = np.asarray(stat, float), np.asarray(syst, float)
        if self.correlation is not None:
            total = np.hypot(stat, syst)
            return self.correlation * np.outer(total, total)
        unit = np.eye(len(self.rows))
        one = unit if self.stat_correlation is None else self.stat_correlation
        two = unit if self.syst_correlation is None else self.syst_correlation
        norm = np.array([row.norm for row in self.rows])
        covariance = np.outer(norm, norm) + one * np.outer(stat, stat) + two * np.outer(syst, syst)
        return np.asarray(covariance, float)

    def overlap(self, other: "Measurement") -> tuple[Row, Row] | None:
        """First pair of rows in which both use the same events: one experiment, one observable, overlapping bins."""
        if not set(self.experiment.split("+")) & set(other.experiment.split("+")):
            return None
        if {other.name, other.group} & {*self.independent_of} or {self.name, self.group} & {*other.independent_of}:
            return None
        return next(((one, two) for one in self.rows for two in other.rows if one.overlaps(two)), None)
