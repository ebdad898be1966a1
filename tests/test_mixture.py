"""Branches of a model: two runs with added evidences against one run with a discrete parameter, and closed forms."""

import json

import numpy as np
import pytest
from scipy import integrate, stats

import fitter
from fitter import cli
from fitter.prior import Branches, LogUniform, SignedLog, Uniform, parse_prior

RANGE = (0.01, 10.0)


def log_likelihood(theta):
    """Two peaks of r: at +2 (narrow, high) and at -0.5 (broad); the second parameter does not care for the sign."""
    r, x = theta.T
    peaks = 3.0 * stats.norm.pdf(r, 2.0, 0.1) + stats.norm.pdf(r, -0.5, 0.2)
    return np.log(peaks + 1e-30) + stats.norm.logpdf(x, 0.3, 0.1)


def branch(negative):
    parameters = [fitter.Parameter("r", SignedLog(*RANGE, negative)), fitter.Parameter("x", Uniform(-1, 1))]
    return fitter.Posterior(parameters=parameters, log_likelihood=log_likelihood, name="toy")


def evidence(sign):
    """∫ L dπ of one branch: the second parameter gives 1/2."""
    norm = np.log(RANGE[1] / RANGE[0])

    def density(t):
        return np.exp(log_likelihood(np.array([[sign * np.exp(t), 0.3]]))[0]) / stats.norm.pdf(0.3, 0.3, 0.1) / norm

    points = [np.log(2.0), np.log(0.5)]
    return 0.5 * integrate.quad(density, np.log(RANGE[0]), np.log(RANGE[1]), points=points, limit=200)[0]


@pytest.fixture(scope="module")
def branches():
    return [fitter.run(branch(q), "smc", seed=1, particles=4096) for q in (1.0, 0.0)]


@pytest.mark.parametrize("weight", [0.5, 0.8])
def test_two_runs_are_one_run_with_a_discrete_parameter(branches, weight):
    both = fitter.mixture(branches, [weight, 1 - weight])
    one = fitter.run(branch(weight), "smc", seed=2, particles=4096)
    parts = np.array([weight * evidence(-1), (1 - weight) * evidence(1)])
    for result in (both, one):
        assert result.log_evidence == pytest.approx(np.log(parts.sum()), abs=0.1)
        assert result.weights @ (result.column("r") < 0) == pytest.approx(parts[0] / parts.sum(), abs=0.06)
        assert result.weights @ result.column("x") == pytest.approx(0.3, abs=0.02)
    assert both.weights.sum() == pytest.approx(1.0)
    assert both.diagnostics["probability of branch 1"] == pytest.approx(parts[0] / parts.sum(), abs=0.03)
    assert both.parameters[0].prior == SignedLog(*RANGE, weight)
    assert both.log_prior == pytest.approx(branch(weight).log_prior(both.samples))
    assert one.log_evidence == pytest.approx(both.log_evidence, abs=0.1)


def test_mixture_is_kept_and_compared(branches, tmp_path, capsys):
    folders = [str(branches[k].save(tmp_path / str(k))) for k in range(2)]
    command = ["mix", *folders, "--weights", "3 1", "--out", str(tmp_path / "both"), "--json"]
    assert cli.run(command) == 0
    told = json.loads(capsys.readouterr().out)
    back = fitter.Result.load(tmp_path / "both")
    assert back.log_evidence == pytest.approx(told["log_evidence"])
    assert back.parameters[0].prior == SignedLog(*RANGE, 0.75)
    assert (tmp_path / "both" / "corner.png").stat().st_size > 5000
    assert fitter.compare([back, *branches], toys=0).rows
    assert cli.run(command) == 2  # the folder is taken
    assert cli.run(["mix", *folders, "--weights", "1", "--out", str(tmp_path / "c")]) == 2


def test_priors_of_other_parameters_join(branches):
    """Table 1 of 2002.11150: sign and mass range change together."""
    ranges = [Uniform(-1.0, 0.2), Uniform(0.2, 1.0)]
    runs = []
    for q, x in zip((1.0, 0.0), ranges, strict=True):
        parameters = [fitter.Parameter("r", SignedLog(*RANGE, q)), fitter.Parameter("x", x)]
        posterior = fitter.Posterior(parameters=parameters, log_likelihood=log_likelihood, name="toy")
        runs.append(fitter.run(posterior, "smc", seed=1, particles=256))
    both = fitter.mixture(runs, [1, 3])
    assert both.parameters[1].prior == Branches((0.25, 0.75), tuple(ranges))
    assert both.intervals("x")


def test_refusals(branches):
    with pytest.raises(ValueError, match="two or more"):
        fitter.mixture(branches[:1])
    with pytest.raises(ValueError, match="must be positive"):
        fitter.mixture(branches, [1, -1])
    parameters = [fitter.Parameter("r", LogUniform(1.0, 20.0)), fitter.Parameter("x", Uniform(-1, 1))]
    other = fitter.Posterior(parameters=parameters, log_likelihood=log_likelihood, name="toy")
    odd = fitter.run(other, "smc", seed=1, particles=256)
    with pytest.raises(ValueError, match=r"r: branches prior: .* overlap"):
        fitter.mixture([branches[1], odd])


def test_priors(rng):
    for text in ("signedlog 0.01 10.0 0.3", "branches 0.25 signedlog 0.5 2.0 1.0 + 0.75 uniform 0.0 4.0"):
        prior = parse_prior(text)
        assert str(prior) == text
        assert parse_prior(str(prior)) == prior
        x = prior.ppf(np.sort(rng.random(4000)))
        assert np.all(np.diff(x) >= 0) or "signedlog 0.01" in text
        assert np.isfinite(prior.logpdf(x)).all()
        assert x.min() >= prior.low
        assert x.max() <= prior.high
        negative = 0.3 if text.startswith("signedlog") else 0.25
        assert (x < 0).mean() == pytest.approx(negative, abs=0.03)
        edges = [-12.0, -2.0, -0.5, -0.01, 0.0, 0.01, 4.0, 12.0]
        norm = integrate.quad(lambda t, p=prior: np.exp(p.logpdf(np.array(t))), -12, 12, points=edges, limit=400)[0]
        assert norm == pytest.approx(1.0, abs=1e-3)
    assert parse_prior("signedlog 0.01 10").ppf(np.array([0.0, 1.0])) == pytest.approx([-10.0, 10.0])
    for text in (
        "signedlog 0.1 1 1.2",
        "branches 1 log 1 2",
        "branches 1 log 1 2 + 1 log 1.5 3",
        "branches x log 1 2 + 1 3",
    ):
        with pytest.raises(ValueError, match="branch"):
            parse_prior(text)
