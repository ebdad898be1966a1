"""Numbers quoted in 1702.00395, the heavy hidden Z′ (``hidden_zprime_heavy.yaml``)."""

import numpy as np
import pytest
from paper import DEFAULT, M_MU, MU, TOP, Paper, solve, with_v
from points import predict, record, scan

import fitter
import likelihoods
from fitter.figures import Settings, reproduce
from likelihoods.couplings import FERMIONS
from likelihoods.observables.relic_density import channel_fractions
from likelihoods.table import load_table
from likelihoods.units import CM3_PER_S

paper = Paper("hidden_zprime_heavy")

HEAVY = {"g_q": 0.4, "g_l": 0.2, "g_chi": 2.0, "theta_d": 0.008, "m_zp": 1e3, "m_chi": 70.0}
TABLE_I = with_v(0.0405, alpha_em_mb=1 / 133)


def c9_per_coupling(inputs):
    """K [TeV²]: C9 per g_q g_l sin θ cos θ/m² in TeV^-2."""
    c = record("hidden_zprime_heavy", inputs=inputs, **HEAVY)
    return abs(c["C9"][MU].real) / (0.08 * np.sin(0.008) * np.cos(0.008))


@paper.number("003.T1a")
def c9_row():
    return [c9 / c9_per_coupling(TABLE_I) for c9 in (0.18, 1.12)]


@paper.number("003.T1b")
def neutrino_row():
    """|C_L|/K and √(3·5 - 2) |C_L|/K: one flavour with |C_L^SM|, and with |C_L| of five times the SM rate."""
    plus, minus = (likelihoods.predict("BR(B+->Knunu)", CL_bsnumunumu=sign) for sign in (0.01, -0.01))
    c_l = 4 / 3 * 0.01 / ((plus - minus) / likelihoods.predict("BR(B+->Knunu)"))
    return [abs(c_l) / c9_per_coupling(TABLE_I), np.sqrt(13.0) * abs(c_l) / c9_per_coupling(TABLE_I)]


@paper.number("003.T1c_eta")
def mixing_row():
    """g_q² (sin θ cos θ)²/m² at ΔM_s/SM = 1.1752 = 17.757/17.38 (266/248)², over the printed 1.584e-5 TeV^-2."""
    inputs = with_v(0.0405)
    standard_model = likelihoods.predict("DeltaM_s", inputs=inputs)

    def excess(theta):
        got = predict("hidden_zprime_heavy", "DeltaM_s", inputs, **(HEAVY | {"theta_d": theta}))
        return got / standard_model - 1.1752

    theta = solve(excess, 1e-3, 0.2)
    return (0.4 * np.sin(theta) * np.cos(theta)) ** 2 / 1.584e-5


@paper.number("003.24")
def vector_over_axial():
    """C_V/C_A from the slopes of the trident rate in a vector and in an axial coupling."""
    point = {"m_v": 15.0, "g_mu_v": 1e-4, "g_d": 1.0, "r": 0.1, "g_nu": 1e-4}
    vector, left = (
        predict("split_dark_sector", "trident_ratio", {"sin2_theta_w": 0.2223}, r_av=r, **point) for r in (0.0, -1.0)
    )
    return (vector - 1) / (left - vector)


@paper.number("003.30")
def bottom_width():
    point = {"g_bb": 0.1, "g_mumu": 0.0, "g_nunu": 0.1, "m_zp": 12.0, "m_nu": 5e3}
    return predict("flavourful_zprime", "gamma_med", {"m_b": 4.18}, **point) / (0.01 * 12.0 / (24 * np.pi))


@paper.number("003.32")
def bottom_fraction():
    model = fitter.model("hidden_zprime_heavy")
    values = model.defaults | HEAVY
    c = model.evaluate(np.array([[values[name] for name in model.names]]))
    return channel_fractions(c, DEFAULT.central, np.array([np.inf]))["b"][0]


def thermal_coupling():
    """g_χ/(√n_χ m_TeV) at m_χ = 70 GeV for σv = 4.4e-26 cm³/s, n_q = 2, far below the pole."""
    point = HEAVY | {"m_zp": 2e4, "g_chi": 1.0, "g_q": 0.2, "g_l": 0.1}
    sigma = predict("hidden_zprime_heavy", "sigmav_v0", **point)
    return float((4.4e-26 / sigma) ** 0.25 / 20 / np.sqrt(5))


@paper.number("003.33")
def thermal_coefficient():
    return thermal_coupling()


@paper.number("003.33b")
def thermal_coupling_at_250():
    return thermal_coupling() * np.sqrt(5) * 0.25


@paper.number("003.33c")
def product_of_couplings():
    return thermal_coupling() ** 2 / 10


@paper.number("003.fn3")
def top_channel():
    point = HEAVY | {"g_q": 0.04, "g_l": 0.0, "g_chi": 0.2, "m_chi": 200.0, "m_zp": 1e5, "theta_d": 1e-6}
    sigma = predict("hidden_zprime_heavy", "sigmav_v0", {"m_t": 173.0}, **point)
    return sigma * CM3_PER_S / ((0.04 * 0.2 * 200.0) ** 2 / (2 * np.pi * 1e20))


@paper.number("003.34b")
def muon_fraction():
    point = HEAVY | {"m_zp": 340.0, "m_chi": 1e-3, "theta_d": 1e-6}
    return 0.2**2 * 340.0 / (24 * np.pi) / predict("hidden_zprime_heavy", "gamma_med", **point)


@paper.number("003.35")
def up_coupling():
    c = record("hidden_zprime_heavy", inputs={"V_ub": 0.00409, "gamma": 0.0}, **HEAVY)
    return c["g_left"][FERMIONS.index("u")] / 0.4


@paper.number("003.36")
def up_quark_cross_section():
    """σ_N of xenon through u quarks alone, below m_Z at the g_χ g_q/m² of Eq. (33)."""
    g = 1.09 * 0.08
    point = {"m_zp": 80.0, "g_chi": g * np.sqrt(5), "g_q": g / np.sqrt(5), "g_l": g / np.sqrt(5) / 2}
    c = record("hidden_zprime_heavy", inputs={"V_ub": 0.00409, "gamma": 0.0}, **(HEAVY | point)).reshape(1)
    c["g_left"][:, np.arange(len(FERMIONS)) != FERMIONS.index("u")], c["kinetic_mixing"] = 0.0, 0.0
    (c_n,) = likelihoods.Predictions([likelihoods.request("c1_n")], DEFAULT)(c)[0]
    return (0.939 * 70.0 / 70.939 * c_n * (1 + 54 / 131.3)) ** 2 / np.pi * 3.893794e-28


@paper.number("003.Bs")
def c9_at_the_edge():
    point = HEAVY | {"g_q": np.sqrt(0.24), "g_l": np.sqrt(0.06)}
    return record("hidden_zprime_heavy", inputs=with_v(0.0405, alpha_em_mb=1 / 134.8), **point)["C9"][MU].real


@paper.number("003.T1c")
def printed_mixing_row():
    inputs = with_v(0.0405)
    standard_model = likelihoods.predict("DeltaM_s", inputs=inputs)

    def excess(theta):
        point = HEAVY | {"theta_d": theta}
        return predict("hidden_zprime_heavy", "DeltaM_s", inputs, "paper", **point) / standard_model - 1.1752

    theta = solve(excess, 1e-3, 0.2)
    return (0.4 * np.sin(theta) * np.cos(theta)) ** 2


@paper.number("003.epslight")
def kinetic_mixing_of_the_light():
    found = []
    for g in (0.005, 0.01):
        c = record("hidden_zprime_heavy", **(HEAVY | {"g_q": g, "g_l": g / 2, "theta_d": 1e-9}))
        m_t, m_b, g_t = DEFAULT.value("m_t"), DEFAULT.value("m_b"), c["g_left"][TOP]
        below = 2 * g_t * np.log(1e3 / m_t) - g * np.log(1e3 / m_b) - 0.5 * g * np.log(1e3 / M_MU)
        found.append(c["kinetic_mixing"] - np.sqrt(4 * np.pi / 137.036) / (12 * np.pi**2) * below)
    return found


@paper.number("003.13")
def standard_model_c10():
    """Of B_s → μμ ∝ (C10 + δ)², times sin²θ_W."""
    plus, minus = (likelihoods.predict("BR(Bs->mumu)", C10_bsmumu=shift) for shift in (0.01, -0.01))
    return 0.04 * likelihoods.predict("BR(Bs->mumu)") / (minus - plus) * DEFAULT.value("sin2_theta_w")


@paper.number("003.18")
def mass_difference():
    return likelihoods.predict("DeltaM_s", inputs="mixing-2015")


@paper.number("003.T1d")
def trident_row():
    """Coefficients of x (1 + b x) ≤ a, x = g_l²/m² in TeV^-2, and the largest x."""

    def excess(x):
        point = HEAVY | {"m_zp": 300.0, "g_l": 0.3 * np.sqrt(x)}
        return predict("hidden_zprime_heavy", "trident_ratio", {"sin2_theta_w": 0.2223}, **point) - 1

    curvature = (excess(2.0) / 2 - excess(1.0)) / 1.0
    slope, bound = excess(1.0) - curvature, 0.82 + 1.96 * 0.28 - 1
    return [curvature / slope, bound / slope, solve(lambda x: excess(x) - bound, 0.1, 10)]


@paper.number("003.theta")
def angles():
    """At g_q g_l/m² = 0.12 TeV^-2: of C9 = -0.18 and -1.12, and of ΔM_s for n_q = 2 as printed and consistently."""
    point = HEAVY | {"g_q": np.sqrt(0.24), "g_l": np.sqrt(0.06)}
    inputs = with_v(0.0405)
    standard_model = likelihoods.predict("DeltaM_s", inputs=inputs)

    def of_mixing(scheme):
        def excess(theta):
            got = predict("hidden_zprime_heavy", "DeltaM_s", inputs, scheme, **(point | {"theta_d": theta}))
            return got / standard_model - 1.1752

        return solve(excess, 1e-3, 0.2)

    def of_c9(c9):
        def excess(theta):
            return record("hidden_zprime_heavy", inputs=TABLE_I, **(point | {"theta_d": theta}))["C9"][MU].real + c9

        return solve(excess, 1e-4, 0.1)

    return [of_c9(0.18), of_c9(1.12), of_mixing("paper"), of_mixing("corrected")]


@paper.number("003.F2nu")
def neutrino_line():
    c_l, bound = neutrino_row()
    return bound - c_l


@paper.number("003.33d")
def quark_coupling():
    """g_q/m_Z′ [TeV^-1] for n_χ = 5; the text has 0.4."""
    return thermal_coupling() / np.sqrt(5)


@paper.number("003.32relic")
def relic_density():
    """At the couplings of Eq. (33), m_Z′ = 1 TeV."""
    return predict("hidden_zprime_heavy", "omega_h2", **relic_point(1000.0))


@paper.number("003.F3")
def strong_scale():
    numbers = reproduce("003-3", Settings(points=8)).numbers
    return [numbers[f"Lambda at {m} TeV [TeV]"] for m in ("1.2", "1")] + [numbers["m_Z' of Lambda = 100 TeV [TeV]"]]


@paper.number("003.34")
def muon_fractions():
    point = HEAVY | {"m_chi": 1e-3, "theta_d": 1e-6, "g_q": 0.2, "g_l": 0.1, "g_chi": 1.0}
    return list(scan("hidden_zprime_heavy", "BR(V->mumu)", **(point | {"m_zp": np.array([350.0, 600.0, 1000.0])})))


@paper.number("003.34bb")
def bottom_over_muons():
    point = HEAVY | {"theta_d": 1e-6, "m_zp": 1e3}
    bottom, muons = (predict("hidden_zprime_heavy", f"BR(V->{f}{f})", **point) for f in ("b", "mu"))
    return bottom / muons


@paper.number("003.37")
def kinetic_mixing():
    """ε/(e g_q)."""
    c = record("hidden_zprime_heavy", "paper", **(HEAVY | {"theta_d": 1e-9}))
    return c["kinetic_mixing"] / (np.sqrt(4 * np.pi / 137.036) * 0.4)


def relic_point(m_zp):
    """Couplings of Eq. (33) for n_q = 2, n_χ = 5."""
    g = thermal_coupling() * m_zp / 1e3
    return HEAVY | {"g_chi": g * np.sqrt(5), "g_q": g / np.sqrt(5), "g_l": g / np.sqrt(20), "m_zp": m_zp}


@paper.number("003.39")
def scattering():
    """σ_p and σ of xenon [cm²]."""
    point = relic_point(500.0) | {"theta_d": 1e-6}
    return [predict("hidden_zprime_heavy", f"sigma_si_{target}", scheme="paper", **point) for target in ("p", "xenon")]


@paper.number("003.39lim")
def limit_on_protons():
    """σ_p [cm²] that PandaX-II's counts of 2016 exclude at 90 % for scattering on protons alone."""
    likelihood, point = likelihoods.Likelihood.of(["pandax"], data="2017-02"), relic_point(500.0) | {"theta_d": 1e-6}

    def penalty(g_chi):
        c = np.array([record("hidden_zprime_heavy", "paper", **(point | {"g_chi": g})) for g in (1e-6, g_chi)])
        rows = likelihood.log_likelihood_terms(c, likelihood.inputs.central)[:, 0]
        return 2 * (rows[0] - rows[1])

    g_chi = solve(lambda g: penalty(g) - 1.2816**2, 0.05, 3.0)
    return predict("hidden_zprime_heavy", "sigma_si_p", scheme="paper", **(point | {"g_chi": g_chi}))


@paper.number("003.Fermi80")
def dwarf_galaxies():
    table = load_table("limit_fermi_2015_bb")
    return list(
        np.exp(np.interp(np.log([80.0, 1950.0]), np.log(table.column("mass")), np.log(table.column("sigma_v"))))
    )


def test_every_entry_is_computed_or_says_why_not():
    paper.check_entries()


@pytest.mark.parametrize("name", paper.numbers)
def test_number(name):
    paper.check(name)
