"""Rows and measurements: errors, covariance, marginalisation, overlaps, units."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from likelihoods.measurement import Measurement, Row
from likelihoods.units import UNITS, conversion


def row(observable="FL", term="angular", q2=(1.0, 6.0), **fields):
    return Row(observable, term, "value", q2, value=0.5, **({"stat": (0.3, 0.3), "syst": (0.4, 0.4)} | fields))


def measurement(*rows, **fields):
    return Measurement("one", "LHCb", "ref", "2020-01", rows, **fields)


def test_total_errors_add_in_quadrature():
    asymmetric = row(stat=(3.0, 6.0), syst=(4.0, 2.0), norm=12.0)
    assert asymmetric.up == pytest.approx(13.0)
    assert asymmetric.down == pytest.approx(math.sqrt(36 + 4 + 144))


def test_total_correlation_applies_to_total_errors():
    rho = np.array([[1.0, 0.5], [0.5, 1.0]])
    m = measurement(row(), row("P5p"), correlation=rho)
    assert np.allclose(m.covariance([0.3, 0.6], [0.4, 0.8]), [[0.25, 0.25], [0.25, 1.0]])


def test_separate_correlations_and_common_normalisation():
    one, two = np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([[1.0, -0.2], [-0.2, 1.0]])
    m = measurement(row(norm=1.0), row("P5p", norm=2.0), stat_correlation=one, syst_correlation=two)
    expected = [[0.09 + 0.16 + 1, 0.5 * 0.18 - 0.2 * 0.32 + 2], [0.5 * 0.18 - 0.2 * 0.32 + 2, 0.36 + 0.64 + 4]]
    assert np.allclose(m.covariance([0.3, 0.6], [0.4, 0.8]), expected)


def test_diagonal_of_the_covariance_is_the_total_error():
    m = measurement(row(norm=0.2), row("P5p", norm=0.1))
    stat, syst = ([r.stat[0] for r in m.rows], [r.syst[0] for r in m.rows])
    assert np.allclose(np.sqrt(np.diag(m.covariance(stat, syst))), [r.up for r in m.rows])


def test_restriction_marginalises():
    rho = np.array([[1.0, 0.5, 0.1], [0.5, 1.0, 0.2], [0.1, 0.2, 1.0]])
    m = measurement(row(), row("P5p", "prime"), row("S4"), correlation=rho)
    part = m.restricted(["angular"])
    assert [r.observable for r in part.rows] == ["FL", "S4"]
    assert np.array_equal(part.correlation, [[1, 0.1], [0.1, 1]])
    assert part.terms == ("angular",)
    assert m.restricted(["angular", "prime"]) is m


def test_overlap_means_shared_events():
    one = measurement(row(q2=(1.0, 6.0)))
    two = replace(measurement(row(q2=(4.0, 8.0))), name="two")
    assert one.overlap(two) is not None
    assert one.overlap(replace(two, rows=(row(q2=(6.0, 8.0)),))) is None
    assert one.overlap(replace(two, rows=(row("S4", q2=(4.0, 8.0)),))) is None
    assert one.overlap(replace(two, experiment="CMS")) is None
    assert one.overlap(replace(two, experiment="CMS+LHCb")) is not None
    assert one.overlap(replace(two, independent_of=("one",))) is None
    assert replace(one, independent_of=("two",)).overlap(two) is None
    assert row(q2=None).overlaps(row(q2=None))


def test_names_of_rows():
    assert str(row()) == "FL[1,6]"
    assert str(row(q2=None)) == "FL"


@given(st.sampled_from([(a, b) for a in UNITS for b in UNITS if UNITS[a][0] == UNITS[b][0]]))
def test_conversion_goes_back(units):
    there, back = units
    assert conversion(there, back) * conversion(back, there) == pytest.approx(1.0)


def test_conversion_of_a_row_scales_every_number():
    in_ps = row(unit="ps^-1", norm=0.1)
    in_gev = in_ps.converted("GeV")
    factor = 6.582119569e-13
    for name in ("value", "norm", "up", "down"):
        assert getattr(in_gev, name) == pytest.approx(factor * getattr(in_ps, name))
    counts = Row(
        "sigma", "dd", "counts", unit="cm^2", observed=3, background=1, signal_per_unit=1e40, limit=1e-40, cl=0.9
    )
    there = counts.converted("pb")
    assert there.limit == pytest.approx(1e-4)
    assert there.limit * there.signal_per_unit == pytest.approx(counts.limit * counts.signal_per_unit)


def test_conversion_refuses_other_dimensions():
    with pytest.raises(ValueError, match="'ps' cannot be converted to 'ps\\^-1'"):
        conversion("ps", "ps^-1")
    with pytest.raises(ValueError, match="unknown unit 'furlong'"):
        conversion("furlong", "GeV")
