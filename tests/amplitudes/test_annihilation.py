"""Cross sections of annihilation: angular integrals, limits, unitarity at the pole."""

import numpy as np
import pytest
from scipy.integrate import quad

from likelihoods import default_inputs
from likelihoods.amplitudes.annihilation import (
    CHANNELS,
    ROW,
    channel_rows,
    energy_times_width,
    mediator_pair,
    s_channel,
    t_channel,
)
from likelihoods.amplitudes.vector_decay import dark_width, fermion_width, mediator_width
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC, FERMIONS, empty


def record(array):
    return array.view(np.recarray)[0]


def row(m1, m2, squares=1.0, flip=0.0, t=0.0, heavy=0.0):
    rows = np.zeros(1, ROW)
    rows["m_sum"], rows["m_difference"], rows["heavy"] = m1 + m2, m1 - m2, heavy
    rows["squares"], rows["flip"], rows["t_channel"] = squares, flip, t
    return record(rows)


@pytest.mark.parametrize(("m1", "m2", "heavy"), [(0.0, 0.0, 150.0), (4.0, 4.0, 130.0), (60.0, 3.0, 400.0)])
@pytest.mark.parametrize("eps", [1e-9, 1e-3, 0.4, 5.0])
def test_t_channel_is_the_angular_integral_of_the_squared_amplitude(m1, m2, heavy, eps):
    m = 100.0
    s = 4 * m**2 * (1 + eps) ** 2
    beta = np.sqrt(eps * (2 + eps)) / (1 + eps)
    kallen = (s - (m1 + m2) ** 2) * (s - (m1 - m2) ** 2) / s**2

    def squared(cosine):
        t = m**2 + (m1**2 + m2**2) / 2 - s / 2 + s * beta * np.sqrt(kallen) / 2 * cosine
        trace = -(m**2 - m1**2 - t) * (m**2 - m2**2 - t) - t * (s - m1**2 - m2**2)
        return trace / (t - heavy**2) ** 2

    # dσ/dcosθ = |M|² √λ/(32π s β)
    expected = np.sqrt(kallen) / (32 * np.pi * s) * quad(squared, -1, 1, epsrel=1e-11)[0]
    got = t_channel(m, (1 + eps) ** 2, beta, np.sqrt(s) - m1 - m2, row(m1, m2, t=1.0, heavy=heavy))
    assert got == pytest.approx(expected, rel=1e-7)


def test_t_channel_partial_waves():
    """σv = λ⁴ m² v²/(48π (m²+M²)²) + λ⁴ m_f²/(16π (m²+M²)²) (1803.04703 §6, formula sheet)."""
    m, heavy, m_f, v = 100.0, 300.0, 0.1, 1e-4
    beta = v / 2
    scale = 1 / (m**2 + heavy**2) ** 2
    got = 2 * t_channel(m, 1.0 / (1 - beta**2), beta, 2 * m - 2 * m_f, row(m_f, m_f, t=1.0, heavy=heavy))
    assert got == pytest.approx((m * v) ** 2 / (48 * np.pi) * scale + m_f**2 / (16 * np.pi) * scale, rel=1e-4)


def test_mediator_pair_at_rest():
    m, m_med, g = 100.0, 70.0, 0.7
    r = (m_med / m) ** 2
    got = 2 * mediator_pair(g, m, m_med, 1.0 + 1e-14, 2 * (m - m_med))
    assert got == pytest.approx(g**4 / (16 * np.pi * m**2) * (1 - r) ** 1.5 / (1 - r / 2) ** 2, rel=1e-9)


@pytest.mark.parametrize("m", [60.0, 100.0, 400.0])
def test_mediator_pair_is_smooth_where_its_two_branches_meet(m):
    """Third differences of ln σβ away from the threshold, whose square root is not smooth."""
    m_med = 80.0
    shat = np.linspace(max(1.0, (m_med / m) ** 2) * 1.01, 30.0, 4000)
    values = np.array([mediator_pair(1.0, m, m_med, x, 2 * m * np.sqrt(x) - 2 * m_med) for x in shat])
    assert (values > 0).all()
    assert np.abs(np.diff(np.log(values), 3))[200:].max() < 1e-6


@pytest.mark.parametrize(("spin", "states"), [(DIRAC, 4), (COMPLEX_SCALAR, 1)])
def test_cross_section_at_the_pole_is_that_of_breit_and_wigner(spin, states):
    """σ(s = M²) = 3/states · 16π/(M² β²) B(χ χ̄) B(f f̄)."""
    c = empty()
    c["dm_spin"], c["m_dm"], c["g_dm"], c["m_med"] = spin, 100.0, 0.4, 300.0
    c["g_left"][0, FERMIONS.index("b")] = 0.3
    p, s = record(c), record(default_inputs().central)
    total = mediator_width(p, s)
    rows = np.zeros(CHANNELS, ROW)
    assert channel_rows(p, s, rows) == 1
    through = energy_times_width(300.0, 300.0 - rows[0]["m_sum"], record(rows))
    beta = np.sqrt(1 - 4 / 9)
    sigma = 0.4**2 * s_channel(spin, 9 / 4, through) / (300.0 * total) ** 2 / beta
    expected = 3 / states * 16 * np.pi / (300.0 * beta) ** 2 * dark_width(p, 300.0) * through / 300.0 / total**2
    assert sigma == pytest.approx(expected, rel=1e-12)


def test_width_off_the_mass_shell_is_the_width_of_a_vector_of_that_mass():
    chosen = row(40.0, 5.0, 3 * (0.3**2 + 0.2**2), 3 * 0.3 * 0.2)
    for energy in (45.1, 60.0, 500.0):
        got = energy_times_width(energy, energy - 45.0, chosen) / energy
        assert got == pytest.approx(fermion_width(energy, 40.0, 5.0, 0.3, 0.2, 3.0), rel=1e-10)
