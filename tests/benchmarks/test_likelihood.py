"""Time of likelihoods per batch of 1000 points, one thread: ``pytest tests/benchmarks --benchmark-enable``.

The last test times the same b → s ℓ ℓ observables in flavio where it is installed (one Standard Model point).
"""

import importlib.util
import time

import numpy as np
import pytest

import fitter
from likelihoods import Likelihood
from likelihoods.couplings import empty

EIGHT = ["R_K", "R_Kstar", "P5prime", "delta_m_s", "trident", "a_mu", "xenon1t", "planck"]
B_TO_S = ["R_K", "R_Kstar", "BKstar_mumu_angular", "BKstar_mumu_rate", "BK_mumu_rate", "Bs_phi_mumu_rate"]
POINTS = 1000


@pytest.fixture
def c(rng):
    points = empty(POINTS)
    points["C9"][:, 1] = rng.normal(-0.5, 0.5, POINTS)
    points["C10"][:, 1] = rng.normal(0, 0.5, POINTS)
    return points


def test_eight_terms(benchmark, rng):
    """At most 1 ms per point."""
    posterior = fitter.Posterior(fitter.model("flavourful_zprime"), Likelihood.of(EIGHT))
    theta = posterior.prior_transform(rng.random((POINTS, posterior.dimension)))
    terms = benchmark(posterior.log_likelihood_terms, theta)
    assert terms.shape == (POINTS, 8)


def test_framework(benchmark, rng):
    """Everything but predictions, at most 2 µs per point: priors, couplings, densities, sums."""
    posterior = fitter.Posterior(fitter.model("flavourful_zprime"), Likelihood.of(["a_mu"]))
    theta = posterior.prior_transform(rng.random((POINTS, posterior.dimension)))
    assert np.isfinite(benchmark(posterior.log_likelihood, theta)).all()


@pytest.mark.parametrize("theory", ["covariance", "marginal"])
def test_b_to_s(benchmark, c, theory):
    """151 observables in 164 rows: at most 50 µs (covariance) and 200 µs (marginal) per point."""
    lik = Likelihood.of(B_TO_S, "2023-01", theory=theory)
    assert np.isfinite(benchmark(lik.log_likelihood_terms, c)).all()


@pytest.mark.parametrize("theory", ["covariance", "marginal"])
def test_b_to_s_with_a_light_mediator(benchmark, c, theory):
    """At most 300 µs (covariance) and 700 µs (marginal) per point."""
    c["pole_a"][:, 0, 1], c["pole_mass"][:, 0, 1], c["pole_width"][:, 0, 1] = 0.1, 2.0, 0.1
    lik = Likelihood.of(B_TO_S, "2023-01", theory=theory)
    assert np.isfinite(benchmark(lik.log_likelihood_terms, c)).all()


def test_b_to_s_with_sampled_inputs(benchmark, rng):
    """At most 700 µs per point."""
    lik = Likelihood.of(B_TO_S, "2023-01", theory="nuisance")
    posterior = fitter.Posterior(fitter.model("eft_c9"), lik)
    theta = posterior.prior_transform(rng.random((POINTS, posterior.dimension)))
    assert np.isfinite(benchmark(posterior.log_likelihood, theta)).all()


def test_flavio(capsys):
    """Seconds that flavio needs for one point of the same observables."""
    if importlib.util.find_spec("flavio"):
        import flavio

        rows = {(row.observable, row.q2) for row in Likelihood.of(B_TO_S, "2023-01").rows}
        known = [(f"<{name}>", *q2) for name, q2 in rows if f"<{name}>" in flavio.Observable.instances]
        start = time.perf_counter()
        for item in known:
            flavio.sm_prediction(*item)
        with capsys.disabled():
            print(f"flavio: {len(known)} observables in {time.perf_counter() - start:.1f} s")
        assert known
