"""Quadratic form: for fixed inputs and q²-independent coefficients a bin's S_i is x^T M x with x = (1, Re C, Im C).

The matrix is read off the quadrature of the same amplitude code at unit coefficients, exactly up to rounding.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.angular import X_7P, X_8P, X_9P, X_10P, X_COUNT, X_P, X_S
from likelihoods.amplitudes.channels import Channels
from likelihoods.amplitudes.integration import contact_part
from likelihoods.couplings import empty
from likelihoods.kernel import kernel

SIZE = 1 + 2 * X_COUNT
#: Products x_a x_b with a <= b.
PRODUCTS = SIZE * (SIZE + 1) // 2


def _unit_couplings(vectors: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """Couplings whose x (see ``angular``) are the given (n, SIZE - 1) real vectors, for all leptons and both spins."""
    c = empty(len(vectors))
    x = vectors[:, 0::2] + 1j * vectors[:, 1::2]
    for name, k in (("C7", X_7P), ("C9", X_9P), ("C10", X_10P), ("C8", X_8P)):
        plus, minus = x[:, k], x[:, k + 1]
        for field, value in ((name, (plus + minus) / 2), (name + "p", (plus - minus) / 2)):
            c[field] = value if c[field].ndim == 1 else value[:, None]
    c["CS"], c["CP"] = x[:, X_S, None], x[:, X_P, None]
    return c


def polarised(form: Callable[[npt.NDArray[Any]], npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    """M of quadratic forms (n, ...) of couplings (n,): (PRODUCTS, ...), with both triangles added up."""
    count = SIZE - 1
    eye = np.eye(count)
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    probes = np.concatenate([np.zeros((1, count)), eye, -eye, [eye[a] + eye[b] for a, b in pairs]])
    j = form(_unit_couplings(probes))
    constant, plus, minus, mixed = j[0], j[1 : 1 + count], j[1 + count : 1 + 2 * count], j[1 + 2 * count :]
    linear, square = (plus - minus) / 2, (plus + minus) / 2 - constant
    cross = {
        pair: mixed[k] - constant - linear[[*pair]].sum(0) - square[[*pair]].sum(0) for k, pair in enumerate(pairs)
    }
    rows = [constant, *linear]
    for a in range(count):
        rows += [square[a] if a == b else cross[a, b] for b in range(a, count)]
    return np.array(rows)


def coefficients(channels: Channels, sm: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """M of every bin's S_i and A_i at inputs ``sm`` (1,): (PRODUCTS, bins, 24)."""
    return polarised(lambda c: channels(c, sm))


@kernel
def _real_vector(p, lepton, sign, complex_x, x):
    """x = (1, Re C, Im C) of a point: ``x`` (SIZE,); ``complex_x`` (X_COUNT,) is scratch."""
    contact_part(p, lepton, sign, complex_x)
    x[0] = 1.0
    for k in range(X_COUNT):
        x[1 + 2 * k], x[2 + 2 * k] = complex_x[k].real, complex_x[k].imag


@kernel
def evaluate_forms(c, lepton, sign, start, stop, matrix, target, out):
    """Add the quadratic forms of groups of (lepton, spin) to ``out`` (n, functionals).

    Parameters
    ----------
    lepton, sign, start, stop : (groups,) lepton, -1 (vector) or +1 (pseudoscalar), columns of ``matrix``
    matrix : (PRODUCTS, columns); target : (columns,) functional of each column
    """
    x, complex_x = np.empty(SIZE), np.empty(X_COUNT, np.complex128)
    total = np.empty(target.size)
    for i in range(c.size):
        for g in range(lepton.size):
            _real_vector(c[i], lepton[g], sign[g], complex_x, x)
            for j in range(start[g], stop[g]):
                total[j] = 0.0
            row = 0
            for a in range(SIZE):
                for b in range(a, SIZE):
                    product = x[a] * x[b]
                    if product != 0.0:
                        for j in range(start[g], stop[g]):
                            total[j] += product * matrix[row, j]
                    row += 1
            for j in range(start[g], stop[g]):
                out[i, target[j]] += total[j]


@kernel
def products(c, lepton, sign, out):
    """Products x_a x_b, a <= b, of a lepton and spin: ``out`` (n, PRODUCTS)."""
    complex_x, x = np.empty(X_COUNT, np.complex128), np.empty(SIZE)
    for i in range(c.size):
        _real_vector(c[i], lepton, sign, complex_x, x)
        row = 0
        for a in range(SIZE):
            for b in range(a, SIZE):
                out[i, row] = x[a] * x[b]
                row += 1
