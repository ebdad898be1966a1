r"""Charm: what theory expects of the charm polynomial h_λ of B → K* ℓℓ (``amplitudes.charm_polynomial``).

With light-cone sum rules at q² = 1 GeV², as in the fits of 1512.07157 and 1903.09632: g̃_i is the shift of C9 in units
of 2 C2 that h_λ amounts to in three combinations of helicities, and ΔC7_1,2 the shift of C7 at the photon pole.
Functions of the inputs alone.
"""

import numpy as np

from likelihoods.amplitudes.charm_polynomial import (
    H_COUNT,
    MINUS_0,
    MINUS_1,
    MINUS_2,
    PLUS_0,
    PLUS_1,
    PLUS_2,
    ZERO_0,
    ZERO_1,
    polynomial_coefficients,
)
from likelihoods.form_factors import A1, A12, T1, T2, T23, V, vector_form_factors
from likelihoods.kernel import kernel
from likelihoods.observable import Observable
from likelihoods.qcd import MU_B, light_mass_running

_Q2 = 1.0  # [GeV²]
_LOOP = 16.0 * np.pi**2


@kernel
def photon_pole(s, ff):
    """h_+ and h_- at q² = 0, where h_+ holds m_s/m_b times h_- of the flipped chirality."""
    h = np.empty(H_COUNT, np.complex128)
    polynomial_coefficients(s, h)
    vector_form_factors(0.0, s.m_B0, s.m_Kstar0, s.ff_BKstar, ff)
    minus = 2.0 * s.m_b / s.m_B0 * h[MINUS_0] * ff[T1] * (1.0 - (s.m_Kstar0 / s.m_B0) ** 2) / _LOOP
    return h[PLUS_0] + light_mass_running(s.m_s, MU_B, s) / s.m_b * minus, minus


@kernel
def shift_of_c7(sm, sign, out):
    """|8π² m_B³/((m_B² - m_V²) m_b T_1(0)) (h_-(0) + sign h_+(0))|."""
    ff = np.empty(7)
    for i in range(out.size):
        s = sm[i if sm.size > 1 else 0]
        plus, minus = photon_pole(s, ff)
        scale = 8.0 * np.pi**2 * s.m_B0**3 / ((s.m_B0**2 - s.m_Kstar0**2) * s.m_b * ff[T1])
        out[i] = scale * abs(minus + sign * plus)


@kernel
def delta_c7_1(c, sm, out):
    """|ΔC7| of h_- - h_+."""
    shift_of_c7(sm, -1.0, out)


@kernel
def delta_c7_2(c, sm, out):
    """|ΔC7| of h_- + h_+."""
    shift_of_c7(sm, 1.0, out)


@kernel
def helicity_ratio(c, sm, out):
    """|h_+(0)/h_-(0)|, suppressed by Λ/m_b; nan without h_-^(0)."""
    ff = np.empty(7)
    for i in range(out.size):
        plus, minus = photon_pole(sm[i if sm.size > 1 else 0], ff)
        out[i] = abs(plus) / abs(minus) if abs(minus) > 0.0 else np.nan


@kernel
def charm_shift(sm, which, out):
    """|g̃_i| at q² = 1 GeV²."""
    ff = np.empty(7)
    h = np.empty(H_COUNT, np.complex128)
    q2 = _Q2
    for i in range(out.size):
        s = sm[i if sm.size > 1 else 0]
        polynomial_coefficients(s, h)
        m_b, m_v = s.m_B0, s.m_Kstar0
        vector_form_factors(q2, m_b, m_v, s.ff_BKstar, ff)
        root = np.sqrt((m_b**2 - q2 - m_v**2) ** 2 - 4.0 * q2 * m_v**2)
        # helicity form factors V_±, T_± = even ∓ odd, V_0, T_0 (1212.2263)
        even_v, odd_v = 0.5 * (1.0 + m_v / m_b) * ff[A1], 0.5 * root / (m_b * (m_b + m_v)) * ff[V]
        even_t, odd_t = 0.5 * (1.0 - (m_v / m_b) ** 2) * ff[T2], 0.5 * root / m_b**2 * ff[T1]
        zero_v, zero_t = 4.0 * m_v / np.sqrt(q2) * ff[A12], 2.0 * np.sqrt(q2) * m_v / (m_b * (m_b + m_v)) * ff[T23]
        seven, nine = 2.0 * s.m_b / m_b * h[MINUS_0] / _LOOP, q2 / m_b**2 * h[MINUS_1] / _LOOP
        plus = h[PLUS_0] + q2 * h[PLUS_1] + q2 * q2 * h[PLUS_2] + seven * (even_t - odd_t) + nine * (even_v - odd_v)
        minus = q2 * q2 * h[MINUS_2] + seven * (even_t + odd_t) + nine * (even_v + odd_v)
        if which == 1.0:
            g = 16.0 * (m_b + m_v) / (root * ff[V]) * (minus - plus)
        elif which == 2.0:
            g = 16.0 / ((m_b + m_v) * ff[A1]) * (minus + plus)
        else:
            zero = np.sqrt(q2) * (h[ZERO_0] + q2 * h[ZERO_1]) + seven * zero_t + nine * zero_v
            # λ A_2 from A_1 and A_12
            a2 = (m_b + m_v) ** 2 * (m_b**2 - m_v**2 - q2) * ff[A1] - 16.0 * m_b * m_v**2 * (m_b + m_v) * ff[A12]
            g = 64.0 * m_v * np.sqrt(q2) * zero - 16.0 * (m_b**2 - q2 - m_v**2) * (minus + plus)
            g *= (m_b + m_v) / a2
        out[i] = np.pi**2 * m_b**3 / (2.0 * s.C_sm[1] * q2) * abs(g)


@kernel
def gtilde_1(c, sm, out):
    """|g̃_1|."""
    charm_shift(sm, 1.0, out)


@kernel
def gtilde_2(c, sm, out):
    """|g̃_2|."""
    charm_shift(sm, 2.0, out)


@kernel
def gtilde_3(c, sm, out):
    """|g̃_3|."""
    charm_shift(sm, 3.0, out)


_REFERENCE = "1512.07157; 1903.09632"
OBSERVABLES = (
    Observable("charm_DeltaC7_1", "", r"|\Delta C_7^{(1)}|", _REFERENCE, fill=delta_c7_1),
    Observable("charm_DeltaC7_2", "", r"|\Delta C_7^{(2)}|", _REFERENCE, fill=delta_c7_2),
    Observable("charm_h_ratio", "", r"|h_+(0)/h_-(0)|", _REFERENCE, fill=helicity_ratio),
    Observable("charm_gtilde_1", "", r"|\tilde g_1|(1\,\text{GeV}^2)", _REFERENCE, fill=gtilde_1),
    Observable("charm_gtilde_2", "", r"|\tilde g_2|(1\,\text{GeV}^2)", _REFERENCE, fill=gtilde_2),
    Observable("charm_gtilde_3", "", r"|\tilde g_3|(1\,\text{GeV}^2)", _REFERENCE, fill=gtilde_3),
)
