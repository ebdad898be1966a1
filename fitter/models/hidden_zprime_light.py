"""Hidden sector with a light Z′ and a split Majorana pair (1702.00395 §4.2).

A dark Higgs φ with ⟨φ⟩ = w/√2 splits χ into Majorana states χ_± of mass M ± f w, m_Z'² = (2 g_χ w)² + (g_q ⟨Φ_q⟩)²; the
q² dependence of the propagator is kept. φ exchange enhances annihilation today and at recombination (``sommerfeld``).
κ|H|²|φ|² mixes φ with the Higgs boson, θ = κ v w/(m_h² - m_φ²), and makes the elastic scattering of Eq. (50).

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
"""

import numpy as np

from fitter.model import Model
from fitter.models.hidden_zprime import THETA_D, coupling, fill_vector, printed_mixing
from fitter.parameter import Parameter
from fitter.prior import LogUniform, Uniform
from likelihoods.amplitudes.mixing import VLL
from likelihoods.amplitudes.vector_decay import mediator_width
from likelihoods.couplings import MAJORANA, PAPER, PERTURBATIVE
from likelihoods.kernel import kernel
from likelihoods.matching import match_light_vector

INELASTIC = 5e-5  # GeV, f w above which no collision with a nucleus lifts χ_- to χ_+ (text after Eq. 42)


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


MODEL = Model(
    name="hidden_zprime_light",
    parameters=(
        coupling("g_q", 1e-4, 0.05, "g_q", "coupling to the third quark doublet"),
        coupling("g_l", 1e-4, 0.05, "g_l", "coupling to the second lepton doublet"),
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
