"""Numbers quoted in 1702.00395, the light hidden Z′ (``hidden_zprime_light.yaml``)."""

import numpy as np
import pytest
from paper import Paper, solve
from points import predict, record

import likelihoods
from fitter.figures import Settings, reproduce
from fitter.figures.antiprotons import TARGETS, enhancement_needed
from fitter.figures.judgement import crossings
from likelihoods.amplitudes.sommerfeld import hulthen
from likelihoods.units import CM3_PER_S

paper = Paper("hidden_zprime_light")

LIGHT = {
    "g_q": 0.0048,
    "g_l": 0.0024,
    "g_chi": 0.9,
    "f": 0.5,
    "m_phi": 8.0,
    "m_zp": 12.0,
    "m_chi": 1950.0,
    "theta_d": 0.006,
}


@paper.number("003.4.2")
def breaking_scales():
    c = record("hidden_zprime_light", **LIGHT)
    return [0.0048 * 870.0, c["splitting"] * 0.9 / 0.5]


@paper.number("003.Fermi")
def trident_at_twelve_gev():
    def excess(g_l):
        point = LIGHT | {"g_l": g_l, "m_zp": 12.0}
        return predict("hidden_zprime_light", "trident_ratio", {"sin2_theta_w": 0.2223}, **point) - 0.82 - 1.96 * 0.28

    return solve(excess, 1e-3, 0.1)


@paper.number("003.F1")
def four_muons():
    return [
        predict("hidden_zprime_light", "BR(Z->4mu)", **(LIGHT | {"g_l": g, "g_q": g, "vev_q": 1.0}))
        for g in (0.05, 0.02)
    ]


@paper.number("003.43-44")
def light_annihilation():
    rows = []
    for g, f in ((0.9, 0.5), (0.5, 0.9)):
        c = record("hidden_zprime_light", **(LIGHT | {"g_chi": g, "f": f}))
        unit = 16 * np.pi * 1950.0**2
        rows.append([c["sigmav_s"][0] * unit / g**4, c["sigmav_s"][1] * unit / (g**2 - f**2) ** 2])
    return rows


@paper.number("003.47")
def coulomb_limit():
    """S of a massless mediator over π x/(1 - e^{-πx}), x = 0.7."""
    return hulthen(0.01, 1e3, 1e-9, 0.01 / 0.7) / (np.pi * 0.7 / -np.expm1(-np.pi * 0.7))


@paper.number("003.fb")
def smallest_yukawa():
    """f at which 2 f w is α′² M/2, α′ = g_χ²/4π, M = 1950 GeV, at g_χ = 0.78 and 0.9."""

    def excess(f, g):
        c = record("hidden_zprime_light", **(LIGHT | {"g_chi": g, "f": f}))
        return c["splitting"] - (g * g / (4 * np.pi)) ** 2 * 1950.0 / 2

    return [solve(lambda f, g=g: excess(f, g), 0.01, 0.9) for g in (0.78, 0.9)]


@paper.number("003.48")
def velocity_at_recombination():
    """√(2/(m_χ T_kd)) T_γ(z = 600), T_kd = m_Z′/3; k_B 2.7255 K = 2.3487e-13 GeV."""
    photons = 601 * 2.3487e-13
    return np.sqrt(2 / (1800.0 * LIGHT["m_zp"] / 3)) * photons


@paper.number("003.kap")
def portal_coupling():
    point = LIGHT | {"f": 0.4, "g_q": 1e-6, "m_phi": 1e-3, "kappa": 1.0, "g_chi": LIGHT["m_zp"] / 2 / 6.2}
    c = record("hidden_zprime_light", **point)
    return 1e-3 / (c["higgs_portal"] * 1e-6 * 246.22)


@paper.number("003.hphi")
def higgs_to_dark_higgs():
    return (5e-4 * 246.22 / 4.18) ** 2


@paper.number("003.CMB")
def largest_annihilation():
    """f_eff S σv = p_ann m at the paper's 8.2e-28, from the model's p_ann."""
    point = LIGHT | {"m_chi": 1800.0, "m_phi": 20.0}
    p_ann, sigma = (predict("hidden_zprime_light", name, **point) for name in ("p_ann", "sigmav_v0"))
    assert 0.1 < p_ann * 1800.0 / sigma < 1000  # f_eff S
    return p_ann * 1800.0 * (8.2e-28 / p_ann)


@paper.number("003.F7")
def masses_of_the_dark_higgs():
    m_phi, found = np.geomspace(0.5, 300, 6000), {}
    for label in ("MIN", "MED", "MAX"):
        m_chi, found[label] = TARGETS[label][0], {}
        for f in (0.3, 0.5, 0.7, 0.8, 0.9, 1.0):
            _, needed = enhancement_needed(Settings(), f, label)
            found[label][f] = []
            for unit in (16, 4):
                values = np.array([hulthen(f * f / (unit * np.pi), m_chi, m, 1e-3) for m in m_phi])
                found[label][f].append(crossings(m_phi, values, needed)[-4:])
    return found


@paper.number("003.12pc")
def light_propagator():
    """C9 at q² = 0 over that at q² = m_b²: what is missing to one."""
    c = record("hidden_zprime_light", **LIGHT)
    m_b2 = likelihoods.default_inputs().value("m_b") ** 2
    pole = c["pole_a"][0, 1].real
    return 1 - (pole / -144.0) / (pole / (m_b2 - 144.0))


@paper.number("003.30b")
def muon_fraction():
    """For g_q = g_l and g_q = 2 g_l."""
    point = LIGHT | {"g_l": 0.002, "theta_d": 1e-6}
    return [
        predict("hidden_zprime_light", "BR(V->mumu)", {"m_b": 4.18}, **(point | {"g_q": n * 0.002})) for n in (1, 2)
    ]


@paper.number("003.amu")
def muon_moment():
    return predict("hidden_zprime_light", "a_mu", **(LIGHT | {"g_l": 0.02}))


@paper.number("003.46")
def relic_constraint():
    """g_χ⁴ + (g_χ² - f²)² of (σv)_eff = 2.3e-26 cm³/s at 1950 and 1800 GeV, in the limit m_Z′ ≪ m_χ."""
    found = []
    for m_chi in (1950.0, 1800.0):
        point = LIGHT | {"m_chi": m_chi, "f": 0.02, "g_q": 1e-4, "m_zp": 1.0, "m_phi": 0.5}
        effective = record("hidden_zprime_light", **point)["sigmav_s"] @ np.array([0.25, 0.5, 0.25])
        found.append(2.3e-26 * CM3_PER_S / effective * (0.9**4 + (0.9**2 - 0.02**2) ** 2))
    return found


@paper.number("003.F6")
def relic_curve():
    """MED, MAX and MIN: g_χ at f = 0, largest g_χ, largest f."""
    numbers = reproduce("003-6", Settings(points=120)).numbers
    wanted = ("g_chi at f = 0", "largest g_chi", "largest f")
    return [[numbers[f"{name}, {label}"] for name in wanted] for label in ("MED, MAX", "MIN")]


def annihilation_today(g_chi, m_chi):
    """σv [cm³/s] of χ_- χ_- → Z′Z′ without enhancement at small f."""
    c = record("hidden_zprime_light", **(LIGHT | {"g_chi": g_chi, "m_chi": m_chi, "f": 0.1}))
    return c["sigmav_s"][0] / CM3_PER_S


@paper.number("003.range")
def annihilation_of_the_horizontal_branch():
    """At g_χ = 0.75, m_χ = 1800 GeV and g_χ = 0.9, m_χ = 1950 GeV."""
    return [annihilation_today(0.75, 1800.0), annihilation_today(0.9, 1950.0)]


@paper.number("003.S")
def enhancements():
    """MAX, MED, MIN over the cross sections that the paper divides by."""
    low, high = annihilation_of_the_horizontal_branch()
    return [TARGETS[label][1] / sigma for label, sigma in (("MAX", high), ("MED", high), ("MIN", low))]


@paper.number("003.II")
def antiproton_targets():
    """σv [1e-26 cm³/s] of Table II, right: MIN, MED, MAX."""
    numbers = reproduce("003-II").numbers
    return [numbers[f"{label}: sigma v at {TARGETS[label][0]:g} GeV [1e-26 cm^3/s]"] for label in TARGETS]


@paper.number("003.F5")
def antiproton_energy():
    """Peaks [GeV] of E³ dN/dE for m_Z′ = 12 GeV: MIN, MED, MAX."""
    numbers = reproduce("003-5", Settings(points=60)).numbers
    return [numbers[f"peak of E^3 dN/dE, b, {label} [GeV]"] for label in TARGETS]


@paper.number("003.vmin")
def saturation():
    """S at 1e-6 over that at 1e-3 on solutions of Fig. 7: MIN at f = 0.7 and 0.9, MED and MAX."""
    rows = []
    for label, f, masses in (
        ("MIN", 0.7, (3.7262, 6.9277, 15.046)),
        ("MIN", 0.9, (7.334, 10.061, 26.06)),
        ("MED", 0.9, (40.135,)),
        ("MAX", 0.9, (67.738,)),
    ):
        m_chi, alpha = TARGETS[label][0], f * f / (16 * np.pi)
        rows.append([hulthen(alpha, m_chi, m, 1e-6) / hulthen(alpha, m_chi, m, 1e-3) for m in masses])
    return rows


@paper.number("003.50")
def higgs_coupling_of_nucleons():
    """y_h of σ_N = (y_h f θ m_N)²/π m_φ⁴."""
    point = LIGHT | {"f": 0.4, "m_phi": 12.0, "g_q": 1e-6, "kappa": 1e-4}
    sigma = predict("hidden_zprime_light", "sigma_si_p", **point) / 3.893794e-28
    f_theta = 0.4 * 1e-4 * 246.22 * 12.0 / 1.8 / (125.25**2 - 144.0)
    return float(np.sqrt(np.pi * sigma)) * 144.0 / (f_theta * 0.938272)


@paper.number("003.BBN")
def deuterium():
    """S σv [cm³/s] at 1800 GeV at the limit of hadronic injection, quarks alone."""
    (row,) = likelihoods.Likelihood.of(["bbn"], data="2017-02").rows
    point = LIGHT | {"m_chi": 1800.0, "m_phi": 20.0, "g_l": 1e-5, "f": 0.05}
    injected, sigma, enhanced = (
        predict("hidden_zprime_light", name, **point) for name in ("hadronic_injection", "sigmav_v0", "sommerfeld")
    )
    return enhanced * sigma / injected * row.limit


def test_every_entry_is_computed_or_says_why_not():
    paper.check_entries()


@pytest.mark.parametrize("name", paper.numbers)
def test_number(name):
    paper.check(name)
