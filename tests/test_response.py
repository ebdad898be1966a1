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
    mu, fast = Response(marginal.prepared, small, still)(c, marginal.inputs.central)
    slow = small.response(marginal.prepared, c, marginal.inputs.central)
    scale = np.abs(slow).max(axis=(0, 2), keepdims=True)
    assert fast / scale == pytest.approx(slow / scale, abs=1e-3)
    assert mu == pytest.approx(marginal.prepared(c), rel=1e-12)


@pytest.mark.parametrize("leptons", [[1], [0, 1]])
@pytest.mark.parametrize("running", [0, 1])
def test_light_mediators_by_brute_force(marginal, c, leptons, running):
    """Poles in two coefficients, inside and beside the bins, wide and narrow; predictions and slopes to 1e-4."""
    c["pole_running"] = running
    c["C8"], c["CS"][:, 1], c["CPp"][:, 1] = [0, 0.1, 0.2j, 0], 0.02, 0.03
    for lepton in leptons:
        c["pole_a"][:, 0, lepton], c["pole_b"][:, 2, lepton], c["pole_b"][:2, 3, lepton] = 0.1, 0.2 + 0.1j, 0.1
        mass = np.array([0.25, 1.2, 2.0, 6.0])
        for k, shift in ((0, 0.0), (2, 0.1), (3, 0.2)):
            c["pole_mass"][:, k, lepton] = mass + shift
            c["pole_width"][:, k, lepton] = mass * [1e-3, 1e-6, 0.1, 0.5]
    whole = marginal.response.directions
    small = Directions(whole.inputs, whole.names, 0.02 * whole.steps)
    still = np.zeros(len(marginal.prepared.requests), bool)
    mu, fast = Response(marginal.prepared, small, still)(c, marginal.inputs.central)
    slow = small.response(marginal.prepared, c, marginal.inputs.central)
    scale = np.abs(slow).max(axis=2, keepdims=True)
    assert fast / scale == pytest.approx(slow / scale, abs=1e-4)
    assert mu == pytest.approx(marginal.prepared(c), rel=1e-12)


def test_heavy_mediator_is_contact(marginal, c):
    """m → ∞: the gradient of the integrals meets the differences of quadratic forms, but for curvature."""
    heavy = c.copy()
    heavy["pole_a"][:, 0, 1], heavy["pole_mass"][:, 0, 1], heavy["pole_width"][:, 0, 1] = 0.5e10, 1e5, 1.0
    c["C9"][:, 1] -= 0.5
    assert marginal.log_likelihood_terms(heavy) == pytest.approx(marginal.log_likelihood_terms(c), abs=0.02)


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
    still[[request.observable != "DeltaM_s" for request in marginal.prepared.requests]] = False
    _, response = Response(marginal.prepared, directions, still)(empty(2), default_inputs().central)
    assert not response[:, still].any()
    assert response[:, ~still].any(axis=2).all()
