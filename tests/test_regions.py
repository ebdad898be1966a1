"""Evidence from the shares of regions, where draws are exact and a sampler's ln Z may be anything."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import special

from fitter import Posterior
from fitter.draws import Draws
from fitter.regions import hold, shares
from fitter.target import Target

#: Weight, centre and width of two peaks in 4-d.
PEAKS = ((0.3, -0.5, 0.02), (0.7, 0.4, 0.05))


def log_likelihood(x):
    rows = [
        np.log(w) - 0.5 * (((x - c) / s) ** 2).sum(axis=1) - 4 * np.log(s * np.sqrt(2 * np.pi)) for w, c, s in PEAKS
    ]
    return special.logsumexp(rows, axis=0)


TRUTH = -4 * np.log(2)


@pytest.fixture
def target():
    return Target(Posterior(parameters=dict.fromkeys("abcd", "uniform -1 1"), log_likelihood=log_likelihood))


def draws(rng, share=0.3, n=4000, log_evidence=TRUTH):
    pick = np.where(rng.random(n) < share, 0, 1)
    _, centre, width = np.array(PEAKS)[pick].T
    x = centre[:, None] + width[:, None] * rng.standard_normal((n, 4))
    return Draws(
        u=0.5 * (x + 1),
        log_weight=np.zeros(n),
        log_likelihood=log_likelihood(x),
        log_evidence=log_evidence,
        log_evidence_error=0.03,
        chain=np.zeros(n, np.int64),
        effective=float(n),
        evaluations=0,
    )


def test_error_holds_for_exact_draws(target, rng):
    pulls = []
    for seed in range(40):
        made = draws(rng)
        found = shares(target, made.u, made.weights, made.effective, seed)
        assert found.error < 0.08
        pulls.append((found.log_evidence - TRUTH) / found.error)
    assert np.mean(np.abs(pulls) < 1) > 0.5
    assert np.abs(pulls).max() < 4


def test_weighted_draws(target, rng):
    """Half of the first peak's draws, with twice the weight."""
    made = draws(rng)
    first = made.u[:, 0] < 0.5
    kept = ~first | (np.arange(len(first)) % 2 == 0)
    weights = np.where(first, 2.0, 1.0)[kept]
    found = shares(target, made.u[kept], weights / weights.sum(), 0.8 * made.effective, 1)
    assert abs(found.log_evidence - TRUTH) < 4 * found.error


def test_right_evidence_passes(target, rng):
    held = hold(draws(rng), target, seed=1)
    assert not held.reasons
    assert held.log_evidence == TRUTH
    assert held.log_evidence_error < 0.12


def test_wrong_evidence_shows(target, rng):
    held = hold(draws(rng, log_evidence=TRUTH - 0.5), target, seed=1)
    assert "small regions hold, ln Z is +0.5" in held.reasons[0]
    assert held.log_evidence_error == pytest.approx(0.5, abs=0.1)


def test_wrong_shares_of_modes_show(target, rng):
    held = hold(draws(rng, share=0.7), target, seed=1)
    assert any(reason.startswith("regions hold other shares") for reason in held.reasons)


def test_copies_of_few_draws_say_nothing(target, rng):
    made = draws(rng, n=40)
    many = replace(made, u=np.repeat(made.u, 100, axis=0), log_weight=np.zeros(4000), chain=np.zeros(4000, np.int64))
    assert shares(target, many.u, many.weights, made.effective, 1) is None


def test_too_few_draws_say_nothing(target, rng):
    made = draws(rng, n=60)
    assert shares(target, made.u, made.weights, made.effective, 1) is None
    assert hold(made, target, 1) == made
    partial = replace(draws(rng, log_evidence=None), log_evidence_error=None, interrupted=True)
    assert hold(partial, target, 1) is partial
