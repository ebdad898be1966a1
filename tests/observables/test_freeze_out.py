"""Freeze-out: thermal averages and the Boltzmann equation against brute force, tolerances, extreme points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portal_points import MU, B, average_at, omega, portal
from scipy.integrate import solve_ivp
from scipy.special import kve

import fitter
from likelihoods import Predictions, default_inputs, request
from likelihoods.amplitudes.annihilation import CHANNELS, ROW, channel_rows, energy_times_width, s_channel
from likelihoods.amplitudes.effective_average import RESOLVED, TABLE, effective_average, log_average
from likelihoods.amplitudes.freeze_out import end_of_integration, integrate
from likelihoods.amplitudes.thermal import energy_grid, fill_grid
from likelihoods.couplings import DIRAC, MAJORANA, empty
from likelihoods.plasma import degrees_of_freedom, load_plasma, progress, temperature_at
from likelihoods.units import CM3_PER_S, M_PLANCK, OMEGA_PER_GEV

SM = default_inputs().central.view(np.recarray)[0]


def test_detailed_balance():
    """σv of χ χ̄ -> f f̄ against f f̄ -> χ χ̄: g² p² σ is symmetric, so both follow from one matrix element.

    The inverse cross section is built from the mediator's decay width to χ χ̄ off its mass shell.
    """
    m, m_b, g, y, m_med = 100.0, default_inputs().value("m_b"), 0.5, 0.3, 500.0
    c = portal(g_left=np.eye(12)[B] * y)
    width = Predictions([request("gamma_med")], default_inputs())(c)[0, 0]
    rows = np.zeros(CHANNELS, ROW)
    n = channel_rows(c.view(np.recarray)[0], SM, rows)
    assert n == 1
    for energy in (203.0, 320.0, 900.0):
        s = energy**2
        distance = (s - m_med**2) ** 2 + (m_med * width) ** 2
        beta, beta_b = np.sqrt(1 - 4 * m**2 / s), np.sqrt(1 - 4 * m_b**2 / s)
        to_b = energy_times_width(energy, energy - 2 * m_b, rows.view(np.recarray)[0])
        forward = g**2 * s_channel(DIRAC, s / (4 * m**2), to_b) / distance / beta
        # b b̄ -> χ χ̄: 2J+1 = 3 over the spins (2·2) and colours (3·3) of the initial state
        to_dark = g**2 * energy * (1 + 2 * m**2 / s) * beta / (12 * np.pi)
        backward = 16 * np.pi * 3 / (4 * 9) * s / (beta_b**2 * s) * (to_b / energy) * to_dark / distance
        assert 4 * beta**2 * forward == pytest.approx(36 * beta_b**2 * backward, rel=1e-10)


def test_constant_cross_section_of_a_majorana_particle():
    c = empty()
    c["dm_spin"], c["m_dm"] = MAJORANA, 100.0
    c["sigmav_s"][0, 0] = 2.2e-26 * CM3_PER_S
    first = omega(c)[0]
    # the formula sheet's 0.1145 does not state its degrees of freedom
    assert first == pytest.approx(0.1145, rel=0.03)
    plasma = load_plasma()

    def slope(t, y):
        x = np.exp(t)
        h, root = degrees_of_freedom(plasma, np.log(100.0 / x))
        a = np.sqrt(np.pi / 45) * M_PLANCK * 100.0 * root * 2.2e-26 * CM3_PER_S / x
        return -a * (np.exp(y) - (45 * 2 / (4 * np.pi**4) * x**2 * kve(2, x) * np.exp(-x) / h) ** 2 * np.exp(-y))

    start = np.log(
        45 * 2 / (4 * np.pi**4) * 15**2 * kve(2, 15) * np.exp(-15) / degrees_of_freedom(plasma, np.log(100 / 15))[0]
    )
    y = solve_ivp(slope, np.log([15.0, 1e5]), [start], method="Radau", rtol=1e-7, atol=1e-7, max_step=0.1).y[0, -1]
    assert first == pytest.approx(OMEGA_PER_GEV * 100.0 * np.exp(y), rel=5e-4)
    # a degenerate pair with equal cross sections: twice the states, the same average, nearly the same density
    c["sigmav_s"] = 2.2e-26 * CM3_PER_S
    assert omega(c)[0] == pytest.approx(first, rel=0.04)


def test_tightening_the_tolerance_changes_nothing():
    rng = np.random.default_rng(3)
    model = fitter.model("flavourful_zprime")
    theta = np.column_stack([p.prior.ppf(rng.random(200)) for p in model.parameters])
    theta[:, len(model.names) - len(model.defaults) :] = list(model.defaults.values())
    c = model.evaluate(theta)
    deviation = np.abs(omega(c) / omega(c, 1e-6) - 1)
    assert np.median(deviation) < 1e-4
    assert deviation.max() < 3e-3


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    m=st.floats(1.0, 1e4),
    ratio=st.floats(0.3, 6.0),
    g=st.floats(0.01, 2.0),
    x=st.floats(3.0, 200.0),
)
def test_thermal_average_agrees_with_direct_quadrature(m, ratio, g, x):
    """Gondolo-Gelmini integral of the same σ(s) by brute force, massless final state, both sides of the pole."""
    c = portal(m_dm=m, m_med=ratio * m, g_dm=g)
    c["g_left"][0, B] = 0.0
    c["g_left"][0, MU], c["g_left"][0, MU + 3] = 0.0, 0.3  # ν_μ
    m_med = ratio * m
    dark = g**2 * m_med / (12 * np.pi) * (1 + 2 / ratio**2) * np.sqrt(1 - 4 / ratio**2) if ratio > 2 else 0.0
    width = 0.09 * m_med / (24 * np.pi) + dark

    def weight(e):
        s = 4 * m**2 * (1 + e) ** 2
        beta = np.sqrt(e * (2 + e)) / (1 + e)
        through = g**2 * (1 + 2 * m**2 / s) * s * 0.09 / (24 * np.pi)
        sigma_beta = through / ((s - m_med**2) ** 2 + (m_med * width) ** 2)
        pair = np.zeros_like(e)
        a, b2 = s / 2 - m_med**2, s * (s - 4 * m_med**2) * beta**2 / 4
        inside = s > 4 * m_med**2
        b = np.sqrt(np.where(inside, b2, 1.0))
        log = 2 * np.arctanh(np.where(inside, np.minimum(b / a, 1 - 1e-16), 0.0))
        bracket = (
            log * (a + 2 * (m**2 + m_med**2) + 2 * (m_med**4 - m**4) / a)
            - b
            - b * (m_med**2 + 2 * m**2) ** 2 / (m**2 * (s - 4 * m_med**2) + m_med**4)
        )
        pair[inside] = (g**4 / (4 * np.pi * s**2 * beta) * bracket)[inside]
        return (sigma_beta + pair) * beta * (1 + e) ** 4 * kve(1, 2 * x * (1 + e)) * np.exp(-2 * x * e)

    nodes, weights = np.polynomial.legendre.leggauss(40)
    edges = [0.0, *np.geomspace(1e-9, 40 / x, 60)]
    if ratio > 2:
        narrow = max(width / m_med, 1e-12)
        edges += [
            e for d in narrow * np.geomspace(0.02, 1e9, 120) for e in (ratio / 2 * (1 + d) - 1, ratio / 2 * (1 - d) - 1)
        ]
        edges += [ratio / 2 - 1]
    if ratio > 1:
        edges += [*(ratio - 1 + np.geomspace(1e-9, 40 / x, 60)), ratio - 1]
    edges = np.unique([e for e in edges if 0 <= e <= 40 / x])
    half = 0.5 * np.diff(edges)[:, None]
    points = (0.5 * (edges[1:] + edges[:-1]))[:, None] + half * nodes
    total = 8 * x / kve(2, x) ** 2 * (weight(points.ravel()).reshape(points.shape) * weights * half).sum()

    rows, groups, grid = energy_grid()
    c = c.view(np.recarray)
    n = fill_grid(c[0], SM, 1e4, -1, rows, groups, grid)
    assert 2 * average_at(x, effective_average, c[0], SM, groups, n, grid) == pytest.approx(total, rel=1e-4)


@pytest.mark.parametrize("m_med", [99.0, 150.0, 199.9, 200.1, 240.0, 500.0])
def test_table_of_averages(m_med):
    """In any order of temperatures, next to and far from the resonance, at thresholds."""
    c = portal(m_med=m_med).view(np.recarray)
    rows, groups, grid = energy_grid()
    n = fill_grid(c[0], SM, end_of_integration(100.0), -1, rows, groups, grid)
    table = np.zeros(TABLE)
    for x in (20.0, 7.0, 55.0, 3.0, 1.2, 1.0, 31.0, 400.0):
        got = log_average(c[0], SM, groups, n, grid, np.log(x), RESOLVED, table)
        assert got == pytest.approx(np.log(average_at(x, effective_average, c[0], SM, groups, n, grid)), abs=2e-5)


def test_progress_of_annihilation_is_the_integral_of_the_degrees_of_freedom():
    plasma = load_plasma()
    u, weights = np.polynomial.legendre.leggauss(400)
    for t in (1e-6, 1e-4, 0.1, 0.17, 1.0, 90.0, 2e4):
        nodes = 0.5 * t * (1 + u)
        roots = [degrees_of_freedom(plasma, np.log(node))[1] for node in nodes]
        assert progress(plasma, np.log(t)) == pytest.approx(0.5 * t * (weights @ roots), rel=1e-5)
        assert temperature_at(plasma, progress(plasma, np.log(t))) == pytest.approx(t, rel=1e-5)


@pytest.mark.parametrize("m_med", [150.0, 199.0, 203.0, 240.0, 500.0])
def test_boltzmann_equation_agrees_with_scipy_from_any_starting_temperature(m_med):
    c = portal(m_med=m_med).view(np.recarray)
    rows, groups, grid = energy_grid()
    x_end = end_of_integration(100.0)
    n = fill_grid(c[0], SM, x_end, -1, rows, groups, grid)
    plasma = load_plasma()

    def rate(t):
        x = np.exp(t)
        h, root = degrees_of_freedom(plasma, np.log(100.0 / x))
        a = (
            np.sqrt(np.pi / 45)
            * M_PLANCK
            * 100.0
            * root
            * average_at(x, effective_average, c[0], SM, groups, n, grid)
            / x
        )
        return a, np.log(45 * 4 / (4 * np.pi**4) * x**2 * kve(2, x) / h) - x

    def slope(t, y):
        a, log_eq = rate(t)
        return -a * (np.exp(y) - np.exp(2 * log_eq - y))

    got, _, _ = integrate(c[0], SM, groups, n, grid, plasma, 1e-4)
    for start in (10.0, 16.0):
        y0 = [rate(np.log(start))[1]]
        solution = solve_ivp(slope, np.log([start, x_end]), y0, method="Radau", rtol=1e-7, atol=1e-7, max_step=0.2)
        assert got == pytest.approx(np.exp(solution.y[0, -1]), rel=1e-3)


def test_no_failure_from_mev_to_100_tev_and_from_feeble_to_strong_couplings():
    rng = np.random.default_rng(5)
    n = 300
    c = empty(n)
    c["dm_spin"] = rng.integers(1, 3, n)
    c["m_dm"], c["m_med"] = 10 ** rng.uniform(-3, 5, n), 10 ** rng.uniform(-3, 5, n)
    c["m_med"][:40] = 2 * c["m_dm"][:40] * (1 + 10 ** rng.uniform(-9, -2, 40))
    c["g_dm"] = 10 ** rng.uniform(-6, 1.1, n)
    for k in rng.permutation(12)[:5]:
        c["g_left"][:, k] = 10 ** rng.uniform(-6, 1.1, n)
    got = omega(c)
    assert np.isfinite(got).all()
    assert (got >= 0).all()


def test_coannihilation_of_a_split_pair_switches_off():
    c = empty(2)
    c["dm_spin"], c["m_dm"], c["splitting"] = MAJORANA, 1000.0, [1e-3, 1e4]
    c["sigmav_s"] = 1e-9
    single = empty()
    single["dm_spin"], single["m_dm"] = MAJORANA, 1000.0
    single["sigmav_s"][0, 0] = 1e-9
    assert omega(c)[1] == pytest.approx(omega(single)[0], rel=1e-3)
