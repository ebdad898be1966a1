r"""Freeze-out: Boltzmann equation of the yield Y = n/s (particles and antiparticles) in t = ln x, x = m/T.

.. math:: \frac{d \ln Y}{dt} = -A(t) (Y - Y_{eq}^2/Y), \qquad
          A = \sqrt{π/45} M_{Pl} m g_*^{1/2} ⟨σv⟩_{eff}/x, \qquad
          Y_{eq} = \frac{45 g}{4π^4} \frac{x^2 K_2(x)}{h_{eff}},

with ⟨σv⟩_eff = ⟨σv⟩/2 and g = 4 (Dirac) or 2 (complex scalar), ⟨σv⟩ and g = 2 for a Majorana particle; a Majorana pair
split by δ has weights 1, 2w, w² over (1 + w)², w = (1 + δ/m)^{3/2} e^{-xδ/m} (1/4, 1/2, 1/4 when degenerate;
1702.00395 Eqs. 43-46). Integrated from equilibrium to T_end = min(1e-3 GeV, m/1000) with the three-stage Radau IIA
method of order five, stiffly accurate, steps controlled by its embedded error estimate.
"""

import numpy as np

from likelihoods.amplitudes.thermal import thermal_average
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC
from likelihoods.functions import k2_tail
from likelihoods.kernel import kernel
from likelihoods.plasma import degrees_of_freedom
from likelihoods.units import M_PLANCK

T_END = 1e-3  #: end of the integration [GeV]: later annihilation is ignored
_S6 = float(np.sqrt(6.0))
# Radau IIA, three stages: nodes, matrix, weights of the error estimate (Hairer and Wanner II, IV.5, IV.8)
_C = np.array([(4 - _S6) / 10, (4 + _S6) / 10, 1.0])
_A = np.array([
    [(88 - 7 * _S6) / 360, (296 - 169 * _S6) / 1800, (-2 + 3 * _S6) / 225],
    [(296 + 169 * _S6) / 1800, (88 + 7 * _S6) / 360, (-2 - 3 * _S6) / 225],
    [(16 - _S6) / 36, (16 + _S6) / 36, 1 / 9],
])  # fmt: skip
_E = np.array([-13 - 7 * _S6, -13 + 7 * _S6, -1.0]) / 3
_GAMMA = float(3 + 3 ** (2 / 3) - 3 ** (1 / 3))
_FO = float(np.log(2.5))  # x_f: Y = 2.5 Y_eq


@kernel
def end_of_integration(m):
    """x at T_end."""
    return m / min(T_END, 1e-3 * m)


@kernel
def effective_average(p, grid, n_groups, x):
    """⟨σv⟩_eff [GeV^-2], the average over all annihilating states (particles and antiparticles)."""
    waves = p.sigmav_s[0] + 6.0 * p.sigmav_p[0] / x
    if p.dm_spin == DIRAC or p.dm_spin == COMPLEX_SCALAR:
        return 0.5 * (thermal_average(grid, n_groups, x) + waves)
    d = p.splitting / p.m_dm
    w = (1.0 + d) * np.sqrt(1.0 + d) * np.exp(-x * d)
    mixed = p.sigmav_s[1] + 6.0 * p.sigmav_p[1] / x
    other = p.sigmav_s[2] + 6.0 * p.sigmav_p[2] / x
    return (waves + 2.0 * w * mixed + w * w * other) / (1.0 + w) ** 2


@kernel
def _states(p, x):
    """Internal degrees of freedom g of the dark matter."""
    if p.dm_spin == DIRAC:
        return 4.0
    if p.dm_spin == COMPLEX_SCALAR:
        return 2.0
    d = p.splitting / p.m_dm
    return 2.0 * (1.0 + (1.0 + d) * np.sqrt(1.0 + d) * np.exp(-x * d))


@kernel
def rate(p, grid, n_groups, plasma, t):
    """(A, ln Y_eq) at t = ln x."""
    x = np.exp(t)
    log_h, log_root = degrees_of_freedom(plasma, np.log(p.m_dm) - t)
    average = effective_average(p, grid, n_groups, x)
    a = np.sqrt(np.pi / 45.0) * M_PLANCK * p.m_dm * np.exp(log_root) * average / x
    equilibrium = 45.0 * _states(p, x) / (4.0 * np.pi**4) * np.sqrt(0.5 * np.pi) * k2_tail(1.0 / x)
    return a, np.log(equilibrium) + 1.5 * t - x - log_h


@kernel
def _start(p, grid, n_groups, plasma, t_end):
    """t where annihilation is still some 50 times faster than the fall of Y_eq, or 0 if it never is."""
    goal, t = np.log(50.0), np.log(20.0)
    for _ in range(12):
        a, log_eq = rate(p, grid, n_groups, plasma, t)
        x = np.exp(t)
        ratio = np.log(a) + log_eq - t if a > 0.0 else -np.inf
        if abs(ratio - goal) < 1.0:
            return t
        if x <= 1.0 and ratio < goal:
            return 0.0
        t = np.log(min(max(x + 0.8 * (ratio - goal), max(1.0, 0.3 * x)), 3.0 * x, 300.0))
    return 0.0


@kernel
def integrate(p, grid, n_groups, plasma, tolerance):
    """(ln Y today, x_f) of one point; nan if the integration fails.

    Parameters
    ----------
    p : record of couplings
    grid, n_groups : filled by ``thermal.fill_grid``
    plasma : ``Plasma``
    tolerance : error of ln Y allowed per step
    """
    t_end = np.log(end_of_integration(p.m_dm))
    t = _start(p, grid, n_groups, plasma, t_end)
    a, log_eq = rate(p, grid, n_groups, plasma, t)
    y = log_eq + np.arcsinh(0.5 * np.exp(t - log_eq) / a) if t > 0.0 else log_eq
    x_f = np.nan
    step, old_step = 0.05, 0.0
    rates, equilibria, f, slope = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    z, old, goal = np.zeros(3), np.zeros(3), np.zeros(3)
    fresh = True
    for _ in range(1000):
        if t_end - t < 1e-12:
            return y, x_f
        step = min(step, t_end - t)
        if fresh:
            f0 = -a * (np.exp(y) - np.exp(2.0 * log_eq - y))
            j0 = -a * (np.exp(y) + np.exp(2.0 * log_eq - y))
        for i in range(3):
            rates[i], equilibria[i] = rate(p, grid, n_groups, plasma, t + _C[i] * step)
            # guess: the polynomial of the last step, continued
            z[i] = 0.0
            if old_step > 0.0:
                u = 1.0 + _C[i] * step / old_step
                z[i] = -old[2]
                for k in range(3):
                    basis = u / _C[k]
                    for j in range(3):
                        if j != k:
                            basis *= (u - _C[j]) / (_C[k] - _C[j])
                    z[i] += basis * old[k]
        converged = False
        for _ in range(10):
            for i in range(3):
                gain, loss = np.exp(2.0 * equilibria[i] - y - z[i]), np.exp(y + z[i])
                f[i] = -rates[i] * (loss - gain)
                slope[i] = -rates[i] * (loss + gain)
            # Newton: (1 - step A J) dz = step A f - z, by Cramer's rule
            m00, m01, m02 = 1.0 - step * _A[0, 0] * slope[0], -step * _A[0, 1] * slope[1], -step * _A[0, 2] * slope[2]
            m10, m11, m12 = -step * _A[1, 0] * slope[0], 1.0 - step * _A[1, 1] * slope[1], -step * _A[1, 2] * slope[2]
            m20, m21, m22 = -step * _A[2, 0] * slope[0], -step * _A[2, 1] * slope[1], 1.0 - step * _A[2, 2] * slope[2]
            for i in range(3):
                goal[i] = step * (_A[i, 0] * f[0] + _A[i, 1] * f[1] + _A[i, 2] * f[2]) - z[i]
            c00, c01, c02 = m11 * m22 - m12 * m21, m12 * m20 - m10 * m22, m10 * m21 - m11 * m20
            determinant = m00 * c00 + m01 * c01 + m02 * c02
            d0 = (goal[0] * c00 + goal[1] * (m02 * m21 - m01 * m22) + goal[2] * (m01 * m12 - m02 * m11)) / determinant
            d1 = (goal[0] * c01 + goal[1] * (m00 * m22 - m02 * m20) + goal[2] * (m02 * m10 - m00 * m12)) / determinant
            d2 = (goal[0] * c02 + goal[1] * (m01 * m20 - m00 * m21) + goal[2] * (m00 * m11 - m01 * m10)) / determinant
            z[0] += d0
            z[1] += d1
            z[2] += d2
            size = max(abs(d0), abs(d1), abs(d2))
            if size < 1e-3 * tolerance**0.5:
                converged = True
                break
            if not size < 50.0:
                break
        if not converged:
            step *= 0.3
            old_step = 0.0
            fresh = False
            if step < 1e-8:
                return np.nan, np.nan
            continue
        error = (_E[0] * z[0] + _E[1] * z[1] + _E[2] * z[2]) / step
        error = abs((f0 + error) / (_GAMMA / step - j0))
        factor = 0.9 * (tolerance / max(error, 1e-30)) ** 0.25
        if error > tolerance:
            step *= max(factor, 0.2)
            old_step = 0.0
            fresh = False
            continue
        if not x_f > 0.0 and y + z[2] - equilibria[2] > _FO:
            low, high = y - log_eq, y + z[2] - equilibria[2]
            x_f = np.exp(t + step * min(max((_FO - low) / (high - low), 0.0), 1.0))
        t += step
        y += z[2]
        a, log_eq = rates[2], equilibria[2]
        old[:] = z
        old_step = step
        step *= min(max(factor, 0.2), 5.0)
        step = min(step, 1.0)
        fresh = True
    return np.nan, np.nan
