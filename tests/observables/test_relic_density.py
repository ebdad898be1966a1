"""Relic density against an independent matrix-element and freeze-out code, limits, and second implementations."""

import pytest

import fitter


def test_relic_density_of_the_flavourful_zprime():
    values = {"g_bb": 0.1, "g_mumu": 0.1, "g_nunu": 0.1, "m_zp": 200.0, "m_nu": 80.0}
    predicted = fitter.model("flavourful_zprime").predict(["omega_h2"], **values)
    assert predicted["omega_h2"] == pytest.approx(0.141268, rel=3e-3)


def test_dark_matter_must_have_a_positive_mass():
    with pytest.raises(ValueError, match="masses must be positive"):
        fitter.model("flavourful_zprime").predict(["omega_h2"], g_bb=1, g_mumu=1, g_nunu=1, m_zp=50, m_nu=-1)
