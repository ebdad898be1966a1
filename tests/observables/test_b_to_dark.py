"""B → K^(*) V: line-shape integral against the two-body rate, the contact limit and scipy; resonance searches."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate

import fitter
import likelihoods
from likelihoods.form_factors import PLUS, scalar_form_factors
from likelihoods.table import load_table
from likelihoods.units import PS

MODEL = fitter.model("split_dark_sector")
INPUTS = likelihoods.default_inputs()
S = INPUTS.central[0]
FULL = ("BR(B+->Kchichi)", (0.0, 23.0))
POINT = {"m_v": 2.0, "g_mu_v": 1e-9, "r_av": 0.0, "g_d": 1.0, "r": -0.1}


def rate(values, request=FULL, scheme="corrected"):
    return next(iter(MODEL.predict([request], scheme=scheme, **values).values()))


def vertex(values, scheme="corrected"):
    values = MODEL.defaults | values
    return MODEL.evaluate(np.array([[values[n] for n in MODEL.names]]), scheme=scheme)[0]["g_sb_q2"].real


def two_body(g_tilde, m_v):
    """2002.11150 Eq. (21) as printed, times the lifetime."""
    ff = np.empty(3)
    scalar_form_factors(m_v**2, S["m_Bu"], S["m_Ku"], S["ff_BK"], ff)
    x_k, x_v = (S["m_Ku"] / S["m_Bu"]) ** 2, (m_v / S["m_Bu"]) ** 2
    kallen = 1 + x_k**2 + x_v**2 - 2 * (x_k + x_v + x_k * x_v)
    width = ff[PLUS] ** 2 * g_tilde**2 * m_v**2 * S["m_Bu"] ** 3 / (64 * np.pi) * kallen**1.5
    return width * S["tau_Bu"] * PS


def test_narrow_vector_gives_the_two_body_rate():
    values = POINT | {"g_d": 0.02, "r": -0.01}
    assert rate(values) == pytest.approx(two_body(vertex(values), 2.0), rel=2e-3)


def test_stable_vector_escapes():
    """m_V < 2 m_μ < 2 m_χ (Fig. 3, blue line): no open channel, the on-shell rate counts as invisible."""
    values = POINT | {"m_v": 0.1, "m_chi": 5.0}
    assert rate(values) == pytest.approx(two_body(vertex(values), 0.1), rel=1e-10)
    assert rate(values, ("BR(B+->Kchichi)", (1.0, 2.0))) == 0.0


def test_bound_of_figure_3():
    """Formula sheet: B(B → KV) = 1.5e-5 at g_Vbs(3.5 GeV²) = 3.0e-6 (m_V = 0.01), 3.0e-7 (0.1), m_χ = 5 GeV."""
    for m_v, bound in ((0.01, 3.0e-6), (0.1, 3.0e-7)):
        assert two_body(bound / 3.5, m_v) == pytest.approx(1.5e-5, rel=0.06)


def dark_width(energy, g_d, m_chi):
    x = (m_chi / energy) ** 2
    return g_d**2 * energy / (12 * np.pi) * np.sqrt(1 - 4 * x) * (1 + 2 * x) if x < 0.25 else 0.0


@pytest.mark.parametrize("scheme", ["corrected", "paper"])
@pytest.mark.parametrize(("m_v", "g_d"), [(1.0, 2.0), (4.0, 3.0), (4.7, 0.5), (12.0, 1.0)])
def test_broad_vector_against_scipy(scheme, m_v, g_d):
    """Eq. (22) by adaptive quadrature, constant width in the paper's scheme, that at q² otherwise."""
    values = POINT | {"m_v": m_v, "g_d": g_d, "m_chi": 0.3 if scheme == "corrected" else 1e-3}
    g_tilde, m_chi = vertex(values, scheme), values["m_chi"]
    m_mu = INPUTS.value("m_mu")
    total = dark_width(m_v, g_d, m_chi)

    def density(s):
        own = dark_width(np.sqrt(s), g_d, m_chi)
        running = np.sqrt(s) * own if scheme == "corrected" else m_v * total
        return np.sqrt(s) / np.pi * own * two_body(g_tilde, np.sqrt(s)) / ((s - m_v**2) ** 2 + running**2)

    low = 4 * m_chi**2 if scheme == "corrected" else 4 * m_mu**2
    end = (S["m_Bu"] - S["m_Ku"]) ** 2
    points = [p for p in (m_v**2 - m_v * total, m_v**2, m_v**2 + m_v * total) if low < p < end]
    expected, _ = integrate.quad(density, low, end, points=points or None, limit=400)
    assert rate(values, scheme=scheme) == pytest.approx(expected, rel=2e-4)


@pytest.mark.parametrize(("m_v", "g_mu_v"), [(0.1, 1e-9), (1.0, 0.05)])
def test_tail_above_the_threshold(m_v, g_mu_v):
    """2 m_χ > m_V: a V that decays to nothing or to muons, and in its tail above 4 m_χ² to dark matter."""
    values = POINT | {"m_v": m_v, "m_chi": 0.8, "g_d": 2.0, "g_mu_v": g_mu_v}
    g_tilde, m_mu = vertex(values), INPUTS.value("m_mu")

    def density(s):
        own = dark_width(np.sqrt(s), 2.0, 0.8)
        muons = dark_width(np.sqrt(s), g_mu_v, m_mu)
        running = np.sqrt(s) * (own + muons)
        return np.sqrt(s) / np.pi * own * two_body(g_tilde, np.sqrt(s)) / ((s - m_v**2) ** 2 + running**2)

    tail, _ = integrate.quad(density, 4 * 0.8**2, (S["m_Bu"] - S["m_Ku"]) ** 2, limit=400)
    stable = two_body(g_tilde, m_v) if m_v < 2 * m_mu else 0.0
    assert rate(values) == pytest.approx(stable + tail, rel=2e-4)
    assert rate(values, ("BR(B+->Kchichi)", (0.0, 2.0))) == pytest.approx(stable, rel=1e-9)


def test_second_fermion_is_invisible_too():
    """Two fermions of the same mass are one of coupling √2 g_D with the same vertex."""
    values = POINT | {"m_v": 3.0, "g_d": 1.5, "m_chi": 0.2}
    two = values | {"m_chi_2": 0.2, "delta_y": 2 * values["r"] / values["g_d"]}
    one = values | {"g_d": np.sqrt(2) * 1.5, "r": 2 * values["r"]}
    assert vertex(two) == pytest.approx(vertex(one), rel=1e-12)
    assert rate(two) == pytest.approx(rate(one), rel=1e-10)
    heavier = two | {"m_chi_2": 2.0}
    narrow = rate(heavier, ("BR(B+->Kchichi)", (0.0, 16.0)))
    assert rate(heavier) > narrow > 0


def test_bins_add_up():
    values = POINT | {"m_v": 3.0, "g_d": 1.5}
    edges = [0.0, 1.0, 5.76, 9.0, 11.56, 16.0, 23.0]
    bins = [("BR(B+->Kchichi)", (a, b)) for a, b in pairwise(edges)]
    assert sum(MODEL.predict(bins, **values).values()) == pytest.approx(rate(values), rel=1e-4)


def test_neutrinos_count_as_invisible():
    values = POINT | {"g_d": 0.02, "r": -0.01, "m_chi": 5.0}
    closed = rate(values | {"g_mu_v": 0.01})
    assert closed == pytest.approx(0.0, abs=1e-30)
    # V → ν_μ ν̄_μ against μμ of equal vector coupling: Γ ratio 1/2 of g²/(12π) without mass effects
    shared = rate(values | {"g_mu_v": 0.01, "g_nu": 0.01})
    assert shared == pytest.approx(two_body(vertex(values), 2.0) / 3, rel=0.01)


def test_narrow_resonance_is_the_product_of_rates_over_the_limit():
    """All events of a narrow V → μμ fall into the step of its mass."""
    values = POINT | {"m_v": 2.3, "g_mu_v": 1e-4, "m_chi": 5.0, "g_d": 0.5, "r": -0.01}
    table = load_table("lhcb_kplus_dimuon_resonance")
    step = int(np.flatnonzero((table.column("low") < 2.3) & (table.column("high") > 2.3))[0])
    got = MODEL.predict(["resonance_ratio(B+->Kmumu)"], **values)["resonance_ratio(B+->Kmumu)"]
    expected = two_body(vertex(values), 2.3) / table.column("limit")[step]
    assert got == pytest.approx(expected, rel=5e-3)


def test_k_star_is_comparable_to_k():
    """Formula sheet: the exact helicity rate is comparable to B → KV."""
    values = POINT | {"m_v": 2.3, "g_mu_v": 1e-4, "m_chi": 5.0, "g_d": 0.5, "r": -0.01}
    got = MODEL.predict(["resonance_ratio(B+->Kmumu)", "resonance_ratio(B0->K*mumu)"], **values)
    limits = []
    for name in ("lhcb_kplus_dimuon_resonance", "lhcb_kstar_dimuon_resonance"):
        table = load_table(name)
        limits.append(table.column("limit")[(table.column("low") < 2.3) & (table.column("high") > 2.3)][0])
    plus, star = (ratio * limit for ratio, limit in zip(got.values(), limits, strict=True))
    assert 0.5 < star / plus < 4.0


def test_width_switches_the_resonance_off():
    """Dark decays dilute the dimuon channel: the ratio falls like the branching ratio and the share of a step."""
    values = POINT | {"m_v": 2.5, "g_mu_v": 0.03, "r": -0.1}
    narrow, broad = (
        MODEL.predict(["resonance_ratio(B0->K*mumu)"], **(values | {"g_d": g}))["resonance_ratio(B0->K*mumu)"]
        for g in (0.05, 2.0)
    )
    assert broad < 1e-3 * narrow


def test_narrow_vector_as_the_excess_of_belle2():
    """In bins of q² a V of 2 GeV takes the excess (8.6e-6, BaBar pulls it down), one of 4 GeV has no bin there."""
    likelihood = likelihoods.Likelihood.of(["B_K_spectrum"])
    posterior = fitter.Posterior(MODEL, likelihood, priors={"r": "log 1e-4 1", "r_av": 0, "g_d": 0.3, "g_mu_v": 1e-3})
    r = np.geomspace(1.1e-4, 0.9, 200)
    gains = {}
    for m_v in (2.0, 4.0):
        theta = np.column_stack([np.full(200, m_v), r])
        height = posterior.log_likelihood(theta)
        gains[m_v] = height.max() - height[0]
        best = likelihood.predictions(*posterior.couplings(theta[[height.argmax()]]))[0]
        if m_v == 2.0:
            assert best[1] == pytest.approx(7.5e-6, rel=0.1)
            assert best[0] < 1e-2 * best[1]
    assert gains[2.0] > 3.0
    assert gains[4.0] < 1.0
