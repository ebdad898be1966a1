"""What the tests of b → s ℓ ℓ share: flavio's predictions, the plan of their observables, random coefficients."""

from functools import cache
from pathlib import Path

import numpy as np
import yaml

from likelihoods import default_inputs, request
from likelihoods.couplings import empty
from likelihoods.observables.bsll import Semileptonic

REFERENCE = yaml.safe_load((Path(__file__).parent / "flavio_bsll.yaml").read_text())
REQUESTS = [request(name, tuple(q2)) for name, q2, _ in REFERENCE["predictions"]]


@cache
def reference_plan():
    """The plan of ``REQUESTS`` at default inputs."""
    return Semileptonic(REQUESTS, default_inputs())


def fill(plan, c, sm):
    out = np.empty((c.size, len(plan.readings)))
    plan.fill(c, sm, out)
    return out


def random_couplings(n, seed=0):
    rng = np.random.default_rng(seed)
    c = empty(n)
    for name, size in (("C7", 0.1), ("C7p", 0.1), ("C9", 1), ("C9p", 1), ("C10", 1), ("C10p", 1), ("CS", 0.05)):
        c[name] = size * (rng.normal(size=c[name].shape) + 1j * rng.normal(size=c[name].shape))
    for name in ("CSp", "CP", "CPp", "C8", "C8p"):
        c[name] = 0.05 * (rng.normal(size=c[name].shape) + 1j * rng.normal(size=c[name].shape))
    return c
