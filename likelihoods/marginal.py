r"""Marginal: Gaussian nuisances integrated out analytically at every point, so that theory errors follow the point.

With response B (rows, m) of the predictions to m standard-normal nuisances, in units of the experimental widths, and
ρ the experimental correlation, the integral over the nuisances replaces ρ by ρ + B Bᵀ:

.. math:: (ρ + B Bᵀ)^{-1} = P - P B K^{-1} Bᵀ P, \qquad |ρ + B Bᵀ| = |ρ|\,|K|, \qquad K = 1 + Bᵀ P B, P = ρ^{-1}.

The part of the theory errors that is even in the nuisances adds columns to B that are the same at every point. At the
Standard Model point this equals the density whose covariance is fixed there.
"""

import numpy as np

from likelihoods.density import VALUE, shape, single, variance
from likelihoods.kernel import kernel


@kernel
def cholesky_solve(k, h):
    """Solve K s = h in place (K is overwritten by its Cholesky factor); returns ln |K|."""
    n = h.size
    log_det = 0.0
    for j in range(n):
        for i in range(j):
            k[j, j] -= k[j, i] * k[j, i]
        pivot = np.sqrt(k[j, j])
        k[j, j] = pivot
        log_det += 2.0 * np.log(pivot)
        for i in range(j + 1, n):
            total = k[i, j]
            for a in range(j):
                total -= k[i, a] * k[j, a]
            k[i, j] = total / pivot
    for j in range(n):
        for i in range(j):
            h[j] -= k[j, i] * h[i]
        h[j] /= k[j, j]
    for j in range(n - 1, -1, -1):
        for i in range(j + 1, n):
            h[j] -= k[i, j] * h[i]
        h[j] /= k[j, j]
    return log_det


@kernel
def log_density(rows, table, member, start, precision, x, mu, response, out):
    """Add the marginal log-likelihood to ``out`` (n, terms); arguments as for ``density.log_density``.

    Parameters
    ----------
    response : change of each prediction per standard deviation of each nuisance, (n, columns, m)

    Notes
    -----
    The rows share -½ ln |K| in proportion to what each would have alone, ln(1 + τ²/V).
    """
    m = response.shape[2]
    z = np.empty(rows.size)
    width = np.empty(rows.size)
    own_part = np.zeros(rows.size)
    h = np.empty(m)
    k_matrix = np.empty((m, m))
    q = np.empty(member.size)
    b = np.empty((member.size, m))
    g_matrix = np.empty((member.size, m))
    for i in range(mu.shape[0]):
        d = x[i if x.shape[0] > 1 else 0]
        for k in range(rows.size):
            row, p = rows[k], mu[i, rows[k].column]
            j_row = response[i, row.column]
            tau2 = 0.0
            for a in range(m):
                tau2 += j_row[a] * j_row[a]
            v, a_row, moved = shape(row, p, tau2)
            total, z[k] = single(row, table, d[k], tau2, p, v, a_row, moved)
            if row.kind == VALUE:
                own = variance(row, p, 0.0)  # a one-sided value keeps its own theory error for itself
                wide = own + tau2 if row.side != 0 else own
                total = row.log_norm - 0.5 * np.log(wide / row.variance)
                width[k] = np.sqrt(wide)
                own_part[k] = np.log((own + tau2) / wide)
                z[k] *= np.sqrt((own + tau2) / wide)
            out[i, row.term] += total
        complete = True
        at = 0
        h[:] = 0.0
        k_matrix[:] = 0.0
        for a in range(m):
            k_matrix[a, a] = 1.0
        for g in range(start.size - 1):
            first, size = start[g], start[g + 1] - start[g]
            for c in range(size):
                k = member[first + c]
                complete &= not np.isnan(z[k])
                for a in range(m):
                    b[first + c, a] = response[i, rows[k].column, a] / width[k] if rows[k].side == 0 else 0.0
            for r in range(size):
                q[first + r] = 0.0
                g_matrix[first + r] = 0.0
                for c in range(size):
                    weight = precision[at + r * size + c]
                    if weight != 0.0:
                        q[first + r] += weight * z[member[first + c]]
                        for a in range(m):
                            g_matrix[first + r, a] += weight * b[first + c, a]
            for r in range(size):
                zr = z[member[first + r]]
                for a in range(m):
                    h[a] += g_matrix[first + r, a] * zr
                    ba = b[first + r, a]
                    for c in range(a + 1):
                        k_matrix[a, c] += ba * g_matrix[first + r, c]
            at += size * size
        if not complete or member.size == 0:
            for k in member:
                if np.isnan(z[k]):
                    out[i, rows[k].term] = np.nan
            continue
        log_det = cholesky_solve(k_matrix, h)
        parts = own_part.sum()
        for r in range(member.size):
            y = q[r]
            for a in range(m):
                y -= g_matrix[r, a] * h[a]
            k = member[r]
            share = own_part[k] / parts * log_det if parts > 0.0 else 0.0
            out[i, rows[k].term] -= 0.5 * (z[k] * y + share)
