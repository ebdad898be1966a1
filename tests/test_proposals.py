"""Proposals: densities against scipy, and chains that leave their target alone."""

import numpy as np
from scipy import special, stats

from fitter.samplers.mixture import Mixture


def bent(n, seed):
    """A thin arc in two dimensions."""
    rng = np.random.default_rng(seed)
    phase = rng.uniform(0, np.pi, n)
    radius = 1 + 0.02 * rng.standard_normal(n)
    return radius[:, None] * np.c_[np.cos(phase), np.sin(phase)]


def test_density_of_a_mixture():
    rng = np.random.default_rng(2)
    mixture = Mixture.fit(bent(600, 1), np.ones(600), rng)
    assert len(mixture.share) > 20
    assert np.isclose(mixture.share.sum(), 1)
    x = bent(300, 3)
    parts = [
        np.log(w) + stats.multivariate_normal(m, f @ f.T).logpdf(x)
        for w, m, f in zip(mixture.share, mixture.mean, mixture.factor, strict=True)
    ]
    expected = special.logsumexp(parts, axis=0) + np.log(2 * np.pi)
    # components beyond their reach of 6 σ are left out: exp(-18) = 1.5e-8 for each of some 40
    assert np.allclose(mixture.log_density(x), expected, rtol=0, atol=1e-6)
    assert np.all(mixture.log_density(x + 100) == -np.inf)
    y = mixture.draw(40_000, rng)
    assert np.allclose(y.mean(axis=0), mixture.share @ mixture.mean, atol=0.02)


def test_mixture_leaves_its_target_alone_and_gets_around_the_arc():
    target = lambda x: -0.5 * ((np.hypot(*x.T) - 1) / 0.02) ** 2 + np.where(x[:, 1] > 0, 0.0, -np.inf)  # noqa: E731
    rng = np.random.default_rng(4)
    mixture = Mixture.fit(bent(2000, 5), np.ones(2000), rng)
    x = bent(2000, 6)
    x, start, accepted = x[:1000], x[:1000].copy(), 0.0
    for _ in range(20):
        y = mixture.draw(len(x), rng)
        ratio = mixture.log_density(x) - mixture.log_density(y)
        take = np.log(rng.random(len(x))) < target(y) - target(x) + ratio
        x = np.where(take[:, None], y, x)
        accepted += take.mean() / 20
    assert accepted > 0.4
    phase = np.arctan2(x[:, 1], x[:, 0])
    assert stats.kstest(phase / np.pi, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(phase, np.arctan2(start[:, 1], start[:, 0]))[0, 1]) < 0.15


def test_few_points_make_one_gaussian():
    x = np.random.default_rng(7).standard_normal((30, 20))
    assert Mixture.fit(x, np.ones(30), np.random.default_rng(8)).share.tolist() == [1.0]


def test_weights_count_like_copies():
    """Integer weights give the moments of as many copies."""
    x = np.random.default_rng(7).standard_normal((10, 2))
    copies = np.arange(1, 11)
    weighted = Mixture.fit(x, copies.astype(float), np.random.default_rng(8), wider=1.0)
    assert weighted.share.tolist() == [1.0]
    repeated = np.repeat(x, copies, axis=0)
    assert np.allclose(weighted.mean[0], repeated.mean(axis=0))
    assert np.allclose(weighted.factor[0] @ weighted.factor[0].T, np.cov(repeated.T, ddof=0), rtol=1e-6)


def test_equal_points_are_one():
    x = np.random.default_rng(7).standard_normal((10, 2))
    copies = np.arange(1, 11)
    repeated = np.repeat(x, copies, axis=0)
    one = Mixture.of(repeated, np.ones(len(repeated)), np.random.default_rng(8))
    other = Mixture.fit(x, copies.astype(float), np.random.default_rng(8))
    assert np.allclose(one.mean, other.mean)
    assert np.allclose(one.factor, other.factor)
