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
    photon_energies(m, m_med, *parts, np.log(edges), np.log(GRID["mass"]), GRID["log10_x"], ENERGY, np.empty(121), out)
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


@pytest.mark.parametrize(("state", "lightest", "within"), [("W", 90.0, 0.02), ("Z", 100.0, 0.02), ("h", 130.0, 0.02)])
def test_share_of_a_boson_does_not_depend_on_its_speed(state, lightest, within):
    """Photons of a boson at rest and in flight carry one share of its energy, up to electroweak radiation."""
    shares = [energies(m, 1.0, state, np.array([1e-9 * m, m]), cascade=False).sum() / m for m in (lightest, 200.0)]
    assert shares[0] == pytest.approx(shares[1], rel=within)


def test_monochromatic_photons():
    """γ γ: two photons of the mass each, within the bins of the table."""
    line, below = energies(300.0, 1.0, "gamma", np.array([3e-4, 200.0, 301.0]), cascade=False)[[1, 0]]
    assert line == pytest.approx(600.0, rel=0.07)
    assert below < 0.01 * line


def test_gluons_radiate_like_quarks():
    """Colour charge 9/4 softens but keeps the energy share of photons, which is that of neutral pions."""
    gluon, quark = (energies(100.0, 1.0, f, np.array([1e-7, 100.0]), cascade=False).sum() for f in ("g", "q"))
    assert gluon == pytest.approx(quark, rel=0.1)


def test_taus_near_threshold_are_those_at_rest():
    """Photons of a τ at rest reach half its mass; in flight they carry the same share of the energy."""
    hard = [energies(m, 1.0, "tau", np.array([1e-5 * m, 0.2 * m, 0.5 * m, m]), cascade=False) / m for m in (1.78, 4.0)]
    assert hard[0].sum() == pytest.approx(hard[1].sum(), rel=1e-3)
    assert hard[0][2] < 0.01 * hard[0][1]
    assert hard[1][2] > 0.05 * hard[1][1]


@pytest.mark.parametrize(("state", "mass"), [("e", 5.11e-4), ("mu", 0.10566)])
def test_final_state_radiation_below_5_gev(state, mass):
    """α/π (1 + (1 - x)²)/x [ln(4m²(1 - x)/m_f²) - 1] for 0.1 < x < 0.7; PPPC's electrons radiate less."""
    for m in (1.0, 2.0, 4.0):
        x = np.linspace(0.1, 0.7, 601)
        density = (1 + (1 - x) ** 2) * (np.log(4 * m**2 * (1 - x) / mass**2) - 1) / (137.036 * np.pi)
        got = energies(m, 1.0, state, np.array([0.1 * m, 0.7 * m]), cascade=False)[0] / m
        assert got == pytest.approx(np.trapezoid(density, x), rel=0.12 if state == "e" else 0.02)
