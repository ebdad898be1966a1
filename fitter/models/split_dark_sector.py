r"""Split dark sector with a light vector (Darmé, Fedele, Kowalska, Sessolo, 2002.11150).

A heavy coloured scalar Φ and light dark fermions χ_i close a penguin that couples a dark photon V to s̄b; V couples
to muons directly:

.. math:: L ⊃ y_d^{ij} φ_d^* χ̄_i P_L d_j + h.c. + (g_μ^V μ̄ γ_ν μ + g_μ^A μ̄ γ_ν γ_5 μ) V^ν  \quad (5), (6)

The penguin, Eq. (11): g_{Vbs} = g̃ q², g̃ = (1/16π² m_Φ²) Σ_i g_D Q_Φ y_s^{i*} y_b^i [F̃_9(x_i) + G̃_9(x_i)].

Prefactor of Eqs. (7), (11). The paper prints 1/32π². Derivation of 1/16π² from the leading logarithm: integrating Φ
out at tree level gives (y_s^* y_b/m_Φ²)(s̄ P_R χ)(χ̄ P_L b) = -(y_s^* y_b/2m_Φ²)(s̄ γ^μ P_L b)(χ̄ γ_μ P_R χ). The χ loop
that joins the right-handed current to V's vector current is half the QED vacuum polarisation,
½ (g_D Q/12π²) ln(m_Φ²/m_χ²)(q² g^{μν} - q^μ q^ν). The product, g_D Q y_s^* y_b q² ln(1/x)/(48π² m_Φ²), equals
(1/16π²) times the logarithm of F̃_9 + G̃_9, -(ln x)/3; with 1/32π² it would be half of that.

The whole loop, with Feynman parameter z of the two equal propagators, D = z x + 1 - z and massless external quarks: V
on the fermion line has numerator k̸' γ^μ k̸ + m² γ^μ with Δ = m_Φ² D - a b q², a + b = z, and its q² γ^μ part is
-(Q_χ/16π² m_Φ²) ∫dz [z³/3D + x z³/6D²]; V on the scalar line gives -(Q_Φ/16π² m_Φ²) ∫dz (1-z)³/6D. With Q_χ = -Q_Φ
the sum is (Q_Φ/16π² m_Φ²)(F̃_9 + G̃_9) at every x (``tests/test_loop_functions.py``). The same functions stand with
1/16π² in hep-ph/9510309, as A_1 of its neutralino and chargino loops.

In b → s ℓ ℓ the width of V runs as Γ q²/m_V², which is exact for massless decay products.

B_s → μμ. Eqs. (19), (20) use a vertex g̃ q² γ^μ in unitary gauge. But the loop conserves the dark current, and b and s
carry no dark charge: contracted with q_μ, V on the fermion line gives S(k') q̸ S(k) = S(k) - S(k') and V on the scalar
line the same difference of propagators with Q_Φ = -Q_χ, so that q_μ Γ^μ = Q_b Σ(p) - Q_s Σ(p') = 0 at any momenta and
masses. The vertex is then g̃ (q² γ^μ - q̸ q^μ) and a dipole (down by m_b/m_Φ, and without matrix element here). To all
orders: ⟨0|J_D^μ|B_s⟩ can only be F q^μ, conservation gives F q² = 0, and at q² = m_Bs² F = 0. So V does not mediate
B_s → μμ, whatever its muon couplings, nor the timelike amplitude of B → K^(*) μμ. With the printed vertex F ∝ q², and
the propagator leaves q_μ (q²/(q² - m_V²)) (1 - q²/m_V²) = -q_μ q²/m_V²: what Eqs. (19) and (20) add up to, and
``scheme="paper"`` keeps (its Figs. 4 and 5). This needs m_χ and m_Φ not to come from the breaking of U(1)_D, as here.

Kinetic mixing, Eq. (28). A loop of Φ mixes V with hypercharge, as a Dirac fermion would with 4 times a complex scalar's
share: between Λ, where the mixing is switched off, and m_Φ it grows to

.. math:: ε = \frac{g_D e}{12π^2} \frac14 \ln\frac{Λ^2}{m_Φ^2} \sum N_3 Y Q_Φ, \qquad \sum N_3 Y = 3 · 2 · \tfrac16 .

The paper prints 1/8 for 1/4 and no logarithm (unity). The parameter ``ln_uv`` is that logarithm, by default 0: other
fields of the ultraviolet completion may cancel the loop.
"""

import numpy as np

from fitter.model import Model
from fitter.parameter import Parameter
from fitter.prior import LogUniform, SignedLog, Uniform
from likelihoods.amplitudes.mixing import VECTOR, VLL, run_pair
from likelihoods.amplitudes.vector_decay import mediator_width
from likelihoods.couplings import DIRAC, FERMIONS, LEPTONS, PAPER, POLES
from likelihoods.kernel import kernel
from likelihoods.loop_functions import box, penguin
from likelihoods.matching import match_light_vector
from likelihoods.qcd import MU_B

MU, F_MU, F_NU_MU = LEPTONS.index("mu"), FERMIONS.index("mu"), FERMIONS.index("nu_mu")
C10 = POLES.index("C10")
_PERTURBATIVE = 4 * np.pi


@kernel
def kinetic_mixing(g_d, ln_uv, paper, s):
    """ε of V with the photon from the doublet Φ, Eq. (28), times the logarithm; g_Y cos θ_W = e."""
    share = 0.125 if paper else 0.25
    return share * g_d * np.sqrt(4.0 * np.pi * s.alpha_em_0) * ln_uv / (12.0 * np.pi**2)


@kernel
def couplings(theta, sm, out):
    """Parameters m_v, g_mu_v, r_av, g_d, r, m_chi, m_phi, m_chi_2, delta_y, g_nu, ln_uv; Q_Φ = 1."""
    for i in range(out.size):
        s, p = sm[i if sm.size > 1 else 0], out[i]
        m_v, g_v, g_d, r = theta[i, 0], theta[i, 1], theta[i, 3], theta[i, 4]
        m_chi, m_phi, m_chi_2, delta_y, g_nu = theta[i, 5], theta[i, 6], theta[i, 7], theta[i, 8], theta[i, 9]
        g_a = theta[i, 2] * g_v
        if not (m_v > 0.0 and m_chi >= 0.0 and m_phi > 0.0 and m_chi_2 >= 0.0):
            p.veto = 3
            continue
        if abs(r) > _PERTURBATIVE * g_d:
            p.veto = 1
            continue
        if m_chi >= m_phi or m_chi_2 >= m_phi:
            p.veto = 2
            continue
        if max(abs(g_v), abs(g_a), abs(g_d), abs(g_nu), abs(delta_y)) > _PERTURBATIVE:
            p.veto = 4
            continue
        paper = p.scheme == PAPER
        alpha = s.alpha_em_0 if paper else s.alpha_em_mb
        # Eq. (11), with a second fermion whose Yukawas are tuned to y_s^1 y_b^1 + y_s^2 y_b^2 = delta_y
        y1 = r / g_d
        x1, x2 = (m_chi / m_phi) ** 2, (m_chi_2 / m_phi) ** 2
        loop = y1 * penguin(x1)
        box_sum = y1 * y1 * box(x1, x1)
        if m_chi_2 > 0.0:
            y2 = delta_y - y1
            loop += y2 * penguin(x2)
            box_sum += 2.0 * y1 * y2 * box(x1, x2) + y2 * y2 * box(x2, x2)
        g_tilde = g_d * loop / ((32.0 if paper else 16.0) * np.pi**2 * m_phi**2)
        p.m_med = m_v
        p.g_left[F_MU], p.g_right[F_MU] = g_v - g_a, g_v + g_a
        p.g_left[F_NU_MU] = g_nu
        p.g_sb_q2 = g_tilde
        p.kinetic_mixing = kinetic_mixing(g_d, theta[i, 10], paper, s)
        p.dm_spin = DIRAC
        p.m_dm = m_chi
        p.g_dm = g_d
        # Eq. (9), with the neutrino's channel and that of the second dark fermion; Eq. (7)
        if m_chi_2 > 0.0:
            p.pair_m1[0], p.pair_m2[0], p.pair_left[0], p.pair_right[0] = m_chi_2, m_chi_2, g_d, g_d
            p.pair_number[0], p.dark_pairs = 1.0, 1
        width = mediator_width(p, s)
        match_light_vector(p, s, alpha, width)
        p.pole_running = 0 if paper else 1
        p.pole_transverse = 0 if paper else 1
        if paper:
            # Eqs. (19), (20); the paper's O_P has no factor m_b
            m_bs2 = s.m_Bs**2
            c10 = p.pole_b[C10, MU] * m_bs2 / complex(m_bs2 - m_v**2, m_v * width)
            p.CP[MU] = -2.0 * s.m_mu * (s.m_b + s.m_s) / m_v**2 * c10 / s.m_b
        # Eq. (17); the exchange of V, Eq. (13), came with the matching. H = -Σ C O
        running, _ = run_pair(1.0, 0.0, VECTOR, m_phi, MU_B, s)
        p.mixing[VLL] -= running * box_sum / (128.0 * np.pi**2 * m_phi**2)


MODEL = Model(
    name="split_dark_sector",
    parameters=(
        Parameter("m_v", Uniform(0.6, 15.0), "GeV", "m_V", "mass of the dark photon"),
        Parameter("g_mu_v", LogUniform(1e-3, 0.2), "", r"g_\mu^V", "vector coupling of V to muons"),
        Parameter("r_av", Uniform(-1.0, 0.0), "", r"r_{AV}", "axial over vector coupling to muons"),
        Parameter("g_d", Uniform(0.0, 4.0), "", "g_D", "dark gauge coupling"),
        Parameter("r", SignedLog(0.03, 10.0), "", "r", "g_D Q_Φ y_s^* y_b; its sign is the branch of Table 1"),
        Parameter("m_chi", LogUniform(1e-3, 10.0), "GeV", r"m_\chi", "mass of the dark fermion", 1e-3),
        Parameter("m_phi", LogUniform(500.0, 5e3), "GeV", r"m_\Phi", "mass of the coloured scalar", 1e3),
        Parameter(
            "m_chi_2", LogUniform(1e-3, 100.0), "GeV", r"m_{\chi_2}", "mass of a second dark fermion, 0: none", 0.0
        ),
        Parameter("delta_y", Uniform(-0.1, 0.1), "", r"\delta_Y", "y_s^1 y_b^1 + y_s^2 y_b^2, with two fermions", 0.0),
        Parameter("g_nu", LogUniform(1e-4, 0.2), "", r"g_\nu", "left-handed coupling of V to ν_μ", 0.0),
        Parameter("ln_uv", Uniform(0.0, 10.0), "", r"\ln\Lambda^2/m_\Phi^2", "logarithm of the kinetic mixing", 0.0),
    ),
    couplings=couplings,
    description="split dark sector: penguin with a light vector and dark fermions",
    reference="2002.11150",
    terms=("R_K", "R_Kstar", "P5prime", "Bs_mumu", "a_mu", "B_K_invisible", "B_K_resonance", "drell_yan"),
    further=(
        "delta_m_s",
        "S_psiphi",
        "trident",
        "Z_4mu",
        "light_dimuon",
        "t_to_c_mumu",
        "mumu_invisible",
        "four_muons",
        "dark_photon",
        "planck",
        "cmb",
        "n_eff",
        "lux",
        "pandax",
        "pandax4t",
        "xenon1t",
    ),
    vetoes=(
        "Yukawa couplings are not perturbative: |y_s y_b| = |r|/g_D > 4π",
        "m_chi or m_chi_2 >= m_phi",
        "masses must be positive",
        "couplings are not perturbative: |g_mu_v|, |r_av g_mu_v|, |g_d|, |g_nu| or |delta_y| > 4π",
    ),
    differences=(
        ("Eqs. (7), (11)", "loop prefactor 1/16π² instead of 1/32π²", "g̃ twice as large"),
        ("Eqs. (7), (19)", "α(m_b) instead of α(0)", "C9, C10 smaller by 3.6 %"),
        (
            "Eqs. (19), (20)",
            "conserved dark current: V does not mediate B_s → μμ",
            "removes the paper's cut m_V > 1.4 GeV, where BR(B_s → μμ) as printed is 2.2 times the Standard Model's "
            "for C9(3.5 GeV²) = -0.7, g_A = -0.44 g_V",
        ),
        ("Eq. (7)", "running width of V", "grows with Γ_V/m_V, which is 0.42 at g_D = 4"),
        (
            "Eq. (22)",
            "integration starts at 4 m_χ² instead of 4 M_μ²",
            "rate larger by 17 at m_V = 0.15 GeV, g_D = 0.1",
        ),
        (
            "Eq. (22)",
            "width of V at q², of every open channel",
            "at m_V = 8 GeV rate larger by 9 % for g_D = 3, 29 % for 4",
        ),
        (
            "Eq. (23)",
            "exact helicity amplitudes for B → K*V",
            "rate larger than with the printed limit of F1 by 5.8 at m_V = 0.25 GeV, by 3.0 at 1.2 GeV",
        ),
        (
            "Eq. (28)",
            "share of a scalar loop 1/4 of a Dirac fermion's, with its logarithm",
            "ε larger by 2 ln(Λ²/m_Φ²)",
        ),
        (
            "Eq. (31)",
            "sign of the exponent; full thermal average, width of V at s",
            "Ωh² at m_χ = 85 MeV, m_V = 8 GeV is 67 instead of 3e-5",
        ),
        (
            "Sec. 4",
            "muon loops keep χ among the electrons at 2 MeV (term n_eff, not a default of this model)",
            "N_eff = 1.6 at m_χ = 1 MeV; below 9.5 MeV excluded at 95 %",
        ),
    ),
)
