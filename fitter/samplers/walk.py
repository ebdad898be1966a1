"""Walks of dynesty's whole queue in lock-step through the batched likelihood."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from dynesty.internal_samplers import InternalSampler, SamplerReturn, UnitCubeSampler

from fitter.progress import Interrupted
from fitter.samplers.proposals import Gaussian, differential
from fitter.target import Target

Array = npt.NDArray[np.float64]

#: Prior draws for each point of a queue after which too little of the prior is left to draw from.
DRAWS = 10_000


class Exhausted(Interrupted):
    """Too little prior lies above the threshold: ends a run as Ctrl-C does, what there is is kept."""


class Walk(InternalSampler):
    """Marks dynesty's queue members for ``LockStep`` and adapts the size of the steps."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.sizes = np.ones(2)

    def prepare_sampler(self, *, nested_sampler: Any = None, loglstar: float = -np.inf, **kwargs: Any) -> list[Any]:
        """Arguments of the queue's members, with the live points above the threshold."""
        above = nested_sampler.live_logl > loglstar
        self.sampler_kwargs = {"live": nested_sampler.live_u[above], "sizes": self.sizes}
        return super().prepare_sampler(nested_sampler=nested_sampler, loglstar=loglstar, **kwargs)

    @staticmethod
    def sample(args: Any) -> Any:
        """One member alone: never called, the whole queue goes to ``LockStep.map``."""
        raise TypeError(f"walks run in lock-step, through LockStep.map, not one by one: {type(args).__name__}")

    def tune(self, tuning_info: dict[str, Array], update: bool = True) -> None:
        """Steer the acceptance to a quarter."""
        if update:
            self.sizes = np.clip(self.sizes * np.exp(tuning_info["acceptance"] - 0.25), 1e-3, 2.0)


class LockStep:
    """In-process pool that walks all members of dynesty's queue together.

    Parameters
    ----------
    target : what is sampled
    size : members of the queue
    steps : length of every walk
    """

    def __init__(self, target: Target, size: int, steps: int):
        self.target, self.size, self.steps = target, size, steps
        self.stuck = 0
        self.exhausted = ""

    def map(self, function: Callable[..., Any], items: Sequence[Any]) -> list[Any]:
        """dynesty's ``pool.map``: a queue of new points at once."""
        if function is UnitCubeSampler.sample:
            return self._draw(items)
        if function is Walk.sample:
            return self._walk(items)
        return [function(item) for item in items]

    def _draw(self, items: Sequence[Any]) -> list[Any]:
        """Independent prior draws above the threshold, as long as the prior is not much larger than what is left.

        Raises
        ------
        Exhausted : fewer than one in ``DRAWS`` of the prior's points lies above the threshold
        """
        rng = np.random.default_rng(items[0].rseed)
        n, threshold = len(items), items[0].loglstar
        points, values, draws, found = [], [], 0, 0
        while found < n:
            if draws >= DRAWS * n:
                self.exhausted = (
                    f"only {found} of {draws} prior draws lie above the worst live point (ln L = {threshold:.4g}): "
                    "too little of the prior is left; narrow the priors or take sampler smc"
                )
                raise Exhausted
            u = rng.random((4 * n, self.target.dimension))
            value = self.target.log_likelihood(u)
            good = value > threshold
            points.append(u[good])
            values.append(value[good])
            draws, found = draws + len(u), found + int(good.sum())
        return self._returns(np.concatenate(points)[:n], np.concatenate(values)[:n], draws // n, None)

    def _walk(self, items: Sequence[Any]) -> list[Any]:
        """New points of dynesty's queue, by walks from its live points."""
        first = items[0]
        rng = np.random.default_rng(first.rseed)
        u = np.array([item.u for item in items])
        u, value, accepted = self.walk(u, first.kwargs["live"], first.loglstar, first.kwargs["sizes"], rng)
        self.stuck += int((accepted.sum(axis=0) == 0).sum())
        return self._returns(u, value, self.steps, {"acceptance": 2 * accepted.mean(axis=1) / self.steps})

    def walk(
        self, u: Array, live: Array, threshold: float, sizes: Array, rng: np.random.Generator
    ) -> tuple[Array, Array, npt.NDArray[np.int64]]:
        """Walks of ``steps`` steps from ``u`` (n, d), in turn with the covariance and along differences of ``live``.

        Coordinates are ``Target.straight``: ridges of power laws are straight there, and a prior of many Gaussian
        nuisances and the shells of their likelihood are round, which they are not in the unit cube.

        Returns
        -------
        u, log_likelihood, accepted : (n, d), (n,) above the threshold unless a walk never moved, and steps taken of
            both kinds (2, n)
        """
        target, live, x = self.target, self.target.straight(live), self.target.straight(u)
        n, d = x.shape
        factor = Gaussian.fit(live).factor.T * (2.38 / np.sqrt(d))
        value, prior = np.full(n, -np.inf), target.log_prior_straight(x)
        accepted = np.zeros((2, n), np.int64)
        for step in range(self.steps):
            kind = step % 2
            if kind:
                y = differential(x, live, sizes[1], rng, decades=2.0)
            else:
                y = x + sizes[0] * (rng.standard_normal((n, d)) @ factor)
            density = target.log_prior_straight(y)
            tried = np.flatnonzero(rng.standard_exponential(n) > prior - density)
            new = target.log_likelihood(target.cube(y[tried]))
            taken = tried[new > threshold]
            x[taken], value[taken], prior[taken] = y[taken], new[new > threshold], density[taken]
            accepted[kind, taken] += 1
        still = accepted.sum(axis=0) == 0
        u = np.where(still[:, None], u, target.cube(x))
        if still.any():
            value[still] = target.log_likelihood(u[still])
        return u, value, accepted

    def _returns(self, u: Array, value: Array, calls: int, info: dict[str, Array] | None) -> list[Any]:
        theta = self.target.transform(u)
        return [SamplerReturn(u[k], theta[k], value[k], calls, [], info, None) for k in range(len(u))]
