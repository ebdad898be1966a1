"""Densities against scipy, closed forms and brute-force integrals."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, special, stats

from likelihoods import density
from likelihoods.block import Block
from likelihoods.measurement import Measurement, Row
from likelihoods.record import signal_of_limit


def value(x=0.0, up=1.0, down=1.0, term="t", **fields):
    return Row("a_mu", term, "value", value=x, stat=(up, down), **fields)


def measurement(*rows, **fields):
    return Measurement("test", "X", "PDG:2023", "2020-01", rows, **fields)


def block(*rows, theory=None, sides=None, scaled=None, **fields):
    m = measurement(*rows, **fields)
    return Block.of([m], range(len(rows)), list(m.terms), sides, theory, scaled)


def log_l(b, mu, data=None):
    """Log-likelihood summed over terms, of points (n, rows)."""
    b = b if data is None else b.with_data(data)
    return b.log_likelihood(np.atleast_2d(np.asarray(mu, float))).sum(axis=1)


def test_gaussian_is_scipy():
    b = block(value(1.2, 0.3, 0.3))
    mu = np.linspace(-1, 3, 9)
    assert log_l(b, mu[:, None]) == pytest.approx(stats.norm.logpdf(1.2, mu, 0.3), abs=1e-12)


def test_correlated_gaussian_is_scipy_and_splits_into_terms(rng):
    rho = np.array([[1, 0.6, -0.2], [0.6, 1, 0.3], [-0.2, 0.3, 1]])
    sigma, x = np.array([0.5, 2.0, 1.0]), np.array([1.0, -1.0, 0.4])
    rows = [value(x[k], sigma[k], sigma[k], term=f"t{k}") for k in range(3)]
    a = rng.normal(size=(3, 2))
    b = block(*rows, correlation=rho, theory=a @ a.T)
    covariance = rho * np.outer(sigma, sigma) + a @ a.T
    mu = rng.normal(size=(20, 3))
    expected = stats.multivariate_normal(np.zeros(3), covariance).logpdf(mu - x)
    assert log_l(b, mu) == pytest.approx(expected, abs=1e-10)
    u = mu - x
    split = -0.5 * u * np.linalg.solve(covariance, u.T).T
    assert np.diff(b.log_likelihood(mu) - split, axis=0) == pytest.approx(0, abs=1e-10)


def test_separate_correlations_of_statistical_and_systematic_errors():
    rows = [value(0, 1, 1, term=t, syst=(2.0, 2.0)) for t in "ab"]
    b = block(*rows, syst_correlation=np.array([[1, 0.9], [0.9, 1]]))
    covariance = np.array([[5, 3.6], [3.6, 5]])
    mu = [[0.3, -1.0]]
    assert log_l(b, mu) == pytest.approx(stats.multivariate_normal(np.zeros(2), covariance).logpdf(mu[0]))


@pytest.mark.parametrize(("up", "down"), [(0.1, 0.08), (2.0, 1.0), (1.0, 3.0), (1.99, 0.68), (6.0, 1.0)])
def test_asymmetric_errors_keep_their_points_and_are_normalised(up, down):
    b = block(value(0.4, up, down))
    best, plus, minus = log_l(b, [[0.4], [0.4 + up], [0.4 - down]])
    assert plus - best == pytest.approx(-0.5, abs=1e-12)
    assert minus - best == pytest.approx(-0.5, abs=1e-12)

    def of_datum(x):
        return float(np.exp(log_l(b, [[0.0]], [x])[0]))

    width = up + down
    total = sum(integrate.quad(of_datum, *edges, limit=200)[0] for edges in ((-60 * width, 0), (0, 60 * width)))
    assert total == pytest.approx(1.0, abs=2e-6)


@pytest.mark.parametrize(("up", "down"), [(2.0, 1.0), (1.0, 3.0), (5.0, 1.0)])
def test_asymmetric_density_has_no_kink(up, down):
    b = block(value(0.0, up, down))
    jumps = []
    for points in (4001, 16001):
        mu = np.linspace(-4, 4, points) * (up + down)
        curve = log_l(b, mu[:, None])
        assert np.all(np.diff(curve)[mu[1:] <= 0] > 0)
        assert np.all(np.diff(curve)[mu[:-1] >= 0] < 0)
        jumps.append(np.abs(np.diff(curve, n=2)).max() / (mu[1] - mu[0]))
    assert jumps[1] < 0.3 * jumps[0]


def test_norm_is_that_of_the_generalised_inverse_gaussian():
    """∫ exp(-u²/(2(V + V'u))) du = 2 V/|V'| e^κ K_1(κ) with κ = V/V'^2: substitute w = V + V'u."""
    up, down = 1.05, 0.95
    kappa = up * down / (up - down) ** 2
    norm = 2 * up * down / (up - down) * special.kve(1, kappa)
    assert log_l(block(value(0.0, up, down)), [[0.0]]) == pytest.approx(-np.log(norm), abs=1e-9)


@pytest.mark.parametrize("tau", [0.1, 0.4, 1.0, 3.0])
@pytest.mark.parametrize(("up", "down", "tolerance"), [(1.1, 0.9, 0.05), (1.3, 0.8, 0.6)])
def test_theory_error_acts_as_a_convolution(up, down, tau, tolerance):
    """The integral over a Gaussian nuisance, within two standard deviations."""
    bare, full = block(value(0.0, up, down)), block(value(0.0, up, down), theory=np.array([[tau**2]]))
    eta, weight = np.polynomial.hermite_e.hermegauss(80)
    for z in (-2.0, -1.0, 0.0, 1.0, 2.0):
        mu = z * np.sqrt(up * down + tau**2)
        convolved = np.log(np.average(np.exp(log_l(bare, mu + tau * eta[:, None])), weights=weight))
        assert log_l(full, [[mu]])[0] == pytest.approx(convolved, abs=tolerance if abs(z) > 1 else 0.3 * tolerance)


def test_relative_theory_error_is_a_gaussian_of_moving_width():
    b = block(value(1.0, 0.1, 0.1, theory_error=0.2))
    mu = np.array([0.5, 1.0, 3.0])
    expected = stats.norm.logpdf(1.0, mu, np.hypot(0.1, 0.2 * mu))
    assert log_l(b, mu[:, None]) == pytest.approx(expected, abs=1e-9)
    scaled = block(value(1.0, 0.1, 0.1), theory=np.array([[0.16]]), scaled={0: 2.0})
    assert log_l(scaled, mu[:, None]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("cl", "quantile"), [(0.90, 1.2815515655), (0.95, 1.6448536270)])
def test_limit_is_a_half_gaussian_of_one_sided_level(cl, quantile):
    b = block(Row("a_mu", "t", "limit", limit=3.0, cl=cl))
    at_zero, at_limit, negative = log_l(b, [[0.0], [3.0], [-5.0]])
    assert 2 * (at_zero - at_limit) == pytest.approx(quantile**2)
    assert negative == at_zero == pytest.approx(stats.norm.logpdf(0, 0, 3.0 / quantile), abs=1e-10)


def test_limit_weaker_than_expected_prefers_a_signal():
    b = block(Row("a_mu", "t", "limit", limit=4.0, cl=0.95, expected=3.0))
    assert b.data[0, 0] == 1.0
    assert 2 * np.subtract(*log_l(b, [[1.0], [4.0]])) == pytest.approx(1.6448536270**2)


def test_one_sided_value():
    b = block(value(1.0, 0.2, 0.2), sides={"t": 1})
    below, at, above = log_l(b, [[0.1], [1.0], [1.4]])
    assert below == at
    assert at - above == pytest.approx(2.0)


def test_table_of_a_parabola():
    x = np.linspace(-1, 4, 21)
    b = block(Row("a_mu", "t", "table", x=tuple(x), minus_two_log_l=tuple((x - 1.5) ** 2 / 0.25)))
    mu = np.array([-20.0, -1.0, 0.3, 1.5, 2.2, 4.0, 30.0])
    found = log_l(b, mu[:, None])
    # beyond the table a Gaussian tail: exact for a parabola up to the slope of the interpolation at its end
    assert found[1:-1] == pytest.approx(stats.norm.logpdf(mu[1:-1], 1.5, 0.5), abs=0.03)
    assert found[[0, -1]] == pytest.approx(stats.norm.logpdf(mu[[0, -1]], 1.5, 0.5), rel=0.02)
    moved = b.with_data(b.data + 0.7)
    assert log_l(moved, mu[:, None] + 0.7) == pytest.approx(found, abs=1e-9)


def test_table_with_theory_error_widens():
    x = np.linspace(-6, 6, 241)
    row = Row("a_mu", "t", "table", x=tuple(x), minus_two_log_l=tuple(x**2))
    b = block(row, theory=np.array([[3.0]]))
    assert log_l(b, [[0.0], [1.0], [3.0]]) == pytest.approx(stats.norm.logpdf([0, 1, 3], 0, 2.0), abs=0.01)


def test_table_stays_flat_where_it_was_flat():
    b = block(Row("a_mu", "t", "table", x=(0.0, 1.0, 2.0, 3.0), minus_two_log_l=(0.0, 0.0, 1.0, 4.0)))
    low, zero, far = log_l(b, [[-10.0], [0.0], [10.0]])
    assert low == zero
    assert far < zero - 20


def counts(n, b, error=0.0, **fields):
    return Row("a_mu", "t", "counts", observed=n, background=b, background_error=error, **fields)


def test_counts_are_poisson():
    mu = np.array([0.0, 0.3, 2.0, 9.0])
    found = log_l(block(counts(5, 3.2, signal_per_unit=2.0)), mu[:, None])
    assert found == pytest.approx(stats.poisson.logpmf(5, 3.2 + 2 * mu), abs=1e-12)


@pytest.mark.parametrize(("n", "b", "error"), [(14, 10.0, 2.0), (3, 2.5, 0.4), (40, 30.0, 6.0), (0, 4.0, 1.0)])
def test_counts_integrate_the_background(n, b, error):
    mu = np.array([0.0, 1.0, 5.0])
    found = log_l(block(counts(n, b, error)), mu[:, None])
    for s, value_found in zip(mu, found, strict=True):

        def integrand(x, s=s):
            return stats.poisson.pmf(n, s + x) * stats.norm.pdf(x, b, error)

        exact = integrate.quad(integrand, max(0, b - 8 * error), b + 8 * error)[0]
        assert value_found == pytest.approx(np.log(exact), abs=0.03)


def test_counts_reproduce_their_published_limit():
    row = counts(2, 1.3, 0.3, limit=7e-5, cl=0.9)
    scale = signal_of_limit(row)
    b = block(row)
    grid = np.linspace(0, 60 / scale, 20001)
    likelihood = np.exp(log_l(b, grid[:, None]))
    inside = integrate.trapezoid(np.where(grid <= 7e-5, likelihood, 0), grid) / integrate.trapezoid(likelihood, grid)
    assert inside == pytest.approx(0.9, abs=2e-3)
    assert signal_of_limit(replace(row, observed=0.0, background=0.0, background_error=0.0)) * 7e-5 == pytest.approx(
        -np.log(0.1), rel=1e-3
    )


def test_failed_prediction_spoils_its_own_term_only():
    rows = [value(term="a"), value(term="b")]
    b = block(*rows, correlation=np.array([[1, 0.5], [0.5, 1]]))
    out = b.log_likelihood(np.array([[np.nan, 0.3]]))
    assert np.isnan(out[0, 0])
    assert np.isfinite(out[0, 1])


@pytest.mark.parametrize("marginal", [False, True])
def test_failed_prediction_leaves_the_next_point_alone(marginal):
    rows = [value(term="a"), value(term="b", up=2.0)]
    b = block(*rows, correlation=np.array([[1, 0.5], [0.5, 1]]))
    mu = np.array([[np.nan, 0.3], [0.1, 0.4]])
    response = np.full((2, 2, 1), 0.3) if marginal else None
    together = b.log_likelihood(mu, response)
    assert np.isnan(together[0]).any()
    assert np.array_equal(together[1:], b.log_likelihood(mu[1:], None if response is None else response[1:]))


def test_pulls():
    b = block(
        value(1.0, 2.0, 1.0, term="a"), counts(4, 4.0), value(0.0, 3.0, 3.0, term="b"), theory=np.diag([0, 0, 16.0])
    )
    out = b.pulls(np.array([[3.0, 5.0, 10.0], [0.0, 0.0, -10.0]]))
    assert out == pytest.approx(np.array([[1, np.sqrt(2 * (5 - 4 * np.log(9 / 4))), 2], [-1, 0, -2]]))


def test_simulated_data_follow_the_density(rng):
    """Mean, covariance and the probability transform of each row; correlated and asymmetric."""
    rho = np.array([[1, 0.5], [0.5, 1]])
    b = block(value(0, 1.5, 0.7, term="a"), value(0, 0.3, 0.5, term="b"), correlation=rho)
    n = 20000
    x = b.simulate(np.zeros((n, 2)), rng)
    grid = np.stack(np.meshgrid(np.linspace(-25, 8, 661), np.linspace(-3, 5, 321), indexing="ij"), axis=-1).reshape(
        -1, 2
    )
    weight = np.exp(b.with_data(grid).log_likelihood(np.zeros((len(grid), 2))).sum(axis=1))
    mean = np.average(grid, axis=0, weights=weight)
    covariance = np.cov(grid.T, aweights=weight)
    assert x.mean(axis=0) == pytest.approx(mean, abs=4 * np.sqrt(np.diag(covariance) / n).max())
    assert np.cov(x.T) == pytest.approx(covariance, rel=0.08, abs=0.02)
    one = block(value(0, 1.5, 0.7))
    sample = one.simulate(np.zeros((n, 1)), rng)[:, 0]
    fine = np.linspace(-15, 15, 6001)
    pdf = np.exp(one.with_data(fine[:, None]).log_likelihood(np.zeros((len(fine), 1)))[:, 0])
    cdf = integrate.cumulative_trapezoid(pdf, fine, initial=0)
    assert stats.kstest(np.interp(sample, fine, cdf), "uniform").pvalue > 1e-3


def test_simulated_counts_and_tables(rng):
    x = tuple(np.linspace(-6, 6, 121))
    b = block(counts(5, 4.0, 1.0), Row("a_mu", "t", "table", x=x, minus_two_log_l=tuple(np.square(x) / 4)))
    data = b.simulate(np.tile([3.0, 0.5], (4000, 1)), rng)
    assert data.mean(axis=0) == pytest.approx([7.0, 0.5], abs=0.15)
    assert data.var(axis=0) == pytest.approx([8.0, 4.0], rel=0.1)


def test_bounds_are_rows_without_a_density_of_data():
    """One-sided values, limits and tables that end within 3 sigma are; other rows stay out of their sum."""
    x = tuple(np.linspace(-6, 6, 121))
    closed = Row("a_mu", "t", "table", x=x, minus_two_log_l=tuple(np.square(x) / 4))
    flat = Row("a_mu", "b", "table", x=x, minus_two_log_l=tuple(np.square(np.maximum(x, 0)) / 4))
    limit = Row("a_mu", "c", "limit", limit=2.0, cl=0.95)
    b = block(value(), closed, counts(5, 4.0), flat, limit, value(term="d"), sides={"d": 1})
    assert b.bounds.tolist() == [False, False, False, True, True, True]
    mu = np.linspace(-3, 3, 7)[:, None].repeat(6, axis=1)
    assert b.bounding(mu) == pytest.approx(b.log_likelihood(mu)[:, 1:].sum(axis=1), rel=1e-12)


def test_data_are_arguments():
    b = block(value(0.0), value(1.0))
    assert b.with_data([2.0, 3.0]).rows is b.rows
    with pytest.raises(ValueError, match="2 rows"):
        b.with_data([1.0])
    with pytest.raises(ValueError, match="finite"):
        b.with_data([1.0, np.nan])


def test_bad_covariance_is_named():
    with pytest.raises(ValueError, match="covariance of test is not positive definite"):
        block(value(), value(), correlation=np.array([[1, 1.1], [1.1, 1]]))
    with pytest.raises(ValueError, match="covariance of test is not finite"):
        block(value(), theory=np.array([[np.nan]]))


def test_one_sided_rows_stand_alone():
    rows = [value(term="a"), value(term="b")]
    with pytest.raises(ValueError, match="cannot be one-sided"):
        block(*rows, correlation=np.array([[1, 0.5], [0.5, 1]]), sides={"a": 1})
    with pytest.raises(ValueError, match="lower limit"):
        block(Row("a_mu", "t", "limit", limit=1.0, cl=0.9, side="lower"))


def test_interpreted_kernels_agree(rng):
    """The same numbers without compilation."""
    b = block(value(0, 1.5, 0.7), counts(5, 4.0, 1.0), value(1.0, 0.3, 0.3))
    mu = rng.normal(size=(5, 3))
    out = np.zeros((5, 1))
    arguments = b.rows.view(np.recarray), b.table, b.member, b.start, b.precision, b.data
    density.log_density.py_func(*arguments, b.theory, mu, out)
    assert out == pytest.approx(b.log_likelihood(mu), rel=1e-12)
