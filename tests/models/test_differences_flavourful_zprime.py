"""Sizes of the differences between the flavourful Z′ and its paper, recomputed."""

import numpy as np
import pytest
from differences import Sizes
from points import predict
from scipy.optimize import brentq

import fitter
import likelihoods
from fitter.figures import Settings, reproduce
from likelihoods.units import CM3_PER_S

FLAVOURFUL = {"g_bb": 0.1, "g_mumu": 0.1, "g_nunu": 0.1, "m_zp": 1e3, "m_nu": 5e3}
INPUTS = likelihoods.default_inputs()
sizes = Sizes()


@sizes.of("flavourful_zprime", "Eq. (3.5)")
def bound_of_mixing():
    lik = likelihoods.Likelihood.of(["delta_m_s"], data="2018-03", inputs="mixing-2017")
    model, m_zp = fitter.model("flavourful_zprime"), np.geomspace(1e3, 3e5, 2000)
    theta = np.tile([1.0, 0.1, 0.1, 0.0, 1e3, 0.0, 0.0], (m_zp.size, 1))
    theta[:, 3] = m_zp
    c = model.evaluate(theta, lik.inputs.central)
    rows = lik.log_likelihood_terms(c)[:, 0]
    k = np.argmax(2 * (rows.max() - rows) < 3.84)
    return f"bound on M/g_bs {m_zp[k] / abs(c['g_sb_left'][k]) / 1e3:.0f} TeV with the paper's Standard Model"


@sizes.of("flavourful_zprime", "Eq. (3.8)")
def width_of_dark_matter():
    def ratio(m_nu):
        point = FLAVOURFUL | {"m_nu": m_nu}
        width = predict("flavourful_zprime", "gamma_med", **point) * predict(
            "flavourful_zprime", "BR(V->dark)", **point
        )
        x = (m_nu / 1e3) ** 2
        return width / (0.01 * 1e3 / (24 * np.pi) * (1 - x) * np.sqrt(1 - 4 * x))

    return f"{ratio(1.0):.0f} times as large for a light ν4, {ratio(400.0):.1f} times at m = 0.4 M"


@sizes.of("flavourful_zprime", "Eq. (3.7)")
def bound_of_tridents():
    """Weighted average of 0.82 ± 0.28 and 1.58 ± 0.57, plus 1.96 standard deviations."""
    rows = likelihoods.Likelihood.of(["trident"], data="paper-002").rows
    weights = np.array([row.stat[0] ** -2 for row in rows])
    upper = np.average([row.value for row in rows], weights=weights) + 1.96 * weights.sum() ** -0.5
    point = FLAVOURFUL | {"m_zp": 500.0}
    g = brentq(lambda g: predict("flavourful_zprime", "trident_ratio", **(point | {"g_mumu": g})) - upper, 0.1, 3)
    return f"M/g_μμ > {500 / g:.0f} GeV at the upper end of their average, printed 370"


@sizes.of("flavourful_zprime", "Eq. (3.15)")
def bound_of_upsilon():
    def bound(sign):
        def excess(g):
            point = FLAVOURFUL | {"g_bb": sign * g, "g_mumu": g, "m_zp": 100.0}
            ratio = predict("flavourful_zprime", "R_taumu(Upsilon(1S))", {"alpha_em_mb": 1 / 137.036}, **point)
            return ratio - 1.008 - sign * 1.96 * 0.023

        return f"{100 / brentq(excess, 0.1, 1.5):.0f}"

    return f"M/√|g_bb g_μμ| > {bound(1)} GeV for equal signs, {bound(-1)} for opposite ones, printed 150 and 190"


@sizes.of("flavourful_zprime", "Sec. 5")
def summary_of_the_paper():
    edge = reproduce("002-1", Settings(points=4)).numbers["g_bb/g_mumu at the edge of B_s 2017"]
    return f"{0.1 / edge:.1f} times the largest g_bb/g_μμ"


@sizes.of("flavourful_zprime", "Eq. (3.11)")
def mu_e_gamma():
    point = FLAVOURFUL | {"g_mumu": 1.0, "v21": 1e-3}
    here, paper = (
        predict("flavourful_zprime", "BR(mu->egamma)", scheme=scheme, **point) for scheme in ("corrected", "paper")
    )
    assert paper == pytest.approx(1.24e-12)
    return f"μ → eγ {100 * (here / paper - 1):.0f} % larger"


@sizes.of("flavourful_zprime", "Eq. (3.12)")
def moment():
    m_mu = INPUTS.value("m_mu")
    here, paper = (
        predict("flavourful_zprime", "a_mu", scheme=scheme, **FLAVOURFUL) for scheme in ("corrected", "paper")
    )
    assert (-here, paper) == pytest.approx([(0.1 * m_mu / 1e3) ** 2 / (12 * np.pi**2)] * 2, rel=1e-3)
    return "sign"


@sizes.of("flavourful_zprime", "Sec. 3.5")
def tau_to_three_muons():
    def bound(scheme):
        def excess(m_zp):
            point = FLAVOURFUL | {"g_mumu": 1.0, "v32": 1e-2, "m_zp": m_zp}
            return predict("flavourful_zprime", "BR(tau->3mu)", scheme=scheme, **point) / 2e-8 - 1

        return brentq(excess, 100, 1e4) / np.sqrt(1e-2) / 1e3

    return f"bound on the scale {bound('corrected'):.1f} instead of {bound('paper'):.0f} TeV"


@sizes.of("flavourful_zprime", "Eq. (4.4)")
def counting():
    sigma = predict("flavourful_zprime", "sigmav_v0", **(FLAVOURFUL | {"g_bb": 0.0, "m_nu": 1.0})) * CM3_PER_S
    return f"factor {sigma / (2 * 1e-4 / (4 * np.pi) / 1e12):.0f}"  # μ and ν_μ


@sizes.of("flavourful_zprime", "Eq. (4.9)")
def nucleons():
    """In the paper's sign, of c_1^p = + g_μμ."""

    def coefficients(m_zp):
        def of(coupling, observable):
            point = FLAVOURFUL | {"g_bb": 0.0, "g_mumu": 0.0, "m_zp": m_zp} | {coupling: 0.1}
            return -predict("flavourful_zprime", observable, scheme="paper", **point) * m_zp**2 / 0.01

        return of("g_mumu", "c1_p"), of("g_bb", "c1_p"), of("g_bb", "c1_n")

    (mu, bottom, neutron), printed = coefficients(1e3), coefficients(2e3)
    assert (printed[0], -printed[1], printed[2]) == pytest.approx((5.6e-3, 2.3e-3, 4.5e-2), rel=0.02)
    return (
        f"c_1^p {mu:.4f} of g_μμ, {bottom:.4f} of g_bb, c_1^n {neutron:.4f}; "
        f"at 2 TeV {printed[0]:.4f}, {printed[1]:.4f}, {printed[2]:.4f}"
    )


@sizes.of("flavourful_zprime", "Eq. (4.8)")
def muon_loop():
    point = FLAVOURFUL | {"g_bb": 0.0, "m_zp": 91.1876}
    paper, here = (
        predict("flavourful_zprime", "sigma_si_p", scheme=scheme, **point) for scheme in ("paper", "corrected")
    )
    return f"cross section {here / paper:.1f} times larger at M_Z' = m_Z, g_bb = 0"


def test_every_size_that_is_a_number_is_recomputed():
    sizes.check_entries()


@pytest.mark.parametrize("entry", sizes, ids=" ".join)
def test_size(entry):
    sizes.check(entry)
