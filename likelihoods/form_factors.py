"""Form factors of B → K*, B_s → φ (1503.05534) and B → K (2305.06301) in the simplified series expansion.

F(q²) = Σ_k a_k [z(q²) - z(0)]^k / (1 - q²/m_R²), k <= 2, with t_0 = t_+ (1 - √(1 - t_-/t_+)), t_± = (m_B ± m_M)²
(1503.05534 Eqs. 13-15). The coefficients are the inputs ``ff_BKstar``, ``ff_Bsphi``, ``ff_BK``.
"""

import numpy as np

from likelihoods.kernel import kernel

#: Masses of the lowest resonances [GeV]: 0-, 1-, 1+ (1503.05534 Table 3), and 0+ for B → K.
M_0MINUS, M_1MINUS, M_1PLUS, M_0PLUS = 5.367, 5.415, 5.83, 5.630
M_LATTICE_1MINUS, M_LATTICE_0PLUS = 5.4154, 5.711  # of 1509.06235
#: Order of the vector form factors.
A0, A1, A12, V, T1, T2, T23 = range(7)
#: Order of the pseudoscalar form factors.
PLUS, ZERO, T = range(3)


@kernel
def conformal(q2, m_b, m_m):
    """z(q²) - z(0)."""
    t_plus, t_minus = (m_b + m_m) ** 2, (m_b - m_m) ** 2
    root_0 = np.sqrt(t_plus * np.sqrt(1.0 - t_minus / t_plus))  # √(t_+ - t_0)
    root_q, root = np.sqrt(t_plus - q2), np.sqrt(t_plus)
    return (root_q - root_0) / (root_q + root_0) - (root - root_0) / (root + root_0)


@kernel
def _series(q2, z, m_r, a_0, a_1, a_2):
    return (a_0 + z * (a_1 + z * a_2)) / (1.0 - q2 / m_r**2)


@kernel
def vector_form_factors(q2, m_b, m_v, a, out):
    """A0, A1, A12, V, T1, T2, T23 at q² from the 19 coefficients ``a`` of ``ff_BKstar`` or ``ff_Bsphi``.

    A12(0) and T2(0) follow from A0(0) and T1(0) (1503.05534 Eq. 16).
    """
    z = conformal(q2, m_b, m_v)
    a12_0 = a[0] * (m_b**2 - m_v**2) / (8.0 * m_b * m_v)
    out[A0] = _series(q2, z, M_0MINUS, a[0], a[1], a[2])
    out[A1] = _series(q2, z, M_1PLUS, a[3], a[4], a[5])
    out[A12] = _series(q2, z, M_1PLUS, a12_0, a[6], a[7])
    out[V] = _series(q2, z, M_1MINUS, a[8], a[9], a[10])
    out[T1] = _series(q2, z, M_1MINUS, a[11], a[12], a[13])
    out[T2] = _series(q2, z, M_1PLUS, a[11], a[14], a[15])
    out[T23] = _series(q2, z, M_1PLUS, a[16], a[17], a[18])


@kernel
def scalar_form_factors(q2, m_b, m_p, a, out):
    """f_+, f_0, f_T at q² from the 8 coefficients ``a`` of ``ff_BK``; f_0(0) = f_+(0)."""
    z = conformal(q2, m_b, m_p)
    out[PLUS] = _series(q2, z, M_1MINUS, a[0], a[1], a[2])
    out[ZERO] = _series(q2, z, M_0PLUS, a[0], a[3], a[4])
    out[T] = _series(q2, z, M_1MINUS, a[5], a[6], a[7])


@kernel
def lattice_form_factors(q2, m_b, m_p, b, out):
    """f_+, f_0, f_T at q² from the 9 coefficients ``b`` of ``ff_BK_lattice`` (1509.06235 Eqs. 4.1, 4.2)."""
    root_0 = np.sqrt((m_b + m_p) * 2.0 * np.sqrt(m_b * m_p))  # √(t_+ - t_0), t_0 = (m_B + m_P)(√m_B - √m_P)²
    root_q = np.sqrt((m_b + m_p) ** 2 - q2)
    z = (root_q - root_0) / (root_q + root_0)
    one, two = z - z**3 / 3.0, z**2 + 2.0 * z**3 / 3.0
    vector = 1.0 - q2 / M_LATTICE_1MINUS**2
    out[PLUS] = (b[0] + b[1] * one + b[2] * two) / vector
    out[ZERO] = (b[3] + z * (b[4] + z * b[5])) / (1.0 - q2 / M_LATTICE_0PLUS**2)
    out[T] = (b[6] + b[7] * one + b[8] * two) / vector
