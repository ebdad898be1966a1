"""Time of the b → s ℓ ℓ observables of a global fit, 1000 random points in one thread (``--benchmark-enable``).

With flavio installed beside (``FLAVIO_PYTHON`` = its interpreter) its time for the same observables at one point is
printed in the same run.
"""

import os
import subprocess

import numpy as np
import pytest

from likelihoods import default_inputs, request
from likelihoods.couplings import empty
from likelihoods.observables.bsll import Semileptonic

N = 1000
LOW, HIGH = ((0.1, 0.98), (1.1, 2.5), (2.5, 4), (4, 6), (1.1, 6)), (15, 19)
ANGULAR = ("FL", "AFB", "S3", "S4", "S5", "S7", "S8", "S9", "P1", "P2", "P4p", "P5p")
WANTED = [
    ("Rmue(B+->Kll)", (1.0, 6)),
    ("Rmue(B+->Kll)", (1.1, 6)),
    ("Rmue(B0->K*ll)", (0.045, 1.1)),
    ("Rmue(B0->K*ll)", (0.1, 1.1)),
    ("Rmue(B0->K*ll)", (1.1, 6)),
    *((f"{name}(B0->K*mumu)", q2) for q2 in (*LOW, HIGH) for name in ANGULAR),
    *(("P5p(B0->K*ee)", q2) for q2 in (*LOW, HIGH)),
    *(("dBR/dq2(B+->Kmumu)", q2) for q2 in ((0.1, 0.98), (1.1, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7), (7, 8))),
    *(("dBR/dq2(B+->Kmumu)", q2) for q2 in ((1.1, 6), (15, 22))),
    *(("dBR/dq2(B0->K*mumu)", q2) for q2 in (*LOW, (6, 8), (15, 17), (17, 19), HIGH)),
    *(("dBR/dq2(Bs->phimumu)", q2) for q2 in (*LOW, (6, 8), (15, 17), (17, 18.9), (15, 18.9))),
    *((f"{name}(Bs->phimumu)", q2) for name in ("FL", "S3") for q2 in ((1.1, 6), (15, 18.9), (1.1, 2.5))),
]


@pytest.fixture(scope="module")
def plan():
    assert len(WANTED) == 117
    return Semileptonic([request(name, q2) for name, q2 in WANTED], default_inputs())


@pytest.fixture
def points():
    rng = np.random.default_rng(0)
    c = empty(N)
    for name in ("C7", "C7p", "C9", "C9p", "C10", "C10p", "CS", "CP"):
        c[name] = 0.3 * (rng.normal(size=c[name].shape) + 1j * rng.normal(size=c[name].shape))
    return c


def run(benchmark, plan, c, sm):
    out = np.empty((N, len(WANTED)))
    benchmark(plan.fill, c, sm, out)
    assert np.isfinite(out).all()


def flavio_seconds(interpreter):
    """flavio's time for the same observables at one Standard Model point."""
    code = f"""
import time, warnings
warnings.simplefilter("ignore")
import flavio
wanted = {WANTED!r}
def run():
    for name, q2 in wanted:
        quantity, _, process = name.partition("(")
        flavio.sm_prediction(f"<{{quantity}}>({{process}}", *q2)
run()
start = time.perf_counter()
run()
print(time.perf_counter() - start)
"""
    return float(subprocess.run([interpreter, "-c", code], capture_output=True, text=True, check=True).stdout)


def test_contact(benchmark, plan, points):
    """At most 50 µs a point."""
    run(benchmark, plan, points, default_inputs().central)
    interpreter = os.environ.get("FLAVIO_PYTHON")
    if interpreter and benchmark.enabled:
        print(f"flavio: {flavio_seconds(interpreter):.2f} s a point")


def test_poles(benchmark, plan, points):
    """At most 300 µs a point."""
    rng = np.random.default_rng(1)
    for k in (0, 2):
        points["pole_b"][:, k, 1] = rng.normal(size=N)
        points["pole_mass"][:, k, 1] = np.linspace(0.5, 6, N)
        points["pole_width"][:, k, 1] = 0.05 * points["pole_mass"][:, k, 1]
    run(benchmark, plan, points, default_inputs().central)


def test_sampled_inputs(benchmark, plan, points):
    """At most 700 µs a point."""
    rng = np.random.default_rng(2)
    inputs = default_inputs()
    names = [name for name in inputs.names if name.startswith(("ff_BK", "ff_Bs", "power_B0Kstar"))]
    values = {name: inputs.value(name) + 0.1 * inputs.sigma[name] * rng.normal(size=N) for name in names}
    run(benchmark, plan, points, inputs.records(values, N))
