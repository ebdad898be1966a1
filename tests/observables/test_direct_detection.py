"""Event rates against wimprates and the published limits; halo, threshold and mass limits."""

import re
import warnings

import numpy as np
import pytest

import likelihoods
from likelihoods import Likelihood, Predictions, default_inputs, request
from likelihoods.amplitudes.nucleon import M_NUCLEON
from likelihoods.couplings import DIRAC, MAJORANA, empty
from likelihoods.table import load_table
from likelihoods.units import CM2


def isoscalar(mass, sigma):
    """Equal contact couplings to protons and neutrons of cross section ``sigma`` [cm²]."""
    sigma = np.atleast_1d(sigma)
    c = empty(sigma.size)
    c["dm_spin"], c["m_dm"] = DIRAC, mass
    c["contact_p"] = c["contact_n"] = np.sqrt(sigma * CM2 * np.pi) * (mass + M_NUCLEON) / (mass * M_NUCLEON)
    return c


def events(name, c, **inputs):
    chosen = default_inputs().replace(inputs)
    return Predictions([request(name)], chosen)(c)[:, 0]


@pytest.mark.parametrize("mass", [10.0, 35.0, 100.0, 1000.0])
def test_rate_against_wimprates(mass):
    """The same halo (Earth at 252.13 km/s) and efficiency. Seen: 2.3 % at 10 GeV, near threshold, below 2 % above."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import wimprates
    table = load_table("efficiency_xenon1t_2017")
    exposure = float(re.match(r"[\d.e+]+", table.header["exposure"])[0])
    energy = np.linspace(0.7, 110.0, 1200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rate = wimprates.rate_wimp_std(energy, mw=mass, sigma_nucleon=1e-46)  # per keV, tonne and year
    seen = np.interp(energy, table.values[:, 0], table.values[:, 1], left=0.0, right=0.0)
    expected = np.trapezoid(rate * seen, energy) * exposure / 1e3 / 365.25
    got = events("events(XENON1T:2017)", isoscalar(mass, 1e-46), v_earth=252.129)[0]
    assert got == pytest.approx(expected, rel=0.025)


@pytest.mark.parametrize(
    ("name", "date", "mass", "published"),
    [("XENON1T:2017:events", "2017-12", 35.0, 7.7e-47), ("LZ:2022:events", "2023-01", 36.0, 9.2e-48)],
)
def test_published_limit_is_rebuilt(name, date, mass, published):
    """90 %: -2 Δ ln L = 1.64 above the best fit; the published numbers within 15 %."""
    sigma = np.geomspace(1e-49, 1e-44, 3000)
    penalty = -2 * Likelihood.of([name], date).log_likelihood_terms(isoscalar(mass, sigma)).sum(axis=1)
    best = int(np.argmin(penalty))
    limit = sigma[best + int(np.argmax(penalty[best:] - penalty[best] > 1.642))]
    assert limit == pytest.approx(published, rel=0.15)


def test_events_are_linear_in_the_cross_section_and_the_density():
    one, two = events("events(LZ:2022)", isoscalar(50.0, [1e-47, 2e-47]))
    assert two == pytest.approx(2 * one, rel=1e-12)
    dense = events("events(LZ:2022)", isoscalar(50.0, 1e-47), rho_dm=0.6)[0]
    assert dense == pytest.approx(2 * one, rel=1e-12)


def test_events_fall_as_one_over_a_large_mass():
    c = np.concatenate([isoscalar(m, 1e-45) for m in (1e4, 1e5)])
    # σ at fixed nucleon cross section: the rate is that of the number density
    ten, hundred = events("events(XENON1T:2018)", c)
    assert ten / hundred == pytest.approx(10.0, rel=0.02)


@pytest.mark.parametrize("mass", [6.0, 30.0, 500.0])
def test_tabulated_and_exact_halo_agree(mass):
    """Central halo inputs use a table in the mass; moved ones the sum over nodes."""
    c = isoscalar(mass, 1e-45)
    sm = default_inputs().records({"v0": np.array([238.0, 238.0])}, 2)
    two = np.concatenate([c, c])
    predictions = Predictions([request("events(XENON1T:2018)")], default_inputs())
    assert predictions(two, sm)[:, 0] == pytest.approx(predictions(c)[0, 0], rel=1e-3)


def test_light_dark_matter_is_below_threshold():
    assert events("events(XENON1T:2017)", isoscalar(1.0, 1e-40))[0] == 0.0


def test_inelastic_threshold():
    """A split pair up-scatters only if μ v²/2 of the fastest particles exceeds the splitting (1702.00395 §4.2.2)."""
    c = np.concatenate([empty()] * 3)
    c["dm_spin"], c["m_dm"], c["m_med"], c["g_dm"] = MAJORANA, 1800.0, 12.0, 0.9
    c["kinetic_mixing"], c["splitting"] = 1e-4, [1e-9, 5e-5, 1e-3]
    free, near, closed = events("events(XENON1T:2018)", c)
    assert free > near > 0.0
    assert closed == 0.0


def test_xenon_sees_protons_alone_by_their_share():
    c = isoscalar(100.0, 1e-46)
    c["contact_n"] = 0.0
    both = likelihoods.predict("sigma_si_xenon", dm_spin=DIRAC, m_dm=100.0, contact_p=float(c["contact_p"][0]))
    assert both / 1e-46 == pytest.approx((54 / 131.293) ** 2, rel=1e-3)
