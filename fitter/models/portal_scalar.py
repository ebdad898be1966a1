r"""Portal model: U(1)_X with vector-like Q, L and complex scalar dark matter (Aristizabal Sierra, Staub, Vicente,
1503.06077; Vicente 1803.04703 §5).

.. math:: L ⊃ -m_Q \bar Q Q - m_L \bar L L - λ_Q^i \bar Q_R φ q_L^i - λ_L^μ \bar L_R φ ℓ_L^2 + h.c.

φ, of charge 2, breaks U(1)_X: m_Z' = 2 g_X v_φ with ⟨φ⟩ = v_φ/√2. The light left-handed doublets mix with the heavy
ones, tan θ = λ v_φ/(√2 m), λ_Q² = λ_b² + λ_s², n_i = λ_i/λ, and with k = 2 g_X the Z′ couples

* light pairs with k sin²θ n_i n_j (Eq. 21, and the same for bb, ss, μμ, ν_μ ν_μ and the up-type partners),
* light with heavy fermions with -k sin θ cos θ n_i, heavy pairs with k cos²θ (left) and k (right),
* the dark matter χ, of charge -1, with g_X. ⟨φ⟩ leaves the Z₂ of odd charges, under which only χ is odd: it is stable
  also where it is heavier than Q or L, and then annihilates into their pairs.

Physical heavy masses are √(m² + λ² v_φ²/2); m_Q and m_L are the masses in the Lagrangian. λ_b λ_s^* may carry a phase.
Up-type quarks couple to V n, so that V_us brings valence quarks into direct detection; with ``ckm`` = 0 they take the
couplings of t ↔ b, c ↔ s instead, as relic densities of the literature do (equal for the sum over up-type quarks but
for their masses; u c̄ pairs are counted as c c̄). The dark Higgs is taken heavy; λ_H |H|² |χ|² opens the Higgs portal.
Mixing of doublets leaves the coupling of the Higgs boson to muons at m_μ/v up to m_μ²/m_L².

Everything is at tree level. The paper's Fig. 3 draws one-loop coefficients too, which at small g_X, where v_φ and with
it the mixing grow, exceed the tree-level ones; its 12 % of C9 at g_X = 0.3 and m_Z' = 2 TeV is not that of Eqs. (8) and
(21), 2.7 %. C7 has no tree-level part: below 1 % of the Standard Model's where the tree dominates (its Fig. 4).
"""

import numpy as np

from fitter.model import Model
from fitter.parameter import Parameter
from fitter.prior import LogUniform, SignedLog, Uniform
from likelihoods.amplitudes.higgs_portal import open_higgs_portal
from likelihoods.ckm import up_components
from likelihoods.couplings import COMPLEX_SCALAR, FERMIONS, LEPTONS, PAPER, PERTURBATIVE
from likelihoods.kernel import kernel
from likelihoods.matching import match_vector

MU = LEPTONS.index("mu")
F_MU, F_NU_MU, F_S, F_B, F_U, F_C, F_T = (FERMIONS.index(name) for name in ("mu", "nu_mu", "s", "b", "u", "c", "t"))
#: Prior of a phase.
PHASE = Uniform(-float(np.pi), float(np.pi))


@kernel
def heavy_pair(p, k, m1, m2, g_left, g_right, number):
    """The k-th further channel of the mediator: f1 f̄2, ``number`` times."""
    p.pair_m1[k], p.pair_m2[k] = m1, m2
    p.pair_left[k], p.pair_right[k], p.pair_number[k] = g_left, g_right, number


@kernel
def couplings(theta, sm, out):
    """Eqs. (8), (21): parameters g_x, m_zp, lam_q_b, lam_q_s, lam_l_mu, m_q, m_l, m_chi, phase_bs, lam_h, ckm."""
    for i in range(out.size):
        s, p = sm[i if sm.size > 1 else 0], out[i]
        g_x, m_zp, lam_b, lam_s, lam_mu = theta[i, 0], theta[i, 1], theta[i, 2], theta[i, 3], theta[i, 4]
        m_q, m_l, m_chi = theta[i, 5], theta[i, 6], theta[i, 7]
        if not (m_zp > 0.0 and m_q > 0.0 and m_l > 0.0 and m_chi > 0.0):
            p.veto = 1
            continue
        if not g_x > 0.0:
            p.veto = 2
            continue
        # the largest charge is that of φ and of the vector-like fermions
        if max(2.0 * g_x, abs(lam_b), abs(lam_s), abs(lam_mu), abs(theta[i, 9])) > PERTURBATIVE:
            p.veto = 3
            continue
        k, v_phi = 2.0 * g_x, 0.5 * m_zp / g_x
        # λ² v_φ²/2, physical masses and sin θ / λ, cos θ of quarks and leptons
        shift_q, shift_l = 0.5 * (lam_b**2 + lam_s**2) * v_phi**2, 0.5 * lam_mu**2 * v_phi**2
        heavy_q, heavy_l = np.sqrt(m_q**2 + shift_q), np.sqrt(m_l**2 + shift_l)
        sine_q, sine_l = np.sqrt(0.5) * v_phi / heavy_q, np.sqrt(0.5) * v_phi / heavy_l
        cos_q, cos_l = m_q / heavy_q, m_l / heavy_l
        p.m_med = m_zp
        turn = complex(np.cos(theta[i, 8]), np.sin(theta[i, 8]))
        up, charm, top = 0j, complex(lam_s), complex(lam_b)
        if theta[i, 10] != 0.0:
            up, charm, top = up_components(s, lam_s, lam_b * np.conj(turn))
        p.g_left[F_B] = k * (sine_q * lam_b) ** 2
        p.g_left[F_S] = k * (sine_q * lam_s) ** 2
        p.g_left[F_U] = k * sine_q**2 * abs(up) ** 2
        p.g_left[F_C] = k * sine_q**2 * abs(charm) * np.sqrt(abs(charm) ** 2 + 2.0 * abs(up) ** 2)
        p.g_left[F_T] = k * sine_q**2 * abs(top) ** 2
        p.g_sb_left = k * sine_q**2 * lam_b * lam_s * turn
        p.g_ct_left = complex(k * sine_q**2 * abs(top) * np.sqrt(abs(up) ** 2 + abs(charm) ** 2))
        p.g_left[F_MU] = p.g_left[F_NU_MU] = k * (sine_l * lam_mu) ** 2
        # light-heavy pairs and their conjugates, heavy pairs of both isospins
        light = -k * sine_q * cos_q
        heavy_pair(p, 0, heavy_q, s.m_s, light * lam_s, 0.0, 6.0)
        heavy_pair(p, 1, heavy_q, s.m_b, light * lam_b, 0.0, 6.0)
        heavy_pair(p, 2, heavy_q, s.m_c, light * np.sqrt(abs(up) ** 2 + abs(charm) ** 2), 0.0, 6.0)
        heavy_pair(p, 3, heavy_q, s.m_t, light * abs(top), 0.0, 6.0)
        heavy_pair(p, 4, heavy_q, heavy_q, k * cos_q**2, k, 6.0)
        heavy_pair(p, 5, heavy_l, s.m_mu, -k * sine_l * cos_l * lam_mu, 0.0, 2.0)
        heavy_pair(p, 6, heavy_l, 0.0, -k * sine_l * cos_l * lam_mu, 0.0, 2.0)
        heavy_pair(p, 7, heavy_l, heavy_l, k * cos_l**2, k, 2.0)
        match_vector(p, s)
        if p.scheme == PAPER:
            # α(m_Z) in Eq. (9), and the modulus of λ_t in Eq. (8)
            printed = -s.alpha_em_mb / s.alpha_em_mZ
            p.C9[MU] *= printed
            p.C10[MU] *= printed
            p.CL[MU] *= printed
        p.dm_spin = COMPLEX_SCALAR
        p.m_dm = m_chi
        p.g_dm = g_x
        p.m_heavy_q, p.m_heavy_l = heavy_q, heavy_l
        # mass and coupling to h of the muon both carry cos θ; 1503.06077 has that of the coupling alone
        p.higgs_muon = cos_l - 1.0 if p.scheme == PAPER else -((s.m_mu * sine_l * lam_mu / (cos_l * heavy_l)) ** 2)
        open_higgs_portal(p, s, theta[i, 9])


MODEL = Model(
    name="portal_scalar",
    parameters=(
        Parameter("g_x", LogUniform(0.01, 1.5), "", "g_X", "gauge coupling of U(1)_X"),
        Parameter("m_zp", LogUniform(200.0, 5e3), "GeV", "m_{Z'}", "mass of the Z′"),
        Parameter("lam_q_b", LogUniform(1e-3, 1.0), "", r"\lambda_Q^b", "Yukawa coupling of Q and b"),
        Parameter("lam_q_s", SignedLog(1e-3, 1.0), "", r"\lambda_Q^s", "Yukawa coupling of Q and s"),
        Parameter("lam_l_mu", LogUniform(0.01, 3.0), "", r"\lambda_L^\mu", "Yukawa coupling of L and μ"),
        Parameter("m_q", Uniform(800.0, 3e3), "GeV", "m_Q", "vector-like quark mass in the Lagrangian"),
        Parameter("m_l", Uniform(200.0, 3e3), "GeV", "m_L", "vector-like lepton mass in the Lagrangian"),
        Parameter("m_chi", Uniform(50.0, 3e3), "GeV", r"m_\chi", "mass of the scalar dark matter χ"),
        Parameter("phase_bs", PHASE, "rad", r"\arg\lambda_Q^b\lambda_Q^{s*}", "phase of λ_Q^b λ_Q^s*", 0.0),
        Parameter("lam_h", LogUniform(1e-4, 1.0), "", r"\lambda_{H\chi}", "Higgs portal |H|²|χ|²", 0.0),
        Parameter("ckm", Uniform(0.0, 1.0), "", "", "0: up-type couplings without the CKM matrix", 1.0),
    ),
    couplings=couplings,
    description="U(1)_X portal with vector-like fermions and scalar dark matter",
    reference="1503.06077",
    terms=("R_K", "R_Kstar", "P5prime", "Bs_mumu", "delta_m_s", "trident", "planck"),
    further=(
        "B_K_nunu",
        "S_psiphi",
        "a_fs_s",
        "a_mu",
        "h_mumu",
        "dimuon",
        "heavy_quark",
        "heavy_lepton",
        "lux",
        "pandax",
        "xenon1t",
        "pandax4t",
        "lz",
        "fermi_dwarfs",
        "cmb",
        "hess",
        "cta",
    ),
    vetoes=(
        "masses must be positive",
        "g_x must be positive",
        "couplings are not perturbative: 2 g_x, |lam_q_b|, |lam_q_s|, |lam_l_mu| or |lam_h| > 4π",
    ),
    differences=(
        ("Eq. (8)", "λ_t < 0 kept: C9 < 0 needs λ_b λ_s < 0", "sign of C9 for the paper's benchmarks"),
        ("Eq. (9)", "α(m_b) instead of α(m_Z); e²/4π, printed e²/4π²", "C9 larger by 3 %"),
        (
            "text on h → μμ",
            "mass and coupling of the muon shrink together, g_hμμ = (m_μ/v)(1 - (m_μ tan θ/M_L)²)",
            "g_hμμ that of the Standard Model, printed reduced: 0.65 at g_X = 0.3",
        ),
        (
            "text after Eq. (25)",
            "C9 = -C10 < 0 weakens the C10 of the Standard Model, B_s → μμ is rarer",
            "C10 changes by -12 % at the text's C9, printed +6 %",
        ),
        ("Fig. 3", "tree level, Eqs. (8), (21)", "|C9| is 2.7 % of its SM value at (0.3, 2 TeV), drawn as 12 %"),
        (
            "Eq. (23)",
            "propagator (s - m²)² + m² Γ², printed with a minus",
            "the printed cross section diverges at |s - m²| = m Γ",
        ),
    ),
)
