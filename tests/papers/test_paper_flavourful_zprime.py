"""Numbers quoted in 1803.04430, the flavourful Z′ (``flavourful_zprime.yaml``)."""

import numpy as np
import pytest
from paper import DEFAULT, G_F, TEV, Paper, solve, trident_mass_per_coupling, with_v
from points import predict, record, scan

import likelihoods
from fitter.figures import Settings, reproduce
from fitter.figures.zprime_limits import window
from likelihoods import Likelihood
from likelihoods.ckm import lambda_t
from likelihoods.couplings import LEPTONS, empty
from likelihoods.units import CM3_PER_S

paper = Paper("flavourful_zprime")

FLAVOURFUL = {"g_bb": 0.1, "g_mumu": 0.1, "g_nunu": 0.1, "m_zp": 1e3, "m_nu": 5e3}


def flavourful(**values):
    return FLAVOURFUL | values


@paper.number("002.3.3")
def scale_of_r_k():
    c = record("flavourful_zprime", inputs=with_v(0.041), **FLAVOURFUL)
    return 31.5 * np.sqrt(abs(c["g_sb_left"]) / 0.1)


@paper.number("002.lat")
def quark_coupling_of_r_k():
    return (0.5 / scale_of_r_k()) ** 2 / 0.5


@paper.number("002.3.1")
def c9_of_the_best_fit():
    """C9 of G_bsμ = 1/(31.5 TeV)² with α(m_Z) and α = 1/133."""

    def c9(alpha):
        c = record("flavourful_zprime", inputs=with_v(0.0405, alpha_em_mb=alpha), **FLAVOURFUL)
        strength = abs(c["g_sb_left"]) * 0.1 * 31.5**2  # TeV² over M²
        return c["C9"][LEPTONS.index("mu")].real / strength

    return [c9(DEFAULT.value("alpha_em_mZ")), c9(1 / 133)]


@paper.number("002.3.5")
def mixing_bounds():
    """1/√G_bs [TeV] upper and lower: ΔM_s = 17.757 two standard deviations below and above, relative errors."""

    def bound(value, error, sign):
        shift = 17.757 / (1 - sign * 2 * error / value) / value - 1
        point = flavourful(g_bb=0.01)
        per = predict("flavourful_zprime", "DeltaM_s", **point) / likelihoods.predict("DeltaM_s") - 1
        return abs(per / shift) ** 0.5 / abs(record("flavourful_zprime", **point)["g_sb_left"])

    return [bound(20.01, 1.25, sign) for sign in (1, -1)]


@paper.number("002.3.5p")
def tension_of_mixing():
    """ΔM_s of the Standard Model and its pull, 2017."""
    likelihood = Likelihood.of(["delta_m_s"], data="paper-002", inputs="mixing-2017")
    return [likelihoods.predict("DeltaM_s", inputs="mixing-2017"), likelihood.pulls(empty())[0, 0]]


@paper.number("002.F1")
def slopes_of_figure_1():
    numbers = reproduce("002-1", Settings(points=4)).numbers
    return [numbers[f"g_bb/g_mumu at the edge of {bound}"] for bound in ("B_s 2017", "B_s 2015", "trident")]


@paper.number("002.F2")
def window_of_figure_2():
    return [edge for m_zp in (50.0, 200.0, 500.0, 1e3, 2e3) for edge in window(Settings(), m_zp)]


@paper.number("002.F2m")
def mu_e_gamma_in_figure_2():
    """M/(g_μμ √V_21) [TeV] at 4.2e-13 with the printed coefficient and the one of Eq. (3.10)."""

    def scale(scheme):
        point = flavourful(g_mumu=1.0, v21=1e-3)
        return (predict("flavourful_zprime", "BR(mu->egamma)", None, scheme, **point) / 4.2e-13 / 1e-6) ** 0.25

    return [scale("paper"), scale("corrected")]


@paper.number("002.RL")
def standard_model_loop():
    """C_SM of mixing at m_b over (4 G_F/√2) λ_t²: where an aligned C_VLL doubles ΔM_s."""
    size = lambda_t(DEFAULT.central[0]) ** 2
    phase = -size / abs(size)
    small = 1e-12
    twice = [likelihoods.predict("DeltaM_s", CVLL_bsbs=sign * small * phase) for sign in (1, -1)]
    c_sm = likelihoods.predict("DeltaM_s") / ((max(twice) - min(twice)) / (2 * small))
    return c_sm / (4 * G_F / np.sqrt(2) * abs(size))


@paper.number("002.3.7")
def trident_average():
    return trident_mass_per_coupling(0.968 + 1.96 * 0.251)


@paper.number("002.3.7s")
def trident_at_the_bound():
    """σ/σ_SM at M/g_μμ = 370 GeV."""
    return predict("flavourful_zprime", "trident_ratio", **flavourful(g_mumu=500 / 370, m_zp=500.0))


@paper.number("002.3.8")
def widths():
    """Γ/(g² M/24π) into μμ, ν_μ ν_μ, b b, b s with its conjugate over |V_ts|², t t and a light ν_4; M = 1 TeV."""
    point = flavourful(m_nu=1.0)
    total = predict("flavourful_zprime", "gamma_med", **point) / (0.01 * 1e3 / (24 * np.pi))
    v_ts = abs(record("flavourful_zprime", **point)["g_sb_left"]) / 0.1
    names = ("mumu", "nunu", "bb", "bs", "tt", "dark")
    found = {name: total * predict("flavourful_zprime", f"BR(V->{name})", **point) for name in names}
    found["bs"] /= v_ts**2
    return list(found.values())


@paper.number("002.3.11")
def mu_e_gamma_coefficient():
    return predict("flavourful_zprime", "BR(mu->egamma)", **flavourful(g_mumu=1.0, v21=1e-3)) / 1e-6


@paper.number("002.3.11b")
def mixing_at_the_edges():
    coefficient = mu_e_gamma_coefficient()
    return [float(np.sqrt(4.2e-13 / coefficient)) * edge**2 for edge in (0.37, 1.2)]


@paper.number("002.tau3mu")
def tau_decay_bound(scheme="corrected"):
    def excess(m_zp):
        point = flavourful(g_mumu=1.0, v32=1e-2, m_zp=m_zp)
        return predict("flavourful_zprime", "BR(tau->3mu)", None, scheme, **point) / 2e-8 - 1

    return solve(excess, 100.0, 1e4) / np.sqrt(1e-2) / TEV


@paper.number("002.tau3mub")
def tau_mixing_at_the_edges():
    """V_32 excluded by the printed bound at the edges of tridents and B_s mixing, M/g_μμ = 0.37 and 1.2 TeV."""
    return [(edge / tau_decay_bound("paper")) ** 2 for edge in (0.37, 1.2)]


@paper.number("002.3.12")
def magnetic_moment():
    """M/g_μμ [GeV] of the measured a_μ by the printed formula; the corrected one has the other sign."""

    def moment(m_zp, scheme):
        return predict("flavourful_zprime", "a_mu", None, scheme, **flavourful(g_mumu=1.0, m_zp=m_zp))

    m_zp = solve(lambda m: moment(m, "paper") / 2.9e-9 - 1, 50.0, 1e3)
    return [m_zp, moment(m_zp, "corrected")]


@paper.number("002.3.14")
def upsilon():
    """R of the Standard Model, and the measured average with its error."""
    rows = Likelihood.of(["upsilon"], data="paper-002").rows
    weights = np.array([1 / (row.stat[0] ** 2 + row.syst[0] ** 2) for row in rows])
    mean = np.average([row.value for row in rows], weights=weights)
    return [likelihoods.predict("R_taumu(Upsilon(1S))"), mean, weights.sum() ** -0.5]


@paper.number("002.4.2")
def thermal_relic():
    """Ω h² at σv = 6e-26 cm³/s of a pair, m_ν = 150 and 300 GeV far below the pole."""

    def relic(m_nu):
        point = flavourful(g_bb=0.01, g_mumu=1.0, m_zp=2e3, m_nu=m_nu)
        g = solve(lambda g: predict("flavourful_zprime", "sigmav_v0", **(point | {"g_nunu": g})) / 6e-26 - 1, 0.1, 10)
        return predict("flavourful_zprime", "omega_h2", **(point | {"g_nunu": g}))

    return [relic(150.0), relic(300.0)]


@paper.number("002.4.4b")
def light_mediator():
    """σv m²/(2 g² g²) → one left-handed fermion, and σv m²/(2 g⁴) → Z′ Z′, m_ν >> M."""
    unit = CM3_PER_S * 25e6 / 2
    fermions = predict("flavourful_zprime", "sigmav_v0", **flavourful(g_bb=0.0, g_nunu=1e-4, m_zp=20.0))
    mediators = predict("flavourful_zprime", "sigmav_v0", **flavourful(g_bb=0.0, g_mumu=0.0, g_nunu=1.0, m_zp=20.0))
    return [fermions * unit / 2 / 1e-10, mediators * unit]


@paper.number("002.4.8mu")
def muon_loop():
    point = flavourful(g_bb=0.0, m_zp=MZP, g_mumu=0.1)
    return abs(predict("flavourful_zprime", "c1_p", None, "paper", **point)) * MZP**2 / 0.01


MZP = 91.1


@paper.number("002.4.8b")
def bottom_loop():
    point = flavourful(g_bb=0.1, m_zp=MZP, g_mumu=0.0)
    return abs(predict("flavourful_zprime", "c1_p", None, "paper", **point)) * MZP**2 / 0.01


@paper.number("002.4.9mu")
def muon_loop_at_a_tev():
    point = flavourful(g_bb=0.0, g_mumu=0.1)
    return abs(predict("flavourful_zprime", "c1_p", None, "paper", **point)) * 1e6 / 0.01


@paper.number("002.4.9")
def nucleons():
    """|c_1 M²/(g g_νν)| at 1 and 2 TeV: proton by g_μμ and g_bb, neutron by g_bb."""

    def coefficients(m_zp):
        def of(observable, **couplings):
            point = flavourful(g_bb=0.0, g_mumu=0.0, m_zp=m_zp) | couplings
            return abs(predict("flavourful_zprime", observable, None, "paper", **point)) * m_zp**2 / 0.01

        return [of("c1_p", g_mumu=0.1), of("c1_p", g_bb=0.1), of("c1_n", g_bb=0.1)]

    return {m_zp: coefficients(m_zp) for m_zp in (1000.0, 2000.0)}


@paper.number("002.4.12")
def xenon():
    point = flavourful(g_bb=0.0, g_mumu=0.1, g_nunu=0.2, m_zp=91.1876, m_nu=1e4)
    return predict("flavourful_zprime", "sigma_si_xenon", None, "paper", **point)


@paper.number("002.F4t")
def thermal_masses_of_figure_4():
    """m_ν [GeV] between which σv/2 at rest exceeds 3e-26 cm³/s, M = 200 and 1000 GeV."""
    return [
        solve(
            lambda m, m_zp=m_zp: predict("flavourful_zprime", "sigmav_v0", **flavourful(m_zp=m_zp, m_nu=m)) / 6e-26 - 1,
            low,
            high,
        )
        for m_zp, low, high in ((200.0, 70, 99), (200.0, 101, 140), (1e3, 450, 499), (1e3, 501, 550))
    ]


@paper.number("002.4.4")
def contact_cross_section():
    """Coefficient of g² g² m²/M⁴ in σv(χ χ̄ → one left-handed fermion); μ and ν_μ."""
    sigma = predict("flavourful_zprime", "sigmav_v0", **flavourful(g_bb=0.0, m_nu=1.0))
    return sigma * CM3_PER_S * 1e12 / 1e-4 / 2


@paper.number("002.3.15")
def upsilon_bounds():
    """√(M²/|g_bb g_μμ|) [GeV] at the two ends of R = 1.008 ± 1.96 · 0.023 (Eq. 3.14)."""

    def scale(sign, limit):
        def excess(g):
            point = flavourful(g_bb=sign * g, g_mumu=g, m_zp=100.0)
            return predict("flavourful_zprime", "R_taumu(Upsilon(1S))", {"alpha_em_mb": 1 / 137.036}, **point) - limit

        return 100.0 / solve(excess, 0.1, 1.5)

    return [scale(1, 1.008 + 1.96 * 0.023), scale(-1, 1.008 - 1.96 * 0.023)]


@paper.number("002.F4")
def sigma_v_of_figure_4():
    masses = (20, 50, 90, 99, 100, 101, 110, 150, 300, 450, 490, 500, 510, 600, 1000, 3000)
    return {
        m_zp: dict(
            zip(
                masses,
                scan("flavourful_zprime", "sigmav_v0", **flavourful(m_zp=m_zp, m_nu=np.array(masses, float))),
                strict=True,
            )
        )
        for m_zp in (200, 1000)
    }


def test_every_entry_is_computed_or_says_why_not():
    paper.check_entries()


@pytest.mark.parametrize("name", paper.numbers)
def test_number(name):
    paper.check(name)
