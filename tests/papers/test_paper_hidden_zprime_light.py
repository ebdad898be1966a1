"""Numbers quoted in 1702.00395, the light hidden Z′ (``hidden_zprime_light.yaml``)."""

import numpy as np
import pytest
from paper import Paper, solve
from points import predict, record

from fitter.figures import Settings
from fitter.figures.antiprotons import TARGETS, enhancement_needed
from fitter.figures.judgement import crossings
from likelihoods.amplitudes.sommerfeld import hulthen

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


def test_every_entry_is_computed_or_says_why_not():
    paper.check_entries()


@pytest.mark.parametrize("name", paper.numbers)
def test_number(name):
    paper.check(name)
