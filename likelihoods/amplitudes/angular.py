r"""Angular coefficients J_i of B → V ℓℓ from the amplitudes of ``b_to_v`` (0811.1214 Eqs. 3.34-3.45, A^{L,R} = V ∓ A).

B → K ℓℓ has J_1c, J_2c, J_6c alone. With the CP conjugate, S_i = (J_i + J̄_i)/2 and A_i = (J_i - J̄_i)/2. For
B_s → φ the time-integrated untagged sum over the heavy and light eigenstates, A_{L,H} = (A ± Ã)/√2 with weights
1/(1 ± y), replaces S_i (1502.05509 Eq. 42): it is S_i for i = 1, 2, 3, 4, 7 and A_i for i = 5, 6, 8, 9. The phase of
mixing is that of the Standard Model: a new one of 0.1 changes rates by y φ²/2 = 3e-4.
"""

import numpy as np

from likelihoods.amplitudes.b_to_v import (
    BETA,
    DELTA,
    LONG_7,
    LONG_9,
    MASS,
    MIXING,
    OCTET,
    PARA_7,
    PARA_9,
    PERP_7,
    PERP_9,
    SCALAR,
    SM_10,
    TIME_10,
    TIME_P,
)
from likelihoods.kernel import kernel

#: Order of the angular coefficients.
J_NAMES = ("1s", "1c", "2s", "2c", "3", "4", "5", "6s", "6c", "7", "8", "9")
J_COUNT = len(J_NAMES)
#: Order of the coefficients a process sees: C7±, C9±, C10±, S, P, C8± (for B → K the sum in both places).
X_7P, X_7M, X_9P, X_9M, X_10P, X_10M, X_S, X_P, X_8P, X_8M = range(10)
X_COUNT = 10


@kernel
def amplitudes(v, x, k, standard, out):
    """V_⊥, V_∥, V_0, A_⊥, A_∥, A_0, T, S of one node's values ``v`` and coefficients ``x``.

    ``k`` is the column of ΔV_⊥; ``standard`` = 1 includes the Standard Model, 0 leaves the part linear in ``x``.
    """
    c10 = standard * v[SM_10]
    out[0] = v[PERP_9] * x[X_9P] + v[PERP_7] * x[X_7P] + standard * complex(v[k], v[k + 1])
    out[1] = v[PARA_9] * x[X_9M] + v[PARA_7] * x[X_7M] + standard * complex(v[k + 2], v[k + 3])
    out[2] = v[LONG_9] * x[X_9M] + v[LONG_7] * x[X_7M] + standard * complex(v[k + 4], v[k + 5])
    out[3] = v[PERP_9] * (x[X_10P] + c10)
    out[4] = v[PARA_9] * (x[X_10M] + c10)
    out[5] = v[LONG_9] * (x[X_10M] + c10)
    out[6] = v[TIME_10] * (x[X_10M] + c10) + v[TIME_P] * x[X_P]
    out[7] = v[SCALAR] * x[X_S]
    if x[X_8P] != 0.0 or x[X_8M] != 0.0:
        out[0] += complex(v[OCTET], v[OCTET + 1]) * x[X_8P]
        out[1] += complex(v[OCTET + 2], v[OCTET + 3]) * x[X_8M]
        out[2] += complex(v[OCTET + 4], v[OCTET + 5]) * x[X_8M]


@kernel
def _norm(z):
    return z.real * z.real + z.imag * z.imag


@kernel
def _re(a, b):
    """Re a b*."""
    return a.real * b.real + a.imag * b.imag


@kernel
def _im(a, b):
    """Im a b*."""
    return a.imag * b.real - a.real * b.imag


@kernel
def add_angular(a, beta, mass, w_sum, w_difference, out):
    """Add J_i of amplitudes ``a`` (8,) to ``out`` (24,): times ``w_sum`` to S_i, times ``w_difference`` to A_i."""
    b2 = beta * beta
    v_perp, v_para, v_long, a_perp, a_para, a_long, time, scalar = a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]
    vector, axial = _norm(v_perp) + _norm(v_para), _norm(a_perp) + _norm(a_para)
    n_v, n_a = _norm(v_long), _norm(a_long)
    root = np.sqrt(2.0)
    j = (
        (2.0 - 0.5 * b2) * vector + 1.5 * b2 * axial,
        (4.0 - 2.0 * b2) * n_v + 2.0 * b2 * n_a + _norm(time) + b2 * _norm(scalar),
        0.5 * b2 * (vector + axial),
        -2.0 * b2 * (n_v + n_a),
        b2 * (_norm(v_perp) + _norm(a_perp) - _norm(v_para) - _norm(a_para)),
        root * b2 * (_re(v_long, v_para) + _re(a_long, a_para)),
        -2.0 * root * beta * (_re(v_long, a_perp) + _re(a_long, v_perp) + mass * _re(v_para, scalar)),
        -4.0 * beta * (_re(v_para, a_perp) + _re(a_para, v_perp)),
        8.0 * beta * mass * _re(v_long, scalar),
        2.0 * root * beta * (mass * _im(v_perp, scalar) - _im(v_long, a_para) - _im(a_long, v_para)),
        root * b2 * (_im(v_long, v_perp) + _im(a_long, a_perp)),
        2.0 * b2 * (_im(v_perp, v_para) + _im(a_perp, a_para)),
    )
    for i in range(J_COUNT):
        out[i] += w_sum * j[i]
        out[J_COUNT + i] += w_difference * j[i]


@kernel
def eigenstates(a):
    """Turn amplitudes ``a`` (2, 8) of B_s and of its CP conjugate into A ± Ã, of the light and the heavy state."""
    for k in range(8):
        # the CP eigenvalues of ⊥ and of the scalar amplitude are odd
        direct, mixed = a[0, k], -a[1, k] if k in (0, 3, 7) else a[1, k]
        a[0, k], a[1, k] = direct + mixed, direct - mixed


@kernel
def add_node(v, x, standard, weight, a, out):
    """Add one node's S_i and A_i (24,), times ``weight``.

    Parameters
    ----------
    x : (2, X_COUNT) coefficients of the b → s transition and of its CP conjugate
    a : scratch (2, 8)
    """
    beta, mass, y = v[BETA], v[MASS], v[MIXING]
    for bar in range(2):
        amplitudes(v, x[bar], DELTA + 6 * bar, standard, a[bar])
    if y != 0.0:
        eigenstates(a)
    for bar in range(2):
        sign = 1.0 - 2.0 * bar
        if y != 0.0:
            add_angular(a[bar], beta, mass, 0.25 * weight / (1.0 + sign * y), 0.0, out)
        else:
            add_angular(a[bar], beta, mass, 0.5 * weight, 0.5 * sign * weight, out)
