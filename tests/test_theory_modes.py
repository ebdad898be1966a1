"""How far the three treatments of theory errors agree: at the Standard Model, in a small fit, and at large new physics.

Nuisances are integrated out exactly by importance sampling around the solution of the linearised problem, with some
160 effective draws of 200 in 74 dimensions. The numbers are those of the docstring of ``likelihoods.theory``.
"""

from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from likelihoods import Likelihood
from likelihoods.block import Block
from likelihoods.couplings import empty
from likelihoods.theory import Directions

TERMS, DATE = ["R_K", "R_Kstar", "BKstar_mumu_angular"], "2023-01"


def likelihood(theory):
    return Likelihood.of(TERMS, DATE, theory=theory, scaled=())


def points(model, x):
    c = empty(np.size(x))
    c["C9"][:, 1] = x
    if model == "eft_c9_c10":
        c["C10"][:, 1] = -np.asarray(x)
    return c


def total(lik, c):
    return lik.log_likelihood_terms(c).sum(axis=1)


@pytest.fixture(scope="module")
def covariance():
    return likelihood("covariance")


@pytest.fixture(scope="module")
def marginal():
    return likelihood("marginal")


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_same_density_for_the_same_response(marginal, value):
    """The marginal mode is the Gaussian whose covariance contains the response at that point.

    The norm of an asymmetric error is that of the experiment alone.
    """
    symmetric = [
        replace(m, rows=tuple(replace(row, stat=(row.up, row.up), syst=(0.0, 0.0), norm=0.0) for row in m.rows))
        for m in marginal.measurements
    ]
    mu, response = marginal.response(points("eft_c9", [value]), marginal.inputs.central)
    columns = marginal.block.rows["column"]
    linear = (response[0] @ response[0].T)[np.ix_(columns, columns)]
    for measurements, precise in ((symmetric, 1e-9), (marginal.measurements, 0.05)):
        fixed = Block.of(measurements, columns, marginal.names).log_likelihood(mu, response)
        one = Block.of(measurements, columns, marginal.names, theory=linear).log_likelihood(mu)
        assert fixed.sum() == pytest.approx(one.sum(), abs=precise)


def test_same_at_the_standard_model(covariance, marginal):
    """But for derivatives against differences of one standard deviation, and directions left out: 1e-4 of ln L."""
    one, two = (lik.log_likelihood_terms(empty())[0] for lik in (covariance, marginal))
    assert two == pytest.approx(one, abs=0.01)
    assert two[:2] == pytest.approx(one[:2], abs=1e-4)  # ratios


def test_large_new_physics(covariance, marginal):
    """Theory errors grow or shrink with the amplitudes: a covariance fixed at the Standard Model departs."""
    c = points("eft_c9", [-0.3, -1.0, -2.0, -3.0])
    departure = total(covariance, c) - total(marginal, c)
    assert departure == pytest.approx([-1.0, -0.3, -9.8, -82.0], rel=0.05, abs=0.1)


def precision(block):
    """Inverse covariance of the rows."""
    sigma = np.sqrt(block.rows["variance"] + block.theory[0])
    out, at = np.zeros((sigma.size, sigma.size)), 0
    for first, last in zip(block.start[:-1], block.start[1:], strict=True):
        m, size = block.member[first:last], int(last - first)
        out[np.ix_(m, m)] = block.precision[at : at + size**2].reshape(size, size) / np.outer(sigma[m], sigma[m])
        at += size**2
    return out


def integrated(lik, c, rng, draws=200):
    """ln of the integral of the likelihood over its nuisances at each point, and the effective number of draws."""
    inputs, names, columns = lik.inputs, lik.nuisances, lik.block.rows["column"]
    factor = np.linalg.cholesky(inputs.covariance(names))
    directions = Directions(inputs, names, factor.T)
    centre = np.array([inputs.value(name) for name in names])
    weight = precision(lik.block)
    out, effective = np.empty(len(c)), np.empty(len(c))
    for i in range(len(c)):
        here, eta = c[i : i + 1], np.zeros(len(names))
        for _ in range(3):  # Gauss-Newton
            sm = inputs.records(dict(zip(names, (centre + factor @ eta)[:, None], strict=True)))
            slope = directions.response(lik.prepared, here, sm)[0, columns]
            curvature = np.eye(len(names)) + slope.T @ weight @ slope
            residual = lik.data - lik.prepared(here, sm)[0, columns] + slope @ eta
            eta = np.linalg.solve(curvature, slope.T @ weight @ residual)
        spread = np.linalg.cholesky(np.linalg.inv(curvature))
        u = rng.standard_normal((draws, len(names)))
        drawn = eta + u @ spread.T
        sm = inputs.records(dict(zip(names, (centre + drawn @ factor.T).T, strict=True)), draws)
        log_weight = lik.log_likelihood_terms(np.repeat(here, draws), sm).sum(axis=1)
        log_weight += 0.5 * (u**2 - drawn**2).sum(axis=1) + np.log(np.diag(spread)).sum()
        w = np.exp(log_weight - log_weight.max())
        out[i] = log_weight.max() + np.log(w.mean())
        effective[i] = w.sum() ** 2 / (w**2).sum()
    return out, effective


def moments(x, log_density):
    w = np.exp(log_density - log_density.max())
    mean = np.average(x, weights=w)
    return mean, np.sqrt(np.average((x - mean) ** 2, weights=w))


@pytest.mark.parametrize(
    ("model", "low", "high", "expected"),
    [
        ("eft_c9", -1.3, 0.6, {"covariance": (-0.31, 0.16), "marginal": (-0.34, 0.14), "nuisance": (-0.28, 0.15)}),
        ("eft_c9_c10", -0.55, 0.4, {"covariance": (-0.07, 0.07), "marginal": (-0.08, 0.07), "nuisance": (-0.07, 0.07)}),
    ],
)
def test_posteriors(covariance, marginal, rng, model, low, high, expected):
    """Flat prior: means differ by less than half a standard deviation, standard deviations by less than 15 %."""
    sampled = likelihood("nuisance")
    x, knots = np.linspace(low, high, 481), np.linspace(low, high, 20)
    log_integral, effective = integrated(sampled, points(model, knots), rng)
    assert effective.min() > 25
    found = {
        "covariance": moments(x, total(covariance, points(model, x))),
        "marginal": moments(x, total(marginal, points(model, x))),
        "nuisance": moments(x, CubicSpline(knots, log_integral)(x)),
    }
    for theory, (mean, sigma) in expected.items():
        assert found[theory] == pytest.approx((mean, sigma), abs=0.02), theory
        assert abs(found[theory][0] - found["nuisance"][0]) < 0.5 * found["nuisance"][1]
        assert found[theory][1] == pytest.approx(found["nuisance"][1], rel=0.15)
