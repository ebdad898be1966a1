r"""Current that the hidden Z′ couples to: left-handed b, t, μ, ν_μ (Cline, Cornell, London, Watanabe, 1702.00395).

In the gauge basis J = g_q (b̄' γ P_L b' + t̄' γ P_L t') + g_l (μ̄ γ P_L μ + ν̄_μ γ P_L ν_μ), Eqs. (3), (4). The down-type
rotation by θ_D between the second and third generation, Eq. (7), gives s̄b the coupling -g_q sin θ_D cos θ_D, Eq. (8),
and the up-type quarks g_q M with M = V D† P_3 D V†, Eq. (10).

Sign: H = -L for four-fermion terms, so the new-physics sign of Eqs. (14), (20) is wrong; (8), (15), (22) are right.

``hidden_zprime_heavy.py`` (§4.1) and ``hidden_zprime_light.py`` (§4.2) add the two kinds of dark matter.
"""

import numpy as np

from fitter.parameter import Parameter
from fitter.prior import LogUniform
from likelihoods.amplitudes.mixing import VLL, standard_m12, weights
from likelihoods.ckm import lambda_t, third_row
from likelihoods.couplings import FERMIONS
from likelihoods.kernel import kernel

F_MU, F_NU_MU, F_S, F_B, F_U, F_C, F_T = (FERMIONS.index(name) for name in ("mu", "nu_mu", "s", "b", "u", "c", "t"))


@kernel
def fill_vector(p, s, g_q, g_l, theta_d, m_zp):
    """Couplings of the Z′ to Standard Model fermions, Eqs. (6) to (11); V_ub, V_cb, V_tb against V_us, V_cs, V_ts."""
    sine, cosine = np.sin(theta_d), np.cos(theta_d)
    v_ub = s.V_ub * complex(np.cos(s.gamma), -np.sin(s.gamma))
    _, v_ts, v_tb = third_row(s)
    # second column by unitarity of the CKM matrix; V_us is real and V_cs real up to λ^6
    v_cb = s.V_cb
    v_cs = np.sqrt(1.0 - s.V_us**2 - abs(v_ts) ** 2)
    p.m_med = m_zp
    p.g_left[F_MU] = p.g_left[F_NU_MU] = g_l
    p.g_left[F_B] = g_q * cosine**2
    p.g_left[F_S] = g_q * sine**2
    p.g_sb_left = -g_q * sine * cosine
    p.g_left[F_U] = g_q * abs(cosine * v_ub - sine * s.V_us) ** 2
    p.g_left[F_C] = g_q * abs(cosine * v_cb - sine * v_cs) ** 2
    p.g_left[F_T] = g_q * abs(cosine * v_tb - sine * v_ts) ** 2


@kernel
def printed_mixing(p, s, mass2):
    """C_VLL at 4.8 GeV of the printed M12/M12_SM = 1 + (g_sb²/2m²)/(4.95 N), Eqs. (16), (17).

    N = G_F² m_W² λ_t²/16π². 4.95 = 4 S_0 η_B holds the QCD correction of the Standard Model, but the new physics beside
    it has none. Consistently it is smaller by 1.91 from 1 TeV, running at next-to-leading order
    (1/(η_B (α_s(1 TeV)/α_s(m_t))^(2/7)) = 1.92 at leading order); with 4 S_0 η_B = 5.08 of today's top mass, by 1.96.
    ``mass2`` is m² for a heavy mediator, m² - m_Bs² for a light one.
    """
    weight = np.empty(8)
    weights(s, weight)
    size = s.G_F**2 * s.m_W**2 * lambda_t(s) ** 2 / (16.0 * np.pi**2)
    return -(p.g_sb_left**2) / (2.0 * mass2) / (4.95 * size) * standard_m12(s) / weight[VLL]


def coupling(name: str, low: float, high: float, latex: str, description: str) -> Parameter:
    """Coupling with a logarithmic prior."""
    return Parameter(name, LogUniform(low, high), "", latex, description)


THETA_D = Parameter("theta_d", LogUniform(1e-4, 0.3), "rad", r"\theta_D", "mixing angle of s_L and b_L")
