"""Hard cuts on a fit: shares and evidence by hand, the joint fit by reweighting."""

import json

import numpy as np
import pytest

import fitter
from fitter import cli
from fitter.cuts import cost, cut, difference, inside
from likelihoods import Likelihood
from likelihoods.measurement import Measurement, Row

LIMIT = Measurement(
    "toy:limit", "X", "PDG:2023", "2020-01", (Row("BR(Bs->mumu)", "toy", "limit", limit=3.1e-9, cl=0.95),)
)
PRIORS = {"C9_bsmumu": "uniform -2 1"}


def posterior(likelihood):
    return fitter.Posterior(fitter.model("eft_c9_c10"), likelihood, priors=PRIORS)


@pytest.fixture(scope="module")
def fit():
    return fitter.run(posterior(Likelihood.of(["R_K"], "2021-04")), "smc", seed=1, particles=2048)


@pytest.fixture(scope="module")
def searches():
    return Likelihood.of(["toy"], measurements=[LIMIT])


def test_cut_is_a_step_function(fit, searches):
    own = posterior(Likelihood.of(["R_K"], "2021-04"))
    left, shares = cut(fit, own, searches)
    rate = searches.predictions(*own.couplings(fit.samples))[:, 0]
    row, tau2 = searches.block.rows[0], searches.block.theory[0, 0]
    sigma = np.sqrt(row["variance"] + tau2 + row["relative"] * rate**2)  # of the limit and of the theory
    below = fit.weights @ (rate < 1.6448536 * sigma)
    assert 0.05 < below < 0.95
    assert shares == {"toy": pytest.approx(below, abs=1e-12)}
    assert left.log_evidence == pytest.approx(fit.log_evidence + np.log(below))
    assert left.weights.sum() == pytest.approx(1.0)
    assert np.all(rate[left.weights > 0] < 3.2e-9)
    values = np.array([[left.best_fit["values"][name] for name in left.names]])
    assert inside(searches, own, values, 0.95).all()
    looser, _ = cut(fit, own, searches, 0.99)
    assert looser.diagnostics["share that survives"] == pytest.approx(fit.weights @ (rate < 2.3263479 * sigma))


def test_joint_fit_against_reweighting(fit, searches):
    """ln Z of the joint fit is that of the fit plus the mean likelihood of the limit; so are its means."""
    own = posterior(Likelihood.of(["R_K"], "2021-04"))
    both = Likelihood.of(["R_K", "toy"], "2021-04", measurements=[LIMIT])
    joint = fitter.run(posterior(both), "smc", seed=2, particles=2048)
    height = searches.bounding(*own.couplings(fit.samples)) - searches.block.rows["log_norm"].sum()
    weights = fit.weights * np.exp(height)
    assert cost(fit, joint, searches) == pytest.approx(np.log(weights.sum()), abs=0.1)
    mean = weights @ fit.samples / weights.sum()
    told = difference(cut(fit, own, searches)[0], joint)
    for name, value in zip(fit.names, mean, strict=True):
        assert told[name]["joint"] == pytest.approx(value, abs=0.1)
    assert (
        told["C9_bsmumu"]["shift"] < 0
    )  # the step keeps larger C10 = -C9, hence smaller rates, than the tail of a limit


def test_command(tmp_path, capsys):
    run = tmp_path / "run"
    options = ["--sampler", "smc", "--options", "particles=512", "--no-plots"]
    assert cli.run(["fit", "eft_c9_c10", "--terms", "R_K", *options, "--out", str(run)]) in (0, 3)
    capsys.readouterr()
    assert cli.run(["cut", str(run), "--terms", "Bs_mumu drell_yan", "--joint", str(run), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert 0 < told["share"] < 1
    assert told["shares"]["drell_yan"] == pytest.approx(1.0)
    assert "cost" not in told  # Bs_mumu has two sides
    assert cli.run(["cut", str(run), "--terms", "Bs_mumu", "--joint", str(run)]) == 0
    assert "cuts leave a share of" in capsys.readouterr().out
    assert cli.run(["cut", str(run), "--terms", "R_K"]) == 2


def test_refusals(fit, searches):
    own = posterior(Likelihood.of(["R_K"], "2021-04"))
    with pytest.raises(ValueError, match=r"level=0\.3"):
        cut(fit, own, searches, 0.3)
    with pytest.raises(ValueError, match="R_K is part of the fit"):
        cut(fit, own, Likelihood.of(["R_K"], "2021-04"))
    row = Row("BR(Bs->mumu)", "toy", "limit", limit=1e-12, cl=0.95)
    closed = Likelihood.of(["toy"], measurements=[Measurement("toy:limit", "X", "PDG:2023", "2020-01", (row,))])
    with pytest.raises(ValueError, match="no draw survives the cuts; alone each would leave a share of toy 0"):
        cut(fit, own, closed)
    with pytest.raises(ValueError, match="is no limit"):
        cost(fit, fit, Likelihood.of(["Bs_mumu"]))
