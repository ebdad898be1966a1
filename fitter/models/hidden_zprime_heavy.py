"""Hidden sector with a heavy Z′ and Dirac dark matter with vector coupling g_χ (1702.00395 §4.1).

Annihilation of a χ of 30 to 80 GeV into b quarks at the thermal rate is also what the gamma-ray excess of the galactic
centre asks for (§5); the paper makes no constraint of it, and there is no term for it here.

Direct detection is kinetic mixing in the paper, Eqs. (37) to (39): σ_p = 1.6e-45 cm² at the couplings of Eq. (33), at
the edge of what PandaX-II and LUX left in 2016. But above m_Z the top's Yukawa coupling turns that to q_3 into
a Higgs current, hence Z exchange, which neutrons see (``likelihoods.amplitudes.nucleon``; 1803.04430 Eq. 4.9 has it
for the same operator): the same data exclude these couplings for m_Z′ from 110 GeV on.
"""

import numpy as np

from fitter.model import Model
from fitter.models.hidden_zprime import THETA_D, coupling, fill_vector, printed_mixing
from fitter.parameter import Parameter
from fitter.prior import LogUniform
from likelihoods.amplitudes.mixing import VLL
from likelihoods.couplings import DIRAC, FERMIONS, PAPER, PERTURBATIVE
from likelihoods.kernel import kernel
from likelihoods.matching import match_vector

F_MU, F_B, F_T = (FERMIONS.index(name) for name in ("mu", "b", "t"))
LARGEST = float(np.sqrt(4 * np.pi))  # α = 1


@kernel
def heavy_couplings(theta, sm, out):
    """Parameters g_q, g_l, g_chi, theta_d, m_zp, m_chi, m_f."""
    for i in range(out.size):
        s, p = sm[i if sm.size > 1 else 0], out[i]
        g_q, g_l, m_zp, m_f = theta[i, 0], theta[i, 1], theta[i, 4], theta[i, 6]
        if not (m_zp > 0.0 and theta[i, 5] > 0.0):
            p.veto = 2
            continue
        if m_f < m_zp:
            p.veto = 1
            continue
        # a Landau pole of the dark coupling below the Z′ itself, α_χ > 1
        if max(abs(g_q), abs(g_l)) > PERTURBATIVE or abs(theta[i, 2]) > LARGEST:
            p.veto = 3
            continue
        fill_vector(p, s, g_q, g_l, theta[i, 3], m_zp)
        match_vector(p, s)
        if p.scheme == PAPER:
            p.mixing[VLL] = printed_mixing(p, s, m_zp**2)
        # Eq. (37): kinetic mixing from the scale m_F, where it cancels, down to m_Z'; the logarithms below m_Z' belong
        # to the running of the dark-matter-nucleon couplings, but in the paper to ε
        charge = 3.0 * (2.0 / 3.0 * p.g_left[F_T] - p.g_left[F_B] / 3.0) - p.g_left[F_MU]
        logarithms = charge * np.log(m_f / m_zp)
        if p.scheme == PAPER:
            p.nucleon_loops = 2
            logarithms += 2.0 * p.g_left[F_T] * np.log(m_zp / s.m_t) - p.g_left[F_B] * np.log(m_zp / s.m_b)
            logarithms -= p.g_left[F_MU] * np.log(m_zp / s.m_mu)
        p.kinetic_mixing = -np.sqrt(4.0 * np.pi * s.alpha_em_0) / (12.0 * np.pi**2) * logarithms
        p.dm_spin = DIRAC
        p.m_dm = theta[i, 5]
        p.g_dm = theta[i, 2]


MODEL = Model(
    name="hidden_zprime_heavy",
    parameters=(
        coupling("g_q", 1e-3, LARGEST, "g_q", "coupling to the third quark doublet"),
        coupling("g_l", 1e-3, LARGEST, "g_l", "coupling to the second lepton doublet"),
        coupling("g_chi", 1e-3, LARGEST, r"g_\chi", "vector coupling to the dark matter χ"),
        THETA_D,
        Parameter("m_zp", LogUniform(200.0, 2e3), "GeV", "m_{Z'}", "mass of the Z′"),
        Parameter("m_chi", LogUniform(30.0, 200.0), "GeV", r"m_\chi", "mass of the dark matter χ"),
        Parameter("m_f", LogUniform(5e3, 1e6), "GeV", "m_F", "scale where kinetic mixing cancels", 1e5),
    ),
    couplings=heavy_couplings,
    description="hidden sector with a heavy Z′ and Dirac dark matter",
    reference="1702.00395 §4.1",
    terms=(
        "R_K",
        "R_Kstar",
        "P5prime",
        "Bs_mumu",
        "delta_m_s",
        "trident",
        "dimuon",
        "xenon1t",
        "planck",
        "fermi_dwarfs",
    ),
    further=(
        "B_K_nunu",
        "B_Kstar_nunu",
        "S_psiphi",
        "a_mu",
        "dijet",
        "upsilon",
        "lux",
        "pandax",
        "pandax4t",
        "lz",
        "cmb",
        "hess",
        "cta",
        "antiproton_excess",
        "bbn",
    ),
    vetoes=(
        "m_f < m_zp: kinetic mixing cannot cancel below the Z′ mass",
        "masses must be positive",
        "couplings are not perturbative: |g_q| or |g_l| > 4π, or α_χ = g_chi²/4π > 1 at m_zp",
    ),
    differences=(
        ("Eqs. (14), (20)", "sign of the new-physics term, H = -L", "C9 < 0 for θ_D > 0 either way by Eq. (15)"),
        ("Eqs. (16), (17)", "same η_B on new physics and SM, QCD running from m_Z'", "ΔM_s shift smaller by 1.96"),
        (
            "Eq. (34)",
            "top channel (1-x)√(1-4x) instead of (1+7x/17)√(1-4x²)",
            "B(μμ) 4 % at 360 GeV, 0.5 % at 1 TeV for n_χ = 5",
        ),
        ("Fig. 3", "quarks and leptons drive the running of g_χ beside χ", "Λ at m_Z′ = 1 TeV smaller by 46 %"),
        ("footnote 3", "10.1 g_q² + 3 g_l² is 4.2 g_q² + 2 g_l²", "annihilation to b and t 0.42 as large at 200 GeV"),
        (
            "Eqs. (37), (39)",
            "the top's Yukawa coupling mixes Z′ and Z above m_Z, beside kinetic mixing: neutrons scatter",
            "σ of xenon larger by 41 at m_Z′ = 200 GeV, by 149 at 500 GeV, smaller by 1.6 at 92 GeV",
        ),
    ),
)
