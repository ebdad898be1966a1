"""Walks of nested sampling: coordinates in which power laws are straight, and ridges that are forgotten in them."""

import numpy as np
import pytest

import fitter
from fitter.samplers.walk import LockStep
from fitter.target import Target


def ridge(width):
    """a b = 10^-2.1 within ``width`` decades, a and b between 10^-3 and 1."""
    return fitter.Posterior(
        parameters={"a": "log 1e-3 1", "b": "log 1e-3 1"},
        log_likelihood=lambda x: -0.5 * ((np.log10(x).sum(axis=1) + 2.1) / width) ** 2,
    )


def test_coordinates_and_their_prior():
    """Bounded priors keep the unit cube, the others become normal; a density elsewhere is none."""
    priors = {"a": "log 1e-3 1", "b": "normal 3 2", "c": "normal 3 2 0 9", "d": "signedlog 1e-3 1"}
    own = fitter.Posterior(parameters=priors, log_likelihood=lambda x: np.zeros(len(x)))
    u = np.random.default_rng(1).random((50, 4))
    with Target(own) as target:
        x = target.straight(u)
        assert np.array_equal(x[:, [0, 2, 3]], u[:, [0, 2, 3]])
        assert x[:, 1] == pytest.approx((target.transform(u)[:, 1] - 3) / 2, abs=1e-12)
        assert target.cube(x) == pytest.approx(u, abs=1e-14)
        assert target.log_prior_straight(x) == pytest.approx(-0.5 * x[:, 1] ** 2)
        x[:3, 0], x[3, 3] = [-0.1, 1.1, 1.0], np.nan
        assert np.all(target.log_prior_straight(x)[:4] == -np.inf)


@pytest.mark.parametrize("width", [0.1, 1e-3])
def test_walks_along_a_power_law_forget_where_they_began(width):
    """All begin at the ridge's end; along it the prior is flat, from a = 10^-2.1 to 1."""
    rng = np.random.default_rng(2)
    along = rng.uniform(0.3, 1.0, 200)
    live = np.stack([along, 1.3 - along], axis=1) + width / 6 * rng.uniform(-1, 1, (200, 2))
    live = live[np.all(live < 1, axis=1)]
    with Target(ridge(width)) as target:
        pool = LockStep(target, 400, 60)
        u, value, accepted = pool.walk(np.tile([0.97, 0.33], (400, 1)), live, -0.5, np.array([0.1, 1.0]), rng)
    assert np.all(value > -0.5)
    assert accepted.sum(axis=0).min() > 0
    assert u[:, 0].mean() == pytest.approx(0.65, abs=0.06)
    assert u[:, 0].std() == pytest.approx(0.7 / np.sqrt(12), rel=0.15)
