"""Gradients of the angular coefficients against differences of the coefficients themselves."""

import numpy as np
import pytest

from likelihoods.amplitudes.angular import J_COUNT, X_COUNT, add_angular, add_node
from likelihoods.amplitudes.b_to_v import BETA, MASS, MIXING, VALUES
from likelihoods.amplitudes.gradient import add_gradient, pull_back


@pytest.fixture
def node(rng):
    v = rng.normal(size=VALUES)
    v[BETA], v[MASS], v[MIXING] = 0.8, 0.3, 0.0
    return v


def random_complex(rng, *shape):
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


@pytest.mark.parametrize("i", range(J_COUNT))
def test_amplitudes(rng, i):
    """J_i are quadratic: a central difference of any step is exact."""
    a, g = random_complex(rng, 8), np.empty(8, complex)
    step = random_complex(rng, 8)
    pull_back(a, 0.8, 0.3, np.eye(J_COUNT)[i], g)
    up, down = np.zeros(2 * J_COUNT), np.zeros(2 * J_COUNT)
    add_angular(a + step, 0.8, 0.3, 1.0, 0.0, up)
    add_angular(a - step, 0.8, 0.3, 1.0, 0.0, down)
    assert (np.conj(g) @ step).real == pytest.approx((up[i] - down[i]) / 2, rel=1e-12)


@pytest.mark.parametrize("mixing", [0.0, 0.06])
@pytest.mark.parametrize("standard", [0.0, 1.0])
def test_values(rng, node, mixing, standard):
    """Every column of a node's values but those of the lepton mass."""
    node[MIXING] = mixing
    x, a, g = random_complex(rng, 2, X_COUNT), np.empty((2, 8), complex), np.empty((2, 8), complex)
    functionals = rng.normal(size=(3, 2 * J_COUNT))
    sums, gradient = np.zeros(3), np.zeros((3, VALUES))
    add_gradient(node, x, standard, 0.7, functionals, a, g, np.empty(J_COUNT), sums, gradient)

    def total(v):
        j = np.zeros(2 * J_COUNT)
        add_node(v, x, standard, 0.7, a, j)
        if mixing:
            j[J_COUNT:] = 0.0
        return functionals @ j

    assert sums == pytest.approx(total(node), rel=1e-12)
    for k in set(range(VALUES)) - {BETA, MASS} - ({MIXING} if mixing == 0.0 else set()):
        step = 1e-4 * np.eye(VALUES)[k]
        slope = (total(node + step) - total(node - step)) / 2e-4
        assert gradient[:, k] == pytest.approx(slope, rel=1e-6, abs=1e-7), k
