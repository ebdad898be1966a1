r"""Loop model: scalar dark matter X in a box with vector-like Q and L (Vicente, 1803.04703 §6).

.. math:: L ⊃ λ_b \bar Q_R X q_{3L} + λ_s \bar Q_R X q_{2L} + λ_μ \bar L_R X ℓ_{2L} + h.c.

U(1)_X is exact: no mixing, and X, complex and lightest, is stable. With x_i = m_i²/m_X², Eqs. (33), (36):

.. math:: C_9 = -C_{10} = \frac{Λ_v^2}{λ_t} \frac{λ_b λ_s^* |λ_μ|^2}{64π² m_X^2} F(x_Q, x_L), \qquad
          H ⊃ \frac{(λ_b λ_s^*)^2}{128π² m_X^2} F(x_Q, x_Q) (\bar s γ_μ P_L b)^2,

the same box for ν_μ, and a_μ from the L-X loop. Only the product λ_b λ_s^* is a parameter; annihilation into quarks,
which needs each, takes |λ_b| = |λ_s|.
"""

import numpy as np

from fitter.model import Model
from fitter.parameter import Parameter
from fitter.prior import LogUniform, SignedLog
from likelihoods.amplitudes.mixing import VECTOR, VLL, run_pair
from likelihoods.ckm import lambda_t
from likelihoods.couplings import COMPLEX_SCALAR, FERMIONS, LEPTONS, PAPER
from likelihoods.kernel import kernel
from likelihoods.loop_functions import box, scalar_moment
from likelihoods.qcd import MU_B

MU = LEPTONS.index("mu")
F_MU, F_NU_MU, F_S, F_B, F_C, F_T = (FERMIONS.index(name) for name in ("mu", "nu_mu", "s", "b", "c", "t"))


@kernel
def couplings(theta, sm, out):
    """Eqs. (33), (36): parameters m_x, m_q, m_l, lam_bs, lam_mu."""
    for i in range(out.size):
        s, p = sm[i if sm.size > 1 else 0], out[i]
        m_x, m_q, m_l, lam_bs, lam_mu = theta[i, 0], theta[i, 1], theta[i, 2], theta[i, 3], theta[i, 4]
        if not m_x > 0.0:
            p.veto = 1
            continue
        if m_x >= m_q or m_x >= m_l:
            p.veto = 2
            continue
        x_q, x_l = (m_q / m_x) ** 2, (m_l / m_x) ** 2
        alpha = s.alpha_em_mZ if p.scheme == PAPER else s.alpha_em_mb
        scale = np.pi / (np.sqrt(2.0) * s.G_F * alpha)
        c9 = scale / lambda_t(s) * lam_bs * lam_mu**2 / (64.0 * np.pi**2 * m_x**2) * box(x_q, x_l)
        p.C9[MU], p.C10[MU], p.CL[MU] = c9, -c9, c9
        running, _ = run_pair(1.0, 0.0, VECTOR, m_q, MU_B, s)
        p.mixing[VLL] = -running * lam_bs**2 * box(x_q, x_q) / (128.0 * np.pi**2 * m_x**2)
        p.delta_a_mu = (lam_mu * s.m_mu) ** 2 / (16.0 * np.pi**2 * m_l**2) * scalar_moment(1.0 / x_l)
        p.dm_spin = COMPLEX_SCALAR
        p.m_dm = m_x
        p.lam_t[F_MU] = p.lam_t[F_NU_MU] = lam_mu
        p.lam_t[F_B] = p.lam_t[F_S] = p.lam_t[F_T] = p.lam_t[F_C] = np.sqrt(abs(lam_bs))
        p.m_heavy_l, p.m_heavy_q = m_l, m_q


MODEL = Model(
    name="loop_scalar",
    parameters=(
        Parameter("m_x", LogUniform(50.0, 2e3), "GeV", "m_X", "mass of the scalar dark matter X"),
        Parameter("m_q", LogUniform(1e3, 3e3), "GeV", "m_Q", "mass of the vector-like quark"),
        Parameter("m_l", LogUniform(100.0, 3e3), "GeV", "m_L", "mass of the vector-like lepton"),
        Parameter("lam_bs", SignedLog(0.01, 1.0), "", r"\lambda_b\lambda_s^*", "product of the quark Yukawas"),
        Parameter("lam_mu", LogUniform(0.1, float(np.sqrt(4 * np.pi))), "", r"\lambda_\mu", "Yukawa of L and μ"),
    ),
    couplings=couplings,
    description="box of scalar dark matter and vector-like fermions",
    reference="1803.04703 §6",
    terms=("R_K", "R_Kstar", "P5prime", "Bs_mumu", "delta_m_s", "a_mu", "planck"),
    vetoes=("m_x must be positive", "m_x >= m_q or m_x >= m_l: X is not the lightest dark state"),
    differences=(("Eq. (19)", "α(m_b) instead of α(m_Z)", "C9 larger by 3 %"),),
)
