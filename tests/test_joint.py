"""Joint prior: all parameters at a time against each by itself."""

import numpy as np
import pytest
from scipy import special, stats

from fitter.joint import HIGHEST, Joint, normal, unit
from fitter.prior import Branches, LogUniform, Normal, SignedLog, Uniform

PRIORS = [
    Uniform(-1, 3),
    Normal(2, 0.5),
    LogUniform(1e-3, 10),
    Uniform(0, 1),
    Normal(0, 1, -1, 2),
    SignedLog(0.1, 1),
    Branches((0.3, 0.7), (Uniform(0, 1), Uniform(2, 3))),
    Normal(-1, 3),
    Uniform(5, 6),
]


@pytest.mark.parametrize("chosen", [slice(None), slice(0, 1), slice(1, 2), slice(7, 9), slice(2, 3), slice(0, 0)])
def test_each_prior_by_itself(chosen, rng):
    priors = PRIORS[chosen]
    joint, u = Joint(priors), rng.random((200, len(priors)))
    theta = joint.transform(u)
    for k, prior in enumerate(priors):
        assert np.array_equal(theta[:, k], prior.ppf(u[:, k]))
    assert joint.transform(u[0]) == pytest.approx(theta[0], rel=1e-15)
    assert joint.of_normal(normal(u)) == pytest.approx(theta, rel=1e-9, abs=1e-12)
    assert joint.logpdf(theta) == pytest.approx(
        sum((p.logpdf(theta[:, k]) for k, p in enumerate(priors)), np.zeros(200))
    )
    assert joint.inside(theta).all()


def test_support(rng):
    """Outside where the density is nought, between branches and signs too, at infinity and where not a number."""
    joint, theta = Joint(PRIORS), rng.uniform(-4, 7, (20000, len(PRIORS)))
    theta[:, [2, 8]] = rng.uniform(1, 7, (20000, 2))
    assert np.array_equal(joint.inside(theta), np.isfinite(joint.logpdf(theta)))
    assert 0 < joint.inside(theta).sum() < 20000
    for bad in (np.inf, -np.inf, np.nan):
        assert not Joint([Normal(0, 1)]).inside(np.array([[bad]])).any()


def test_correlated_parameters(rng):
    covariance = np.array([[4.0, 1.5], [1.5, 1.0]])
    priors = [Uniform(0, 1), Normal(0, 1), Normal(0, 1)]
    joint = Joint(priors, (np.array([2, 1]), np.array([1.0, -2.0]), np.linalg.cholesky(covariance)))
    z = rng.standard_normal((50000, 3))
    theta = joint.of_normal(z)
    assert np.array_equal(joint.transform(unit(z))[:, 0], theta[:, 0])
    assert joint.transform(unit(z)) == pytest.approx(theta, abs=1e-8)
    assert theta[:, [2, 1]].mean(axis=0) == pytest.approx([1, -2], abs=0.05)
    assert np.cov(theta[:, [2, 1]].T) == pytest.approx(covariance, rel=0.05)
    own = stats.multivariate_normal([1.0, -2.0], covariance).logpdf(theta[:, [2, 1]])
    assert joint.logpdf(theta) == pytest.approx(own, rel=1e-9)


def test_far_tails_stay_finite():
    """Where the unit interval has no more numbers, both ways stop at the same parameter."""
    joint, z = Joint([Normal(1, 2), Uniform(0, 1)]), np.array([[-30.0, -30.0], [7.0, 7.0], [40.0, 40.0]])
    theta = joint.of_normal(z)
    assert theta == pytest.approx(joint.transform(unit(z)), rel=1e-4)
    assert theta[2, 0] == pytest.approx(1 + 2 * HIGHEST)
    assert theta[0, 0] == pytest.approx(-59)
    assert special.ndtri(unit(z)[2, 0]) == HIGHEST
