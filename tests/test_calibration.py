"""Simulation-based calibration: flat for a correct fit, bent for a wrong one; same ranks on any number of processes."""

import json

import numpy as np
import pytest

import fitter
from fitter.calibration import Calibration, calibrate, rank, truths_of
from likelihoods.likelihood import Likelihood

QUICK = {"particles": 256, "populations": 1, "most": 30}


@pytest.fixture(scope="module")
def posterior():
    terms = ["delta_m_s", "Bs_mumu", "trident", "a_mu"]
    likelihood = Likelihood.of(terms, data="2019-01", one_sided={"a_mu": "lower"})
    return fitter.Posterior(
        fitter.model("flavourful_zprime"),
        likelihood,
        priors={"g_bb": "log 1e-3 0.1", "g_mumu": "log 0.01 3", "m_zp": 1000, "m_nu": 3000, "g_nunu": 1},
    )


def test_ranks_of_a_correct_fit_are_flat(posterior):
    found = calibrate(posterior, 100, seed=3, draws=99, **QUICK)
    assert found.ranks.shape == (100, 2)
    assert found.histogram(10).sum(axis=1).tolist() == [100, 100]
    assert min(found.p_values(10).values()) > 1e-3
    assert all(0.5 < share < 0.85 for share in found.coverage(0.68).values())


def test_true_values_follow_prior_and_limits(posterior):
    """Means of rejected prior draws against those of weighted ones; both without the two-sided terms."""
    likelihood = posterior.likelihood
    assert [str(r) for r, bound in zip(likelihood.rows, likelihood.bounds, strict=True) if bound] == ["a_mu"]
    rng = np.random.default_rng(4)
    truths = np.log(truths_of(posterior, 1500, rng))
    prior = posterior.prior_transform(rng.random((4000, posterior.dimension)))
    height = likelihood.bounding(*posterior.couplings(prior))
    assert height == pytest.approx(likelihood.log_likelihood_terms(*posterior.couplings(prior))[:, 3], rel=1e-12)
    weight = np.exp(height - height.max())
    mean = np.average(np.log(prior), axis=0, weights=weight)
    error = np.log(prior).std(axis=0) * np.sqrt(1 / 1500 + (weight**2).sum() / weight.sum() ** 2)
    assert np.all(abs(truths.mean(axis=0) - mean) < 4 * error)
    assert abs(np.log(prior).mean(axis=0) - mean).max() > 4 * error.max()


def test_a_wrong_prior_shows(posterior):
    """Truths from one prior, fits with another: the ranks pile up at one end."""
    found = calibrate(posterior, 60, seed=3, draws=99, **QUICK)
    shifted = fitter.Posterior(
        posterior.model,
        posterior.likelihood,
        priors={"g_bb": "log 0.05 3", "g_mumu": "log 0.01 3", "m_zp": 1000, "m_nu": 3000, "g_nunu": 1},
    )
    ranks = np.array([rank(shifted, truth, (3, k), "smc", 99, 0, QUICK)[0] for k, truth in enumerate(found.truths)])
    assert (ranks[:, 0] < 20).mean() > 0.5


def test_processes_do_not_change_the_ranks(posterior):
    one, two = (calibrate(posterior, 6, seed=9, draws=19, workers=n, **QUICK) for n in (1, 2))
    assert np.array_equal(one.ranks, two.ranks)
    assert np.array_equal(one.truths, two.truths)


def test_fits_that_did_not_converge_are_left_out(posterior):
    parameters = posterior.parameters
    ranks = np.array([[3, 7], [15, 2], [0, 0]])
    doubled = np.array([0, 2, 2])
    found = Calibration(parameters, ranks, 19, np.zeros((3, 2)), np.array([True, True, False]), doubled)
    assert found.unconverged == 1
    assert found.summary(2)["converged by effort"] == [1, 0, 1]
    assert found.histogram(2).tolist() == [[1, 1], [2, 0]]
    assert found.coverage(0.5) == {"g_bb": 0.0, "g_mumu": 0.5}
    every = np.repeat(np.arange(20)[:, None], 2, axis=1)
    uniform = Calibration(parameters, every, 19, np.zeros((20, 2)), np.ones(20, bool), np.zeros(20, np.int64))
    assert list(uniform.coverage(0.6827).values()) == pytest.approx([0.6827, 0.6827])
    none = Calibration(parameters, ranks, 19, np.zeros((3, 2)), np.zeros(3, bool), doubled)
    assert all(np.isnan(p) for p in none.summary(2)["p_values"].values())
    assert none.plot(bins=2).axes


def test_fits_that_did_not_converge_are_continued_at_double_effort(posterior, tmp_path):
    """64 particles are worth fewer than 100 draws, 128 worth enough for some fits: the same as fits begun with 128."""
    few = {"particles": 64, "populations": 1, "most": 30}
    once, never = (calibrate(posterior, 4, seed=9, draws=19, doublings=n, **few) for n in (1, 0))
    assert never.unconverged == 4
    assert never.doubled.tolist() == [0, 0, 0, 0]
    assert once.doubled.tolist() == [1, 1, 1, 1]
    assert once.unconverged < 4
    whole = calibrate(posterior, 4, seed=9, draws=19, doublings=0, **few | {"particles": 128, "steps": 2})
    assert np.array_equal(once.ranks, whole.ranks)
    assert np.array_equal(once.converged, whole.converged)


def test_complete_calibration_takes_more_fits(posterior, tmp_path):
    """The first fits of 6 are those of 4, and are not computed again; 2 of 6 are there already."""
    want = calibrate(posterior, 6, seed=9, draws=19, **QUICK)
    for fits, done in ((4, 4), (6, 2), (2, 0)):
        seen = []
        got = calibrate(
            posterior, fits, seed=9, draws=19, out=tmp_path, progress=lambda *n, seen=seen: seen.append(n), **QUICK
        )
        assert len(seen) == done
        assert np.array_equal(got.truths, want.truths[:fits])
        assert np.array_equal(got.ranks, want.ranks[:fits])
        assert np.array_equal(got.converged, want.converged[:fits])
    for other in ({"most": 60}, {"doublings": 1}, {"draws": 39}):
        with pytest.raises(ValueError, match="holds another run"):
            calibrate(posterior, 6, **{"seed": 9, "draws": 19, "out": tmp_path} | QUICK | other)


def test_refusals(posterior):
    own = fitter.Posterior(parameters=posterior.parameters, log_likelihood=lambda theta: -(theta[:, 0] ** 2))
    with pytest.raises(ValueError, match="needs a posterior of a model"):
        calibrate(own, 2)
    with pytest.raises(ValueError, match="must divide"):
        calibrate(posterior, 2, draws=10, **QUICK).histogram(20)


def test_stopped_calibration_goes_on(posterior, tmp_path):
    """Ranks that were there are not computed again, and the result is that of an uninterrupted calibration."""
    want = calibrate(posterior, 8, seed=9, draws=19, **QUICK)
    stopped = []

    def stop(done, total):
        stopped.append(done)
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate(posterior, 8, seed=9, draws=19, out=tmp_path, progress=stop, **QUICK)
    seen = []
    got = calibrate(posterior, 8, seed=9, draws=19, out=tmp_path, progress=lambda *n: seen.append(n), **QUICK)
    assert seen == [(6, 8), (7, 8), (8, 8)]
    assert np.array_equal(got.ranks, want.ranks)
    assert got.unconverged == want.unconverged
    with pytest.raises(ValueError, match="holds another run"):
        calibrate(posterior, 8, seed=10, draws=19, out=tmp_path, **QUICK)


def test_command(posterior, tmp_path, capsys):
    from fitter import cli

    command = [
        "calibrate",
        "eft_c9_c10",
        "--terms",
        "Bs_mumu",
        "--fits",
        "20",
        "--options",
        "particles=512 populations=1",
    ]
    assert cli.run([*command, "--out", str(tmp_path / "c"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["fits"] == 20
    assert sum(found["histograms"]["C9_bsmumu"]) == 20
    assert found["flat"]
    assert (tmp_path / "c" / "ranks.png").stat().st_size > 5000
    assert cli.run(["calibrate", "sm", "--out", str(tmp_path / "sm")]) == 2
