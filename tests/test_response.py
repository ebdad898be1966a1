"""The fast response of b → s ℓ ℓ observables against predictions at displaced inputs."""

import numpy as np
import pytest

from likelihoods import Likelihood, default_inputs
from likelihoods.couplings import empty
from likelihoods.response import Response
from likelihoods.theory import Directions

TERMS = ["R_K", "R_Kstar", "P5prime", "Bs_phi_mumu_rate", "delta_m_s"]


@pytest.fixture(scope="module")
def marginal():
    return Likelihood.of(TERMS, "2023-01", theory="marginal", scaled=())


@pytest.fixture
def c():
    points = empty(4)
    points["C9"][:, 1] = [0, -1, -1.2, 0.5]
    points["C10"][:, 1] = [0, 0.4, -0.3j, 0]
    points["C9p"][:, 0] = [0, 0, 0.5, 0]
    points["C7"] = [0, 0, 0.02, 0]
    return points


def test_response_is_that_of_displaced_inputs(marginal, c):
    """A tenth of a standard deviation along each direction, where differences are derivatives."""
    whole = marginal.response.directions
    small = Directions(whole.inputs, whole.names, 0.1 * whole.steps)
    still = np.zeros(len(marginal.prepared.requests), bool)
    fast = Response(marginal.prepared, small, still)(c, marginal.inputs.central)
    slow = small.response(marginal.prepared, c, marginal.inputs.central)
    scale = np.abs(slow).max(axis=(0, 2), keepdims=True)
    assert fast / scale == pytest.approx(slow / scale, abs=1e-3)


def test_light_mediators_are_displaced(marginal, c):
    c["pole_a"][:, 0, 1], c["pole_mass"][:, 0, 1], c["pole_width"][:, 0, 1] = 0.1, 2.0, 0.1
    whole = marginal.response.directions
    slow = whole.response(marginal.prepared, c, marginal.inputs.central)
    assert marginal.response(c, marginal.inputs.central) == pytest.approx(slow, rel=1e-9, abs=1e-15)


def test_modes_agree_for_b_to_s(marginal, c):
    """The fewer directions of the marginal mode carry the theory covariance but for its even part."""
    covariance = Likelihood.of(TERMS, "2023-01", scaled=())
    one, two = (lik.log_likelihood_terms(c).sum(axis=1) for lik in (covariance, marginal))
    assert two[0] == pytest.approx(one[0], abs=0.1)
    assert np.abs(two[1:] - one[1:]).max() < 5.0  # away from there the theory errors follow the couplings


def test_batches_do_not_matter(marginal, c):
    many = np.tile(c, 20)
    assert marginal.log_likelihood_terms(many) == pytest.approx(np.tile(marginal.log_likelihood_terms(c), (20, 1)))


def test_unmoved_columns_are_left_alone(marginal):
    directions = marginal.response.directions
    still = np.ones(len(marginal.prepared.requests), bool)
    assert not Response(marginal.prepared, directions, still)(empty(2), default_inputs().central).any()
