"""Three test problems with known evidence."""

import numpy as np
from scipy import linalg

from fitter import Parameter, Posterior
from fitter.prior import Normal, Uniform


class Cut:
    """6-d autoregressive Gaussian (ρ = 0.9, unit variance, box ±20) with hard limits x0 > 0.5, x2 > -0.3, x4 < 1.2."""

    log_evidence = -23.70408

    def __init__(self):
        covariance = 0.9 ** np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
        self.white = np.linalg.inv(np.linalg.cholesky(covariance))
        self.norm = -0.5 * np.linalg.slogdet(covariance)[1] - 3 * np.log(2 * np.pi)

    def __call__(self, x):
        y = x @ self.white.T
        allowed = (x[:, 0] > 0.5) & (x[:, 2] > -0.3) & (x[:, 4] < 1.2)
        return np.where(allowed, self.norm - 0.5 * (y * y).sum(axis=1), -np.inf)

    def posterior(self):
        return Posterior(parameters=[Parameter(f"x{i}", Uniform(-20, 20)) for i in range(6)], log_likelihood=self)


class Ridge:
    """A relic density through a resonance: a thin bent ridge of two branches in 5-d."""

    log_evidence = -12.78474
    branch = 0.4952

    def __call__(self, x):
        x0, x1, x2, x3, x4 = x.T
        s = x0 + x1
        r = 4 * 10 ** (2 * (x2 - x3))
        lo = -2 * s + np.log10((r - 1) ** 2 + 1e-4) - np.log10(r) + 2 * (x3 - 3) - 5.62
        return -0.5 * (
            ((lo - np.log10(0.12)) / (0.01 / np.log(10))) ** 2
            + ((s + 3) / 0.3) ** 2
            + ((x4 - 0.8 * np.sin(2 * x0)) / 0.02) ** 2
        )

    def posterior(self):
        limits = zip((-3, -3, 1, 2, -2), (3, 3, 3, 1.6, 4), strict=True)
        parameters = [Parameter(f"x{i}", Uniform(a, a + w)) for i, (a, w) in enumerate(limits)]
        return Posterior(parameters=parameters, log_likelihood=self)


class Linear:
    """30 linear-Gaussian data, 5 uniform parameters (±10) and 20 unit-normal nuisances."""

    def __init__(self, seed=3):
        rng = np.random.default_rng(seed)
        self.design = rng.standard_normal((30, 25))
        truth = np.r_[rng.uniform(-3, 3, 5), rng.standard_normal(20)]
        self.data = self.design @ truth + rng.standard_normal(30)
        # nuisances integrated: data ~ N(A p, 1 + B B^T); then p, whose box is wide
        a, b = self.design[:, :5], self.design[:, 5:]
        factor = linalg.cho_factor(np.eye(30) + b @ b.T)
        fisher = a.T @ linalg.cho_solve(factor, a)
        best = np.linalg.solve(fisher, a.T @ linalg.cho_solve(factor, self.data))
        rest = self.data - a @ best
        log_det = 2 * np.log(np.diag(factor[0])).sum()
        self.log_evidence = (
            -0.5 * (rest @ linalg.cho_solve(factor, rest) + log_det + 30 * np.log(2 * np.pi))
            + 0.5 * (5 * np.log(2 * np.pi) - np.linalg.slogdet(fisher)[1])
            - 5 * np.log(20)
        )

    def __call__(self, x):
        rest = self.data - x @ self.design.T
        return -0.5 * (rest * rest).sum(axis=1) - 15 * np.log(2 * np.pi)

    def posterior(self):
        parameters = [Parameter(f"x{i}", Uniform(-10, 10)) for i in range(5)]
        parameters += [Parameter(f"n{i}", Normal(0, 1)) for i in range(20)]
        return Posterior(parameters=parameters, log_likelihood=self)
