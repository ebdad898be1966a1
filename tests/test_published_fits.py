"""Fits of the data of their day: spring 2019 and 2021 in flavio 2.7.1, early 2017 as quoted by 1702.00395.

flavio's side: its central predictions on a grid, its theory covariance at the Standard Model (2000 draws of all default
parameters), the same data with errors symmetrised as √(σ₊σ₋), R_K and R_K* as digitised likelihoods. Halves of the
draws move the curves of 2019 by 0.15 and those of 2021 by 0.7.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize_scalar

from likelihoods import Likelihood
from likelihoods.catalogue import load_measurements, on_request
from likelihoods.couplings import empty
from likelihoods.snapshot import snapshot

GRID = np.arange(-1.5, 0.51, 0.25)
#: ln L of flavio relative to the Standard Model on the grid.
FLAVIO = {
    "C9": [5.077, 8.020, 9.046, 8.494, 6.645, 3.748, 0.0, -4.431, -9.414],
    "C9=-C10": [-30.065, -24.719, -8.487, 4.445, 9.158, 7.216, 0.0, -11.322, -25.886],
}
#: The same for the 178 rows of ``LHCB_2021``.
FLAVIO_2021 = {
    "C9": [24.21, 29.54, 30.61, 27.89, 21.74, 12.40, 0.0, -15.42, -33.95],
    "C9=-C10": [-22.53, -9.91, 1.24, 22.88, 30.38, 22.27, 0.0, -35.46, -84.83],
}
LHCB_2021 = [
    *("LHCb:2020:B0_Kstar_mumu:S", "LHCb:2016:B0_Kstar_mumu_rate", "LHCb:2020:Bplus_Kstarplus_mumu:S"),
    *("LHCb:2014:Bplus_Kstarplus_mumu_rate", "LHCb:2014:Bplus_K_mumu_rate", "LHCb:2014:B0_K_mumu_rate"),
    *("LHCb:2021:Bs_phi_mumu", "LHCb:2021:Bs_phi_mumu_rate", "LHCb:2021:R_K", "LHCb:2017:R_Kstar"),
    "ATLAS+CMS+LHCb:2021:Bs_mumu",
]
#: Best fit, its errors and significance √(2 Δ ln L), of flavio.
FITS = {"C9": (-0.970, 0.207, 0.197, 4.256), "C9=-C10": (-0.457, 0.101, 0.098, 4.302)}

#: Terms of the b → s ℓ ℓ data in the first row of its Table I.
BSMUMU_2017 = [
    *("P5prime", "BKstar_mumu_optimised", "BKstar_ee_angular", "BKstar_mumu_rate", "BKstarplus_mumu_rate"),
    *("BK_mumu_rate", "Bs_phi_mumu", "Bs_phi_mumu_rate", "Bs_mumu", "B_Kstar_gamma", "S_Kstar_gamma"),
]


def curve(likelihood, scenario):
    """ln L relative to the Standard Model on the grid."""
    c = empty(GRID.size)
    c["C9"][:, 1] = GRID
    if scenario == "C9=-C10":
        c["C10"][:, 1] = -GRID
    log_l = likelihood.log_likelihood_terms(c).sum(axis=1)
    return log_l - log_l[GRID == 0.0]


def fit(log_l):
    """Best fit, upward and downward error and significance."""
    spline = CubicSpline(GRID, -log_l)
    best = minimize_scalar(spline, bounds=(GRID[0], GRID[-1]), method="bounded").x
    crossings = CubicSpline(GRID, -log_l - spline(best) - 0.5).roots(extrapolate=False)
    down, up = crossings[crossings < best][-1], crossings[crossings > best][0]
    return best, up - best, best - down, np.sqrt(-2.0 * spline(best))


@pytest.fixture(scope="module")
def asymmetric():
    return Likelihood.of(data="flavio-2019")


def symmetrised(measurements):
    """The same with errors √(σ₊σ₋), under the same names."""
    for m in measurements:
        rows = [
            replace(row, stat=(np.sqrt(row.stat[0] * row.stat[1]),) * 2, syst=(np.sqrt(row.syst[0] * row.syst[1]),) * 2)
            for row in m.rows
        ]
        yield replace(m, rows=tuple(rows))


@pytest.fixture(scope="module")
def symmetric():
    return Likelihood.of(data="flavio-2019", measurements=list(symmetrised(snapshot("flavio-2019"))))


@pytest.mark.parametrize("scenario", FLAVIO)
def test_symmetric_errors_give_the_curve_of_flavio(symmetric, scenario):
    """Within 0.15 down to ln L = -12 below the Standard Model: beyond, predictions leave the digitised likelihoods."""
    expected = np.array(FLAVIO[scenario])
    near = expected > -12.0
    assert curve(symmetric, scenario)[near] == pytest.approx(expected[near], abs=0.15)


def test_all_channels_of_2021():
    """B⁰, B⁺ → K*μμ, Kμμ and B_s → φμμ, rates and angles, with flavio's theory errors: within 0.2 and 1 %."""
    known = load_measurements()
    ours = (known[name].restricted(set(known[name].terms) - on_request()) for name in LHCB_2021)
    likelihood = Likelihood.of(LHCB_2021, data="2021-07", measurements=list(symmetrised(ours)))
    assert len(likelihood.rows) == 178
    for scenario, expected in FLAVIO_2021.items():
        near = GRID >= -1.0  # beyond, R_K leaves its digitised likelihood
        assert curve(likelihood, scenario)[near] == pytest.approx(np.array(expected)[near], abs=0.2, rel=0.01)


@pytest.mark.parametrize("scenario", FITS)
def test_best_fit_and_significance(symmetric, asymmetric, scenario):
    """Within 0.02 and 0.05 standard deviations; asymmetric errors move C9 by another 0.03 and 0.05."""
    best, up, down, pull = FITS[scenario]
    same, default = (fit(curve(likelihood, scenario)) for likelihood in (symmetric, asymmetric))
    assert same[0] == pytest.approx(best, abs=0.02)
    assert same[1:3] == pytest.approx((up, down), rel=0.05)
    assert same[3] == pytest.approx(pull, abs=0.05)
    assert default[0] == pytest.approx(best, abs=0.05)
    assert default[1:3] == pytest.approx((up, down), rel=0.05)
    assert default[3] == pytest.approx(pull, abs=0.1)


def test_published_gaussians_instead_of_likelihoods_cost_a_quarter_of_a_standard_deviation():
    """The tails of R_K* matter: its published asymmetric errors give 4.0 standard deviations instead of 4.2."""
    terms = [
        "LHCb:2015:B0_Kstar_mumu:S",
        "LHCb:2019:R_K:gaussian",
        "LHCb:2017:R_Kstar:gaussian",
        "ATLAS+CMS+LHCb:2019:Bs_mumu",
    ]
    log_l = curve(Likelihood.of(terms, data="2019-03"), "C9")
    assert fit(log_l)[3] == pytest.approx(FITS["C9"][3] - 0.28, abs=0.1)


def test_early_2017():
    """1702.00395 Eq. 13, from the global fit 1510.04239: -1.12 <= C9 = -C10 <= -0.18 at 3σ; form factors were wider."""
    log_l = curve(Likelihood.of(["R_K", *BSMUMU_2017], data="paper-003"), "C9=-C10")
    best, up, down, significance = fit(log_l)
    assert best - 3.0 * down > -1.12
    assert best + 3.0 * up < -0.18
    assert best == pytest.approx(-0.68, abs=0.17)
    assert significance > 4.0
