"""Integrals over bins of all decays and leptons: twice the nodes, quadratic forms, resonances by narrow bins."""

import itertools

import numpy as np
import pytest

from likelihoods import default_inputs, request
from likelihoods.amplitudes.angular import J_COUNT
from likelihoods.amplitudes.channels import Bin, Channels
from likelihoods.amplitudes.hadronic import PROCESSES
from likelihoods.couplings import POLES, empty
from likelihoods.observables.bsll import Semileptonic

VECTOR, SCALAR = ("dBR/dq2", "FL", "P5p", "P1", "S7", "A8"), ("dBR/dq2", "FH")
OBSERVED = dict(zip(PROCESSES, (VECTOR, VECTOR, ("dBR/dq2", "FL", "S4", "S7", "A8"), SCALAR, SCALAR), strict=True))
LOW = ((0.045, 1.1), (1.1, 2.5), (4, 6), (1.1, 6))
WANTED = [
    request(f"{name}({process}{flavour})", q2)
    for process, names in OBSERVED.items()
    for flavour in ("ee", "mumu")
    for q2 in (*LOW, (15, 18.5))
    for name in names
]
#: Below, between, on the edges of, inside and above the bins; the last far above.
MASSES = (0.05, 0.25, 1.0, 1.05, 1.4, 2.0, 2.449, 2.6, 3.5, 4.0, 4.2, 9.0)


@pytest.fixture(scope="module")
def inputs():
    return default_inputs()


@pytest.fixture(scope="module")
def plan(inputs):
    return Semileptonic(WANTED, inputs)


def fill(plan, c, sm):
    out = np.empty((c.size, len(WANTED)))
    plan.fill(c, sm, out)
    return out


def resonances(lepton, running):
    """All four coefficients with poles, C10 and C10′ at another mass; widths from 1e-6 m to 0.5 m."""
    c = empty(4 * len(MASSES))
    c["pole_running"] = running
    for i, (mass, relative) in enumerate(itertools.product(MASSES, (1e-6, 1e-3, 0.1, 0.5))):
        size = 1.0 if mass > 0.5 else 0.02
        for k, (a, b) in enumerate(((0.0, 0.5), (0.1, 0.05j), (0.02, -0.1), (0.05j, 0.1))):
            m = mass if k < 2 else mass + 0.3
            c["pole_a"][i, k, lepton], c["pole_b"][i, k, lepton] = size * a, size * b
            c["pole_mass"][i, k, lepton], c["pole_width"][i, k, lepton] = m, relative * m
    return c


def test_twice_the_nodes(plan, inputs):
    """Nothing changes by more than 1e-4, relatively for rates; next to a resonance ratios are large numbers."""
    fine = Semileptonic(WANTED, inputs, refine=2)
    c = np.concatenate([empty(), *(resonances(*case) for case in itertools.product((0, 1), (0, 1)))])
    a, b = fill(plan, c, inputs.central), fill(fine, c, inputs.central)
    is_rate = np.array([item.observable.startswith("dBR") for item in WANTED])
    assert (np.abs(a - b) < 1e-4 * np.maximum(np.abs(b), ~is_rate)).all()


def test_contact_is_quadrature(plan, inputs, rng):
    """All coefficients, complex, both leptons, all decays: to 1e-10."""
    c = empty(4)
    for name, size in (("C7", 0.1), ("C8", 0.3), ("C9", 1.0), ("C10", 1.0), ("CS", 0.05), ("CP", 0.05)):
        for field in (name, name + "p"):
            c[field] = size * (rng.normal(size=c[field].shape) + 1j * rng.normal(size=c[field].shape))
    contact, integrated = fill(plan, c, inputs.central), fill(plan, c, inputs.records({}, 4))
    np.testing.assert_allclose(contact, integrated, rtol=1e-10, atol=1e-12)


def test_leptons_without_poles_keep_their_forms(plan, inputs):
    """A resonance in one lepton leaves the other exactly as it is."""
    c = resonances(1, 0)
    electrons = np.array(["ee" in item.observable for item in WANTED])
    out, standard = fill(plan, c, inputs.central), fill(plan, empty(), inputs.central)
    assert (out[:, electrons] == standard[:, electrons]).all()
    assert (out[:, ~electrons] != standard[:, ~electrons]).any(axis=0).all()


@pytest.mark.parametrize("running", [0, 1])
@pytest.mark.parametrize("lepton", [0, 1])
@pytest.mark.parametrize("process", range(len(PROCESSES)))
def test_resonance_by_narrow_bins(inputs, process, lepton, running):
    """Poles in C9′ and C10 against coefficients constant on narrow bins; each of B and B̄ needs its own.

    B_s → φ with equal lifetimes, so that B and B̄ do not mix.
    """
    inputs = inputs.replace({"DeltaGamma_Bs": 0.0})
    count, low, high = 100, 4.0, 6.0
    edges = np.linspace(low, high, count + 1)
    q2 = (edges[1:] + edges[:-1]) / 2
    whole = empty()
    whole["pole_running"] = running
    parts = np.empty((2, count), complex), np.empty((2, count), complex)
    for name, part, a, b, mass, width in (
        ("C9p", parts[0], 0.3 + 0.2j, 0.4, 2.2, 0.5),
        ("C10", parts[1], 0.1, -0.2j, 2.6, 0.4),
    ):
        k = POLES.index(name)
        whole["pole_a"][0, k, lepton], whole["pole_b"][0, k, lepton] = a, b
        whole["pole_mass"][0, k, lepton], whole["pole_width"][0, k, lepton] = mass, width
        propagator = 1 / (q2 - mass**2 + 1j * (q2 / mass if running else mass) * width)
        part[0], part[1] = (a + b * q2) * propagator, np.conj((np.conj(a) + np.conj(b) * q2) * propagator)
    got = Channels([Bin(process, lepton, low, high)], inputs)(whole, inputs.central)[0, 0]
    narrow = Channels([Bin(process, lepton, *pair) for pair in itertools.pairwise(edges)], inputs)
    expected = np.zeros(2 * J_COUNT)
    for bar in range(2):
        c = empty(count)
        c["C9p"][:, lepton], c["C10"][:, lepton] = parts[0][bar], parts[1][bar]
        j = narrow(c, inputs.central)[np.arange(count), np.arange(count)].sum(axis=0)
        one = j[:J_COUNT] + (1 - 2 * bar) * j[J_COUNT:]
        expected += np.concatenate([one, (1 - 2 * bar) * one]) / 2
    assert got / np.abs(got).max() == pytest.approx(expected / np.abs(got).max(), abs=2e-4)
