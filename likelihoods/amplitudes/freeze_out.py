r"""Freeze-out: Boltzmann equation of the yield Y = n/s (particles and antiparticles) in t = ln x, x = m/T.

.. math:: \frac{d \ln Y}{dt} = -A(t) (Y - Y_{eq}^2/Y), \qquad
          A = \sqrt{π/45} M_{Pl} m g_*^{1/2} ⟨σv⟩_{eff}/x, \qquad
          Y_{eq} = \frac{45 g}{4π^4} \frac{x^2 K_2(x)}{h_{eff}},

with g = 4 (Dirac), 2 (complex scalar) or 2 per Majorana state; ⟨σv⟩_eff is that of ``effective_average``.

From equilibrium until Y_eq²/Y² hardly matters by the three-stage Radau IIA method of order five with its embedded
error estimate. Thereafter 1/Y grows by ∫ A dt ∝ ∫ ⟨σv⟩_eff dG, G = ∫_0^T g_*^{1/2} dT': a Gauss-Kronrod quadrature in
G^{1/2}, where degrees of freedom need no nodes and s and p waves are close to polynomials. Ends at
T_end = min(1e-3 GeV, m/1000).
"""

import numpy as np

from likelihoods.amplitudes.effective_average import (
    RESOLVED,
    ROUGH,
    TABLE,
    effective_average,
    internal_states,
    log_average,
)
from likelihoods.amplitudes.radau import ERROR, GAMMA, NODES, change, solve_stages
from likelihoods.amplitudes.thermal import LANES
from likelihoods.functions import k2_tail
from likelihoods.kernel import kernel
from likelihoods.plasma import degrees_of_freedom, progress, temperature_at
from likelihoods.units import M_PLANCK

T_END = 1e-3  #: end of the integration [GeV]: later annihilation is ignored
# Gauss-Kronrod rule of 15 points: nodes, their weights, weights of the embedded Gauss rule of 7 (QUADPACK)
_X = np.array([0.991455371120812639, 0.949107912342758525, 0.864864423359769073, 0.741531185599394440,
               0.586087235467691130, 0.405845151377397167, 0.207784955007898468, 0.0])  # fmt: skip
_W = np.array([0.022935322010529225, 0.063092092629978553, 0.104790010322250184, 0.140653259715525919,
               0.169004726639267903, 0.190350578064785410, 0.204432940075298892, 0.209482141084727828])  # fmt: skip
_W7 = np.array([0.0, 0.129484966168869693, 0.0, 0.279705391489276668, 0.0, 0.381830050505118945, 0.0,
                0.417959183673469388])  # fmt: skip
# both sides of the middle, and a spare one: LANES
_X, _W, _W7 = (np.concatenate([v, sign * v[6::-1], [0.0]]) for v, sign in ((_X, -1.0), (_W, 1.0), (_W7, 1.0)))
_CAUTION = 3.0  # the difference of the two rules is at least so many times the error of the better one
_FO = float(np.log(2.5))  # x_f: Y = 2.5 Y_eq
_FREE = 0.1  # of the tolerance: what the small correction by Y_eq² may err by
_PATIENCE = 2.0  # steps aim at the tolerance, and are repeated where they miss it by as much
_STRIDE = 1.2  # largest step in x
_SHORT = 0.01  # step of derivatives in t
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
def rate(p, s, groups, n_groups, nodes, plasma, t, allowed, table):
    """(A, ln Y_eq) at t = ln x."""
    x, log_m = np.exp(t), np.log(p.m_dm)
    h, root = degrees_of_freedom(plasma, log_m - t)
    a = _RATE * p.m_dm * root * np.exp(log_average(p, s, groups, n_groups, nodes, t, allowed, table)) / x
    return a, np.log(_YIELD * internal_states(p, s, x) * x * np.sqrt(x) * k2_tail(1.0 / x) / h) - x


@kernel
def _start(p, s, groups, n_groups, nodes, plasma, x_end, table):
    """x where annihilation is still some 12 times faster than the fall of Y_eq, or 1 if it never is."""
    goal, x = np.log(12.0), min(20.0, x_end)
    low, high, low_excess, high_excess = 1.0, x_end, 0.0, 0.0
    for _ in range(30):
        a, log_eq = rate(p, s, groups, n_groups, nodes, plasma, np.log(x), ROUGH, table)
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
def _late(p, s, groups, n_groups, nodes, plasma, x, floor, tolerance):
    """∫ A dt from ``x`` on, to ``tolerance`` of itself plus ``floor``."""
    first = progress(plasma, np.log(p.m_dm / end_of_integration(p.m_dm)))
    left, high = np.sqrt(first), np.sqrt(progress(plasma, np.log(p.m_dm / x)))
    total, right = 0.0, high
    work = np.empty((3, LANES))
    places, temperatures, averages = work[0], work[1], work[2]
    for _ in range(2000):
        if left >= high:
            return total
        middle, half = 0.5 * (left + right), 0.5 * (right - left)
        for j in range(LANES):
            places[j] = middle + half * _X[j]
            temperatures[j] = p.m_dm / temperature_at(plasma, places[j] ** 2)
        effective_average(p, s, groups, n_groups, nodes, temperatures, averages)
        kronrod, gauss = 0.0, 0.0
        for j in range(LANES):
            kronrod += _W[j] * places[j] * averages[j]
            gauss += _W7[j] * places[j] * averages[j]
        scale = 2.0 * _RATE * half
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
    low, high, below, above = 0.0, 1.0, before - _FO, before + after[2] - _FO
    u = 1.0
    for _ in range(20):  # false position, the end that stays put counting half
        u = low + (high - low) * below / (below - above)
        value = before + change(after, u) - _FO
        if abs(value) < 1e-10:
            return u
        if value < 0.0:
            low, below, above = u, value, 0.5 * above
        else:
            high, above, below = u, value, 0.5 * below
    return u


@kernel
def integrate(p, s, groups, n_groups, nodes, plasma, tolerance):
    """(Y today, x_f, ⟨σv⟩_eff [GeV^-2] at x_f) of one point; nan if the integration fails.

    Parameters
    ----------
    p, s : record of couplings, of inputs
    groups, n_groups, nodes : filled by ``thermal.fill_grid``
    plasma : array (n, 2) of ``plasma.load_plasma``
    tolerance : error of ln Y allowed per step
    """
    x_end = end_of_integration(p.m_dm)
    table = np.zeros(TABLE)
    x = _start(p, s, groups, n_groups, nodes, plasma, x_end, table)
    t, t_end = np.log(x), np.log(x_end)
    a, log_eq = rate(p, s, groups, n_groups, nodes, plasma, t, RESOLVED, table)
    y, step = log_eq, 0.03
    while t > 0.0:
        early, log_early = rate(p, s, groups, n_groups, nodes, plasma, t - _SHORT, RESOLVED, table)
        late, log_late = rate(p, s, groups, n_groups, nodes, plasma, t + _SHORT, RESOLVED, table)
        fall = 0.5 * (log_early - log_late) / _SHORT
        fall_of_rate = max(fall + 0.5 * np.log(early / late) / _SHORT, 1.0)
        twice = 2.0 * a * np.exp(log_eq)
        if twice > 12.0 * fall_of_rate:
            # quasi-equilibrium to second order; what is missing decays within the first step, which is not controlled
            y = log_eq + np.arcsinh(fall / twice * (1.0 - (1.0 + fall_of_rate) / twice))
            step = 0.7 / fall_of_rate
            break
        # annihilation ends even faster than equilibrium: some more of it
        t = max(t - 1.0 / fall_of_rate, 0.0)
        a, log_eq = rate(p, s, groups, n_groups, nodes, plasma, t, RESOLVED, table)
        y = log_eq
    x_f = average = np.nan
    old_step, settled = 0.0, t == 0.0
    work = np.zeros((8, 3))
    rates, equilibria, gains, f = work[0], work[1], work[2], work[3]
    slope, goal, z, old = work[4], work[5], work[6], work[7]
    for _ in range(1000):
        if t_end - t < 1e-12:
            return np.exp(y), x_f, average
        abundance, ratio, x = np.exp(y), np.exp(2.0 * (log_eq - y)), np.exp(t)
        if a * abundance * ratio < _FREE * tolerance * x * x and x_f > 0.0:
            # less ∫ A Y_eq²/Y² dt, whose integrand falls as a power
            late = _late(p, s, groups, n_groups, nodes, plasma, x, 1.0 / abundance, tolerance)
            late -= a * ratio / (2.0 * x - 2.0 - 2.0 * a * abundance * (1.0 - ratio))
            return abundance / (1.0 + abundance * late), x_f, average
        # the error estimate is blind to what lies beyond a fall of Y_eq by some e^{-2}
        step = min(step, np.log1p(_STRIDE / x), t_end - t)
        gain = ratio * abundance
        f0, j0 = -a * (abundance - gain), -a * (abundance + gain)
        for i in range(3):
            rates[i], equilibria[i] = rate(p, s, groups, n_groups, nodes, plasma, t + NODES[i] * step, RESOLVED, table)
            gains[i] = np.exp(2.0 * equilibria[i] - y)
            # guess: the polynomial of the last step, continued
            z[i] = change(old, 1.0 + NODES[i] * step / old_step) - old[2] if old_step > 0.0 else 0.0
        error = np.inf
        if solve_stages(step, abundance, rates, gains, tolerance, z, f, slope, goal):
            error = (ERROR[0] * z[0] + ERROR[1] * z[1] + ERROR[2] * z[2]) / step
            error = abs((f0 + error) / (GAMMA / step - j0)) if settled else 0.1 * tolerance
            settled = True
        if not error <= _PATIENCE * tolerance:
            step *= max(0.9 * np.sqrt(np.sqrt(tolerance / error)), 0.2) if error > 0.0 else 0.2
            old_step = 0.0
            if step < 1e-9:
                return np.nan, np.nan, np.nan
            continue
        if not x_f > 0.0 and y + z[2] - equilibria[2] > _FO:
            for i in range(3):
                goal[i] = z[i] - equilibria[i] + log_eq
            t_f = t + step * _crossing(y - log_eq, goal)
            x_f, average = np.exp(t_f), np.exp(log_average(p, s, groups, n_groups, nodes, t_f, RESOLVED, table))
        t += step
        y += z[2]
        a, log_eq = rates[2], equilibria[2]
        old, z = z, old
        old_step = step
        step *= min(max(0.9 * np.sqrt(np.sqrt(tolerance / max(error, 1e-30))), 0.2), 5.0)
    return np.nan, np.nan, np.nan
