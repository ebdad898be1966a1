"""A user's own problem: what it may look like, and what is said of what it may not."""

from functools import partial

import numpy as np
import pytest

import fitter
from fitter import Parameter, Posterior
from fitter.prior import Uniform
from fitter.provenance import fingerprint

PRIORS = {"a": "uniform -1 1", "b": "log 1e-3 1"}


def batched(x):
    return -0.5 * ((x[:, 0] - x[:, 1] ** 2) / 0.1) ** 2


def single(x):
    return -0.5 * ((x[0] - x[1] ** 2) / 0.1) ** 2


def test_one_by_one_is_the_same_as_batched():
    settings = {"sampler": "smc", "particles": 256, "wanted": 100}
    one = fitter.run(Posterior(parameters=PRIORS, log_likelihood=single, batched=False), **settings)
    all_at_once = fitter.run(Posterior(parameters=PRIORS, log_likelihood=batched), **settings)
    assert np.array_equal(one.samples, all_at_once.samples)
    assert one.log_evidence == all_at_once.log_evidence


def test_parameters_by_name_or_as_objects():
    named = Posterior(parameters=PRIORS, log_likelihood=batched)
    objects = [Parameter("a", Uniform(-1, 1)), Parameter("b", "log 1e-3 1")]
    assert Posterior(parameters=objects, log_likelihood=batched).parameters == named.parameters


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (single, r"gave float64 of shape \(2,\) for points \(7, 2\): it must return one real number for each, \(7,\)"),
        (lambda x: (x**2).sum(), r"shape \(\)"),
        (lambda x: x, r"shape \(7, 2\)"),
        (lambda x: None, "object"),
        (lambda x: 1j * x[:, 0], "complex"),
    ],
)
def test_wrong_shapes(function, message):
    with pytest.raises(ValueError, match=message):
        Posterior(parameters=PRIORS, log_likelihood=function).log_likelihood(np.full((7, 2), 0.5))


def test_column_of_values_and_points_that_may_not_be_changed():
    def column(x):
        return x[:, :1]

    points = np.full((7, 2), 0.5)
    assert Posterior(parameters=PRIORS, log_likelihood=column).log_likelihood(points) == pytest.approx(np.full(7, 0.5))

    def careless(x):
        x *= 0
        return x[:, 0]

    with pytest.raises(ValueError, match="read-only"):
        Posterior(parameters=PRIORS, log_likelihood=careless).log_likelihood(points)


def test_what_fails_in_the_function_tells_how_it_was_called():
    with pytest.raises(TypeError) as caught:
        Posterior(parameters=PRIORS, log_likelihood=lambda a, b: a + b).log_likelihood(np.full((7, 2), 0.5))
    assert "batched=False" in caught.value.__notes__[0]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"a": "uniforn 0 1"}, "a: unknown prior 'uniforn'"),
        ({"a": 3.0}, "a: 3.0 is no prior"),
        ([Parameter("a", Uniform(0, 1))] * 2, "'a' twice"),
    ],
)
def test_wrong_parameters(parameters, message):
    with pytest.raises(ValueError, match=message):
        Posterior(parameters=parameters, log_likelihood=batched)
    with pytest.raises(ValueError, match="parameters and log_likelihood"):
        Posterior(log_likelihood=batched)


class Line:
    def __init__(self, data):
        self.data = data

    def __call__(self, x):
        return -0.5 * ((x[:, :1] - self.data) ** 2).sum(axis=1)


def _closure(data):
    return lambda x: -0.5 * ((x[:, :1] - data) ** 2).sum(axis=1)


def _keyword(x, data):
    return -0.5 * ((x[:, :1] - data) ** 2).sum(axis=1)


@pytest.mark.parametrize("kind", [Line, _closure, lambda data: partial(_keyword, data=data)])
def test_fingerprint_sees_the_data_that_a_function_holds(kind):
    data = np.arange(5000.0)
    other = data.copy()
    other[2500] += 1e-9
    one, same, moved = (
        fingerprint(Posterior(parameters=PRIORS, log_likelihood=kind(d)), "smc", 1, {})["function"]
        for d in (data, data.copy(), other)
    )
    assert one == same != moved
