r"""Charm polynomial: non-local charm contributions h_λ(q²) as polynomials, an alternative to power corrections.

In the parametrisation of 1512.07157 as configured for 1903.09632, below the charmonia, and with all phases strong:

* h_0 = √q² (h_0^(0) + h_0^(1) q²), h_+ = h_+^(0) + h_+^(1) q² + h_+^(2) q⁴, h_- = h_-^(2) q⁴ enter the vector
  amplitude of helicity λ beside C9 V_λ + (2 m_B m_b/q²) C7 T_λ as -16 π² (m_B²/q²) h_λ;
* h_-^(0) is a shift C7 → C7 - h_-^(0) and h_-^(1) a shift C9 → C9 - h_-^(1) of all helicities.

The inputs ``h_re``, ``h_im`` (Cartesian) and ``h_abs``, ``h_arg`` (polar) add up; zero is no such contribution.
"""

import numpy as np

from likelihoods.amplitudes.b_to_v import DELTA, LONG_7, LONG_9, PARA_7, PARA_9, PERP_7, PERP_9, add_complex
from likelihoods.kernel import kernel

#: Order of the coefficients h_λ^(k).
ZERO_0, PLUS_0, MINUS_0, ZERO_1, PLUS_1, MINUS_1, PLUS_2, MINUS_2 = range(8)
H_COUNT = 8


@kernel
def polynomial_coefficients(s, out):
    """h_λ^(k) (8,) of a record of inputs."""
    for k in range(H_COUNT):
        phase = s.h_arg[k]
        out[k] = complex(s.h_re[k], s.h_im[k]) + s.h_abs[k] * complex(np.cos(phase), np.sin(phase))


@kernel
def add_polynomial(q2, m_b, n_0, h, out):
    """Add h_λ to the values of a node, for the transition and its CP conjugate alike; ``m_b`` of the B meson."""
    scale = 16.0 * np.pi**2 * n_0 * m_b**3 / q2
    # V_∥ ± V_⊥ = -2√2 N m_B times the helicity amplitude ±, V_0 = -2 N m_B times that of 0
    plus = np.sqrt(2.0) * scale * (h[PLUS_0] + q2 * (h[PLUS_1] + q2 * h[PLUS_2]))
    minus = np.sqrt(2.0) * scale * q2 * q2 * h[MINUS_2]
    zero = 2.0 * scale * np.sqrt(q2) * (h[ZERO_0] + q2 * h[ZERO_1])
    seven, nine = -h[MINUS_0], -h[MINUS_1]
    for bar in range(2):
        k = DELTA + 6 * bar
        add_complex(out, k, plus - minus + out[PERP_7] * seven + out[PERP_9] * nine)
        add_complex(out, k + 2, plus + minus + out[PARA_7] * seven + out[PARA_9] * nine)
        add_complex(out, k + 4, zero + out[LONG_7] * seven + out[LONG_9] * nine)
