"""Cells: a tree that finds its own points, and moves that leave their target alone."""

import numpy as np
import pytest
from scipy import stats

from fitter.samplers.cells import Cells, jump, step
from fitter.samplers.moves import Moves
from fitter.samplers.proposals import DOF, student


def bent(n, seed):
    """A thin arc in two dimensions."""
    rng = np.random.default_rng(seed)
    phase = rng.uniform(0, np.pi, n)
    radius = 1 + 0.02 * rng.standard_normal(n)
    return radius[:, None] * np.c_[np.cos(phase), np.sin(phase)]


def arc(x):
    """Logarithm of the density of ``bent``."""
    radius = np.hypot(*x.T)
    return -0.5 * ((radius - 1) / 0.02) ** 2 - np.log(radius) + np.where(x[:, 1] > 0, 0.0, -np.inf)


def members(cells, x):
    """Cell of each point, found by walking down the tree."""
    axis, cut, child = cells.tree
    node = np.zeros(len(x), np.int64)
    while (inner := node >= 0).any():
        along = np.einsum("ij,ij->i", x, axis[node])
        node = np.where(inner, child[node, (along > cut[node]).astype(int)], node)
    return -1 - node


def test_cells_hold_the_moments_of_their_members():
    x = bent(600, 1)
    cells = Cells.fit(x, 12, wider=1.0)
    label = members(cells, x)
    assert len(cells.share) > 10
    assert np.array_equal(np.unique(label), np.arange(len(cells.share)))
    for k, share in enumerate(cells.share):
        own = x[label == k]
        assert len(own) >= 12
        assert share == pytest.approx(len(own) / len(x))
        assert np.allclose(cells.mean[k], own.mean(axis=0))
        assert np.allclose(cells.factor[k] @ cells.factor[k].T, np.cov(own.T, ddof=0), rtol=1e-6)


def test_separate_modes_are_separate_cells():
    rng = np.random.default_rng(3)
    x = np.concatenate([rng.standard_normal((n, 4)) + 10 * s for n, s in ((300, -1), (100, 1))])
    cells = Cells.fit(x[rng.permutation(400)], 60)
    assert np.all(np.abs(np.abs(cells.mean[:, 0]) - 10) < 2)
    assert cells.share[cells.mean[:, 0] > 0].sum() == pytest.approx(0.25)


def test_few_points_make_one_gaussian():
    x = np.random.default_rng(7).standard_normal((30, 20))
    assert Cells.fit(x, 200).share.tolist() == [1.0]


def test_moves_in_one_cell():
    """One cell's own, faster way against the general one, and the proposal ratio against its closed form."""
    x = np.random.default_rng(7).standard_normal((1000, 3)) @ np.diag([1.0, 2.0, 3.0]) + 5
    one = Cells.fit(x, len(x), wider=1.0)
    rng, (y, ratio) = np.random.default_rng(8), one.step(x, 0.7, np.random.default_rng(8))
    sizes = 0.7 * 10 ** -rng.random(1000)
    noise, gamma = rng.standard_normal((1000, 3)), rng.standard_gamma(0.5 * (DOF + 3), 1000)
    general, its = np.empty((1000, 3)), np.empty(1000)
    gaussians = one.mean, one.factor, one.inverse
    step(x, sizes, noise, gamma, *one.tree, *gaussians, one.log_det, general, its)
    assert np.allclose(y, general)
    assert np.allclose(ratio, its)
    inverse = np.linalg.inv(np.cov(x.T, ddof=0))
    square = [np.einsum("ia,ab,ib->i", p - x.mean(axis=0), inverse, p - x.mean(axis=0)) for p in (x, y)]
    assert np.allclose(ratio, 0.5 * (DOF + 3) * np.log((DOF + square[1]) / (DOF + square[0])), atol=1e-6)
    y, ratio = one.jump(x, np.random.default_rng(8))
    noise = (y - one.mean[0]) @ one.inverse[0].T
    jump(x, np.zeros(1000, int), noise, 6.0, *one.tree, *gaussians, -one.log_det, general, its)
    assert np.allclose(y, general)
    assert np.allclose(ratio, its)


def test_student_steps_leave_their_distribution_alone():
    rng = np.random.default_rng(9)
    x = stats.multivariate_t(np.zeros(3), np.eye(3), df=DOF).rvs(20_000, random_state=rng)
    for size in (0.3, 1.0):
        y, ratio = student(x, size, rng)
        target = [-0.5 * (DOF + 3) * np.log1p((points**2).sum(axis=1) / DOF) for points in (x, y)]
        assert np.allclose(target[0] - target[1], ratio)  # every step is accepted
        assert stats.kstest(y[:, 1], stats.t(DOF).cdf).pvalue > 1e-3


@pytest.mark.parametrize("kind", ["step", "jump"])
def test_moves_leave_the_arc_alone(kind):
    rng = np.random.default_rng(4)
    cells = Cells.fit(bent(2000, 5), 12)
    x = bent(4000, 6)
    start, accepted = x.copy(), 0.0
    for _ in range(20):
        y, ratio = cells.step(x, 0.8, rng) if kind == "step" else cells.jump(x, rng)
        take = -rng.standard_exponential(len(x)) < arc(y) - arc(x) + ratio
        x = np.where(take[:, None], y, x)
        accepted += take.mean() / 20
    assert accepted > 0.3
    phase, before = np.arctan2(x[:, 1], x[:, 0]), np.arctan2(start[:, 1], start[:, 0])
    assert stats.kstest(phase / np.pi, "uniform").pvalue > 1e-3
    assert stats.kstest((np.hypot(*x.T) - 1) / 0.02, "norm").pvalue > 1e-3
    if kind == "jump":
        assert abs(np.corrcoef(phase, before)[0, 1]) < 0.1


@pytest.mark.parametrize("length", [0.0, 3.0])
def test_kinds_that_never_moved_anything_keep_a_share(length):
    """With few particles in many dimensions all moves of a kind may be rejected, or those of all kinds."""
    moves = Moves()
    moves.begin()
    moves.length["local"] = [length, 1.0]
    moves.adapt()
    assert sum(moves.share.values()) == pytest.approx(1)
    assert min(moves.share.values()) > 0
    assert moves.share["local"] == max(moves.share.values())


def test_a_gaussian_is_one_cell():
    """Cuts must describe the members better than chance does."""
    x = np.random.default_rng(11).standard_normal((4000, 5)) @ np.diag([1.0, 0.3, 0.1, 0.03, 1e-3])
    assert len(Cells.fit(x, 20).share) <= 3


def test_a_thin_fold_is_cut_along_itself():
    """Across its widest axis a sheet folded in the middle looks the same everywhere: the cut must follow the fold."""
    x = np.random.default_rng(12).uniform(-1, 1, (2000, 3)) * [3.0, 1.0, 1e-3]
    x[:, 2] += np.abs(x[:, 1])
    first = np.abs(Cells.fit(x, 20).tree[0][0])
    assert first[1] + first[2] > 10 * first[0]
