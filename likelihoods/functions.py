"""Special functions, for use inside kernels (scipy and mpmath are the tests' oracles)."""

import numpy as np

from likelihoods.kernel import kernel

# sqrt(2z/π) e^z K_n(z) as polynomials in 1/z, Chebyshev fits: K1 on z >= 2, K2 on z >= 1, relative error 2.5e-6
_K1 = (1.000002256, 0.374755959, -0.1127595883, 0.07151320213, -0.03163878339)
_K2 = (0.9999975657, 1.875263295, 0.8154499687, -0.2711605959, 0.1658331102, -0.07947917328, 0.01816997302)
_BERNOULLI = np.array([1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510, 43867 / 798,
                       -174611 / 330])  # fmt: skip


@kernel
def k1_tail(w):
    """sqrt(2z/π) e^z K1(z) at w = 1/z, real or complex, |w| <= 1/2; relative error 2.5e-6."""
    return _K1[0] + w * (_K1[1] + w * (_K1[2] + w * (_K1[3] + w * _K1[4])))


@kernel
def k2_tail(w):
    """sqrt(2z/π) e^z K2(z) at w = 1/z <= 1; relative error 2.5e-6."""
    return _K2[0] + w * (_K2[1] + w * (_K2[2] + w * (_K2[3] + w * (_K2[4] + w * (_K2[5] + w * _K2[6])))))


@kernel
def bessel_k(n, z):
    """Exponentially scaled modified Bessel function e^z K_n(z), real or complex z with positive real part.

    Trapezoidal sum of K_n(z) = ∫_0^∞ exp(-z cosh t) cosh(n t) dt, whose error falls exponentially with the number of
    nodes; no overflow for large z. Relative error 1e-12 for |z| > 1e-3. Hot loops use the polynomials above.
    """
    size = z.real
    # the integrand has fallen to 1e-17 where z (cosh t - 1) - n t = 40
    top = np.arccosh(1.0 + 40.0 / size)
    top = np.arccosh(1.0 + (40.0 + n * top) / size)
    steps = 48
    step = top / steps
    total = 0.5 + 0.0 * z
    for k in range(1, steps + 1):
        t = k * step
        total += np.exp(-2.0 * z * np.sinh(0.5 * t) ** 2) * np.cosh(n * t)
    return total * step


@kernel
def dilog(z):
    """Dilogarithm Li_2(z) of a complex number, principal branch, relative error 1e-14.

    Inversion and reflection bring z to |z| <= 1, Re z <= 1/2, where Li_2 = Σ B_k u^{k+1}/(k+1)!, u = -ln(1 - z).
    """
    z = complex(z)
    if z == 1.0:
        return complex(np.pi**2 / 6.0)
    sign, rest = 1.0, 0.0j
    if abs(z) > 1.0:
        log = np.log(-z)
        sign, rest = -1.0, -(np.pi**2) / 6.0 - 0.5 * log * log
        z = 1.0 / z
    if z.real > 0.5:
        rest += sign * (np.pi**2 / 6.0 - np.log(z) * np.log(1.0 - z))
        sign = -sign
        z = 1.0 - z
    u = -np.log(1.0 - z)
    power, total = u, u - 0.25 * u * u
    for k in range(_BERNOULLI.size):
        power *= u * u / ((2.0 * k + 2.0) * (2.0 * k + 3.0))
        total += _BERNOULLI[k] * power
    return rest + sign * total


@kernel
def scaled_ei(x):
    """e^{-x} Ei(x) for x > 0, relative error 1e-12: power series below 40, asymptotic series above."""
    if x < 40.0:
        term, total = 1.0, np.euler_gamma + np.log(x)
        for k in range(1, 200):
            term *= x / k
            total += term / k
            if term < 1e-17 * abs(total) * k:
                break
        return np.exp(-x) * total
    term = total = 1.0 / x
    for k in range(1, 40):
        term *= k / x
        total += term
        if term < 1e-16 * total:
            break
    return total


@kernel
def four_points(position, size, out):
    """Cubic Lagrange rule on ``size`` equidistant nodes: its weights ``out`` (4,), and the index of the second node.

    ``position`` is in steps from the first node; beyond the ends the cubic of the last four nodes goes on.
    """
    k = min(max(int(position), 1), size - 3)
    t = position - k
    out[0] = -t * (t - 1.0) * (t - 2.0) / 6.0
    out[1] = (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0
    out[2] = -(t + 1.0) * t * (t - 2.0) / 2.0
    out[3] = (t + 1.0) * t * (t - 1.0) / 6.0
    return k


@kernel
def geometric(knots, values, x):
    """Interpolation of ``values`` > 0 whose logarithm is linear in x; nan outside the knots and next to a nan."""
    if not (knots[0] <= x <= knots[-1]):
        return np.nan
    k = interval(knots, x)
    share = (x - knots[k]) / (knots[k + 1] - knots[k])
    return values[k] ** (1.0 - share) * values[k + 1] ** share


@kernel
def interval(knots, x):
    """Index k with knots[k] <= x < knots[k + 1] of increasing ``knots``, clipped to 0 and size - 2."""
    low, high = 0, knots.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        if x >= knots[middle]:
            low = middle
        else:
            high = middle
    return low
