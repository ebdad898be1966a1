"""Loop functions against the papers' closed forms in 60 digits, and their limits."""

import mpmath
import pytest

from likelihoods.loop_functions import box, penguin

mpmath.mp.dps = 60


def penguin_exact(x):
    """2002.11150 Eq. (10) as printed."""
    x = mpmath.mpf(x)
    log = mpmath.log(x)
    f = -2 + 9 * x - 18 * x**2 + 11 * x**3 - 6 * x**3 * log
    g = -16 + 45 * x - 36 * x**2 + 7 * x**3 + 6 * (3 * x - 2) * log
    return (f + g) / (36 * (x - 1) ** 4)


def box_exact(x, y):
    """2002.11150 Eq. (18) as printed."""
    x, y = mpmath.mpf(x), mpmath.mpf(y)
    return (
        1 / ((1 - x) * (1 - y))
        + x**2 * mpmath.log(x) / ((1 - x) ** 2 * (x - y))
        + y**2 * mpmath.log(y) / ((1 - y) ** 2 * (y - x))
    )


@pytest.mark.parametrize("x", [1e-12, 1e-6, 0.01, 0.5, 0.8999, 0.9001, 0.99, 1 + 1e-9, 1.0999, 1.1001, 2.0, 1e3, 1e6])
def test_penguin_against_the_printed_form(x):
    assert penguin(x) == pytest.approx(float(penguin_exact(x)), rel=1e-11)


def test_penguin_limits():
    assert penguin(1.0) == pytest.approx(1 / 12, rel=1e-14)
    x = 1e-9
    assert penguin(x) == pytest.approx(-0.5 - float(mpmath.log(x)) / 3, rel=1e-7)


@pytest.mark.parametrize(
    ("x", "y"), [(1e-12, 1e-4), (0.3, 0.7), (0.3, 0.3 + 1e-4), (0.95, 1.07), (0.5, 3.0), (1.02, 1.03), (5.0, 40.0)]
)
def test_box_against_the_printed_form(x, y):
    assert box(x, y) == pytest.approx(float(box_exact(x, y)), rel=2e-9)
    assert box(x, y) == box(y, x)


@pytest.mark.parametrize("x", [1e-6, 0.3, 0.95, 1.05, 4.0])
def test_box_at_equal_masses_joins_its_neighbourhood(x):
    assert box(x, x) == pytest.approx(float(box_exact(x, x * (1 + mpmath.mpf(10) ** -20))), rel=1e-9)


def test_box_limits():
    assert box(0.0, 0.0) == 1.0
    assert box(1.0, 1.0) == pytest.approx(1 / 3, rel=1e-12)
