"""Freeze-out a second time: direct quadrature of the thermal average and scipy's stiff solver, no code shared."""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline
from scipy.special import kve

from likelihoods.plasma import degrees_of_freedom, load_plasma
from likelihoods.units import M_PLANCK, OMEGA_PER_GEV

PLASMA = load_plasma()
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


def integral(function, edges):
    """∫ function over the panels between ``edges``, Gauss-Legendre of 24 points in each."""
    edges = np.unique(edges)
    half = 0.5 * np.diff(edges)[:, None]
    points = (0.5 * (edges[1:] + edges[:-1]))[:, None] + half * _NODES
    return float((function(points.ravel()).reshape(points.shape) * _WEIGHTS * half).sum())


def pair_integral(p2_sigma, m1, m2, temperature, edges=()):
    """∫ ds p² σ √s K_1(√s/T) from (m1 + m2)², times e^{(m1 + m2)/T}; ``p2_sigma`` is p² σ, a function of √s."""
    low, width = m1 + m2, temperature
    grid = [low, *(low + width * np.geomspace(1e-8, 60.0, 40)), *(e for e in edges if low < e < low + 60 * width)]

    def integrand(energy):
        return 2 * energy**2 * p2_sigma(energy) * kve(1, energy / temperature) * np.exp(-(energy - low) / temperature)

    return integral(integrand, grid)


def omega(m, log_equilibrium, sigma_v, start, x_end):
    """Ω h² of d ln Y/d ln x = -λ(x) (Y - Y_eq²/Y).

    Parameters
    ----------
    m : mass [GeV] of x = m/T
    log_equilibrium : ln of Σ g_i (m_i/m)² x² K_2(m_i/T), over particles and antiparticles, a function of x
    sigma_v : ⟨σv⟩_eff [GeV^-2], a function of x
    start, x_end : of the integration, from equilibrium
    """

    def rate(t):
        x = np.exp(t)
        h, root = degrees_of_freedom(PLASMA, np.log(m / x))
        a = np.sqrt(np.pi / 45) * M_PLANCK * m * root * sigma_v(x) / x
        return a, np.log(45 / (4 * np.pi**4) / h) + log_equilibrium(x)

    def slope(t, y):
        a, log_eq = rate(t)
        return -a * (np.exp(y) - np.exp(2 * log_eq - y))

    span = np.log([start, x_end])
    y0 = [rate(span[0])[1]]
    solution = solve_ivp(slope, span, y0, method="Radau", rtol=1e-6, atol=1e-6, max_step=0.15)
    return OMEGA_PER_GEV * m * np.exp(solution.y[0, -1])


def dirac_pair(m, m_med, g_dm, squares, width):
    """p² σ(√s) of Dirac χ χ̄ through a vector into massless fermions, Σ N_c g² = ``squares``, and into two vectors."""

    def p2_sigma(energy):
        s = energy**2
        beta = np.sqrt(np.maximum(1 - 4 * m**2 / s, 0.0))
        through = g_dm**2 * (s + 2 * m**2) * squares / (24 * np.pi) / ((s - m_med**2) ** 2 + (m_med * width) ** 2)
        total = through * s * beta / 4
        inside = s > 4 * m_med**2 * (1 + 1e-12)
        e, v = s[inside], m_med**2
        a, b = (e - 2 * v) / 2, e * beta[inside] * np.sqrt(1 - 4 * v / e) / 2
        gap = m**2 * (e - 4 * v) + v**2  # a² - b²
        wave = np.where(b < 1e-3 * a, b / a + (b / a) ** 3 / 3, 0.5 * np.log((a + b) ** 2 / gap))
        bracket = 2 * wave * (a + 2 * (m**2 + v) + 2 * (v**2 - m**4) / a) - b - b * (v + 2 * m**2) ** 2 / gap
        total[inside] += g_dm**4 / (16 * np.pi * e) * bracket
        return total

    return p2_sigma


def dirac_omega(m, m_med, g_dm, squares, width, start, x_end):
    """Ω h² of ``dirac_pair``, each thermal average by quadrature on panels around the pole and the thresholds."""
    narrow = max(width / m_med, 1e-12) * np.geomspace(0.02, 1e9, 90)
    edges = [
        2 * m_med,
        *(2 * m_med + m * np.geomspace(1e-8, 1.0, 30)),
        m_med,
        *m_med * (1 + narrow),
        *m_med * (1 - narrow),
    ]
    p2_sigma = dirac_pair(m, m_med, g_dm, squares, width)

    def average(x):
        t = m / x
        return pair_integral(p2_sigma, m, m, t, edges) / (2 * m**4 * t * kve(2, x) ** 2)

    grid = np.linspace(np.log(start), np.log(x_end), 160)
    spline = CubicSpline(grid, np.log([average(np.exp(u)) for u in grid]))
    return omega(m, lambda x: np.log(4 * x**2 * kve(2, x)) - x, lambda x: 0.5 * np.exp(spline(np.log(x))), start, x_end)
