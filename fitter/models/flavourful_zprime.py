r"""Flavourful Z′ with vector-like-neutrino dark matter (Falkowski, King, Perdomo, Pierre, 1803.04430).

.. math:: L ⊃ Z'_μ [ g_{bb} q̄_{3L} γ^μ q_{3L} + g_{bs} (b̄_L γ^μ s_L + h.c.) + g_{μμ} ℓ̄_{2L} γ^μ ℓ_{2L}
          + g_{νν} ν̄_4 γ^μ ν_4 ]

with g_bs = V_ts g_bb (Eq. 2.28, text). Dark matter is the Dirac fermion ν_4 with vector coupling.

``scheme="paper"`` keeps the sign of Eq. (3.12), the coefficient of Eq. (3.11), twice the amplitude of τ → 3μ that its
bound of 16 TeV needs, and muon loops that end at 2 GeV. The width of the Z′ is the corrected one in both schemes: the
paper took relic densities from micrOMEGAs, which has it, and Eq. (3.8) for limits where ν_4 is not coupled.
"""

import numpy as np

from fitter.model import Model
from fitter.parameter import Parameter
from fitter.prior import LogUniform
from likelihoods.ckm import third_row
from likelihoods.couplings import DIRAC, FERMIONS, LEPTONS, PAPER, PERTURBATIVE
from likelihoods.kernel import kernel
from likelihoods.matching import match_vector

MU = LEPTONS.index("mu")
#: Coefficient of Eq. (3.11) [GeV⁴].
MU_E_GAMMA = 1.24e6
F_MU, F_NU_MU, F_S, F_B, F_T = (FERMIONS.index(name) for name in ("mu", "nu_mu", "s", "b", "t"))
_MAX = float(np.sqrt(4 * np.pi))


@kernel
def couplings(theta, sm, out):
    """Eqs. (2.28), (3.1): parameters g_bb, g_mumu, g_nunu, m_zp, m_nu, v21, v32."""
    for i in range(out.size):
        s = sm[i if sm.size > 1 else 0]
        g_bb, g_mumu, g_nunu, m_zp, m_nu = theta[i, 0], theta[i, 1], theta[i, 2], theta[i, 3], theta[i, 4]
        p = out[i]
        if not (m_zp > 0.0 and m_nu > 0.0):
            p.veto = 1
            continue
        if max(abs(g_bb), abs(g_mumu), abs(g_nunu)) > PERTURBATIVE:
            p.veto = 2
            continue
        v_ts = third_row(s)[1]
        p.m_med = m_zp
        p.nucleon_loops = 1 if p.scheme == PAPER else 0
        # unitarity of the rotation in Eq. (2.24): what s̄s and s̄b gain, b̄b loses
        p.g_left[F_B] = g_bb * (1.0 - abs(v_ts) ** 2)
        p.g_left[F_S] = g_bb * abs(v_ts) ** 2
        p.g_left[F_T] = g_bb
        p.g_left[F_MU] = p.g_left[F_NU_MU] = g_mumu
        p.g_sb_left = np.conj(v_ts) * g_bb  # coefficient of s̄ b: conjugate of b̄ s
        match_vector(p, s)
        p.dm_spin = DIRAC
        p.m_dm = m_nu
        p.g_dm = g_nunu
        p.v21, p.v32 = theta[i, 5], theta[i, 6]
        if p.scheme == PAPER:
            p.delta_a_mu = (g_mumu * s.m_mu / m_zp) ** 2 / (6.0 * np.pi**2)  # turns the sign of the loop
            p.v21 *= np.sqrt(MU_E_GAMMA * 12.0 * np.pi * s.G_F**2 / s.alpha_em_0)
            p.v32 *= 2.0


MODEL = Model(
    name="flavourful_zprime",
    parameters=(
        Parameter("g_bb", LogUniform(1e-4, _MAX), "", "g_{bb}", "coupling to the third quark doublet"),
        Parameter("g_mumu", LogUniform(1e-3, _MAX), "", r"g_{\mu\mu}", "coupling to the second lepton doublet"),
        Parameter("g_nunu", LogUniform(1e-3, _MAX), "", r"g_{\nu\nu}", "vector coupling to the dark matter ν4"),
        Parameter("m_zp", LogUniform(10.0, 1e4), "GeV", "M_{Z'}", "mass of the Z′"),
        Parameter("m_nu", LogUniform(1.0, 1e4), "GeV", r"m_{\nu_4}", "mass of the dark matter ν4"),
        Parameter("v21", LogUniform(1e-6, 1e-2), "", "V_{21}", "charged-lepton mixing, μ-e coupling over g_mumu", 0.0),
        Parameter("v32", LogUniform(1e-6, 1e-1), "", "V_{32}", "charged-lepton mixing, τ-μ coupling over g_mumu", 0.0),
    ),
    couplings=couplings,
    description="flavourful Z′ with vector-like-neutrino dark matter",
    reference="1803.04430",
    terms=("R_K", "R_Kstar", "P5prime", "delta_m_s", "trident", "a_mu", "xenon1t", "planck", "fermi_dwarfs", "cmb"),
    further=(
        "Bs_mumu",
        "B_K_nunu",
        "B_Kstar_nunu",
        "Z_4mu",
        "dimuon",
        "light_dimuon",
        "mu_e_gamma",
        "tau_3mu",
        "upsilon",
        "upsilon_excited",
        "lux",
        "pandax",
        "pandax4t",
        "lz",
        "hess",
        "cta",
    ),
    vetoes=("masses must be positive", "couplings are not perturbative: |g_bb|, |g_mumu| or |g_nunu| > 4π"),
    differences=(
        (
            "Eq. (3.5)",
            "Gaussian ΔM_s with common η_B and QCD running, not the 770 TeV bound",
            "bound on M/g_bs 278 TeV with the paper's Standard Model",
        ),
        (
            "Eq. (3.7)",
            "CCFR and CHARM-II as two Gaussians instead of a global fit of many operators",
            "M/g_μμ > 427 GeV at the upper end of their average, printed 370",
        ),
        (
            "Eq. (3.8)",
            "ν4 width is that of a vector coupling, g² M (1 + 2m²/M²)β/12π",
            "2 times as large for a light ν4, 3.1 times at m = 0.4 M",
        ),
        ("Eq. (3.11)", "coefficient 1.42e-6 from Eq. (3.10) with F = 2/3", "μ → eγ 15 % larger"),
        ("Eq. (3.12)", "negative sign of a_μ for a left-handed coupling", "sign"),
        ("Sec. 3.5", "τ → 3μ is linear in V_32 in the amplitude", "bound on the scale 11.2 instead of 16 TeV"),
        (
            "Eq. (3.15)",
            "R of the Υ(1S) from the amplitudes of photon and Z′",
            "M/√|g_bb g_μμ| > 157 GeV for equal signs, 222 for opposite ones, printed 150 and 190",
        ),
        ("Fig. 4", "H.E.S.S. and CTA from one published number each (terms hess and cta, on request)", "estimates"),
        ("Eq. (4.4)", "σv of a particle-antiparticle pair; the paper lists half of it", "factor 2"),
        (
            "Eq. (4.9)",
            "couplings to nucleons of M_Z′ = 1 TeV; those printed are of 2 TeV, and that of g_bb to protons, opposite "
            "in sign to that of g_μμ, is printed with the same",
            "c_1^p 0.0051 of g_μμ, -0.0013 of g_bb, c_1^n 0.0370; at 2 TeV 0.0056, -0.0023, 0.0457",
        ),
        (
            "Eq. (4.8)",
            "muon loop down to the muon mass instead of 2 GeV",
            "cross section 2.9 times larger at M_Z' = m_Z, g_bb = 0",
        ),
        (
            "Sec. 5",
            "g_bb ~ 0.1 g_μμ of the summary is excluded by Eqs. (3.3), (3.5)",
            "2.4 times the largest g_bb/g_μμ",
        ),
    ),
)
