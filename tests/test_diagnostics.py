"""Convergence diagnostics on chains whose behaviour is known."""

import numpy as np
import pytest
from scipy import stats

from fitter.diagnostics import autocorrelation_time, drift, insertion_ranks, largest_gap, mode_fractions, split_r_hat


def test_autocorrelation_time_of_an_autoregressive_chain(rng):
    """x' = ρ x + noise has τ = (1 + ρ) / (1 - ρ)."""
    x = np.empty((4000, 4, 8, 1))
    x[0] = rng.standard_normal(x.shape[1:])
    for k in range(1, len(x)):
        x[k] = 0.8 * x[k - 1] + 0.6 * rng.standard_normal(x.shape[1:])
    assert autocorrelation_time(x) == pytest.approx(9, rel=0.1)
    assert split_r_hat(x.mean(axis=2)) < 1.01


def test_one_mode_has_no_gap(rng):
    for x in (rng.standard_normal(3000), rng.random(3000), rng.standard_exponential(3000)):
        assert largest_gap(x) is None


def test_share_of_a_mode(rng):
    """Two peaks; in one of four ensembles the upper holds a tenth, in the others half."""
    share = np.array([0.5, 0.5, 0.1, 0.5])
    x = rng.standard_normal((400, 4, 50, 2))
    x[..., 1] += 20.0 * (rng.random((400, 4, 50)) < share[:, None])
    assert largest_gap(x[..., 1].ravel()) == pytest.approx(10, abs=3)
    found, spread = mode_fractions(x)
    assert found == pytest.approx(share, abs=0.02)
    assert spread == pytest.approx(0.4, abs=0.03)
    assert mode_fractions(x[..., :1])[1] == 0


@pytest.mark.parametrize("plateau", [0.0, 0.6])
def test_insertion_ranks_are_uniform(plateau, rng):
    """Exact nested sampling of ln L = min(x, 1 - plateau), x uniform: also where points share a likelihood."""
    live, dead, birth, born = np.minimum(rng.random(100), 1 - plateau), [], [], np.zeros(100, int)
    for k in range(90 if plateau else 800):
        worst = int(np.argmin(live))
        dead.append(live[worst])
        birth.append(born[worst])
        live[worst] = np.minimum(live[worst] + (1 - live[worst]) * rng.random(), 1 - plateau)
        born[worst] = k + 1
    order = np.argsort(live)
    ranks = insertion_ranks(np.r_[dead, live[order]], np.r_[birth, born[order]], 100)
    assert len(ranks) == (90 if plateau else 800)
    assert stats.kstest(ranks, "uniform").pvalue > 1e-3


def test_drift_of_groups(rng):
    """The chance is uniform for groups that stay, and small where they move by more than they scatter."""
    chance = [drift(list(rng.standard_normal((3, 16))))[1] for _ in range(500)]
    assert stats.kstest(chance, "uniform").pvalue > 1e-3
    first = rng.standard_normal(16)
    shift, small = drift([first, first + 5, first + 2 + 0.5 * rng.standard_normal(16)])
    assert shift == pytest.approx(2, abs=0.5)
    assert small < 1e-6
    assert drift([first]) == drift([first, first]) == (0.0, 1.0)
