"""Charm loop: quark loops in b → s ℓ ℓ at one loop (Y) and two loops (F_1,2^(7,9), F_8^(7,9)).

All at μ = 4.8 GeV with pole masses. What depends on q² alone is tabulated at the nodes when a plan is made; what
depends on the charm masses and the Wilson coefficients is computed for each record of inputs.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import spence, zeta

from likelihoods.kernel import kernel
from likelihoods.qcd import MU_B
from likelihoods.table import load_table

Array = npt.NDArray[Any]
#: Order of the axis of the two-loop functions.
F_17, F_27, F_19, F_29 = range(4)
#: z = m_c²/m_b² of the tabulated two-loop functions: 0.05, 0.06, ..., 0.15.
_Z_LOW, _Z_STEP, _Z_COUNT = 0.05, 0.01, 11


@kernel
def quark_loop(q2, m):
    """h(q², m) of a quark of mass m >= 0 (hep-ph/0106067 Eq. 11)."""
    if m == 0.0:
        return complex(8.0 / 27.0 - 4.0 / 9.0 * np.log(q2 / MU_B**2), 4.0 * np.pi / 9.0)
    z = 4.0 * m**2 / q2
    start = -4.0 / 9.0 * np.log(m**2 / MU_B**2) + 8.0 / 27.0 + 4.0 / 9.0 * z
    root = np.sqrt(abs(z - 1.0))
    if z > 1.0:
        return complex(start - 4.0 / 9.0 * (2.0 + z) * root * np.arctan(1.0 / root), 0.0)
    real = np.log((1.0 + root) / np.sqrt(z))
    return start - 4.0 / 9.0 * (2.0 + z) * root * complex(real, -0.5 * np.pi)


class Loops(NamedTuple):
    """Functions of q² alone at n nodes: complex arrays."""

    two_loop: Array  #: F_17, F_27, F_19, F_29 on the grid of z (n, 11, 4)
    octet: Array  #: F_8^(7), F_8^(9) (n, 2)
    up: Array  #: up-quark counterparts of the two-loop functions (n, 4)
    bottom: Array  #: h(q², m_b) (n,)
    massless: Array  #: h(q², 0) (n,)


def tabulate(q2: Array, m_b: float) -> Loops:
    """The loop functions at ``q2`` [GeV²] for the bottom pole mass ``m_b`` [GeV]."""
    q2 = np.asarray(q2, float)
    sh = q2 / m_b**2
    return Loops(
        _two_loop(sh),
        np.stack([octet_7(sh, m_b), octet_9(sh)], axis=-1),
        up_quark(sh, m_b),
        np.array([quark_loop(q, m_b) for q in q2], complex),
        np.array([quark_loop(q, 0.0) for q in q2], complex),
    )


def _two_loop(sh: Array) -> Array:
    """F_1,2^(7,9) of 0810.4077 at ŝ for each z of the table (n, 11, 4); F^(7) and ŝ F^(9) are linear between its ŝ.

    This freezes F^(9) below ŝ = 0.03, where a smooth continuation would lower C9 by 0.004.
    """
    table = load_table("charm_two_loop").values.reshape(_Z_COUNT, -1, 10)
    knots = table[0, :, 1]
    values = table[:, :, 2::2] + 1j * table[:, :, 3::2]  # (z, ŝ, function)
    k = np.clip(np.searchsorted(knots, sh, side="right") - 1, 0, knots.size - 2)
    t = ((sh - knots[k]) / (knots[k + 1] - knots[k]))[:, None]
    f = (1 - t) * values[:, k] + t * values[:, k + 1]
    f[:, :, F_19:] /= sh[:, None]
    return np.ascontiguousarray(np.moveaxis(f, 0, 1))


def octet_7(sh: Array, m_b: float) -> Array:
    """F_8^(7) (hep-ph/0312063 Eq. 40)."""
    pi2 = np.pi**2
    polynomial = (4 / 3 * pi2 - 40 / 3) * sh + (32 / 9 * pi2 - 316 / 9) * sh**2 + (200 / 27 * pi2 - 658 / 9) * sh**3
    constant = -32 / 9 * np.log(MU_B / m_b) + 8 / 27 * pi2 - 44 / 9 - 8 / 9 * 1j * np.pi
    return constant + polynomial - 8 / 9 * np.log(sh) * (sh + sh**2 + sh**3)


def octet_9(sh: Array) -> Array:
    """F_8^(9) (hep-ph/0312063 Eq. 39)."""
    pi2 = np.pi**2
    return (
        104 / 9
        - 32 / 27 * pi2
        + (1184 / 27 - 40 / 9 * pi2) * sh
        + (14212 / 135 - 32 / 3 * pi2) * sh**2
        + (193444 / 945 - 560 / 27 * pi2) * sh**3
        + 16 / 9 * np.log(sh) * (1 + sh + sh**2 + sh**3)
    ).astype(complex)


def _li2(x: Array) -> Array:
    return spence(1.0 - x)


def up_quark(sh: Array, m_b: float) -> Array:
    """F_17^u, F_27^u, F_19^u, F_29^u (n, 4) from A, B, C of hep-ph/0403185 Eqs. 29-31, with its overall sign."""
    s = np.minimum(sh, 0.999)  # the expressions are 0/0 at s = 1, the end of B → K
    r = 1 - s
    log_b = 2 * np.log(m_b / MU_B)
    log_s = np.log(s)
    w = np.sqrt(4 / s - 1)
    acot = np.arctan(1 / w)
    li_log = _li2(s) + log_s * np.log(r)
    a = (
        -104 / 243 * log_b
        + 4 * s / (27 * r) * li_log
        + (6 * s * (29 - 47 * s) * log_s + 785 - 1600 * s + 833 * s**2 + 6j * np.pi * (20 - 49 * s + 47 * s**2))
        / (729 * r**2)
        - 2
        / (243 * r**3)
        * (
            2 * w * (-4 + 9 * s - 15 * s**2 + 4 * s**3) * acot
            + 9 * s**3 * log_s**2
            + 18j * np.pi * s * (1 - 2 * s) * log_s
        )
        + 2 * s / (243 * r**4) * (36 * acot**2 + np.pi**2 * (-4 + 9 * s - 9 * s**2 + 3 * s**3))
    )
    x1, x2 = 0.5 + 0.5j * w, 0.5 - 0.5j * w
    x3, x4 = 0.5 + 0.5j / w, 0.5 - 0.5j / w
    l1, l2, l3, l4 = np.log(x1), np.log(x2), np.log(x3), np.log(x4)
    log_w = np.log(w**2)
    b = (
        8 / (243 * s) * ((4 - 34 * s - 17j * np.pi * s) * log_b + 8 * s * log_b**2 + 17 * s * log_s * log_b)
        + (2 + s)
        * w
        / (729 * s)
        * (
            -48 * log_b * acot
            - 18 * np.pi * log_w
            + 3j * log_w**2
            - 24j * _li2(-x2 / x1)
            - 5j * np.pi**2
            + 6j * (-9 * l1**2 + l2**2 - 2 * l4**2 + 6 * l1 * l2 - 4 * l1 * l3 + 8 * l1 * l4)
            - 12 * np.pi * (2 * l1 + l3 + l4)
        )
        - 2
        / (243 * s * r)
        * (
            4 * s * (-8 + 17 * s) * li_log
            + 3 * (2 + s) * (3 - s) * np.log(x2 / x1) ** 2
            + 12 * np.pi * (-6 - s + s**2) * acot
        )
        + 2
        / (2187 * s * r**2)
        * (
            -18 * s * (120 - 211 * s + 73 * s**2) * log_s
            - 288
            - 8 * s
            + 934 * s**2
            - 692 * s**3
            + 18j * np.pi * s * (82 - 173 * s + 73 * s**2)
        )
        - 4
        / (243 * s * r**3)
        * (
            -2 * w * (4 - 3 * s - 18 * s**2 + 16 * s**3 - 5 * s**4) * acot
            - 9 * s**3 * log_s**2
            + 2j * np.pi * s * (8 - 33 * s + 51 * s**2 - 17 * s**3) * log_s
        )
        + 2
        / (729 * s * r**4)
        * (
            72 * (3 - 8 * s + 2 * s**2) * acot**2
            - np.pi**2 * (54 - 53 * s - 286 * s**2 + 612 * s**3 - 446 * s**4 + 113 * s**5)
        )
    )
    c = -16 / 81 * (np.log(sh) + log_b) + 428 / 243 - 64 / 27 * zeta(3) + 16 / 81 * 1j * np.pi
    return -np.stack([a, -6 * a, b + 4 * c, -6 * b + 3 * c], axis=-1)


@kernel
def two_loop_at(grid, z_7, z_9):
    """F_17, F_27 at z_7 and F_19, F_29 at z_9 = m_c²/m_b² from the two-loop grid (11, 4), linear in z."""
    x_7, x_9 = (z_7 - _Z_LOW) / _Z_STEP, (z_9 - _Z_LOW) / _Z_STEP
    k, m = min(max(int(x_7), 0), _Z_COUNT - 2), min(max(int(x_9), 0), _Z_COUNT - 2)
    t, u = x_7 - k, x_9 - m
    return (
        (1.0 - t) * grid[k, F_17] + t * grid[k + 1, F_17],
        (1.0 - t) * grid[k, F_27] + t * grid[k + 1, F_27],
        (1.0 - u) * grid[m, F_19] + u * grid[m + 1, F_19],
        (1.0 - u) * grid[m, F_29] + u * grid[m + 1, F_29],
    )


@kernel
def scale_logarithms(log, sh, z):
    """What F_17, F_27, F_19, F_29 gain per scale: their terms in ``log`` = ln(μ/m_b), hep-ph/0109140 Eqs. 54-56."""
    log_z, log_s = 0.5 * np.log(z), np.log(sh)
    f_19 = complex(-1424.0 / 729.0 + 64.0 / 27.0 * log_z, 16.0 / 243.0 * np.pi) * log - 16.0 / 243.0 * log * log_s
    f_29 = complex(256.0 / 243.0 - 128.0 / 9.0 * log_z, -32.0 / 81.0 * np.pi) * log + 32.0 / 81.0 * log * log_s
    f_19 += (16.0 / 1215.0 - 32.0 / 135.0 / z) * log * sh + (4.0 / 2835.0 - 8.0 / 315.0 / z**2) * log * sh**2
    f_29 += (-32.0 / 405.0 + 64.0 / 45.0 / z) * log * sh + (-8.0 / 945.0 + 16.0 / 105.0 / z**2) * log * sh**2
    f_19 += (16.0 / 76545.0 - 32.0 / 8505.0 / z**3) * log * sh**3 - 256.0 / 243.0 * log * log
    f_29 += (-32.0 / 25515.0 + 64.0 / 2835.0 / z**3) * log * sh**3 + 512.0 / 81.0 * log * log
    return complex(-208.0 / 243.0 * log, 0.0), complex(416.0 / 81.0 * log, 0.0), f_19, f_29


@kernel
def loop_contributions(q2, node, m_b, m_c, m_c_loop, alpha_s, c):
    """Shifts of C7eff and C9 by quark loops: (ΔC7, ΔC7 of up quarks, ΔC9, ΔC9 of up quarks).

    C7,9eff = C7,9 + Δ + (λ_u/λ_t) Δ_u, where λ_u/λ_t is the only weak phase. Y is 0811.1214 Eq. 10, its up-quark
    part hep-ph/0412400 Eq. 43, the two-loop shifts hep-ph/0106067 Eq. 29.

    Parameters
    ----------
    node : record with the fields of ``Loops``
    m_b, m_c, m_c_loop : pole masses, and the charm mass of F_1,2^(7) [GeV]
    c : ``C_sm`` (C1..C6, C7eff, C8eff, C9, C10)
    """
    charm = quark_loop(q2, m_c)
    y = (
        charm * (4.0 / 3.0 * c[0] + c[1] + 6.0 * c[2] + 60.0 * c[4])
        - 0.5 * node.bottom * (7.0 * c[2] + 4.0 / 3.0 * c[3] + 76.0 * c[4] + 64.0 / 3.0 * c[5])
        - 0.5 * node.massless * (c[2] + 4.0 / 3.0 * c[3] + 16.0 * c[4] + 64.0 / 3.0 * c[5])
        + 4.0 / 3.0 * c[2]
        + 64.0 / 9.0 * c[4]
        + 64.0 / 27.0 * c[5]
    )
    y_up = (4.0 / 3.0 * c[0] + c[1]) * (charm - node.massless)
    f_17, f_27, f_19, f_29 = two_loop_at(node.two_loop, (m_c_loop / m_b) ** 2, (m_c / m_b) ** 2)
    a = -alpha_s / (4.0 * np.pi)
    seven, nine = c[0] * f_17 + c[1] * f_27, c[0] * f_19 + c[1] * f_29
    up = node.up
    return (
        a * (c[7] * node.octet[0] + seven),
        -a * (seven + c[0] * up[0] + c[1] * up[1]),
        y + a * (c[7] * node.octet[1] + nine),
        y_up - a * (nine + c[0] * up[2] + c[1] * up[3]),
    )
