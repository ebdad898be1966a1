"""Cells: a population cut into a binary tree of cells, each with its own mean and covariance: short steps along bent
ridges, and jumps to any cell.

A cell is split between the two means of its members along a principal axis (Lloyd's algorithm in one dimension): the
axis for which two Gaussians raise the members' likelihood most over one, and only if by more than their parameters
count in Akaike's criterion (IEEE Trans. Autom. Control 19 (1974) 716). So ridges are cut where they bend and modes
apart, and a Gaussian stays whole. Finding the cell of a point takes one scalar product a split.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fitter.samplers.proposals import DOF
from likelihoods.kernel import kernel

Array = npt.NDArray[np.float64]

#: Iterations for the two means along an axis.
LLOYD = 6
#: Smallest variance along an axis, over the largest of all.
SMALLEST = 1e-9
#: Range of the sizes of steps.
DECADES = 1.0
#: Cuts are tried across so many axes over the dimension: time for each grows as its square.
LOOKS = 30


@kernel
def log_det(matrix):
    """Logarithm of the determinant of a positive definite ``matrix`` (d, d), which is overwritten."""
    d, total = len(matrix), 0.0
    for a in range(d):
        for b in range(a + 1):
            for c in range(b):
                matrix[a, b] -= matrix[a, c] * matrix[b, c]
            if b < a:
                matrix[a, b] /= matrix[b, b]
        matrix[a, a] = math.sqrt(max(matrix[a, a], 1e-300))
        total += 2.0 * math.log(matrix[a, a])
    return total


@kernel
def two_means(along, size):
    """Where to cut points ``along`` (n,) an axis, and the number below: 0 if ``size`` do not lie on either side."""
    number, below, cut = len(along), 0, 0.0
    where = along.mean()
    for _ in range(LLOYD):
        low, high, lower = 0.0, 0.0, 0
        for i in range(number):
            if along[i] > where:
                high += along[i]
            else:
                low += along[i]
                lower += 1
        if lower < size or number - lower < size:
            break
        below, cut = lower, where
        where = 0.5 * (low / lower + high / (number - lower))
    return cut, below


@kernel
def worth(centred, along, cut, below, spread, floor, log_all, first, second):
    """Twice the rise of the points' log-likelihood if two Gaussians, of those below the cut and beyond, replace one.

    ``centred`` (n, d): points of mean 0 and covariance ``spread`` (d, d), to which ``floor`` is added along all axes;
    ``log_all``: logarithm of its determinant; ``first`` and ``second`` (d, d): work space.
    """
    number, d = centred.shape
    total = np.zeros(d)
    first[:] = 0.0
    for i in range(number):
        if along[i] <= cut:
            for a in range(d):
                total[a] += centred[i, a]
                for b in range(a + 1):
                    first[a, b] += centred[i, a] * centred[i, b]
    share = below / number
    for a in range(d):
        for b in range(a + 1):
            second[a, b] = (number * spread[a, b] - first[a, b]) / (number - below)
            second[a, b] -= total[a] * total[b] / (number - below) ** 2
            first[a, b] = first[a, b] / below - total[a] * total[b] / below**2
        first[a, a] += floor
        second[a, a] += floor
    gain = log_all + 2.0 * (share * math.log(share) + (1.0 - share) * math.log(1.0 - share))
    return number * (gain - share * log_det(first) - (1.0 - share) * log_det(second))


@kernel
def partition(x, size, looks, order, axis, cut, child, mean, covariance, count):
    """Cells of points ``x`` (n, d) with at least ``size`` members; the number of cells.

    ``looks``: number of principal axes, the widest first, across which a cut is tried; ``order`` (n,): work space, a
    permutation of the points; ``axis`` (2m, d), ``cut`` (2m,), ``child`` (2m, 2): the tree, a node's points beyond the
    cut along its axis belong to its second child, child -1 - k is cell k; ``mean`` (m, d), ``covariance`` (m, d, d),
    ``count`` (m,): of the cells; m >= n / size.
    """
    n, d = x.shape
    begin, end = np.zeros(len(cut), np.int64), np.zeros(len(cut), np.int64)
    end[0], nodes, cells, node = n, 1, 0, 0
    total, spread, first, second = np.empty(d), np.empty((d, d)), np.empty((d, d)), np.empty((d, d))
    along = np.empty(n)
    while node < nodes:
        start, stop = begin[node], end[node]
        number = stop - start
        total[:] = 0.0
        for i in range(start, stop):
            for a in range(d):
                total[a] += x[order[i], a] / number
        centred = np.empty((number, d))
        for i in range(number):
            for a in range(d):
                centred[i, a] = x[order[start + i], a] - total[a]
        spread[:] = np.dot(centred.T, centred) / number
        best, middle = d * (d + 3.0), start
        if number >= 2 * size:
            variance, axes = np.linalg.eigh(spread)
            floor = max(SMALLEST * variance[d - 1], 1e-300)
            log_all = np.log(np.maximum(variance, 0.0) + floor).sum()
            for a in range(d - 1, d - 1 - looks, -1):
                one = np.ascontiguousarray(axes[:, a])
                where, below = two_means(np.dot(centred, one), size)
                if below:
                    gain = worth(centred, np.dot(centred, one), where, below, spread, floor, log_all, first, second)
                    if gain > best:
                        best, middle, axis[node], cut[node] = gain, start + below, one, where + np.dot(total, one)
        if middle == start:
            mean[cells], covariance[cells], count[cells] = total, spread, number
            child[node] = -1 - cells
            cells += 1
        else:
            for i in range(start, stop):
                along[i] = 0.0
                for a in range(d):
                    along[i] += x[order[i], a] * axis[node, a]
            i, j = start, stop - 1
            while i <= j:
                if along[i] > cut[node]:
                    order[i], order[j] = order[j], order[i]
                    along[i], along[j] = along[j], along[i]
                    j -= 1
                else:
                    i += 1
            child[node, 0], child[node, 1] = nodes, nodes + 1
            begin[nodes], end[nodes], begin[nodes + 1], end[nodes + 1] = start, i, i, stop
            nodes += 2
        node += 1
    return cells


@kernel
def cell(x, axis, cut, child):
    """The cell of point ``x`` (d,)."""
    node = 0
    while True:
        along = 0.0
        for a in range(len(x)):
            along += x[a] * axis[node, a]
        node = child[node, 1 if along > cut[node] else 0]
        if node < 0:
            return -1 - node


@kernel
def whiten(x, mean, inverse, out):
    """Point ``x`` in a cell's own coordinates ``out`` (d,); their square."""
    square = 0.0
    for a in range(len(x)):
        out[a] = 0.0
        for b in range(a + 1):
            out[a] += inverse[a, b] * (x[b] - mean[b])
        square += out[a] * out[a]
    return square


@kernel
def jump(x, pick, noise, freedom, axis, cut, child, mean, factor, inverse, log_norm, y, ratio):
    """Points ``y`` (n, d) of the distributions of the cells ``pick`` (n,), and log q(x) / q(y): ``ratio`` (n,).

    -inf for a point that has left its cell: q is a Student t distribution within each cell. ``noise`` (n, d): standard
    Student t of ``freedom`` degrees; ``log_norm`` (m,): logarithm of a cell's share over the determinant of its factor.
    """
    n, d = x.shape
    power = 0.5 * (freedom + d)
    own = np.empty(d)
    for i in range(n):
        j = pick[i]
        square = 0.0
        for a in range(d):
            square += noise[i, a] * noise[i, a]
            y[i, a] = mean[j, a]
            for b in range(a + 1):
                y[i, a] += factor[j, a, b] * noise[i, b]
        ratio[i] = -np.inf
        if cell(y[i], axis, cut, child) == j:
            k = cell(x[i], axis, cut, child)
            ratio[i] = log_norm[k] - power * math.log1p(whiten(x[i], mean[k], inverse[k], own) / freedom)
            ratio[i] -= log_norm[j] - power * math.log1p(square / freedom)


@kernel
def step(x, size, noise, gamma, axis, cut, child, mean, factor, inverse, log_det, y, ratio):
    """Steps ``y`` (n, d) in the coordinates of the cells of ``x`` (n, d), and log q(x|y) / q(y|x): ``ratio`` (n,).

    ``noise`` (n, d): standard normal; ``gamma`` (n,): of shape (ν + d) / 2. With s = √(1 - size²) and w the point in
    the coordinates of its cell, w' is distributed as ((ν + w²) size² + (w' - s w)²)^(-(ν + 2d)/2) (ν + w²)^((ν + d)/2):
    in a single cell that leaves a Student t distribution invariant (2407.07781).
    """
    n, d = x.shape
    here, there = np.empty(d), np.empty(d)
    for i in range(n):
        small = size[i] * size[i]
        keep = math.sqrt(1.0 - small)
        k = cell(x[i], axis, cut, child)
        square = whiten(x[i], mean[k], inverse[k], here)
        scale = size[i] * math.sqrt(0.5 * (DOF + square) / gamma[i])
        away = 0.0
        for a in range(d):
            away += (scale * noise[i, a]) ** 2
            there[a] = keep * here[a] + scale * noise[i, a]
        for a in range(d):
            y[i, a] = mean[k, a]
            for b in range(a + 1):
                y[i, a] += factor[k, a, b] * there[b]
        j = cell(y[i], axis, cut, child)
        ratio[i] = log_det[k] - 0.5 * (DOF + d) * math.log(DOF + square)
        ratio[i] += 0.5 * (DOF + 2 * d) * math.log(small * (DOF + square) + away)
        square = whiten(y[i], mean[j], inverse[j], there)
        if j != k:
            whiten(x[i], mean[j], inverse[j], here)
        away = 0.0
        for a in range(d):
            away += (here[a] - keep * there[a]) ** 2
        ratio[i] -= log_det[j] - 0.5 * (DOF + d) * math.log(DOF + square)
        ratio[i] -= 0.5 * (DOF + 2 * d) * math.log(small * (DOF + square) + away)


@dataclass(frozen=True)
class Cells:
    """Tree of cells and their Gaussians.

    Parameters
    ----------
    tree : axis (2m, d), cut (2m,) and children (2m, 2) of the nodes
    mean : (m, d)
    factor, inverse : (m, d, d) lower Cholesky factors of the covariances, and their inverses
    share : (m,) weights that sum to one
    log_det : (m,) logarithms of the determinants of the factors
    """

    tree: tuple[Array, Array, npt.NDArray[np.int64]]
    mean: Array
    factor: Array
    inverse: Array
    share: Array
    log_det: Array

    @classmethod
    def fit(cls, x: Array, size: int, wider: float = 1.1) -> "Cells":
        """Cells of at least ``size`` of the points ``x`` (n, d); covariances are ``wider`` than the members' own."""
        n, d = x.shape
        most = max(1, n // size)
        axis, cut, child = np.zeros((2 * most, d)), np.zeros(2 * most), np.zeros((2 * most, 2), np.int64)
        mean, covariance, count = np.empty((most, d)), np.empty((most, d, d)), np.empty(most)
        looks = max(1, min(d, LOOKS // d))
        m = partition(np.ascontiguousarray(x), size, looks, np.arange(n), axis, cut, child, mean, covariance, count)
        mean, covariance = mean[:m], covariance[:m]
        spread = np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 1e-20)
        covariance += SMALLEST * spread[:, :, None] * np.eye(d)
        factor = np.linalg.cholesky(covariance * wider).astype(np.float64)
        log_det = np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        return cls((axis, cut, child), mean, factor, np.linalg.inv(factor).astype(np.float64), count[:m] / n, log_det)

    def _white(self, x: Array) -> Array:
        """Points (n, d) in the coordinates of the only cell."""
        return (x - self.mean[0]) @ self.inverse[0].T

    def step(self, x: Array, size: float, rng: np.random.Generator) -> tuple[Array, Array]:
        """Steps (n, d) from ``x`` (n, d) and the logarithms (n,) of the proposal ratio; 0 < ``size`` <= 1.

        Sizes are log-uniform over ``DECADES`` up to ``size``: where the target is much thinner than its cell, large
        steps would leave points where they are.
        """
        n, d = x.shape
        sizes = size * 10 ** (-DECADES * rng.random(n))
        noise, gamma = rng.standard_normal((n, d)), rng.standard_gamma(0.5 * (DOF + d), n)
        if len(self.share) == 1:  # there steps leave a Student t distribution invariant
            here = self._white(x)
            before = DOF + np.einsum("ij,ij->i", here, here)
            there = np.sqrt(1 - sizes * sizes)[:, None] * here
            there += (sizes * np.sqrt(0.5 * before / gamma))[:, None] * noise
            after = DOF + np.einsum("ij,ij->i", there, there)
            return self.mean[0] + there @ self.factor[0].T, 0.5 * (DOF + d) * np.log(after / before)
        y, ratio = np.empty((n, d)), np.empty(n)
        step(x, sizes, noise, gamma, *self.tree, self.mean, self.factor, self.inverse, self.log_det, y, ratio)
        return y, ratio

    def jump(self, x: Array, rng: np.random.Generator) -> tuple[Array, Array]:
        """Points (n, d) that do not depend on ``x`` (n, d), and the logarithms (n,) of the proposal ratio."""
        n, d = x.shape
        pick, noise = rng.choice(len(self.share), n, p=self.share), rng.standard_normal((n, d))
        freedom = 2.0 * d  # then the radius scatters not much more than that of a Gaussian
        noise *= np.sqrt(d / rng.standard_gamma(0.5 * freedom, n))[:, None]
        if len(self.share) == 1:
            before, after = (np.log1p(np.einsum("ij,ij->i", w, w) / freedom) for w in (self._white(x), noise))
            return self.mean[0] + noise @ self.factor[0].T, 0.5 * (freedom + d) * (after - before)
        y, ratio = np.empty((n, d)), np.empty(n)
        log_norm = np.log(self.share) - self.log_det
        jump(x, pick, noise, freedom, *self.tree, self.mean, self.factor, self.inverse, log_norm, y, ratio)
        return y, ratio
