"""Special functions against scipy and mpmath."""

import mpmath
import numpy as np
import pytest
from scipy.special import kve

from likelihoods.functions import bessel_k, dilog, k1_tail, k2_tail


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_bessel_k_agrees_with_scipy_from_small_to_huge_arguments(n):
    for z in [1e-2, 0.3, 1.0, 7.0, 1e2, 1e5, 1e9, 2 + 1j, 10 + 12j]:
        assert bessel_k(n, z) == pytest.approx(kve(n, z), rel=1e-11)


def test_polynomials_agree_with_the_bessel_functions():
    for z in np.geomspace(2, 1e8, 50):
        assert k1_tail(1 / z) == pytest.approx(kve(1, z) * np.sqrt(2 * z / np.pi), rel=3e-6)
    for z in np.geomspace(1, 1e8, 50):
        assert k2_tail(1 / z) == pytest.approx(kve(2, z) * np.sqrt(2 * z / np.pi), rel=3e-6)
    z = 8 + 3j
    assert k1_tail(1 / z) == pytest.approx(kve(1, z) * np.sqrt(2 * z / np.pi), rel=3e-6)


@pytest.mark.parametrize("z", [0.0, 0.3, 0.5, 0.99, 1.0, -5.0, 3 + 1e-9j, 0.6 + 0.6j, -0.2 - 0.9j, 40 - 3j, 1 + 1e-6j])
def test_dilog_agrees_with_mpmath(z):
    assert dilog(z) == pytest.approx(complex(mpmath.polylog(2, z)), rel=1e-13, abs=1e-14)
