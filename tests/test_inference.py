import signal

import arviz
import numpy as np
import pytest
from problems import Cut, Linear, Ridge

import fitter
from fitter import Parameter, Posterior
from fitter.prior import LogUniform, Normal, Uniform

FAST = {
    "smc": {"particles": 1024},
    "dynesty": {"live": 100, "steps": 50},
    "dynesty-dynamic": {"live": 100, "steps": 50},
    "emcee": {"walkers": 32, "steps": 500},
}


def gaussian(x):
    return -0.5 * ((x[:, 0] - 1) / 0.2) ** 2 - 0.5 * ((np.log(x[:, 1]) + 2) / 0.3) ** 2


def posterior():
    parameters = [Parameter("a", Uniform(-5, 5), "GeV", "a"), Parameter("b", LogUniform(1e-3, 1.0), "", "b")]
    return Posterior(parameters=parameters, log_likelihood=gaussian, name="gaussian")


LOG_EVIDENCE = np.log(2 * np.pi * 0.2 * 0.3 / 10 / np.log(1e3))


@pytest.mark.parametrize("sampler", FAST)
def test_gaussian(sampler):
    result = fitter.run(posterior(), sampler, seed=3, **FAST[sampler])
    mean = result.weights @ np.c_[result.column("a"), np.log(result.column("b"))]
    assert mean == pytest.approx([1, -2], abs=0.05)
    if sampler != "emcee":
        assert abs(result.log_evidence - LOG_EVIDENCE) < 4 * result.log_evidence_error < 2
    assert result.best_fit["values"]["a"] == pytest.approx(1, abs=1e-4)
    assert result.best_fit["log_likelihood"] == pytest.approx(0, abs=1e-6)
    (low, high), *rest = result.intervals("b")
    assert not rest
    assert np.log([low, high]) == pytest.approx([-2.3, -1.7], abs=0.1)


@pytest.mark.parametrize("sampler", ["dynesty", "dynesty-dynamic"])
def test_too_little_prior_above_the_threshold_ends_a_nested_run(sampler, monkeypatch):
    """One prior draw in a hundred lies above a plateau, one in twenty is asked for: the run stops and says why."""
    monkeypatch.setattr("fitter.samplers.walk.DRAWS", 20)

    def corner(x):
        return np.where(x[:, 0] > 4.9, -x[:, 1], np.where(x[:, 0] > 1, -1000.0, x[:, 0] - 2000))

    problem = Posterior(parameters=posterior().parameters, log_likelihood=corner)
    result = fitter.run(problem, sampler, seed=1, **FAST[sampler])
    assert not result.converged
    assert not result.interrupted
    assert "of 1000 prior draws lie above the worst live point" in result.reasons[0]
    assert len(result.samples) > 0


def test_constant_likelihood_leaves_the_prior():
    problem = Posterior(parameters=posterior().parameters, log_likelihood=lambda x: np.full(len(x), -3.0))
    result = fitter.run(problem, "dynesty", seed=1, **FAST["dynesty"])
    assert result.log_evidence == pytest.approx(-3, abs=0.02)
    assert result.log_evidence_error < 0.1


@pytest.mark.parametrize("sampler", FAST)
def test_same_seed_same_result(sampler):
    one = fitter.run(posterior(), sampler, seed=5, **FAST[sampler])
    two = fitter.run(posterior(), sampler, seed=5, **FAST[sampler])
    assert np.array_equal(one.samples, two.samples)
    assert np.array_equal(one.weights, two.weights)
    assert one.best_fit == two.best_fit


@pytest.mark.parametrize("sampler", ["dynesty", "dynesty-dynamic"])
def test_cut_of_a_weak_likelihood(sampler):
    """0.3 of the prior allowed and little told by the data: the forbidden volume has no weight."""
    result = fitter.run(
        Posterior(
            parameters=[Parameter("x", Uniform(0, 1)), Parameter("y", Uniform(0, 1))],
            log_likelihood=lambda x: np.where(x[:, 0] < 0.3, 0.1 * x[:, 1], -np.inf),
        ),
        sampler,
        seed=1,
        live=150,
        steps=30,
    )
    truth = np.log(0.3 * np.expm1(0.1) / 0.1)
    assert abs(result.log_evidence - truth) < 3 * result.log_evidence_error < 0.6
    assert result.weights @ result.column("x") == pytest.approx(0.15, abs=0.02)


@pytest.mark.parametrize("problem", [Cut(), Ridge(), Linear()], ids=lambda p: type(p).__name__)
def test_known_evidence(problem):
    result = fitter.run(problem.posterior(), "smc", seed=2, populations=1)
    assert abs(result.log_evidence - problem.log_evidence) < 3 * result.log_evidence_error < 1


def test_save_and_load(tmp_path):
    result = fitter.run(posterior(), "smc", seed=1, out=tmp_path / "run", **FAST["smc"])
    again = fitter.Result.load(tmp_path / "run")
    assert np.array_equal(again.samples, result.samples)
    assert again.parameters == result.parameters
    assert again.summary() == result.summary()

    data = arviz.from_netcdf(tmp_path / "run" / "posterior.nc")
    assert set(data.posterior.data_vars) == {"a", "b"}
    assert set(result.to_arviz().log_likelihood.data_vars) == {"log_likelihood", "pointwise"}


def test_truncated_result(tmp_path):
    result = fitter.run(posterior(), "smc", **FAST["smc"])
    path = result.save(tmp_path) / "posterior.nc"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ValueError, match="truncated"):
        fitter.Result.load(tmp_path)
    with pytest.raises(FileNotFoundError, match="holds no result"):
        fitter.Result.load(tmp_path / "nowhere")


@pytest.mark.parametrize("sampler", FAST)
def test_interrupt(sampler):
    settings = {"smc": {"particles": 2048}, "emcee": {"walkers": 16, "steps": 100000, "most": 100000}}
    chosen = settings.get(sampler, {"live": 400, "steps": 40})
    result = fitter.run(posterior(), sampler, progress=lambda _: signal.raise_signal(signal.SIGINT), **chosen)
    assert result.interrupted
    assert not result.converged
    assert "interrupted" in result.reasons[0]
    assert np.isfinite(result.summary()["parameters"]["a"]["mean"])


@pytest.mark.parametrize("sampler", ["smc", "emcee", "dynesty", "dynesty-dynamic"])
@pytest.mark.parametrize("number", [150, 700])
def test_interrupt_within_an_iteration(sampler, number):
    """A run stops at its next batch of the likelihood, in the middle of a walk, and keeps what was there before it."""
    calls = []

    def pressed(x):
        calls.append(len(x))
        if len(calls) == number:
            signal.raise_signal(signal.SIGINT)
        return gaussian(x)

    settings = {
        "smc": {"particles": 256, "wanted": 10**6, "populations": 100},
        "emcee": {"walkers": 16, "most": 100000},
    }
    own = Posterior(parameters=posterior().parameters, log_likelihood=pressed)
    chosen = settings.get(sampler, {"live": 50, "steps": 60})
    result = fitter.run(own, sampler, **chosen)
    assert result.interrupted
    assert "interrupted" in result.reasons[0]
    assert result.diagnostics["evaluations"] == sum(calls[:number])
    assert np.isfinite(result.summary()["parameters"]["a"]["mean"])


def test_interrupt_before_the_first_iteration():
    """While kernels compile or nothing has been drawn, there is nothing to keep and nothing to wait for."""

    def pressed(x):
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("went on")

    with pytest.raises(KeyboardInterrupt):
        fitter.run(Posterior(parameters=posterior().parameters, log_likelihood=pressed), "smc")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_interrupt_that_python_swallows():
    """Ctrl-C may meet a callback of the garbage collector, out of which nothing can be raised: it is not lost."""
    calls = []

    class Collected:
        def __del__(self):
            signal.raise_signal(signal.SIGINT)

    def pressed(x):
        calls.append(len(x))
        if len(calls) == 1:
            Collected()
        return gaussian(x)

    result = fitter.run(Posterior(parameters=posterior().parameters, log_likelihood=pressed), "smc", particles=256)
    assert result.interrupted


def test_interrupt_twice_stops_at_once():
    """The second one may come in the middle of a step: no partial result is made of a broken state."""
    calls = []

    def pressed(x):
        calls.append(len(x))
        if len(calls) == 100:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
        return gaussian(x)

    own = Posterior(parameters=posterior().parameters, log_likelihood=pressed)
    with pytest.raises(KeyboardInterrupt) as told:
        fitter.run(own, "smc", particles=256)
    assert type(told.value) is KeyboardInterrupt


def test_bad_input():
    with pytest.raises(KeyError, match="dynesty"):
        fitter.run(posterior(), "dynasty")
    with pytest.raises(KeyError, match="particles"):
        fitter.run(posterior(), "smc", particle=3)
    with pytest.raises(ValueError, match="seed=-1"):
        fitter.run(posterior(), seed=-1)
    with pytest.raises(ValueError, match="workers=0"):
        fitter.run(posterior(), workers=0)


def test_nowhere_finite():
    own = Posterior(parameters=posterior().parameters, log_likelihood=lambda x: np.full(len(x), np.nan))
    with pytest.raises(ValueError, match="not a number"):
        fitter.run(own)


def test_no_parameters():
    result = fitter.run(fitter.Posterior(parameters=[], log_likelihood=lambda x: np.full(len(x), -1.5)))
    assert result.log_evidence == -1.5
    assert result.log_evidence_error == 0


def test_progress():
    seen = []
    fitter.run(posterior(), "smc", progress=seen.append, particles=20000)
    assert all(0 <= p.fraction <= 1 for p in seen)
    assert seen[-1].evaluations > 0


def test_correlated_normal_prior_is_sampled():
    own = Posterior(parameters=[Parameter("x", Normal(2, 0.5))], log_likelihood=lambda x: np.zeros(len(x)))
    result = fitter.run(own, "smc", **FAST["smc"])
    assert result.log_evidence == pytest.approx(0, abs=1e-12)
    assert result.weights @ result.samples[:, 0] == pytest.approx(2, abs=0.06)
