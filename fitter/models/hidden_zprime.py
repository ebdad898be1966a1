r"""Hidden-sector Z′ coupled to left-handed b, t, μ, ν_μ (Cline, Cornell, London, Watanabe, 1702.00395).

In the gauge basis J = g_q (b̄' γ P_L b' + t̄' γ P_L t') + g_l (μ̄ γ P_L μ + ν̄_μ γ P_L ν_μ), Eqs. (3), (4). The down-type
rotation by θ_D between the second and third generation, Eq. (7), gives s̄b the coupling -g_q sin θ_D cos θ_D, Eq. (8),
and the up-type quarks g_q M with M = V D† P_3 D V†, Eq. (10).

* ``hidden_zprime_heavy`` (§4.1): Dirac dark matter with vector coupling g_χ.
  Annihilation of a χ of 30 to 80 GeV into b quarks at the thermal rate is also what the gamma-ray excess of the
  galactic centre asks for (§5); the paper makes no constraint of it, and there is no term for it here.
  Direct detection is kinetic mixing in the paper, Eqs. (37) to (39): σ_p = 1.6e-45 cm² at the couplings of Eq. (33), at
  the edge of what PandaX-II and LUX left in 2016. But above m_Z the top's Yukawa coupling turns that to q_3 into
  a Higgs current, hence Z exchange, which neutrons see (``likelihoods.amplitudes.nucleon``; 1803.04430 Eq. 4.9 has it
  for the same operator): the same data exclude these couplings for m_Z′ from 110 GeV on.
* ``hidden_zprime_light`` (§4.2): a dark Higgs φ with ⟨φ⟩ = w/√2 splits χ into Majorana states χ_± of mass M ± f w,
  m_Z'² = (2 g_χ w)² + (g_q ⟨Φ_q⟩)²; the q² dependence of the propagator is kept. φ exchange enhances annihilation
  today and at recombination (``sommerfeld``). κ|H|²|φ|² mixes φ with the Higgs boson, θ = κ v w/(m_h² - m_φ²), and
  makes the elastic scattering of Eq. (50).

Freeze-out. φ couples to χ_+ and χ_- with opposite signs: its exchange attracts equal states and repels χ_+ χ_-. The
input ``sommerfeld`` = 1 includes both; Ω h² falls by a factor 1.01 at f = 0.2, 1.3 at 0.5 and 2.9 at 0.9. Default is 0:
the paper leaves it out as 10 to 30 %, and Z′ exchange, as strong and open as long as T exceeds the splitting (today it
is closed), would have to be solved for at the same time; the factor is the size of what is not known.

The quartic coupling of the dark Higgs, λ' = m_φ²/(2w²), is bounded by 4π: m_φ < 5 w, some 30 GeV. The paper does not
ask for it; of its Fig. 7 that leaves out MAX beyond f = 0.66 and MED beyond 0.8 (more with the corrected α of Eq. 47).
Z′ exchange between χ is left out too, which needs f above 0.14 to 0.3 (§4.2.4).

Sommerfeld coupling, Eq. (47). A Majorana field has two contractions with each vertex of L = -½ f φ χ̄χ, so that the
vertex is -i f as for a Dirac fermion with f φ ψ̄ψ; at small momentum transfer both spinor factors are 2m, and exchange
of φ gives the amplitude 4m² f²/(|q|² + m_φ²), the Born amplitude of V = -(f²/4π) e^{-m_φ r}/r. Hence α = f²/4π and
x = α/β = f²/(4πβ); the printed 16π is that of a vertex f/2. Without Feynman rules: by M_± = M ± f w, a φ that varies
slowly shifts the energy of χ_± by ± f φ (w → w + φ), so that χ_± are static sources ∓ f of a field with kinetic term
½(∂φ)²; two equal ones attract with V = -(f²/4π) e^{-m_φ r}/r, χ_+ and χ_- repel. The paper's own masses fix f²/4π.

Sign: H = -L for four-fermion terms, so the new-physics sign of Eqs. (14), (20) is wrong; (8), (15), (22) are right.
"""

import numpy as np

from fitter.model import Model
from fitter.parameter import Parameter
from fitter.prior import LogUniform, Uniform
from likelihoods.amplitudes.mixing import VLL, standard_m12, weights
from likelihoods.amplitudes.vector_decay import mediator_width
from likelihoods.ckm import lambda_t, third_row
from likelihoods.couplings import DIRAC, FERMIONS, MAJORANA, PAPER, PERTURBATIVE
from likelihoods.kernel import kernel
from likelihoods.matching import match_light_vector, match_vector

F_MU, F_NU_MU, F_S, F_B, F_U, F_C, F_T = (FERMIONS.index(name) for name in ("mu", "nu_mu", "s", "b", "u", "c", "t"))
_MAX = float(np.sqrt(4 * np.pi))
INELASTIC = 5e-5  # GeV, f w above which no collision with a nucleus lifts χ_- to χ_+ (text after Eq. 42)


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
        if max(abs(g_q), abs(g_l)) > PERTURBATIVE or abs(theta[i, 2]) > _MAX:
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


@kernel
def light_couplings(theta, sm, out):
    """Parameters g_q, g_l, g_chi, f, m_phi, m_zp, m_chi, theta_d, kappa, vev_q; m_chi is the mass of χ_-."""
    for i in range(out.size):
        s, p = sm[i if sm.size > 1 else 0], out[i]
        g_q, g_chi, f, m_zp, m_chi = theta[i, 0], theta[i, 2], theta[i, 3], theta[i, 5], theta[i, 6]
        if not (m_zp > 0.0 and theta[i, 4] > 0.0 and theta[i, 9] >= 0.0):
            p.veto = 4
            continue
        # Eq. (42), text: m_Z'² = (2 g_χ w)² + (g_q ⟨Φ_q⟩)²
        dark2 = m_zp**2 - (g_q * theta[i, 9]) ** 2
        if dark2 <= 0.0:
            p.veto = 1
            continue
        if not (g_chi > 0.0 and f >= 0.0):  # f < 0 would make χ_+ the lighter state
            p.veto = 5
            continue
        w = np.sqrt(dark2) / (2.0 * g_chi)
        if m_chi <= m_zp or m_chi <= theta[i, 4]:
            p.veto = 2
            continue
        if max(abs(g_q), abs(theta[i, 1]), g_chi, abs(f), abs(theta[i, 8])) > PERTURBATIVE:
            p.veto = 6
            continue
        # λ' = m_φ²/(2 w²), text after Eq. (42)
        if p.scheme != PAPER and theta[i, 4] ** 2 > 2.0 * PERTURBATIVE * w**2:
            p.veto = 7
            continue
        if abs(f) * w < INELASTIC:
            p.veto = 8
            continue
        fill_vector(p, s, g_q, theta[i, 1], theta[i, 7], m_zp)
        match_light_vector(p, s, s.alpha_em_mb, mediator_width(p, s))
        if p.scheme == PAPER:
            p.mixing[VLL] = printed_mixing(p, s, m_zp**2 - s.m_Bs**2)
        p.dm_spin = MAJORANA
        p.m_dm = m_chi
        p.splitting = 2.0 * f * w
        # Eq. (47): x = f²/(16πβ) in the paper, α = f²/4π derived in likelihoods/amplitudes/sommerfeld.py
        p.alpha_yukawa = f * f / ((16.0 if p.scheme == PAPER else 4.0) * np.pi)
        p.alpha_mixed = -p.alpha_yukawa  # φ couples to χ_+ and χ_- with opposite signs
        p.m_yukawa = theta[i, 4]
        # Eq. (50) with both exchanges: f θ (1/m_φ² - 1/m_h²)/v, in which v and m_h² - m_φ² cancel
        p.higgs_portal = f * theta[i, 8] * w / (theta[i, 4] * s.m_h) ** 2
        # Eqs. (43), (44); the weights 1/4, 1/2, 1/4 of Eq. (45) are those of two nearly degenerate states
        ratio = f * m_zp / (g_chi * m_chi)
        p.sigmav_s[0] = p.sigmav_s[2] = g_chi**4 / (16.0 * np.pi * m_chi**2) * (1.0 - 2.0 * ratio)
        p.sigmav_s[1] = (g_chi**2 - f**2) ** 2 / (16.0 * np.pi * m_chi**2) * (1.0 - ratio)
        if ratio >= 0.5:
            p.veto = 3


def _coupling(name: str, low: float, high: float, latex: str, description: str) -> Parameter:
    return Parameter(name, LogUniform(low, high), "", latex, description)


THETA_D = Parameter("theta_d", LogUniform(1e-4, 0.3), "rad", r"\theta_D", "mixing angle of s_L and b_L")

HEAVY = Model(
    name="hidden_zprime_heavy",
    parameters=(
        _coupling("g_q", 1e-3, _MAX, "g_q", "coupling to the third quark doublet"),
        _coupling("g_l", 1e-3, _MAX, "g_l", "coupling to the second lepton doublet"),
        _coupling("g_chi", 1e-3, _MAX, r"g_\chi", "vector coupling to the dark matter χ"),
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

LIGHT = Model(
    name="hidden_zprime_light",
    parameters=(
        _coupling("g_q", 1e-4, 0.05, "g_q", "coupling to the third quark doublet"),
        _coupling("g_l", 1e-4, 0.05, "g_l", "coupling to the second lepton doublet"),
        Parameter("g_chi", Uniform(0.3, 1.2), "", r"g_\chi", "gauge coupling of the dark matter"),
        Parameter("f", Uniform(0.05, 1.2), "", "f", "Yukawa coupling of the dark Higgs to χ"),
        Parameter("m_phi", LogUniform(1.0, 100.0), "GeV", r"m_\varphi", "mass of the dark Higgs"),
        Parameter("m_zp", Uniform(10.3, 20.0), "GeV", "m_{Z'}", "mass of the Z′"),
        Parameter("m_chi", Uniform(1e3, 3e3), "GeV", r"m_\chi", "mass of the dark matter χ_-"),
        THETA_D,
        Parameter("kappa", LogUniform(1e-7, 5e-4), "", r"\kappa", "Higgs portal |H|²|φ|²", 0.0),
        Parameter("vev_q", Uniform(100.0, 2e3), "GeV", r"\langle\Phi_q\rangle", "vev of Φ_q", 870.0),
    ),
    couplings=light_couplings,
    description="hidden sector with a light Z′ and a split Majorana pair",
    reference="1702.00395 §4.2",
    terms=("R_K", "R_Kstar", "P5prime", "Bs_mumu", "delta_m_s", "trident", "Z_4mu", "planck", "cmb", "fermi_dwarfs"),
    further=(
        "B_K_nunu",
        "B_Kstar_nunu",
        "S_psiphi",
        "a_mu",
        "light_dimuon",
        "lux",
        "pandax",
        "pandax4t",
        "lz",
        "xenon1t",
        "hess",
        "cta",
        "antiproton_bump",
        "bbn",
    ),
    vetoes=(
        "g_q vev_q >= m_zp: no room for the dark Higgs to give the Z′ its mass",
        "m_chi <= m_zp or m_phi: annihilation to Z′Z′ or Z′φ is closed",
        "f m_zp/(g_chi m_chi) >= 1/2: the expansion of Eqs. (43), (44) fails",
        "masses and vev_q must be positive",
        "g_chi must be positive, f not negative: χ_- is the lighter state",
        "couplings are not perturbative: |g_q|, |g_l|, g_chi, |f| or |kappa| > 4π",
        "the dark Higgs is not perturbative: λ' = m_phi²/(2 w²) > 4π, w = √(m_zp² - (g_q vev_q)²)/(2 g_chi)",
        "f w <= 50 keV: collisions with nuclei excite χ_-, which direct detection leaves out",
    ),
    differences=(
        (
            "Sec. 3.7",
            "propagator 1/(m² - q²) in every bin, not 1/(m² - m_b²)",
            "C9 smaller by 12 to 8 % at q² = 1 to 6 GeV²",
        ),
        (
            "Eq. (47)",
            "x = f²/(4πβ) instead of f²/(16πβ)",
            "m_φ for a given enhancement larger by about 4: λ' > 4π for MED and MAX at f = 0.5",
        ),
        (
            "Eq. (46)",
            "φ exchange at freeze-out if the input sommerfeld is 1; by default neglected, as in the paper",
            "Ω h² smaller by 1.01, 1.3, 2.9 at f = 0.2, 0.5, 0.9",
        ),
        (
            "Table II",
            "as many annihilations into b as into light quarks, not as many antiprotons (term antiproton_bump)",
            "σv lower by 0.78 for as many antiprotons",
        ),
        ("Eqs. (16), (17)", "same η_B on new physics and SM, QCD running from m_Z'", "ΔM_s shift smaller by 1.66"),
        ("text after Eq. (42)", "λ' = m_φ²/(2w²) < 4π asked for", "m_φ < 31 GeV at g_χ = 0.93, f = 0.9"),
        ("Eq. (49)", "4.1e-28 (2015), 3.2e-28 (2018) for a self-conjugate χ", "CMB limit stronger by 2"),
    ),
)
