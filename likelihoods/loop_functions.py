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


@kernel
def charge_radius(light, heavy, m):
    r"""⟨r²⟩/6 of a neutral complex scalar of mass ``m`` < ``heavy`` per λ²/(4π²), [GeV^-2], from λ F̄_R X f_L + h.c.

    Own derivation: the photon couples to f (mass ``light``) or to F (``heavy``) in the loop, and Feynman parameters
    w of f and u = 1 - w of F have the same Δ = w m_f² + u m_F² - u w m² in both,

    .. math:: \int_0^1 dw \Big\{ \frac{w^3 (1/4 - w/6) - u^3 (1/4 - u/6)}{Δ}
        + \frac{w^4 (u^2 m^2 + m_f^2) - u^4 (w^2 m^2 + m_F^2)}{24 Δ^2} \Big\}.

    Positive for a fermion f of charge -1. For m, m_f << m_F it is [(2/3) ln(m_F²/m_f²) - 1]/(8 m_F²), the form of
    1402.6696; next to m = m_F - m_f it grows as 1/(m_f m_F). Trapezoidal rule in ln(w/u), where the zeros of Δ stay
    away from the real axis.
    """
    step = 0.6
    low = -18.0
    count = int((36.0 + 2.0 * np.log(heavy / light)) / step) + 1
    f2, h2, m2 = light * light, heavy * heavy, m * m
    growth, r, total = np.exp(step), np.exp(low), 0.0
    for _ in range(count):
        u = 1.0 / (1.0 + r)
        w = r * u
        delta = w * f2 + u * h2 - u * w * m2
        value = (w**3 * (0.25 - w / 6.0) - u**3 * (0.25 - u / 6.0)) / delta
        value += (w**4 * (u * u * m2 + f2) - u**4 * (w * w * m2 + h2)) / (24.0 * delta * delta)
        total += u * w * value
        r *= growth
    return step * total
