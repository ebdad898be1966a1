"""Energy of photons per bin: conservation in flight, and the limit of a mediator at rest."""

import numpy as np
import pytest

from likelihoods.amplitudes.spectra import STATES, photon_energies
from likelihoods.table import load_grid

GRID = load_grid("photon_energy")
ENERGY = GRID["energy"].astype(float)


def energies(m, m_med, state, edges, cascade=True):
    weight, none = np.zeros(len(STATES)), np.zeros(len(STATES))
    weight[STATES.index(state)] = 1.0
    out = np.empty(len(edges) - 1)
    parts = (none, weight) if cascade else (weight, none)
    photon_energies(m, m_med, *parts, np.log(edges), np.log(GRID["mass"]), GRID["log10_x"], ENERGY, out)
    return out


@pytest.mark.parametrize("state", ["b", "tau", "mu"])
@pytest.mark.parametrize("m", [30.0, 300.0, 3000.0])
def test_a_boost_multiplies_the_energy_by_gamma(state, m):
    """Two mediators of energy m carry the photon share of one pair at rest each."""
    total = energies(m, 24.0, state, np.array([1e-9 * m, 2 * m])).sum()
    at_rest = energies(12.0, 24.0, state, np.array([1e-9, 24.0]), cascade=False).sum()
    assert total == pytest.approx(2 * m / 24.0 * at_rest, rel=1e-3)


def test_mediators_at_rest():
    edges = np.geomspace(0.1, 50, 12)
    slow = energies(40.0 * (1 + 1e-12), 40.0, "b", edges)
    assert slow == pytest.approx(2 * energies(20.0, 40.0, "b", edges, cascade=False), rel=1e-5)


def test_cascade_by_integration_over_the_angle():
    """A thousand angles instead of twelve."""
    m, m_med, edges = 500.0, 40.0, np.geomspace(0.5, 500, 25)
    got = energies(m, m_med, "b", edges)
    gamma = m / m_med
    beta = np.sqrt(1 - 1 / gamma**2)
    cosines = (np.arange(1000) + 0.5) / 500 - 1
    boosts = gamma * (1 + beta * cosines)
    expected = np.mean([2 * b * energies(20.0, m_med, "b", edges / b, cascade=False) for b in boosts], axis=0)
    assert got == pytest.approx(expected, rel=5e-3, abs=1e-4 * expected.sum())


def test_closed_channels_and_neutrinos():
    assert energies(50.0, 1.0, "numu", np.array([0.1, 50.0]), cascade=False) == pytest.approx(0.0)
    assert (np.diff(ENERGY, axis=2) >= -1e-6).all()
