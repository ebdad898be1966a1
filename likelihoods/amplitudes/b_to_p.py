r"""B → K ℓℓ: the longitudinal, timelike and scalar amplitudes of ``b_to_v`` are all there is.

* V_0 = N √(λ/q²) [C9+ f_+ + C7+ 2 m_b f_T/(m_B + m_K)] + ΔV_0, A_0 = N √(λ/q²) C10+ f_+
* T = 2 N (m_B² - m_K²) f_0 [2 m C10+/q² + C_P + C_P′], S = 2 N (m_B² - m_K²) f_0 (C_S + C_S′)

(0709.4174 Eqs. 2.8-2.12 in the normalisation of ``b_to_v``; here C- there is C+.)
"""

import numpy as np

from likelihoods.amplitudes.b_to_v import DELTA, LONG_7, LONG_9, SCALAR, TIME_10, TIME_P, add_complex
from likelihoods.amplitudes.panels import CHARM_HIGH, CHARM_LOW
from likelihoods.form_factors import PLUS, ZERO, T
from likelihoods.kernel import kernel


@kernel
def scalar_values(q2, m, m_b, m_p, ff, power, running, n_0, c7, c9, c7_bar, c9_bar, c7_flipped, out):
    """Fill ``out`` (VALUES,) at one node from form factors ``ff``; other parameters as in ``b_to_v.vector_values``."""
    root_lambda = np.sqrt(max((m_b**2 - m_p**2 - q2) ** 2 - 4.0 * m_p**2 * q2, 0.0))
    difference = m_b**2 - m_p**2
    out[LONG_9] = n_0 * root_lambda / np.sqrt(q2) * ff[PLUS]
    out[LONG_7] = n_0 * root_lambda / np.sqrt(q2) * 2.0 * running / (m_b + m_p) * ff[T]
    out[TIME_10] = 4.0 * n_0 * difference * ff[ZERO] * m / q2
    out[TIME_P] = 2.0 * n_0 * difference * ff[ZERO]
    out[SCALAR] = 2.0 * n_0 * difference * ff[ZERO]
    c9_power = 0j
    if q2 < CHARM_LOW:
        c9_power = complex(power[0] + power[2] * q2, power[1] + power[3] * q2)
    elif q2 > CHARM_HIGH:
        c9_power = complex(power[4], power[5])
    for bar in range(2):
        seven, nine = (c7, c9) if bar == 0 else (c7_bar, c9_bar)
        add_complex(out, DELTA + 6 * bar + 4, out[LONG_9] * (nine + c9_power) + out[LONG_7] * (seven + c7_flipped))
