"""Tempered particles: what they are worth, by genealogy and by the scatter of their groups."""

import numpy as np
import pytest
from problems import Ridge

import fitter
from fitter import Parameter, Posterior
from fitter.prior import Uniform
from fitter.samplers.genealogy import Families


def test_families_without_memory_are_independent():
    families = Families()
    families.add(np.array([0, 0, 0, 0]), 0.0)
    assert families.effective(4) == 4


def test_copies_that_never_moved_are_one_draw():
    families = Families()
    families.add(np.array([2, 2, 2, 2]), 1.0)
    assert families.effective(4) == 1


def test_correlations_multiply_along_the_genealogy():
    """All descend from one (all but 0.5 forgotten, then 0.4 of that), two by two from the second resampling."""
    families = Families()
    families.add(np.array([0, 0, 0, 0]), 0.5)
    families.add(np.array([0, 0, 3, 3]), 0.4)
    pair, distant = 0.4, 0.5 * 0.4
    assert families.effective(4) == pytest.approx(16 / (4 + 4 * pair + 8 * distant))


def test_effective_draws_of_a_gaussian_are_those_of_its_means():
    """The scatter of the mean over seeds is that of the effective number."""
    own = Posterior(parameters=[Parameter("x", Uniform(-20, 20))], log_likelihood=lambda x: -0.5 * (x[:, 0] - 0.3) ** 2)
    runs = [fitter.run(own, "smc", seed=seed, particles=256) for seed in range(60)]
    scatter = np.std([r.weights @ r.samples[:, 0] for r in runs], ddof=1)
    expected = np.mean([r.effective**-0.5 for r in runs])
    assert 0.75 < scatter / expected < 1.35
    assert runs[0].effective > 256


def test_converges_on_the_ridge_and_few_draws_are_told():
    ridge = Ridge()
    few = fitter.run(ridge.posterior(), "smc", seed=2, particles=512, most=20, populations=1)
    assert not few.converged
    assert "independent draws" in few.reasons[0]
    full = fitter.run(ridge.posterior(), "smc", seed=2, particles=4096, populations=1)
    assert full.converged
    assert full.effective > 5 * few.effective
    assert abs(full.log_evidence - ridge.log_evidence) < 4 * full.log_evidence_error
    assert all(len(full.intervals(name)) <= 3 for name in full.names)


@pytest.mark.parametrize("evidence", [None, "checked"])
def test_a_ladder_too_long_is_given_up(monkeypatch, evidence):
    """What is too steep for so few particles ends without an evidence, and says so."""
    monkeypatch.setattr("fitter.samplers.tempered.LEVELS", 2)
    result = fitter.run(Ridge().posterior(), "smc", particles=128, most=20, evidence=evidence)
    assert "after 2 temperatures" in result.reasons[0]
    assert result.log_evidence is None
    assert not result.converged


def test_separate_modes_that_groups_share_unequally_count():
    """Two narrow peaks far apart: each group's share of them scatters, and the effective number says so."""
    peaks = lambda x: np.logaddexp(*(-0.5 * ((x[:, 0] - m) / 1e-3) ** 2 for m in (-10.0, 10.0)))  # noqa: E731
    own = Posterior(parameters=[Parameter("x", Uniform(-20, 20))], log_likelihood=peaks)
    result = fitter.run(own, "smc", seed=1, particles=1024, populations=1)
    share = [np.mean(result.samples[result.chain == g, 0] > 0) for g in range(16)]
    measured = 0.25 / (np.var(share, ddof=1) / 16)
    assert result.effective < 5 * measured


def test_particles_that_still_drift_are_told():
    """Neal's funnel: its neck holds half of the posterior and hardly any of the prior, and fills slowly from above."""

    def funnel(x):
        v = x[:, 0]
        return -0.5 * (v / 3) ** 2 - 0.5 * (x[:, 1:] ** 2).sum(axis=1) * np.exp(-v) - 4.5 * v

    priors = {"v": "uniform -9 9"} | {f"x{k}": "uniform -30 30" for k in range(9)}
    result = fitter.run(Posterior(parameters=priors, log_likelihood=funnel), "smc", seed=1, particles=2048)
    assert any("still drift" in reason for reason in result.reasons)
