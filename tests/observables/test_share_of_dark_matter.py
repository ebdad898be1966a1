"""Rates of dark matter that is not all of it: scattering with its share, annihilation with the square."""

import numpy as np
import pytest

import fitter
from likelihoods import Likelihood, Predictions, default_inputs, predict, request
from likelihoods.couplings import empty

POINT = {"g_bb": 0.2, "g_mumu": 0.4, "g_nunu": 0.6, "m_zp": 300.0, "m_nu": 120.0}
MODEL = fitter.model("flavourful_zprime")
SHARED = {"thermal_share": 1.0}


def test_scattering_scales_with_the_share_and_annihilation_with_its_square():
    linear = ["events(LZ:2022)", "events(XENON1T:2018#1)", "sigma_ratio(LZ:2024)"]
    square = ["p_ann", "hadronic_injection", "antiproton_rate", "sigmav(CTA)"]
    alone = MODEL.predict(["omega_h2", "sigma_si_xenon", "sigmav_v0", *linear, *square], **POINT)
    shared = MODEL.predict(["omega_h2", "sigma_si_xenon", "sigmav_v0", *linear, *square], inputs=SHARED, **POINT)
    share = alone["omega_h2"] / 0.12
    assert share < 0.5
    for name in ("omega_h2", "sigma_si_xenon", "sigmav_v0"):  # properties of the particle
        assert shared[name] == alone[name]
    for name in linear:
        assert shared[name] == pytest.approx(share * alone[name], rel=1e-10)
    for name in square:
        assert shared[name] == pytest.approx(share**2 * alone[name], rel=1e-10)


def test_share_by_hand():
    dark = {"dm_spin": 2, "m_dm": 100.0, "contact_p": 1e-10, "contact_n": 1e-10}
    whole, half = predict("events(LZ:2022)", **dark), predict("events(LZ:2022)", dm_share=0.5, **dark)
    assert half == pytest.approx(0.5 * whole, rel=1e-12)
    # a likelihood that is linear in a small flux
    log_l = "log_l(XENON1T:2018:energies)"
    small = {"contact_p": 1e-11, "contact_n": 1e-11}
    slope = predict(log_l, **dark | small) / predict(log_l, dm_share=0.5, **dark | small)
    assert slope == pytest.approx(2.0, rel=0.05)


def test_overabundant_points_are_all_of_dark_matter():
    point = POINT | {"g_nunu": 0.01}
    names = ["events(LZ:2022)", "p_ann"]
    assert MODEL.predict(["omega_h2"], **point)["omega_h2"] > 0.12
    assert MODEL.predict(names, inputs=SHARED, **point) == MODEL.predict(names, **point)


def test_likelihoods_follow():
    inputs = default_inputs().replace(SHARED)
    likelihood, alone = (Likelihood.of(["xenon1t"], "2019-01", inputs=chosen) for chosen in (inputs, default_inputs()))
    values = MODEL.defaults | POINT
    c = MODEL.evaluate(np.array([[values[name] for name in MODEL.names]]))
    assert likelihood.log_likelihood_terms(c).sum() > alone.log_likelihood_terms(c).sum()


def test_without_dark_matter_nothing_is_shared():
    names = ("events(LZ:2022)", "a_mu")
    got = Predictions([request(name) for name in names], default_inputs().replace(SHARED))(empty())
    assert got[0] == pytest.approx([0.0, 0.0])
