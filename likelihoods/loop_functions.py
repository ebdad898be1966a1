"""Loop functions of box and penguin diagrams, safe where masses are degenerate or vanish.

Near x = 1 the closed forms cancel to the fourth order; there the Taylor series, whose coefficients are known in
closed form, is summed instead.
"""

import numpy as np

from likelihoods.kernel import kernel

_NEAR = 0.1  # |x - 1| below which the series is used; its 24 terms then reach double precision
_TERMS = 24


@kernel
def penguin(x):
    """F̃9(x) + G̃9(x) of 2002.11150 Eq. (10): penguin with a heavy scalar and a fermion, x = m_χ²/m_Φ².

    Tends to -1/2 - (ln x)/3 for x -> 0 and to 1/12 at x = 1.
    """
    e = x - 1.0
    if abs(e) < _NEAR:
        total, power = 0.0, 1.0
        for n in range(_TERMS):
            total += power * (0.5 / (n + 2.0) - 1.0 / (6.0 * (n + 1.0)))
            power *= -e
        return total
    return 0.5 * (e**3 - (x**3 - 3.0 * x + 2.0) * np.log(x) / 3.0) / e**4


@kernel
def _box_primitive(x):
    """g(x) = 1/(1-x) + x² ln x/(1-x)², whose divided difference is the box function."""
    e = x - 1.0
    if x == 0.0:
        return 1.0
    if abs(e) < _NEAR:
        total, power = 1.5, 1.0
        for n in range(1, _TERMS):
            power *= -e
            total += -power * (1.0 / (n + 2.0) - 2.0 / (n + 1.0) + 1.0 / n)
        return total
    return -1.0 / e + x * x * np.log(x) / (e * e)


@kernel
def _box_derivative(x):
    """g'(x)."""
    e = x - 1.0
    if x == 0.0:
        return 1.0
    if abs(e) < _NEAR:
        total, power = 0.0, 1.0
        for n in range(1, _TERMS):
            total += power * n * (1.0 / (n + 2.0) - 2.0 / (n + 1.0) + 1.0 / n)
            power *= -e
        return total
    return 1.0 / (e * e) + (2.0 * x * np.log(x) + x) / (e * e) - 2.0 * x * x * np.log(x) / e**3


@kernel
def box(x, y):
    """F(x, y) of 2002.11150 Eq. (18) and 1803.04703 Eq. (36): box of two scalars and fermions of mass² ratio x, y.

    F(0, 0) = 1, F(1, 1) = 1/3. The divided difference [g(x) - g(y)]/(x - y) of one function, hence its derivative
    where the arguments meet.
    """
    if abs(x - y) < 1e-5 * (x + y) or x == y:
        return _box_derivative(0.5 * (x + y))
    return (_box_primitive(x) - _box_primitive(y)) / (x - y)


@kernel
def scalar_moment(x):
    """∫_0^1 dz z² (1 - z)/[z + x (1 - z)]: loop of a charged fermion and a neutral scalar, x = m_scalar²/m_fermion².

    a_μ = λ² m_μ²/(16π² m_fermion²) times this (formula sheet of 1803.04703 §6); 1/6 at x = 0, 1/12 at x = 1.
    """
    e = x - 1.0
    if abs(e) < _NEAR:
        # ∫ z² (1-z) Σ (-e)^n (1-z)^n = Σ (-e)^n 2 (n+1)!/(n+4)!
        total, power = 0.0, 1.0
        for n in range(_TERMS):
            total += power * 2.0 / ((n + 2.0) * (n + 3.0) * (n + 4.0))
            power *= -e
        return total
    if x == 0.0:
        return 1.0 / 6.0
    return 1.0 / (3.0 * e) + 0.5 / (e * e) + x / e**3 - x * x * np.log(x) / e**4
