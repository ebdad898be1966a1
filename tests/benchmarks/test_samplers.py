"""Seconds, and overhead per likelihood call, of the samplers on the relic ridge."""

import time

import pytest
from problems import Ridge

from fitter.checkpoint import Checkpoint
from fitter.progress import Reporter
from fitter.samplers import sampler
from fitter.target import Target

SETTINGS = {
    "smc": {},
    "dynesty": {},
    "dynesty-dynamic": {},
    "emcee": {"walkers": 128, "steps": 1000, "most": 1000},
}


class Timed(Ridge):
    """The ridge, with the time spent in it."""

    seconds = 0.0

    def __call__(self, x):
        start = time.perf_counter()
        value = super().__call__(x)
        self.seconds += time.perf_counter() - start
        return value


@pytest.mark.parametrize("name", SETTINGS)
def test_sampler(benchmark, name):
    problem = Timed()

    def run():
        with Target(problem.posterior()) as target:
            problem.seconds, start = 0.0, time.perf_counter()
            sampler(name, SETTINGS[name])(target, 1, Reporter(), Checkpoint())
            overhead = time.perf_counter() - start - problem.seconds
            benchmark.extra_info["overhead_us_per_call"] = 1e6 * overhead / target.evaluations

    benchmark.pedantic(run, rounds=2)
