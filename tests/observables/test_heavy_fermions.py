"""Pair production of vector-like fermions: mass limits as likelihoods of the rate."""

import numpy as np
import pytest

import fitter
import likelihoods
from likelihoods import Likelihood
from likelihoods.couplings import empty

POINT = {"m_x": 400.0, "m_q": 1100.0, "m_l": 460.0, "lam_bs": 0.15, "lam_mu": 1.5}


def penalty(term, **masses):
    """-2 ln L above that without heavy fermions."""
    model = fitter.model("loop_scalar")
    c = np.concatenate(
        [model.evaluate(np.array([[(model.defaults | POINT | masses)[n] for n in model.names]])), empty()]
    )
    values = Likelihood.of([term], "2019-01").log_likelihood_terms(c)[:, 0]
    return 2 * (values[1] - values[0])


def test_rates_fall_as_a_power():
    """A power between nodes: ten times rarer from 1 to some 1.36 TeV; nothing without heavy fermions."""
    at = [likelihoods.predict("pair_rate(Q)", m_heavy_q=m) for m in (1000.0, 1050.0, 1100.0, 3000.0)]
    assert at[0] == 1.0
    assert at[1] == pytest.approx(np.sqrt(at[0] * at[2]), rel=0.01)
    assert 0 < at[3] < 1e-3
    assert likelihoods.predict("pair_rate(Q)") == 0.0
    assert likelihoods.predict("pair_rate(L)", m_heavy_l=500.0) == 1.0


@pytest.mark.parametrize(("term", "mass", "limit"), [("heavy_quark", "m_q", 1100.0), ("heavy_lepton", "m_l", 460.0)])
def test_mass_limits(term, mass, limit):
    """95 % one-sided at the quoted mass; excluded well below, free well above."""
    assert penalty(term, **{mass: limit}) == pytest.approx(1.645**2, rel=0.01)
    assert penalty(term, m_x=50.0, **{mass: 0.7 * limit}) > 25.0
    assert penalty(term, **{mass: 1.5 * limit}) < 0.1


def test_portal_uses_physical_masses():
    values = {"g_x": 0.3, "m_zp": 2000.0, "lam_q_b": 0.025, "lam_q_s": 0.025, "lam_l_mu": 0.5}
    values |= {"m_q": 1000.0, "m_l": 300.0, "m_chi": 1000.0}
    rate = fitter.model("portal_scalar").predict(["pair_rate(L)"], **values)["pair_rate(L)"]
    physical = np.hypot(300.0, 0.5 * 2000.0 / 0.6 / np.sqrt(2))
    assert rate == pytest.approx(likelihoods.predict("pair_rate(L)", m_heavy_l=physical), rel=1e-9)
