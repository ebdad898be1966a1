"""Block: the rows of several measurements prepared for the density kernels, whatever their kinds and correlations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import block_diag
from scipy.sparse.csgraph import connected_components

from likelihoods import density, marginal
from likelihoods.measurement import Measurement
from likelihoods.record import record

Array = npt.NDArray[np.float64]


def _covariance(m: Measurement) -> Array:
    """Covariance of a measurement's rows: geometric means σ₊σ₋ as variances; unit variance for rows without errors."""
    sides = np.array([[row.stat, row.syst] for row in m.rows])
    stat, syst = np.sqrt(sides.prod(axis=2)).T
    free = np.array([row.kind != "value" for row in m.rows])
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = m.covariance(stat, syst)
        scale = np.where(free, 1.0, np.sqrt([row.up * row.down for row in m.rows]) / np.sqrt(np.diag(covariance)))
    covariance = np.where(np.eye(len(free), dtype=bool) & free, 1.0, covariance)
    return covariance * np.outer(scale, scale)


def _groups(covariance: Array, values: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Sets of values that are correlated, directly or through others."""
    _, label = connected_components(covariance[np.ix_(values, values)] != 0.0, directed=False)
    return [values[label == g] for g in range(label.max(initial=-1) + 1)]


def _correlation(covariance: Array, names: Sequence[str]) -> tuple[Array, Array]:
    """Correlation matrix and its Cholesky factor; ``ValueError`` naming the measurements of a bad covariance."""
    sigma = np.sqrt(np.diag(covariance))
    rho = covariance / np.outer(sigma, sigma)
    where = "covariance of " + ", ".join(dict.fromkeys(names))
    if not np.isfinite(rho).all():
        raise ValueError(f"{where} is not finite")
    try:
        return rho, np.linalg.cholesky(rho)
    except np.linalg.LinAlgError:
        lowest = np.linalg.eigvalsh(rho)[0]
        raise ValueError(f"{where} is not positive definite: its correlation has eigenvalue {lowest:.3g}") from None


@dataclass(frozen=True, eq=False)
class Block:
    """Rows as arrays; see ``likelihoods.density`` for the meaning of the fields.

    Attributes
    ----------
    rows, table, member, start, precision : arguments of ``density.log_density``
    factor : Cholesky factor of each group's correlation
    data : (1, rows) or (n, rows)
    theory : variance of the theory error, (1, rows)
    terms : number of output columns
    """

    rows: npt.NDArray[Any]
    table: Array
    member: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    precision: Array
    factor: tuple[Array, ...]
    data: Array
    theory: Array
    terms: int

    @classmethod
    def of(
        cls,
        measurements: Sequence[Measurement],
        columns: Sequence[int],
        terms: Sequence[str],
        sides: Mapping[str, int] | None = None,
        theory: Array | None = None,
        scaled: Mapping[int, float] | None = None,
    ) -> "Block":
        """Prepare the rows of measurements, in their order.

        Parameters
        ----------
        columns : column of the predictions, per row
        terms : all terms, in the order of the output columns
        sides : term -> +1 or -1, values that penalise only larger or only smaller predictions
        theory : theory covariance (rows, rows); beyond the diagonal it counts for two-sided values only
        scaled : row -> prediction at which its theory error was computed, and with which it scales

        Raises
        ------
        ValueError : a covariance that is not finite or not positive definite (names the measurements), a one-sided
            row that is correlated
        """
        rows = [row for m in measurements for row in m.rows]
        owner = [m.name for m in measurements for _ in m.rows]
        error = np.zeros((len(rows), len(rows))) if theory is None else theory
        nodes: list[Array] = []
        records = np.zeros(len(rows), density.ROW)
        data = np.zeros((1, len(rows)))
        for k, row in enumerate(rows):
            try:
                records[k], data[0, k] = record(row, (sides or {}).get(row.term, 0), nodes)
            except ValueError as problem:
                raise ValueError(f"{owner[k]}: {problem}") from None
            records[k]["column"], records[k]["term"] = columns[k], list(terms).index(row.term)
        table = np.concatenate(nodes) if nodes else np.zeros((1, 3))
        covariance = block_diag(*[_covariance(m) for m in measurements])
        single = (records["kind"] != density.VALUE) | (records["side"] != 0)
        linked = np.count_nonzero(covariance, axis=1) > 1
        for k in map(int, np.flatnonzero(single & linked)):
            raise ValueError(f"{owner[k]}: {rows[k]} is correlated with other rows and cannot be one-sided")
        covariance += np.where(single[:, None] | single, 0.0, error)
        tau2 = np.diag(error).copy()
        for k, reference in (scaled or {}).items():
            records[k]["relative"] += tau2[k] / reference**2
            tau2[k] = 0.0
        density.log_norms(records, table, tau2, records["log_norm"])
        groups = _groups(covariance, np.flatnonzero(records["kind"] == density.VALUE))
        pairs = [_correlation(covariance[np.ix_(g, g)], [owner[k] for k in g]) for g in groups]
        for group, (_, factor) in zip(groups, pairs, strict=True):
            records["log_norm"][group] -= np.log(np.diag(factor))
        return cls(
            rows=records,
            table=table,
            member=np.array([k for group in groups for k in group], np.int64),
            start=np.cumsum([0, *(len(group) for group in groups)]),
            precision=np.array([element for rho, _ in pairs for element in np.linalg.inv(rho).flat]),
            factor=tuple(factor for _, factor in pairs),
            data=data,
            theory=tau2[None],
            terms=len(terms),
        )

    def log_likelihood(self, mu: Array, response: Array | None = None) -> Array:
        """Log-likelihood (n, terms) of predictions (n, columns).

        With the predictions' response (n, columns, m) to standard-normal nuisances, those are integrated out.
        """
        out = np.zeros((len(mu), self.terms))
        rows, table, member, start, precision = self.rows, self.table, self.member, self.start, self.precision
        if response is None:
            density.log_density(rows, table, member, start, precision, self.data, self.theory, mu, out)
        else:
            marginal.log_density(rows, table, member, start, precision, self.data, mu, response, out)
        return out

    def pulls(self, mu: Array, response: Array | None = None) -> Array:
        """Signed residuals (n, rows), prediction minus datum in standard deviations."""
        out = np.empty((len(mu), len(self.rows)))
        tau2 = self.theory
        if response is not None:
            tau2 = np.sum(response**2, axis=2)[:, self.rows["column"]]
        density.pulls(self.rows, self.table, self.data, tau2, mu, out)
        return out

    def chi2(self, mu: Array) -> Array:
        """χ² (n,): squared residuals, correlations of value rows removed; limits, tables and counts add theirs."""
        z = self.pulls(mu)
        alone = np.ones(len(self.rows), bool)
        alone[self.member] = False
        total, at = (z[:, alone] ** 2).sum(axis=1), 0
        for first, last in zip(self.start[:-1], self.start[1:], strict=True):
            size = int(last - first)
            inverse = self.precision[at : at + size * size].reshape(size, size)
            part = z[:, self.member[first:last]]
            total += np.einsum("ni,ij,nj->n", part, inverse, part)
            at += size * size
        return total

    @property
    def bounds(self) -> npt.NDArray[np.bool_]:
        """Rows (rows,) whose likelihood is a statement about the prediction and no density of data.

        One-sided values and limits, log-likelihoods, and tables that stay within 3 standard deviations at an end: over
        all data that might have been found, their integral is not one (or does not exist) at every prediction.
        """
        kind, first, last = self.rows["kind"], self.rows["start"], self.rows["stop"] - 1
        ends = np.minimum(self.table[first, 1], self.table[last, 1])
        open_table = (kind == density.TABLE) & (ends < 9.0)
        return (kind == density.LOG_LIKELIHOOD) | open_table | ((kind == density.VALUE) & (self.rows["side"] != 0))

    def bounding(self, mu: Array, response: Array | None = None) -> Array:
        """Log-likelihood (n,) of the rows that are ``bounds``, which no others are correlated with."""
        keep = np.flatnonzero(self.bounds)
        alone = np.flatnonzero(self.rows["kind"][keep] == density.VALUE)
        part = replace(
            self,
            rows=self.rows[keep],
            member=alone,
            start=np.arange(len(alone) + 1),
            precision=np.ones(len(alone)),
            factor=(np.ones((1, 1)),) * len(alone),
            data=self.data[:, keep],
            theory=self.theory[:, keep],
        )
        return part.log_likelihood(mu, response).sum(axis=1)

    def with_data(self, data: Array) -> "Block":
        """The same densities for other data (rows,) or (n, rows); nothing is rebuilt or recompiled."""
        data = np.atleast_2d(np.asarray(data, float))
        if data.ndim != 2 or data.shape[1] != len(self.rows) or not np.isfinite(data).all():
            raise ValueError(f"data must be finite, of shape (rows,) or (n, rows) with {len(self.rows)} rows")
        return replace(self, data=data)

    def simulate(self, mu: Array, rng: np.random.Generator, steps: int = 64) -> Array:
        """Pseudo-data (n, rows) drawn at predictions (n, columns).

        Values come from their own density by independence Metropolis: correlated Gaussian z are proposed and
        weighted with the Jacobians du/dz of the asymmetric rows (all accepted where errors are symmetric). One-sided
        values and limits are drawn from the two-sided Gaussian of the same width: the half-Gaussian is a statement
        about the prediction, not a density of data. Tables are moved rigidly, counts are Poisson around a
        fluctuated background.
        Rows that are log-likelihoods themselves have no datum: 0.
        """
        n = len(mu)
        prediction = mu[:, self.rows["column"]]
        out = np.empty((n, len(self.rows)))
        for g, factor in enumerate(self.factor):
            group = self.member[self.start[g] : self.start[g + 1]]
            best, weight = np.zeros((n, len(group))), np.full(n, -np.inf)
            for _ in range(steps if self.rows["skew"][group].any() else 1):
                z = rng.standard_normal((n, len(group))) @ factor.T
                u, step = np.empty_like(z), np.empty_like(z)
                density.deviations(self.rows[group], prediction[:, group], self.theory[:, group], z, u, step)
                proposed = np.log(step).sum(axis=1)
                taken = np.log(rng.random(n)) < proposed - weight
                best[taken], weight[taken] = u[taken], proposed[taken]
            out[:, group] = prediction[:, group] - best
        for k in np.flatnonzero(self.rows["kind"] != density.VALUE):
            row, p, tau2 = self.rows[k], prediction[:, k], self.theory[0, k]
            if row["kind"] == density.LOG_LIKELIHOOD:
                out[:, k] = 0.0
                continue
            if row["kind"] == density.TABLE:
                nodes = self.table[row["start"] : row["stop"], 0]
                grid = np.linspace(nodes[0], nodes[-1], 2001)
                y = np.array([density.interpolate(self.table, row["start"], row["stop"], x) for x in grid])
                for i in range(n):
                    cumulative = np.cumsum(np.exp(-0.5 * y * row["variance"] / density.variance(row, p[i], tau2)))
                    out[i, k] = p[i] + row["mode"] - np.interp(rng.random() * cumulative[-1], cumulative, grid)
            else:
                spread = row["variance"] + row["signal"] ** 2 * (tau2 + row["relative"] * p**2)
                mean = row["background"] + row["signal"] * p + np.sqrt(spread) * rng.standard_normal(n)
                out[:, k] = rng.poisson(np.maximum(mean, 0.0))
        return out
