r"""Loop model: scalar dark matter X in a box with vector-like Q and L (Vicente, 1803.04703 §6).

.. math:: L ⊃ λ_b \bar Q_R X q_{3L} + λ_s \bar Q_R X q_{2L} + λ_μ \bar L_R X ℓ_{2L} + h.c.

U(1)_X is exact: no mixing, and X, complex and lightest, is stable. With x_i = m_i²/m_X², Eqs. (33), (36):

.. math:: C_9 = -C_{10} = \frac{Λ_v^2}{λ_t} \frac{λ_b λ_s^* |λ_μ|^2}{64π² m_X^2} F(x_Q, x_L), \qquad
          H ⊃ \frac{(λ_b λ_s^*)^2}{128π² m_X^2} F(x_Q, x_Q) (\bar s γ_μ P_L b)^2,

the same box for ν_μ, and a_μ from the L-X loop. The Q-X loop makes b → sγ, with the loop function M of a_μ: at m_Q

.. math:: C_7 = -\frac{\sqrt2}{4 G_F λ_t} \frac{Q_d λ_b λ_s^*}{4 m_Q^2} M(m_X²/m_Q²), \qquad C_8 = C_7/Q_d,

run to 4.8 GeV (half a per cent of the Standard Model's C_7). Only the product λ_b λ_s^*, which may carry a phase, is a
parameter; annihilation into quarks, which needs each, takes |λ_b| = |λ_s|, and up-type quarks those of t ↔ b, c ↔ s.

X and a vector-like fermion heavier by less than some 15 % coannihilate if the input ``coannihilation`` is 1 (default 0,
as in the published relic densities this is held to): with the gauge interactions of the latter, Ω h² at λ_μ = 0.5 and
m_X = 400 GeV falls by a factor 18 at m_L = 420 GeV, 1.3 at 480 GeV, and not at all at 600 GeV. Along the relic density
of Fig. 6, where λ_μ is large, it is 1 % at (400, 480) and 0.4 % at (800, 900).

Nuclei scatter by a photon from the loops of muons and quarks (the charge radius of X, at any mass; loops of light
quarks end at 2 GeV), and through the Higgs portal λ_H |H|² |X|² if it is opened.
"""

import numpy as np

from fitter.model import Model
from fitter.parameter import Parameter
from fitter.prior import LogUniform, SignedLog, Uniform
from likelihoods.amplitudes.higgs_portal import open_higgs_portal
from likelihoods.amplitudes.mixing import VECTOR, VLL, run_pair
from likelihoods.ckm import lambda_t
from likelihoods.couplings import COMPLEX_SCALAR, FERMIONS, LEPTONS, PAPER, PERTURBATIVE
from likelihoods.kernel import kernel
from likelihoods.loop_functions import box, charge_radius, scalar_moment
from likelihoods.qcd import MU_B, alpha_s

MU = LEPTONS.index("mu")
F_MU, F_NU_MU, F_S, F_B, F_C, F_T = (FERMIONS.index(name) for name in ("mu", "nu_mu", "s", "b", "c", "t"))

PHASE = Uniform(-float(np.pi), float(np.pi))  #: prior of a phase
HADRONIC = 2.0  #: where loops of lighter quarks end [GeV]


@kernel
def photon_exchange(s, m_x, m_q, m_l, lam2, lam_mu):
    """⟨r²⟩/6 of X in units of e: muon, and with λ_b² = λ_s² = ``lam2`` strange, bottom, charm and top; -N_c Q each."""
    total = lam_mu**2 * charge_radius(s.m_mu, m_l, m_x)
    if lam2 > 0.0:
        light, bottom = charge_radius(HADRONIC, m_q, m_x), charge_radius(s.m_b, m_q, m_x)
        total += lam2 * (bottom - light - 2.0 * charge_radius(s.m_t, m_q, m_x))  # s + c = (1 - 2) light
    return total / (4.0 * np.pi**2)


@kernel
def dipoles_at_m_b(c7, c8, scale, s):
    """C7, C8 at 4.8 GeV of those at ``scale`` [GeV], leading logarithms with five flavours (hep-ph/9512380)."""
    ratio = alpha_s(scale, s) / alpha_s(MU_B, s)
    own, other = ratio ** (16.0 / 23.0), ratio ** (14.0 / 23.0)
    return own * c7 + 8.0 / 3.0 * (other - own) * c8, other * c8


@kernel
def couplings(theta, sm, out):
    """Eqs. (33), (36): parameters m_x, m_q, m_l, lam_bs, lam_mu, phase_bs, lam_h."""
    for i in range(out.size):
        s, p = sm[i if sm.size > 1 else 0], out[i]
        m_x, m_q, m_l, lam_bs, lam_mu = theta[i, 0], theta[i, 1], theta[i, 2], theta[i, 3], theta[i, 4]
        if not m_x > 0.0:
            p.veto = 1
            continue
        if m_x >= m_q or m_x >= m_l:
            p.veto = 2
            continue
        if max(np.sqrt(abs(lam_bs)), abs(lam_mu), abs(theta[i, 6])) > PERTURBATIVE:
            p.veto = 3
            continue
        x_q, x_l = (m_q / m_x) ** 2, (m_l / m_x) ** 2
        alpha = s.alpha_em_mZ if p.scheme == PAPER else s.alpha_em_mb
        scale = np.pi / (np.sqrt(2.0) * s.G_F * alpha)
        turn = complex(np.cos(theta[i, 5]), np.sin(theta[i, 5]))
        c9 = scale / lambda_t(s) * lam_bs * turn * lam_mu**2 / (64.0 * np.pi**2 * m_x**2) * box(x_q, x_l)
        p.C9[MU], p.C10[MU], p.CL[MU] = c9, -c9, c9
        running, _ = run_pair(1.0, 0.0, VECTOR, m_q, MU_B, s)
        p.mixing[VLL] = -running * (lam_bs * turn) ** 2 * box(x_q, x_q) / (128.0 * np.pi**2 * m_x**2)
        dipole = -np.sqrt(2.0) / (16.0 * s.G_F * m_q**2 * lambda_t(s)) * lam_bs * turn * scalar_moment(1.0 / x_q)
        p.C7, p.C8 = dipoles_at_m_b(-dipole / 3.0, dipole, m_q, s)
        p.delta_a_mu = (lam_mu * s.m_mu) ** 2 / (16.0 * np.pi**2 * m_l**2) * scalar_moment(1.0 / x_l)
        p.dm_spin = COMPLEX_SCALAR
        p.m_dm = m_x
        p.lam_t[F_MU] = p.lam_t[F_NU_MU] = lam_mu
        p.lam_t[F_B] = p.lam_t[F_S] = p.lam_t[F_T] = p.lam_t[F_C] = np.sqrt(abs(lam_bs))
        p.m_heavy_l, p.m_heavy_q = m_l, m_q
        p.charge_radius = photon_exchange(s, 0.0 if p.scheme == PAPER else m_x, m_q, m_l, abs(lam_bs), lam_mu)
        open_higgs_portal(p, s, theta[i, 6])


MODEL = Model(
    name="loop_scalar",
    parameters=(
        Parameter("m_x", LogUniform(50.0, 2e3), "GeV", "m_X", "mass of the scalar dark matter X"),
        Parameter("m_q", LogUniform(1e3, 3e3), "GeV", "m_Q", "mass of the vector-like quark"),
        Parameter("m_l", LogUniform(100.0, 3e3), "GeV", "m_L", "mass of the vector-like lepton"),
        Parameter("lam_bs", SignedLog(0.01, 1.0), "", r"\lambda_b\lambda_s^*", "product of the quark Yukawas"),
        Parameter("lam_mu", LogUniform(0.1, float(np.sqrt(4 * np.pi))), "", r"\lambda_\mu", "Yukawa of L and μ"),
        Parameter("phase_bs", PHASE, "rad", r"\arg\lambda_b\lambda_s^*", "phase of λ_b λ_s*", 0.0),
        Parameter("lam_h", LogUniform(1e-4, 1.0), "", r"\lambda_{HX}", "Higgs portal |H|²|X|²", 0.0),
    ),
    couplings=couplings,
    description="box of scalar dark matter and vector-like fermions",
    reference="1803.04703 §6",
    terms=("R_K", "R_Kstar", "P5prime", "Bs_mumu", "delta_m_s", "a_mu", "planck", "xenon1t"),
    further=(
        "B_K_nunu",
        "S_psiphi",
        "a_fs_s",
        "heavy_quark",
        "heavy_lepton",
        "lux",
        "pandax",
        "pandax4t",
        "lz",
        "fermi_dwarfs",
        "cmb",
        "hess",
        "cta",
    ),
    vetoes=(
        "m_x must be positive",
        "m_x >= m_q or m_x >= m_l: X is not the lightest dark state",
        "couplings are not perturbative: √|lam_bs|, |lam_mu| or |lam_h| > 4π",
    ),
    differences=(
        ("Eq. (19)", "α(m_b) instead of α(m_Z)", "C9 larger by 3 %"),
        (
            "Fig. 6",
            "charge radius at any m_X instead of m_X << m_L",
            "σ at (m_X, m_L) = (400, 700): 2.1, (800, 900): 19",
        ),
        (
            "Fig. 6",
            "coannihilation with the vector-like fermions if the input coannihilation is 1, by default not",
            "Ω h² at (400, 480): 1 %; more where λ_μ < 1 and m_L < 1.15 m_X",
        ),
    ),
)
