r"""Freeze-out: Boltzmann equation of the yield Y = n/s (particles and antiparticles) in t = ln x, x = m/T.

.. math:: \frac{d \ln Y}{dt} = -A(t) (Y - Y_{eq}^2/Y), \qquad
          A = \sqrt{π/45} M_{Pl} m g_*^{1/2} ⟨σv⟩_{eff}/x, \qquad
          Y_{eq} = \frac{45 g}{4π^4} \frac{x^2 K_2(x)}{h_{eff}},

with ⟨σv⟩_eff = ⟨σv⟩/2 and g = 4 (Dirac) or 2 (complex scalar), ⟨σv⟩ and g = 2 for a Majorana particle; a Majorana pair
split by δ has weights 1, 2w, w² over (1 + w)², w = (1 + δ/m)^{3/2} e^{-xδ/m} (1/4, 1/2, 1/4 when degenerate;
1702.00395 Eqs. 43-46). A complex scalar may share its abundance with its t-channel fermions (``coannihilation``).

A Yukawa force between the annihilating particles multiplies the s waves of ``sigmav_s`` by its mean enhancement, if the
input ``sommerfeld`` is 1; p waves and the channels of the mediator are left as they are.

From equilibrium until Y_eq² < 1e-6 Y² by the three-stage Radau IIA method of order five with its embedded error
estimate; thereafter 1/Y grows by ∫ A dt, a Gauss-Kronrod quadrature in u = x^{-1/2}, where s and p waves are
polynomials. Ends at T_end = min(1e-3 GeV, m/1000).
"""

import numpy as np

from likelihoods.amplitudes.annihilation import CHANNELS
from likelihoods.amplitudes.coannihilation import relative_abundance
from likelihoods.amplitudes.radau import ERROR, GAMMA, NODES, basis, solve_stages
from likelihoods.amplitudes.thermal import EQUAL, FIRST, FUNNEL, MIXED, SLOTS, thermal_average
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC
from likelihoods.functions import k2_tail
from likelihoods.kernel import kernel
from likelihoods.plasma import degrees_of_freedom
from likelihoods.units import M_PLANCK

T_END = 1e-3  #: end of the integration [GeV]: later annihilation is ignored
# Gauss-Kronrod rule of 15 points: nodes, their weights, weights of the embedded Gauss rule of 7 (QUADPACK)
_X = np.array([0.991455371120812639, 0.949107912342758525, 0.864864423359769073, 0.741531185599394440,
               0.586087235467691130, 0.405845151377397167, 0.207784955007898468, 0.0])  # fmt: skip
_W = np.array([0.022935322010529225, 0.063092092629978553, 0.104790010322250184, 0.140653259715525919,
               0.169004726639267903, 0.190350578064785410, 0.204432940075298892, 0.209482141084727828])  # fmt: skip
_W7 = np.array([0.0, 0.129484966168869693, 0.0, 0.279705391489276668, 0.0, 0.381830050505118945, 0.0,
                0.417959183673469388])  # fmt: skip
_CAUTION = 3.0  # the difference of the two rules is at least so many times the error of the better one
_FO = float(np.log(2.5))  # x_f: Y = 2.5 Y_eq
_FREE = 7.0  # ln(Y/Y_eq) beyond which Y_eq² is dropped
_RATE = float(np.sqrt(np.pi / 45.0)) * M_PLANCK
_YIELD = float(45.0 / (4.0 * np.pi**4) * np.sqrt(0.5 * np.pi))


@kernel
def share(p):
    """Part of dark matter that χ makes up: all of it where ``dm_share`` is zero."""
    return 1.0 if p.dm_share == 0.0 else p.dm_share


@kernel
def end_of_integration(m):
    """x at T_end."""
    return m / min(T_END, 1e-3 * m)


@kernel
def _second_state(p, x):
    """Abundance of the heavier Majorana state relative to the lighter, zero if nothing annihilates with it."""
    if p.sigmav_s[1] == 0.0 and p.sigmav_s[2] == 0.0 and p.sigmav_p[1] == 0.0 and p.sigmav_p[2] == 0.0:
        return 0.0
    d = p.splitting / p.m_dm
    return (1.0 + d) * np.sqrt(1.0 + d) * np.exp(-x * d)


@kernel
def heavy_states(p, s, x):
    """Abundance of the t-channel fermions relative to a complex scalar, zero unless they coannihilate."""
    total = 0.0
    if s.coannihilation != 0.0 and p.dm_spin == COMPLEX_SCALAR:
        if p.m_heavy_l > 0.0 and (p.lam_t[0] != 0.0 or p.lam_t[1] != 0.0 or p.lam_t[2] != 0.0):
            total += relative_abundance(4.0, p.m_dm, p.m_heavy_l, x)
        if p.m_heavy_q > 0.0 and (p.lam_t[6] != 0.0 or p.lam_t[7] != 0.0 or p.lam_t[8] != 0.0):
            total += relative_abundance(12.0, p.m_dm, p.m_heavy_q, x)
    return total


@kernel
def mean_enhancement(groups, nodes, force, x):
    """⟨S⟩ of one force at x; 1 without it."""
    k = CHANNELS + force
    return thermal_average(groups, k, k + 1, nodes, x) if groups[k].count > 0 else 1.0


@kernel
def waves(p, groups, nodes, x):
    """⟨σv⟩ [GeV^-2] of the constant partial waves of equal particles; of a scalar, that of its Higgs portal."""
    if p.dm_spin == COMPLEX_SCALAR and p.higgs_portal != 0.0:  # at rest this is ``sigmav_s``
        return thermal_average(groups, FUNNEL, FUNNEL + SLOTS, nodes, x) + 6.0 * p.sigmav_p[0] / x
    return mean_enhancement(groups, nodes, EQUAL, x) * p.sigmav_s[0] + 6.0 * p.sigmav_p[0] / x


@kernel
def effective_average(p, s, groups, n_groups, nodes, x):
    """⟨σv⟩_eff [GeV^-2], the average over all annihilating states (particles and antiparticles)."""
    one = waves(p, groups, nodes, x)
    if p.dm_spin == DIRAC or p.dm_spin == COMPLEX_SCALAR:
        part = 1.0 / (1.0 + heavy_states(p, s, x))
        return 0.5 * (thermal_average(groups, FIRST, n_groups, nodes, x) + one) * part * part
    w = _second_state(p, x)
    mixed = mean_enhancement(groups, nodes, MIXED, x) * p.sigmav_s[1] + 6.0 * p.sigmav_p[1] / x
    other = mean_enhancement(groups, nodes, EQUAL, x) * p.sigmav_s[2] + 6.0 * p.sigmav_p[2] / x
    return (one + 2.0 * w * mixed + w * w * other) / (1.0 + w) ** 2


@kernel
def internal_states(p, s, x):
    """Degrees of freedom g of the dark matter, particles and antiparticles."""
    if p.dm_spin == DIRAC:
        return 4.0
    if p.dm_spin == COMPLEX_SCALAR:
        return 2.0 * (1.0 + heavy_states(p, s, x))
    return 2.0 * (1.0 + _second_state(p, x))


@kernel
def rate(p, s, groups, n_groups, nodes, plasma, x):
    """(A, ln Y_eq) at x."""
    h, root = degrees_of_freedom(plasma, p.m_dm / x)
    a = _RATE * p.m_dm * root * effective_average(p, s, groups, n_groups, nodes, x) / x
    return a, np.log(_YIELD * internal_states(p, s, x) * x * np.sqrt(x) * k2_tail(1.0 / x) / h) - x


@kernel
def _start(p, s, groups, n_groups, nodes, plasma, x_end):
    """x where annihilation is still some 30 times faster than the fall of Y_eq, or 1 if it never is."""
    goal, x = np.log(30.0), min(20.0, x_end)
    low, high, low_excess, high_excess = 1.0, x_end, 0.0, 0.0
    for _ in range(30):
        a, log_eq = rate(p, s, groups, n_groups, nodes, plasma, x)
        excess = np.log(a / x) + log_eq - goal if a > 0.0 else -700.0
        if abs(excess) < 1.0 or x == x_end:
            return x
        if excess > 0.0:
            low, low_excess = x, excess
        else:
            high, high_excess = x, excess
            if x == 1.0:
                return x
        if low_excess > 0.0 and high_excess < 0.0:
            share = low_excess / (low_excess - high_excess)
            x = low + min(max(share, 0.1), 0.9) * (high - low)
        else:
            x = min(max(x + excess, 0.3 * x, 1.0), 3.0 * x, x_end)
    return low


@kernel
def _late(p, s, groups, n_groups, nodes, plasma, low, high, floor, tolerance):
    """∫ A dt between u = x^{-1/2} = ``low`` and ``high``, to ``tolerance`` of itself plus ``floor``."""
    total, left = 0.0, low
    right = max(0.4 * high, low)
    for _ in range(2000):
        if left >= high:
            return total
        middle, half = 0.5 * (left + right), 0.5 * (right - left)
        kronrod, gauss = 0.0, 0.0
        for k in range(8):
            for sign in range(2 if k < 7 else 1):
                u = middle + (half * _X[k] if sign else -half * _X[k])
                x = 1.0 / (u * u)
                _, root = degrees_of_freedom(plasma, p.m_dm / x)
                value = root * effective_average(p, s, groups, n_groups, nodes, x) * u
                kronrod += _W[k] * value
                gauss += _W7[k] * value
        scale = 2.0 * _RATE * p.m_dm * half
        kronrod, gauss = scale * kronrod, scale * gauss
        if abs(kronrod - gauss) <= _CAUTION * tolerance * (floor + total + kronrod) or half < 1e-10 * high:
            total += kronrod
            left, right = right, min(3.0 * right - 2.0 * left, high)
        else:
            right = middle
    return np.nan


@kernel
def _crossing(before, after):
    """Part of a step after which the cubic through ln(Y/Y_eq) at its start and its three stages meets ln 2.5."""
    low, high = 0.0, 1.0
    for _ in range(40):
        u = 0.5 * (low + high)
        value = -before * (u - NODES[0]) * (u - NODES[1]) * (u - 1.0) / (NODES[0] * NODES[1])
        for k in range(3):
            value += u / NODES[k] * basis(k, u) * after[k]
        if value < _FO:
            low = u
        else:
            high = u
    return high


@kernel
def integrate(p, s, groups, n_groups, nodes, plasma, tolerance):
    """(Y today, x_f) of one point; nan if the integration fails.

    Parameters
    ----------
    p, s : record of couplings, of inputs
    groups, n_groups, nodes : filled by ``thermal.fill_grid``
    plasma : array (n, 2) of ``plasma.load_plasma``
    tolerance : error of ln Y allowed per step
    """
    x_end = end_of_integration(p.m_dm)
    x = _start(p, s, groups, n_groups, nodes, plasma, x_end)
    t, t_end = np.log(x), np.log(x_end)
    a, log_eq = rate(p, s, groups, n_groups, nodes, plasma, x)
    y = log_eq
    if x > 1.0:
        # quasi-equilibrium to second order; what is missing decays within the first step, which is not controlled
        ratio = 0.5 * x / (a * np.exp(log_eq))
        y += ratio * (1.0 - 1.5 / x) * (1.0 - ratio)
    x_f = np.nan
    step, old_step, settled = 0.03, 0.0, x == 1.0
    rates, equilibria, gains, f, slope = np.empty(3), np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    z, old, goal = np.zeros(3), np.zeros(3), np.zeros(3)
    for _ in range(1000):
        if t_end - t < 1e-12:
            return np.exp(y), x_f
        if y - log_eq > _FREE and x_f > 0.0:
            inverse = np.exp(-y)
            x = np.exp(t)
            low, high = 1.0 / np.sqrt(x_end), 1.0 / np.sqrt(x)
            inverse += _late(p, s, groups, n_groups, nodes, plasma, low, high, inverse, tolerance)
            return 1.0 / inverse, x_f
        # the error estimate is blind to what lies beyond a fall of Y_eq by some e^{-2}
        step = min(step, np.log1p(2.0 * np.exp(-t)), t_end - t)
        abundance = np.exp(y)
        gain = np.exp(2.0 * log_eq - y)
        f0, j0 = -a * (abundance - gain), -a * (abundance + gain)
        for i in range(3):
            rates[i], equilibria[i] = rate(p, s, groups, n_groups, nodes, plasma, np.exp(t + NODES[i] * step))
            gains[i] = np.exp(2.0 * equilibria[i] - y)
            # guess: the polynomial of the last step, continued
            z[i] = 0.0
            if old_step > 0.0:
                u = 1.0 + NODES[i] * step / old_step
                z[i] = -old[2]
                for k in range(3):
                    z[i] += u / NODES[k] * basis(k, u) * old[k]
        error = np.inf
        if solve_stages(step, abundance, rates, gains, tolerance, z, f, slope, goal):
            error = (ERROR[0] * z[0] + ERROR[1] * z[1] + ERROR[2] * z[2]) / step
            error = abs((f0 + error) / (GAMMA / step - j0)) if settled else 0.1 * tolerance
            settled = True
        if not error <= tolerance:
            step *= max(0.9 * (tolerance / error) ** 0.25, 0.2) if error > 0.0 else 0.2
            old_step = 0.0
            if step < 1e-9:
                return np.nan, np.nan
            continue
        if not x_f > 0.0 and y + z[2] - equilibria[2] > _FO:
            for i in range(3):
                goal[i] = y + z[i] - equilibria[i]
            x_f = np.exp(t + step * _crossing(y - log_eq, goal))
        t += step
        y += z[2]
        a, log_eq = rates[2], equilibria[2]
        old, z = z, old
        old_step = step
        step *= min(max(0.9 * (tolerance / max(error, 1e-30)) ** 0.25, 0.2), 5.0)
    return np.nan, np.nan
