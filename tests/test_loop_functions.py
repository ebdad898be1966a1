"""Loop functions against the papers' closed forms in 60 digits, and their limits."""

import mpmath
import pytest
from scipy import integrate

from likelihoods.loop_functions import box, charge_radius, penguin


@pytest.fixture(autouse=True)
def _sixty_digits():
    with mpmath.workdps(60):
        yield


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


@pytest.mark.parametrize("x", [1e-6, 0.01, 0.7, 1.0, 3.0])
def test_penguin_is_the_sum_of_both_diagrams(x):
    """Own one-loop derivation, per g Q y_s* y_b q²/(16π² m_Φ²): V on the fermion line less V on the scalar line."""

    def integrand(z):
        d = z * x + 1 - z
        return z**3 / (3 * d) + x * z**3 / (6 * d**2) - (1 - z) ** 3 / (6 * d)

    loop = integrate.quad(integrand, 0, 1, points=[1 - x] if x < 0.1 else None, limit=500)[0]
    assert penguin(x) == pytest.approx(loop, rel=1e-8)


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


def charge_radius_exact(light, heavy, m):
    """The integral of the docstring in 60 digits."""
    f2, h2, m2 = (mpmath.mpf(x) ** 2 for x in (light, heavy, m))

    def integrand(w):
        u = 1 - w
        delta = w * f2 + u * h2 - u * w * m2
        first = w**3 * (mpmath.mpf(1) / 4 - w / 6) - u**3 * (mpmath.mpf(1) / 4 - u / 6)
        return first / delta + (w**4 * (u**2 * m2 + f2) - u**4 * (w**2 * m2 + h2)) / (24 * delta**2)

    return mpmath.quad(integrand, [0, 0.5, *(1 - mpmath.mpf(10) ** -k for k in range(1, 9)), 1])


@pytest.mark.parametrize(
    ("light", "heavy", "m"), [(0.105, 700.0, 400.0), (0.105, 300.0, 299.9), (2.0, 1100.0, 1.0), (173.0, 1100.0, 900.0)]
)
def test_charge_radius_against_quadrature(light, heavy, m):
    with mpmath.workdps(20):
        assert charge_radius(light, heavy, m) == pytest.approx(float(charge_radius_exact(light, heavy, m)), rel=1e-7)


def test_charge_radius_limits():
    log = float(mpmath.log((1000 / 0.105) ** 2))
    assert charge_radius(0.105, 1000.0, 0.0) == pytest.approx((2 / 3 * log - 1) / (8 * 1000.0**2), rel=1e-6)
    # no net charge is left if both fermions are alike
    assert charge_radius(500.0, 500.0, 100.0) == pytest.approx(0.0, abs=1e-16)


def test_charge_radius_from_the_form_factor():
    """Slope of F(q²), the loop integrals over both Feynman parameters at finite spacelike q², ends at the formula."""

    def form(a, b, m, q2):
        total = mpmath.mpf(0)

        def integrand(w, half):
            d = w * (2 * half - 1)  # z - y
            x = 1 - w
            delta = x * b * b + w * a * a - x * w * m * m - (w * w - d * d) / 4 * q2
            n = -x * w * x * (4 * m * m - q2) / 8 + x * d * d * q2 / 4 - w * (1 - d * d) * q2 / 8 - w * a * a / 2
            return w * (-(0.25 + 0.75 * x) * mpmath.log(delta) - n / (2 * delta))

        total += mpmath.quad(integrand, [0, 1], [0, 1])
        return total

    with mpmath.workdps(18):
        a, b, m, q2 = 50.0, 90.0, 60.0, -4.0
        total = [form(a, b, m, q) - form(b, a, m, q) for q in (0.0, q2)]
        assert abs(total[0]) < 1e-12  # a neutral particle has no charge
        assert float((total[1] - total[0]) / q2) == pytest.approx(charge_radius(a, b, m), rel=2e-3)
