r"""Density: log-likelihood of data given predictions, row by row, and what is normalised.

With μ the prediction and x the datum, u = μ - x. All densities carry their constant normalisation (2π, widths,
determinants, n!), as densities in the unit of each observable, so that evidences are comparable between models on the
same data and, term by term, between dates.

Values
    −2 ln L = zᵀ ρ⁻¹ z + normalisation with standardised residuals z = u/σ(u) and the correlation ρ of experimental and
    theory errors together. Asymmetric errors σ± use the variable-variance Gaussian of Barlow (physics/0406120 §3.6),
    σ²(u) = V + V' u with V = σ₊σ₋ and V' = σ₊ - σ₋: smooth, maximal at x, and −½ at x + σ₊ and x - σ₋. Correlations
    are scaled by these widths, so that one constant ρ serves every point. To convolve with a symmetric theory error τ,
    cumulants add (Barlow, physics/0306138 §3). To second order in V' they are 3V'/2, V + 3V'² and 3VV', so that the
    sum is the same form σ²(u) = v (1 + a u), with v = V + τ² + 3V'²(1 - V²/(V + τ²)²) and a = VV'/v², moved by
    3/2 (V' - VV'/v). Where 1 + a u falls below ``FLOOR`` the published errors say nothing: there z continues linearly,
    a Gaussian tail instead of a hard edge. A relative theory error ε adds ε² μ² to τ², with the −½ ln v of a Gaussian
    whose width moves. Since the density depends on μ - x alone (but for ε), its norm ∫ exp(-z²/2) du is a constant of
    the row; correlated asymmetric rows use the product of their norms.
One-sided values and limits
    Half-Gaussian: z = 0 on the allowed side. A limit at confidence level q is the Gaussian tail of a search that found
    x (0, or observed minus expected limit) with σ = (limit - x)/Φ⁻¹(q): 1.2816σ at 90 %, 1.6449σ at 95 %.
Tables
    −2 ln L interpolated by monotone cubics, continued as a Gaussian tail beyond the last point; a theory error
    flattens it by σ²/(σ² + τ²), with σ the table's own width.
Log-likelihoods
    The observable is ln L relative to no signal, computed where its many nuisances live; it is taken as it is. There is
    no datum to fluctuate: pseudo-data leave it alone.
Counts
    Poisson, the background's (and the signal's) Gaussian uncertainty removed by Laplace's method around its profile:
    exact to O(1/n) and in closed form.
"""

import math

import numpy as np

from likelihoods.kernel import kernel

#: Kinds of row.
VALUE, TABLE, COUNTS, LOG_LIKELIHOOD = 0, 1, 2, 3
FLOOR = 0.5  # of the variance, or less where σ₊ and σ₋ differ by more than 1/FLOOR, to keep their published points

_GRID = 1701  # points of the norm integrals

#: One record per row of data; ``datum`` arrays are separate, so that pseudo-data need nothing rebuilt.
ROW = np.dtype(
    [
        ("kind", np.int64),
        ("term", np.int64),  # column of the output
        ("column", np.int64),  # column of the predictions
        ("variance", np.float64),  # V: experimental; of a table: of its density
        ("skew", np.float64),  # V V'
        ("floor", np.float64),  # smallest 1 + a u before z continues linearly
        ("relative", np.float64),  # ε²
        ("side", np.int64),  # +1: only u > 0 is penalised, -1: only u < 0, 0: both
        ("log_norm", np.float64),  # constant part of the row's log-likelihood
        ("start", np.int64),  # of the row's nodes in the flat table
        ("stop", np.int64),
        ("mode", np.float64),  # of a table
        ("signal", np.float64),  # expected counts: background + signal × prediction
        ("background", np.float64),
    ],
    align=True,
)


@kernel
def variance(row, mu, tau2):
    """Total variance of a row at its central value, experiment and theory."""
    # a missing prediction must not reach the width of a row whose width does not move
    moving = row.relative * mu * mu if row.relative > 0.0 else 0.0
    return row.variance + tau2 + moving


@kernel
def shape(row, mu, tau2):
    """v, a and the displacement of σ²(u) = v (1 + a u) under a theory error."""
    v = variance(row, mu, tau2)
    if row.skew == 0.0:
        return v, 0.0, 0.0
    prime = row.skew / row.variance
    v += 3.0 * prime * prime * (1.0 - (row.variance / v) ** 2)
    return v, row.skew / (v * v), 1.5 * (prime - row.skew / v)


@kernel
def residual(row, u, v, a):
    """z of a value: u, from its most likely place, over the variable width."""
    if row.side * u < 0.0:
        return 0.0
    w = 1.0 + a * u
    if w >= row.floor:
        return u / np.sqrt(v * w)
    root = np.sqrt(v * row.floor)
    edge = (row.floor - 1.0) / a
    slope = 0.5 * (1.0 + 1.0 / row.floor) / root
    return edge / root + slope * (u - edge)


@kernel
def deviation(row, mu, tau2, z):
    """The u at which ``residual`` is ``z``, and du/dz (one-sidedness ignored)."""
    v, a, moved = shape(row, mu, tau2)
    edge = (row.floor - 1.0) / a if a != 0.0 else 0.0
    root = np.sqrt(v * row.floor)
    if a != 0.0 and a * (z - edge / root) < 0.0:
        step = 2.0 * root / (1.0 + 1.0 / row.floor)
        return moved + edge + step * (z - edge / root), step
    disc = np.sqrt((a * v * z) ** 2 + 4.0 * v)
    return moved + 0.5 * z * (a * v * z + disc), 0.5 * (2.0 * a * v * z + disc + (a * v * z) ** 2 / disc)


@kernel
def interpolate(table, start, stop, x):
    """Cubic Hermite through nodes ``table`` [x, y, y'], continued with √y linear where y grows outwards."""
    first, last = start, stop - 1
    if x < table[first, 0] or x > table[last, 0]:
        k = first if x < table[first, 0] else last
        y, slope, d = table[k, 1], table[k, 2], x - table[k, 0]
        rise = slope * d
        return y + rise + rise * rise / (4.0 * max(y, 1.0)) if rise > 0.0 else y
    lo, hi = first, last
    while hi - lo > 1:
        middle = (lo + hi) // 2
        if table[middle, 0] <= x:
            lo = middle
        else:
            hi = middle
    h = table[hi, 0] - table[lo, 0]
    t = (x - table[lo, 0]) / h
    s = 1.0 - t
    y0, y1, d0, d1 = table[lo, 1], table[hi, 1], table[lo, 2] * h, table[hi, 2] * h
    return s * s * ((1.0 + 2.0 * t) * y0 + t * d0) + t * t * ((1.0 + 2.0 * s) * y1 - s * d1)


@kernel
def tabulated(row, mu, tau2, x, table):
    """−2 ln L of a table whose mode is at ``x``, theory error included."""
    y = interpolate(table, row.start, row.stop, mu - x + row.mode)
    return max(y, 0.0) * row.variance / variance(row, mu, tau2)


@kernel
def counts(row, mu, tau2, n):
    """Log-likelihood of ``n`` events, Gaussian background uncertainty integrated by Laplace's method.

    With mean m and variance s² of the expected counts, ln Poisson(n|λ) - (λ - m)²/(2s²) is largest where
    λ² - λ (m - s²) - n s² = 0; the Gaussian integral around it adds -½ ln(1 + s² n/λ²).
    """
    m = row.background + row.signal * mu
    s2 = row.variance + row.signal**2 * (tau2 + row.relative * mu * mu)
    b = m - s2
    lam = 0.5 * (b + np.sqrt(b * b + 4.0 * n * s2)) if s2 > 0.0 else m
    lam = max(lam, 0.0)
    total = -lam - math.lgamma(n + 1.0)
    if n > 0.0:
        total += n * np.log(lam) - 0.5 * np.log(1.0 + s2 * n / (lam * lam))
    if s2 > 0.0:
        total -= (lam - m) ** 2 / (2.0 * s2)
    return total


@kernel
def pulls(rows, table, x, tau2, mu, out):
    """Signed residual of each row, in standard deviations: (n, rows). Arguments as for ``log_density``.

    Of tables and counts it is the signed root of the likelihood ratio to the best prediction; of a log-likelihood that
    to no signal, positive where the prediction is worse.
    """
    for i in range(mu.shape[0]):
        d = x[i if x.shape[0] > 1 else 0]
        t = tau2[i if tau2.shape[0] > 1 else 0]
        for k in range(rows.size):
            row, p = rows[k], mu[i, rows[k].column]
            if row.kind == VALUE:
                v, a, moved = shape(row, p, t[k])
                out[i, k] = residual(row, p - d[k] - moved, v, a)
            elif row.kind == TABLE:
                out[i, k] = np.sign(p - d[k]) * np.sqrt(tabulated(row, p, t[k], d[k], table))
            elif row.kind == LOG_LIKELIHOOD:
                out[i, k] = -np.sign(p) * np.sqrt(2.0 * abs(p))
            else:
                best = (d[k] - row.background) / row.signal
                ratio = counts(row, best, t[k], d[k]) - counts(row, p, t[k], d[k])
                out[i, k] = np.sign(p - best) * np.sqrt(2.0 * max(ratio, 0.0))


@kernel
def single(row, table, x, tau2, p, v, a, moved):
    """Log-likelihood of one row but for the residual of a value, which is the second result; ``shape`` is given."""
    if not np.isfinite(p):
        return np.nan, np.nan
    if row.kind == VALUE:
        moving = -0.5 * np.log(variance(row, p, tau2) / (row.variance + tau2)) if row.relative > 0.0 else 0.0
        return row.log_norm + moving, residual(row, p - x - moved, v, a)
    if row.kind == TABLE:
        return row.log_norm - 0.5 * tabulated(row, p, tau2, x, table), 0.0
    if row.kind == LOG_LIKELIHOOD:
        return p, 0.0
    return row.log_norm + counts(row, p, tau2, x), 0.0


@kernel
def log_density(rows, table, member, start, precision, x, tau2, mu, out):
    """Add the log-likelihood of the rows to the columns ``out`` (n, terms) of their terms.

    Parameters
    ----------
    rows, table : ``ROW`` records and nodes [x, y, y'] of the tables
    member, start : value rows of the g-th correlated group, ``member[start[g]:start[g+1]]``
    precision : ρ⁻¹ of the groups, one after the other, flat
    x : data, (1, rows) or (n, rows)
    tau2 : variance of the theory error τ, (1, rows) or (n, rows)
    mu : predictions (n, columns)

    Notes
    -----
    The quadratic form of a group is split row by row, -½ z_i (ρ⁻¹ z)_i. A prediction that is not finite makes its own
    term not a number and leaves the others' sums incomplete; the total is not a number either way.
    """
    z = np.empty(rows.size)
    y = np.empty(rows.size)
    v, a, moved = np.empty(rows.size), np.empty(rows.size), np.empty(rows.size)
    for i in range(mu.shape[0]):
        d = x[i if x.shape[0] > 1 else 0]
        t = tau2[i if tau2.shape[0] > 1 else 0]
        for k in range(rows.size):
            row = rows[k]
            p = mu[i, row.column]
            if i == 0 or row.relative > 0.0 or tau2.shape[0] > 1:
                v[k], a[k], moved[k] = shape(row, p, t[k])
            total, z[k] = single(row, table, d[k], t[k], p, v[k], a[k], moved[k])
            out[i, row.term] += total
        at = 0
        for g in range(start.size - 1):
            first, size = start[g], start[g + 1] - start[g]
            complete = True
            for r in range(size):
                y[r] = 0.0
            for r in range(size):
                zr = z[member[first + r]]
                complete &= not np.isnan(zr)
                line = at + r * size
                for b in range(size):
                    y[b] += precision[line + b] * zr
            for r in range(size):
                k = member[first + r]
                if complete:
                    out[i, rows[k].term] -= 0.5 * z[k] * y[r]
                elif np.isnan(z[k]):
                    out[i, rows[k].term] = np.nan
            at += size * size


@kernel
def deviations(rows, mu, tau2, z, u, step):
    """``deviation`` of every element: rows (k,), ``tau2`` (1, k) or (n, k), the others (n, k); step = du/dz."""
    for i in range(mu.shape[0]):
        t = tau2[i if tau2.shape[0] > 1 else 0]
        for k in range(rows.size):
            u[i, k], step[i, k] = deviation(rows[k], mu[i, k], t[k], z[i, k])


@kernel
def log_norms(rows, table, tau2, out):
    """Constant part of each row's log-likelihood: minus the logarithm of ∫ exp(-z²/2) du; zero for counts.

    A table is integrated over its own range: a curve that stays flat has no other norm.
    """
    for k in range(rows.size):
        row = rows[k]
        total = 0.0
        if row.kind == VALUE:
            step = 17.0 / (_GRID - 1)
            for j in range(_GRID):
                z = step * j - 8.5
                total += step * np.exp(-0.5 * z * z) * deviation(row, 0.0, tau2[k], z)[1]
            out[k] = -np.log(total)
        elif row.kind == TABLE:
            step = (table[row.stop - 1, 0] - table[row.start, 0]) / (_GRID - 1)
            for j in range(_GRID):
                x = table[row.start, 0] + step * j
                end = 0.5 if j in (0, _GRID - 1) else 1.0
                total += end * step * np.exp(-0.5 * tabulated(row, x, tau2[k], row.mode, table))
            out[k] = -np.log(total)
        else:
            out[k] = 0.0
