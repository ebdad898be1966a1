"""Resonance rates against the formulas of the papers and a second integration; light-vector bounds."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, special, stats

import fitter
import likelihoods
from likelihoods.ckm import third_row
from likelihoods.observables.colliders import error_function
from likelihoods.table import load_table

POINT = {"g_bb": 0.2, "g_mumu": 0.3, "g_nunu": 0.4, "m_zp": 500.0, "m_nu": 2000.0}
ZPRIME = fitter.model("flavourful_zprime")


def test_narrow_width_rate_is_production_times_branching_ratio():
    table = load_table("bb_to_zprime")
    unit = table.column("sigma_13tev_nnpdf")[table.column("mass").tolist().index(500.0)]
    m_t, g = likelihoods.default_inputs().value("m_t"), POINT
    x = (m_t / 500.0) ** 2
    top = 3 * g["g_bb"] ** 2 * (1 - x) * np.sqrt(1 - 4 * x)
    rate = g["g_mumu"] ** 2 / (2 * g["g_mumu"] ** 2 + 3 * g["g_bb"] ** 2 + top)
    got = ZPRIME.predict(["sigma_dimuon_13tev"], **g)["sigma_dimuon_13tev"]
    v_ts = abs(third_row(likelihoods.default_inputs().central[0])[1])
    others = load_table("quark_pairs_to_zprime")
    row = others.column("mass").tolist().index(500.0)
    # b b̄, and both of b s̄ and s b̄: 0.8 %
    squares = (1 - v_ts**2) ** 2 + 2 * v_ts**2 * others.column("bs_13tev")[row]
    assert got == pytest.approx(g["g_bb"] ** 2 * squares * unit * rate, rel=5e-4)
    assert squares == pytest.approx(1.004, abs=2e-3)


def test_rate_vanishes_without_couplings():
    for off in ("g_bb", "g_mumu"):
        assert ZPRIME.predict(["sigma_dimuon_13tev"], **(POINT | {off: 0.0}))["sigma_dimuon_13tev"] == 0.0


def test_spectrum_sums_to_luminosity_times_rate_times_efficiency():
    point = POINT | {"g_bb": 0.02, "g_mumu": 0.02, "g_nunu": 1e-3}
    edges = np.arange(350.0, 660.0, 10.0)
    bins = [("events(ATLAS:2019:dimuon)", (a * a, b * b)) for a, b in pairwise(edges)]
    events = ZPRIME.predict(["sigma_dimuon_13tev", *bins], **point)
    rate = events.pop("sigma_dimuon_13tev")
    efficiency = np.interp(500.0, *load_table("atlas_dimuon_efficiency").values.T)
    assert sum(events.values()) == pytest.approx(139e3 * rate * efficiency, rel=2e-3)


def test_broad_resonance_against_scipy():
    """The sum over steps against the convolution of Breit-Wigner, luminosity and resolution by quadrature."""
    point = POINT | {"g_bb": 1.0, "g_mumu": 0.5}
    low, high = 480.0, 520.0
    got = ZPRIME.predict([("events(ATLAS:2019:dimuon)", (low**2, high**2)), "sigma_dimuon_13tev"], **point)
    m_t, m_b = (likelihoods.default_inputs().value(k) for k in ("m_t", "m_b"))
    width = sum(
        n * g**2 * 500.0 / (24 * np.pi) * (1 - x) * np.sqrt(1 - 4 * x)
        for n, g, x in ((3, 1.0, (m_t / 500) ** 2), (3, 1.0, (m_b / 500) ** 2), (1, 0.5, 0.0), (1, 0.5, 0.0))
    )
    table = load_table("bb_to_zprime")
    resolution, efficiency = (load_table(f"atlas_dimuon_{k}").values.T for k in ("resolution", "efficiency"))
    log_m, log_s = np.log(table.column("mass")), np.log(table.column("sigma_13tev_nnpdf"))

    def density(m):
        gauss = stats.norm(m, np.interp(m, *resolution))
        shape = np.exp(np.interp(np.log(m), log_m, log_s) - np.interp(np.log(500.0), log_m, log_s))
        line = stats.cauchy.pdf(m, 500.0, width / 2) / (2 * np.arctan(6) / np.pi) * (m / 500.0) ** 2
        return line * shape * np.interp(m, *efficiency) * (gauss.cdf(high) - gauss.cdf(low))

    expected, _ = integrate.quad(density, 500.0 - 3 * width, 500.0 + 3 * width, points=[500.0], limit=200)
    assert next(iter(got.values())) == pytest.approx(139e3 * got["sigma_dimuon_13tev"] * expected, rel=0.02)


def test_dimuon_limit_is_of_the_published_size():
    """The spectrum disfavours a narrow 1 TeV resonance by Δχ² = 3.84 from 0.1 to 1 fb on (1903.06248)."""
    rows = [r for m in _measurements("dimuon") for r in m.rows]
    point = POINT | {"g_bb": 0.05, "g_mumu": 0.05, "m_zp": 1000.0}
    got = ZPRIME.predict(["sigma_dimuon_13tev", *((r.observable, r.q2) for r in rows)], **point)
    rate = got.pop("sigma_dimuon_13tev")
    signal = np.array(list(got.values()))
    n, b = np.array([r.observed for r in rows]), np.array([r.background for r in rows])

    def chi2(sigma_fb):
        mean = b + signal * sigma_fb / (rate * 1e3)
        return -2 * (stats.poisson.logpmf(n, mean) - stats.poisson.logpmf(n, b)).sum()

    grid = np.geomspace(0.02, 10, 400)
    values = np.array([chi2(x) for x in grid])
    limit = grid[np.argmax(values - min(values.min(), 0.0) > 3.84)]
    assert 0.1 < limit < 1.0


def _measurements(term):
    from likelihoods.snapshot import snapshot

    return snapshot("2024-01", [term])


def test_drell_yan_bound():
    """2002.11150: g_V > 0.0646 excluded at 2 GeV and 0.0846 at 5 GeV for g_A = -0.44 g_V."""
    dark = fitter.model("split_dark_sector")
    for mass, bound in ((2.0, 0.0646), (5.0, 0.0846)):
        got = dark.predict(["drell_yan_ratio"], m_v=mass, g_mu_v=bound, r_av=-0.44, g_d=1.0, r=-0.1)
        assert got["drell_yan_ratio"] == pytest.approx(1.0, rel=2e-3)
    assert dark.predict(["drell_yan_ratio"], m_v=9.0, g_mu_v=0.1, r_av=0.0, g_d=1.0, r=-0.1)["drell_yan_ratio"] == 0.0


def test_error_function():
    x = np.linspace(-6, 6, 10_001)
    assert np.allclose([error_function(value) for value in x], special.erf(x), atol=1e-6, rtol=0)
