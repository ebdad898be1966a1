import numpy as np
import pytest
from problems import Cut, Linear, Ridge

import fitter
from fitter import Parameter, Posterior, tasks
from fitter.draws import Draws
from fitter.evidence import combine
from fitter.prior import Uniform
from fitter.target import Target
from likelihoods import Likelihood

FAST = {"smc": {"particles": 512}, "dynesty": {"live": 60, "steps": 40}, "emcee": {"walkers": 16, "steps": 400}}


def gaussian(x):
    return -0.5 * (((x - 0.2) / 0.1) ** 2).sum(axis=1)


def posterior(function=gaussian):
    return Posterior(
        parameters=[Parameter("a", Uniform(-1, 1)), Parameter("b", Uniform(-1, 1))], log_likelihood=function
    )


TRUTH = np.log(2 * np.pi * 0.01 / 4)


@pytest.mark.parametrize("sampler", FAST)
def test_checked(sampler):
    result = fitter.run(posterior(), sampler, evidence="checked", **FAST[sampler])
    assert abs(result.log_evidence - TRUTH) < 2 * result.log_evidence_error < 1
    found = result.diagnostics
    assert result.log_evidence_error >= max(found["replicate scatter"], found["quoted error"])
    assert result.log_evidence_error >= abs(found["shift under doubling"])
    assert result.weights @ result.samples == pytest.approx([0.2, 0.2], abs=0.02)


@pytest.mark.parametrize(("shift", "told"), [(0.15, False), (0.6, True)])
def test_doubling_is_told_where_the_replicates_do_not_explain_it(shift, told):
    """The runs before doubling scatter twice as much: their mean may lie off by more than the error of the others."""
    rng = np.random.default_rng(0)

    def runs(around, scatter):
        zeros = np.zeros(100)
        return [
            Draws(rng.random((100, 1)), zeros, zeros, around + scatter * k, scatter, zeros.astype(int), 100.0, 100)
            for k in (-1, 0, 1)
        ]

    found = combine(runs(-shift, 0.1), runs(0.0, 0.05), [], "smc")
    assert found.log_evidence_error == pytest.approx(shift)
    assert any("doubling the effort" in reason for reason in found.reasons) == told


def test_hard_cut_counts():
    """Half the prior is forbidden: ln Z includes it, and the result tells the cost."""
    result = fitter.run(posterior(lambda x: np.where(x[:, 0] > 0, 0.0, np.nan)), "smc", particles=4096)
    assert result.log_evidence == pytest.approx(np.log(0.5), abs=0.05)
    assert result.diagnostics["allowed prior fraction"] == pytest.approx(0.5, abs=0.03)
    (cut,) = result.diagnostics["hard cuts"]
    assert cut["reason"] == "not a number"
    assert cut["cost"] == pytest.approx(np.log(0.5), abs=0.05)


@pytest.mark.parametrize("sampler", ["smc", "dynesty"])
def test_tiny_allowed_region(sampler):
    """One point in a thousand of the prior is allowed."""
    settings = {"particles": 2048} if sampler == "smc" else {"live": 100, "steps": 40}
    own = posterior(lambda x: np.where((np.abs(x) < 0.0316).all(axis=1), 0.0, -np.inf) + 1e-9 * x[:, 0])
    result = fitter.run(own, sampler, **settings)
    assert result.log_evidence == pytest.approx(2 * np.log(0.0316), abs=0.4)


@pytest.mark.parametrize("sampler", ["smc", "dynesty"])
def test_one_point_in_a_hundred_thousand_is_allowed(sampler):
    """The prior volume begins at the allowed fraction, whose counting error is part of that of ln Z."""
    settings = {"particles": 1024} if sampler == "smc" else {"live": 100, "steps": 60}
    own = posterior(lambda x: np.where(np.abs(x[:, 0]) < 1e-5, -50 * x[:, 1] ** 2, np.nan))
    result = fitter.run(own, sampler, **settings)
    truth = np.log(1e-5) + 0.5 * np.log(2 * np.pi * 0.01) - np.log(2)
    assert result.converged
    assert abs(result.log_evidence - truth) < 2 * result.log_evidence_error < 1


@pytest.mark.parametrize("sampler", ["smc", "dynesty", "dynesty-dynamic"])
def test_peak_on_a_flat_floor(sampler):
    """One point in ten thousand of the prior lies above a floor, which none of the first points tells."""
    settings = {"particles": 512} if sampler == "smc" else {"live": 100, "steps": 40}
    own = posterior(lambda x: np.where((np.abs(x) < 0.01).all(axis=1), -(x[:, 0] ** 2), -7.0))
    result = fitter.run(own, sampler, **settings)
    truth = np.log(1e-4 + np.exp(-7.0))
    assert result.converged
    assert abs(result.log_evidence - truth) < 2 * result.log_evidence_error < 0.4
    low, share = result.log_likelihood < -6, np.exp(-7.0 - truth)
    assert result.weights @ low == pytest.approx(share, abs=0.1)
    assert result.diagnostics["posterior share of the plateau"] == pytest.approx(share, abs=0.1)
    assert result.diagnostics["prior fraction above the plateau"] == pytest.approx(1e-4, rel=0.4)


@pytest.mark.parametrize("sampler", ["smc", "dynesty"])
def test_floor_behind_a_hard_cut(sampler):
    """A tenth of the prior is allowed; a small part of that, and all but a small part, lies on a floor."""
    settings = {"particles": 512} if sampler == "smc" else {"live": 100, "steps": 40}
    for part in (0.03, 0.98):

        def steps(x, part=part):
            return np.select([np.abs(x[:, 0]) > 0.1, x[:, 1] < 2 * part - 1], [np.nan, -1.0], x[:, 1])

        result = fitter.run(posterior(steps), sampler, **settings)
        above = np.exp(1) - np.exp(2 * part - 1)
        assert (
            abs(result.log_evidence - np.log(0.1 * (part * np.exp(-1) + 0.5 * above))) < 3 * result.log_evidence_error
        )
        assert 0.02 < result.log_evidence_error < 0.4


@pytest.mark.parametrize("sampler", ["smc", "dynesty"])
def test_nothing_above_a_floor(sampler):
    """A constant: what the search above it would have missed is told."""
    settings = {"particles": 256} if sampler == "smc" else {"live": 100, "steps": 40}
    result = fitter.run(posterior(lambda x: np.full(len(x), -3.0)), sampler, **settings)
    assert result.log_evidence == pytest.approx(-3, abs=0.02)
    assert 1e-7 < result.diagnostics["prior fraction above the plateau that may have been missed"] < 1e-5


def test_hardly_any_point_is_allowed(monkeypatch):
    """Four points span too little of a plane to begin from."""
    monkeypatch.setattr("fitter.target.PATIENCE", 1000)
    own = posterior(lambda x: np.where((x > 0.9).all(axis=1), x[:, 0], np.nan))
    with pytest.raises(ValueError, match="only 4 of 1600 prior draws are allowed, too few to begin"):
        Target(own).start(100, np.random.default_rng(1), most=10)


def test_flat_top_of_a_limit_converges():
    """A likelihood that is flat over most of the prior: its plateau is no sign of walks that are too short."""
    own = posterior(lambda x: -0.5 * (np.maximum(0, x[:, 0] - 0.2) / 0.1) ** 2)
    result = fitter.run(own, "dynesty", live=200, steps=40)
    assert result.converged
    assert result.log_evidence == pytest.approx(np.log(0.6 + 0.05 * np.sqrt(2 * np.pi) / 2), abs=0.15)


@pytest.mark.long
@pytest.mark.parametrize("sampler", ["smc", "dynesty"])
def test_heavy_tails(sampler):
    """Five Cauchy tails of width 1e-3 of the prior: tempered particles are off, and the error tells it."""
    own = Posterior(
        parameters=dict.fromkeys("abcde", "uniform -100 100"),
        log_likelihood=lambda x: -np.log1p((x / 0.1) ** 2).sum(axis=1),
    )
    result = fitter.run(own, sampler)
    truth = 5 * np.log(0.2 * np.arctan(1000) / 200)
    assert abs(result.log_evidence - truth) < 2 * result.log_evidence_error


def test_bad_input():
    with pytest.raises(ValueError, match="evidence='yes'"):
        fitter.run(posterior(), evidence="yes")


@pytest.mark.long
@pytest.mark.parametrize("problem", [Cut(), Ridge(), Linear()], ids=lambda p: type(p).__name__)
def test_coverage(problem):
    """20 seeds: the error holds, the bias is small, the branches have their weights."""
    results = [fitter.run(problem.posterior(), "smc", evidence="checked", seed=seed) for seed in range(20)]
    off = np.array([r.log_evidence - problem.log_evidence for r in results])
    pull = np.abs(off) / [r.log_evidence_error for r in results]
    assert np.mean(pull <= 1) >= 0.65
    assert np.mean(pull <= 2) >= 0.95
    assert abs(off.mean()) <= (0.15 if isinstance(problem, Linear) else 0.05)
    if isinstance(problem, Ridge):
        branch = [r.weights @ (r.column("x2") - r.column("x3") + np.log10(2) < 0) for r in results]
        assert np.mean(branch) == pytest.approx(problem.branch, abs=0.03)


@pytest.mark.long
def test_families_agree_on_the_ridge():
    result = fitter.run(Ridge().posterior(), "dynesty", evidence="checked")
    assert abs(result.log_evidence - Ridge.log_evidence) <= 2 * result.log_evidence_error


def test_replicates_of_other_processes_are_kept_as_they_come(tmp_path, monkeypatch):
    """A protocol interrupted after two of its runs goes on with the other four, and ends as if it had not been."""
    problem = fitter.Posterior(fitter.model("eft_c9"), Likelihood.of(["Bs_mumu"], data="2020-02"))
    settings = {"evidence": "checked", "particles": 256, "wanted": 200}
    want = fitter.run(problem, "smc", **settings)
    sent, told = [], []

    def stopped(function, arguments, *, keep, progress, **_):
        for k in range(2):
            keep(k, function(*arguments[k]))
            progress(k + 1, len(arguments))
        raise KeyboardInterrupt

    def counting(function, arguments, *, keep, progress, **_):
        sent.extend(arguments)
        return tasks.each(function, arguments, keep=keep, progress=progress)

    monkeypatch.setattr("fitter.evidence.each", stopped)
    part = fitter.run(problem, "smc", out=tmp_path / "run", workers=2, **settings)
    assert part.interrupted
    assert "interrupted after 2 of 6 runs" in part.reasons
    monkeypatch.setattr("fitter.evidence.each", counting)
    got = fitter.run(problem, "smc", out=tmp_path / "run", workers=2, progress=told.append, **settings)
    assert [settings["particles"] for *_, settings in sent] == [512, 256, 256, 256]  # the longest first
    assert told[0].stage == "3 of 6 runs"
    assert np.array_equal(got.samples, want.samples)
    assert np.array_equal(got.weights, want.weights)
    assert (got.log_evidence, got.log_evidence_error) == (want.log_evidence, want.log_evidence_error)
