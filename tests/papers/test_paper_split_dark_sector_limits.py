"""Numbers quoted in 2002.11150: limits and lines of figures (``split_dark_sector_limits.yaml``)."""

import numpy as np
import pytest
from paper import DEFAULT, M_MU, MU, TEV, Paper, solve, with_v
from points import predict, record, scan
from scipy.optimize import brentq

import likelihoods
from fitter.figures import Settings
from fitter.figures.split_scan import mixing_slope
from likelihoods.amplitudes.mixing import VECTOR, VLL, run_pair
from likelihoods.couplings import empty
from likelihoods.form_factors import PLUS, scalar_form_factors
from likelihoods.matching import match_mixing
from likelihoods.qcd import MU_B
from likelihoods.table import load_table
from likelihoods.units import PS

paper = Paper("split_dark_sector_limits")

SPLIT = {"m_v": 5.0, "g_mu_v": 0.03, "r_av": 0.0, "g_d": 1.0, "r": 1.0}


def split(scheme="paper", inputs=None, **values):
    return record("split_dark_sector", scheme, inputs, **(SPLIT | values))


def muon_moment(**values):
    return predict("split_dark_sector", "a_mu", **(SPLIT | {"r": 0.1} | values))


@paper.number("004.13")
def coupling_of_mixing():
    """|g̃|/m_V from exchange of a V far above the B_s, C = g̃² m_Bs⁴/(2 m_V²), against 0.6e-5 TeV^-2."""
    c = empty()
    c["m_med"], c["g_sb_q2"] = 1e3, 1e-8
    match_mixing(c[0], DEFAULT.central[0], 0.0)
    running, _ = run_pair(1.0, 0.0, VECTOR, 1e3, MU_B, DEFAULT.central[0])
    return float(np.sqrt(0.6e-5 / (abs(c["mixing"][0, VLL]) / running * TEV**2))) * 1e-8 / 1e3


@paper.number("004.14")
def coupling_of_the_moment():
    return float(np.sqrt(4e-9 / muon_moment(m_v=15.0))) * 0.03 / 15.0


@paper.number("004.16")
def largest_coupling():
    return [float(np.sqrt(4e-9 / muon_moment(m_v=m))) * 0.03 for m in (1e-3, 1e-2, 0.05, 0.1, 0.2)]


@paper.number("004.24")
def heavy_limits():
    unit = (0.03 * M_MU / 100.0) ** 2 / (8 * np.pi**2)
    vector, both = muon_moment(m_v=100.0), muon_moment(m_v=100.0, r_av=-1.0)
    return [vector / unit, (both - vector) / unit]


@paper.number("004.25")
def cancelling_ratio():
    return [brentq(lambda r, m=m: muon_moment(m_v=m, r_av=r), -1, -0.1) for m in (0.5, 1.0, 2.0, 5.0, 10.0)]


@paper.number("004.26")
def drell_yan():
    return [0.03 / predict("split_dark_sector", "drell_yan_ratio", **(SPLIT | {"m_v": m})) for m in (2.0, 5.0)]


@paper.number("004.27")
def neutrino_coupling():
    def excess(g):
        return (
            predict("split_dark_sector", "trident_ratio", **(SPLIT | {"m_v": 15.0, "g_mu_v": g, "g_nu": g}))
            - 0.82
            - 0.56
        )

    return solve(excess, 1e-3, 0.2) / 15.0


@paper.number("004.20")
def pseudoscalar_amplitude():
    m_bs, m_b, m_s = (DEFAULT.value(name) for name in ("m_Bs", "m_b", "m_s"))
    factors = []
    for m_v in (1.0, 1.4, 2.0, 5.0, 10.0):
        c = split(m_v=m_v, r_av=-0.44, g_d=1e-2, r=1e-3)
        c10 = c["pole_b"][2, MU] * m_bs**2 / (m_bs**2 - m_v**2)
        factors.append((1 + (m_bs**2 / (2 * M_MU * (m_b + m_s)) * c["CP"][MU] * m_b) / c10).real)
    return factors


@paper.number("004.21")
def bounds_of_invisible_decays():
    """f₊(0), and g_Vbs(3.5 GeV²) of B(B → KV) = 1.5e-5 at m_V = 0.01, 0.1, 1 GeV."""
    ff = np.empty(3)
    s = DEFAULT.central[0]
    scalar_form_factors(0.0, s["m_Bu"], s["m_Ku"], s["ff_BK"], ff)
    bounds = []
    for m_v in (0.01, 0.1, 1.0):
        point = SPLIT | {"m_v": m_v, "g_mu_v": 1e-9, "g_d": 1e-3, "r": 1e-3}
        rate = predict("split_dark_sector", ("BR(B+->Kchichi)", (0.0, 22.9)), **point)
        bounds.append(3.5 * abs(split("corrected", **point)["g_sb_q2"]) * float(np.sqrt(1.5e-5 / rate)))
    return [float(ff[PLUS]), *bounds]


@paper.number("004.31t")
def forbidden_masses():
    """m_χ/m_μ of Ω h² = 0.12 at (m_V [GeV], g_V) = (8, 0.05), (5, 0.1), α_D = 1."""
    found = []
    for m_v, g in ((8.0, 0.05), (5.0, 0.1)):
        point = SPLIT | {"m_v": m_v, "g_mu_v": g, "g_d": np.sqrt(4 * np.pi), "r": 0.1}
        found.append(
            solve(lambda m, p=point: predict("split_dark_sector", "omega_h2", **p, m_chi=m) - 0.12, 0.09, 0.15) / M_MU
        )
    return found


@paper.number("004.F5cut")
def bs_mumu_in_paper_mode():
    ratios = []
    for m_v in (0.8, 1.0, 1.4, 1.7, 6.0, 10.0):
        point = SPLIT | {"m_v": m_v, "r_av": -0.44, "g_mu_v": 0.2, "g_d": 0.5}
        unit = split(**point)["pole_b"][0, MU].real * 3.5 / (3.5 - m_v**2)
        point["r"] = -0.7 / unit
        ratios.append(
            predict("split_dark_sector", "BR(Bs->mumu)", None, "paper", **point) / likelihoods.predict("BR(Bs->mumu)")
        )
    return ratios


@paper.number("004.7RK")
def r_k_with_a_pole():
    rows = {}
    for m_v in (0.8, 1.0, 3.0, 5.0, 6.0, 8.0, 10.0, 15.0):
        k = -0.7 * (3.5 - m_v**2) / 3.5
        pole = (0.0, k, m_v, m_v / (12 * np.pi))
        rows[m_v] = likelihoods.predict("R_K", q2=(1.1, 6.0), C9_bsmumu_pole=pole)
    return rows


@paper.number("004.15")
def coupling_of_a_light_vector():
    """|g̃ g_V| [GeV^-2] of C9 = -0.6 for m_V² ≪ q²."""
    c = split(inputs=with_v(0.0405), m_v=1e-3)
    return 0.6 / (abs(c["pole_b"][0, MU]) / (abs(c["g_sb_q2"]) * 0.03))


@paper.number("004.15b")
def penguin_of_a_light_vector():
    """|g̃| [GeV^-2] with the largest g_V of Eq. (16)."""
    return coupling_of_a_light_vector() / largest_coupling()[0]


@paper.number("004.16b")
def lightest_mediator():
    """Largest m_V [GeV] of |g̃| = 1e-6 GeV^-2 with BR(B → KV) < 1.5e-5: g_Vbs of a light V is ∝ 1/m_V."""
    return 0.1 * bounds_of_invisible_decays()[2] / 3.5e-6


@paper.number("004.22")
def narrow_limit():
    """B → Kχχ of a narrow V over Eq. (21) times its branching ratio, both halves open to muons."""
    s, m_v = DEFAULT.central[0], 2.0
    point = SPLIT | {"m_v": m_v, "g_mu_v": 0.01, "g_d": 0.01, "r": 1e-3}
    ff = np.empty(3)
    scalar_form_factors(m_v**2, s["m_Bu"], s["m_Ku"], s["ff_BK"], ff)
    x, y = (s["m_Ku"] / s["m_Bu"]) ** 2, (m_v / s["m_Bu"]) ** 2
    kallen = 1 + x * x + y * y - 2 * (x + y + x * y)
    g = abs(split("corrected", **point)["g_sb_q2"])
    width = (ff[PLUS] * g * m_v) ** 2 * s["m_Bu"] ** 3 / (64 * np.pi) * kallen**1.5
    share = predict("split_dark_sector", "BR(V->dark)", **point)
    return predict("split_dark_sector", ("BR(B+->Kchichi)", (0.0, 22.9)), **point) / (width * s["tau_Bu"] * PS * share)


@paper.number("004.30")
def rare_top_decays():
    """Limit on |g̃ g_V| [GeV^-2]."""
    (row,) = likelihoods.Likelihood.of(["t_to_c_mumu"], data="2020-02").rows
    return row.limit


@paper.number("004.31")
def relic_density():
    """Ω h² at m_χ = 200, 105.7, 100, 95, 85 MeV: m_V = 8 GeV, g_V = 0.05, α_D = 1."""
    m_chi = np.array([0.2, 0.1057, 0.1, 0.095, 0.085])
    point = SPLIT | {"m_v": 8.0, "g_mu_v": 0.05, "g_d": np.sqrt(4 * np.pi), "r": 0.1}
    return list(scan("split_dark_sector", "omega_h2", **(point | {"m_chi": m_chi})))


@paper.number("004.F4")
def lines_of_figure_4():
    """g_V: Drell-Yan at 2 and 5 GeV with g_A = -0.44 g_V, tridents at 5 GeV, (g-2)_μ at 5 and 10 GeV."""
    drell_yan_bounds = [
        0.03 / predict("split_dark_sector", "drell_yan_ratio", **(SPLIT | {"m_v": m, "r_av": -0.44}))
        for m in (2.0, 5.0)
    ]
    moments = [float(np.sqrt(4e-9 / muon_moment(m_v=m))) * 0.03 for m in (5.0, 10.0)]
    return [*drell_yan_bounds, 5 * neutrino_coupling(), *moments]


@paper.number("004.F6")
def slopes():
    """r/g_D of B_s mixing: δ_Y = 0, δ_Y = 0.05, one fermion."""
    return [mixing_slope(Settings(), m, d) for m, d in ((10.0, 0.0), (10.0, 0.05), (0.0, 0.0))]


@paper.number("004.27b")
def trident_of_a_light_vector():
    """g_ν = g_V at m_V = 0.1 and 0.01 GeV."""

    def excess(g, m):
        point = SPLIT | {"m_v": m, "g_mu_v": g, "g_nu": g}
        return predict("split_dark_sector", "trident_ratio", **point) - 0.82 - 0.56

    return [solve(lambda g, m=m: excess(g, m), 1e-4, 0.1) for m in (0.1, 0.01)]


@paper.number("004.A")
def babar():
    """Limits of the semileptonic-tag analysis, low and high q², and CLEO's."""
    rows = likelihoods.Likelihood.of(["B_K_invisible"], data="2020-02").rows
    return [row.limit for row in rows]


@paper.number("004.23")
def vector_kaons():
    """Γ(B⁰ → K*V)/Γ(B⁺ → KV) at m_V = 0.256, 1.2, 2 GeV, from limits on narrow V that decay to muons alone."""
    modes = (("B0->K*mumu", "kstar", "tau_B0"), ("B+->Kmumu", "kplus", "tau_Bu"))
    ratios = []
    for m_v in (0.256, 1.2, 2.0):
        point, rates = SPLIT | {"m_v": m_v, "g_mu_v": 1e-4, "m_chi": 5.0, "r": 0.01}, []
        for mode, name, lifetime in modes:
            table = load_table(f"lhcb_{name}_dimuon_resonance")
            limit = table.column("limit")[(table.column("low") <= m_v) & (m_v < table.column("high"))][0]
            ratio = predict("split_dark_sector", f"resonance_ratio({mode})", **point)
            rates.append(ratio * limit / DEFAULT.value(lifetime))
        ratios.append(rates[0] / rates[1])
    return ratios


@paper.number("004.7RKlow")
def r_k_below_the_light_bin():
    """R_K [0.1, 1.1], as 004.7RK."""
    rows = {}
    for m_v in (0.8, 1.0, 3.0, 5.0, 15.0):
        pole = (0.0, -0.7 * (3.5 - m_v**2) / 3.5, m_v, m_v / (12 * np.pi))
        rows[m_v] = likelihoods.predict("R_K", q2=(0.1, 1.1), C9_bsmumu_pole=pole)
    return rows


def test_every_entry_is_computed_or_says_why_not():
    paper.check_entries()


@pytest.mark.parametrize("name", paper.numbers)
def test_number(name):
    paper.check(name)
