"""Overhead of the samplers per call of a likelihood that costs next to nothing, in the batches of a real run."""

import time

import numpy as np
import pytest

from fitter import Parameter, Posterior
from fitter.checkpoint import Checkpoint
from fitter.prior import Uniform
from fitter.progress import Reporter
from fitter.samplers import sampler
from fitter.target import Target

SETTINGS = {
    "smc": {},
    "emcee": {"walkers": 256, "steps": 1000, "most": 1000},
    "emcee, 512 walkers": {"walkers": 512, "steps": 1000, "most": 1000},
    "dynesty": {},
    "dynesty, queue 500": {"live": 1000},
}


class Trivial:
    """Gaussian in the first of four parameters, with calls, points and its own time counted."""

    def __init__(self):
        self.calls, self.seconds, self.batches = 0, 0.0, []

    def __call__(self, x):
        start = time.perf_counter()
        value = -50.0 * x[:, 0] ** 2
        self.calls += len(x)
        self.batches.append(len(x))
        self.seconds += time.perf_counter() - start
        return value


@pytest.mark.parametrize("name", SETTINGS)
def test_overhead(benchmark, name):
    found = []

    def run():
        trivial = Trivial()
        parameters = [Parameter(f"x{i}", Uniform(-1, 1)) for i in range(4)]
        with Target(Posterior(parameters=parameters, log_likelihood=trivial)) as target:
            start = time.perf_counter()
            sampler(name.split(",")[0], SETTINGS[name])(target, 1, Reporter(), Checkpoint())
            found.append(1e6 * (time.perf_counter() - start - trivial.seconds) / trivial.calls)
        benchmark.extra_info |= {"calls": trivial.calls, "median batch": float(np.median(trivial.batches))}

    benchmark.pedantic(run, rounds=3)
    benchmark.extra_info["overhead_us_per_call"] = min(found)
