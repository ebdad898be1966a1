"""Matching: a heavy neutral vector integrated out at tree level (formula sheet: 1503.06077 Eq. 8, 1803.04430 Eq. 3.1).

L = -J²/(2 M²), H = -L. With H_eff = -(4 G_F/√2) λ_t (α/4π) Σ C O this gives
C9 = -(g_sb/λ_t)(g_L + g_R) (Λ_v/M)², C10 = -(g_sb/λ_t)(g_R - g_L) (Λ_v/M)², Λ_v² = π/(√2 G_F α),
C_L^ν = -(g_sb/λ_t) g_ν (Λ_v/M)², primes with g_sb_R, and C_VLL = -g_sb²/(2 M²) in H = -Σ C O.
O9, O10 and O_L have no QCD anomalous dimension; the mixing coefficients run from M to 4.8 GeV.
"""

import numpy as np

from likelihoods.amplitudes.mixing import MIXED, SLR, VECTOR, VLL, VLR, VRR, run_pair
from likelihoods.ckm import lambda_t
from likelihoods.kernel import kernel
from likelihoods.qcd import MU_B, light_mass_running, m_b_running


@kernel
def match_vector(p, s):
    """Fill C9, C10, C_L, C_R (and primes) and B_s mixing of one record from its heavy vector mediator; α at m_b.

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
    match_mixing(p, s, 0.0)


@kernel
def match_mixing(p, s, width):
    """Add B_s mixing by exchange of the vector mediator to one record, coefficients at 4.8 GeV.

    C_VLL(M) = -g_L²/(2 M²), C_VRR with g_R, C_VLR = -g_L g_R/M² with the propagator at q² = m_Bs², so that the sign
    flips below the B_s mass (for such light mediators a factorised estimate) and M >> m_Bs is the contact limit.
    QCD running at next-to-leading order from M, or none if M < 4.8 GeV. The vertex g_sb_q2 counts with q² = m_Bs².
    """
    left = p.g_sb_left + p.g_sb_q2 * s.m_Bs**2
    right = p.g_sb_right
    if left == 0.0 and right == 0.0:
        return
    high = max(p.m_med, MU_B)
    propagator = 1.0 / complex(p.m_med**2 - s.m_Bs**2, -p.m_med * width)
    plain, _ = run_pair(1.0, 0.0, VECTOR, high, MU_B, s)
    p.mixing[VLL] -= 0.5 * left * left * propagator * plain
    if right != 0.0:
        p.mixing[VRR] -= 0.5 * right * right * propagator * plain
        vlr, slr = run_pair(1.0, 0.0, MIXED, high, MU_B, s)
        p.mixing[VLR] -= left * right * propagator * vlr
        p.mixing[SLR] -= left * right * propagator * slr


@kernel
def match_light_vector(p, s, alpha, width):
    """Fill the poles of C9, C10 (and primes) and B_s mixing of one record from its light vector mediator.

    The propagator 1/(q² - m² + i m Γ) replaces -1/m²; the loop-induced vertex g_sb_q2 (q² γ^μ - q̸ q^μ) adds to b.
    The longitudinal part -q_μ q_ν/m² of the exchange with vertex γ^μ is C_P = -2 m_ℓ (m_b + m_s)/(m_b m²) C10, taken at
    q² = m_Bs²: B_s → μμ sees -a/m², the contact value. C_L and C_R take the propagator at q² = 0. ``alpha`` is the
    fine-structure constant of H_eff, ``width`` the total width of the mediator [GeV].
    """
    scale = np.pi / (np.sqrt(2.0) * s.G_F * alpha) / lambda_t(s)
    longitudinal = 0j
    if p.g_sb_left != 0.0 or p.g_sb_right != 0.0:
        ratio = light_mass_running(s.m_s, MU_B, s) / m_b_running(MU_B, s)
        longitudinal = -2.0 * (1.0 + ratio) / p.m_med**2 / complex(s.m_Bs**2 - p.m_med**2, p.m_med * width)
    for k in range(3):
        plus = p.g_left[k] + p.g_right[k]
        minus = p.g_right[k] - p.g_left[k]
        if plus != 0.0 or minus != 0.0:
            p.pole_a[0, k], p.pole_b[0, k] = scale * p.g_sb_left * plus, scale * p.g_sb_q2 * plus
            p.pole_a[2, k], p.pole_b[2, k] = scale * p.g_sb_left * minus, scale * p.g_sb_q2 * minus
            p.pole_a[1, k], p.pole_a[3, k] = scale * p.g_sb_right * plus, scale * p.g_sb_right * minus
            m_l = (s.m_e, s.m_mu, s.m_tau)[k]
            p.CP[k] += m_l * longitudinal * p.pole_a[2, k]
            p.CPp[k] += m_l * longitudinal * p.pole_a[3, k]
            for j in range(4):
                p.pole_mass[j, k] = p.m_med
                p.pole_width[j, k] = width
        p.CL[k] -= scale * p.g_sb_left * p.g_left[3 + k] / p.m_med**2
        p.CR[k] -= scale * p.g_sb_right * p.g_left[3 + k] / p.m_med**2
    match_mixing(p, s, width)
