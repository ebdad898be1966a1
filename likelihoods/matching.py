"""Matching: a heavy neutral vector integrated out at tree level (formula sheet: 1503.06077 Eq. 8, 1803.04430 Eq. 3.1).

L = -J²/(2 M²), H = -L. With H_eff = -(4 G_F/√2) λ_t (α/4π) Σ C O this gives
C9 = -(g_sb/λ_t)(g_L + g_R) (Λ_v/M)², C10 = -(g_sb/λ_t)(g_R - g_L) (Λ_v/M)², Λ_v² = π/(√2 G_F α),
C_L^ν = -(g_sb/λ_t) g_ν (Λ_v/M)², primes with g_sb_R, and C_VLL = -g_sb²/(2 M²) in H = -Σ C O.
"""

import numpy as np

from likelihoods.ckm import lambda_t
from likelihoods.kernel import kernel


@kernel
def match_vector(p, s):
    """Fill C9, C10, C_L, C_R (and primes) of one record from its vector mediator; α at m_b.

    Parameters
    ----------
    p : record of ``COUPLINGS`` with ``m_med``, ``g_left``, ``g_right``, ``g_sb_left``, ``g_sb_right`` set
    s : record of inputs
    """
    scale = np.pi / (np.sqrt(2.0) * s.G_F * s.alpha_em_mb) / p.m_med**2
    left = -p.g_sb_left / lambda_t(s) * scale
    right = -p.g_sb_right / lambda_t(s) * scale
    for k in range(3):
        plus = p.g_left[k] + p.g_right[k]
        minus = p.g_right[k] - p.g_left[k]
        p.C9[k] += left * plus
        p.C9p[k] += right * plus
        p.C10[k] += left * minus
        p.C10p[k] += right * minus
        p.CL[k] += left * p.g_left[3 + k]
        p.CR[k] += right * p.g_left[3 + k]
