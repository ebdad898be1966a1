"""Compare: Bayes factors and information criterion of problems with closed forms, and what speaks against."""

from dataclasses import replace

import numpy as np
import pytest

import fitter
import likelihoods
from fitter import plots
from fitter.compare import strength
from fitter.prior import Normal, Uniform


def gaussian(name, prior, seed=1):
    """One datum x = 0.5 ± 1 of a parameter: ln Z and DIC in closed form."""
    function = lambda theta: -0.5 * (theta[:, 0] - 0.5) ** 2  # noqa: E731
    posterior = fitter.Posterior(parameters=[fitter.Parameter("x", prior)], log_likelihood=function, name=name)
    return fitter.run(posterior, "smc", seed=seed)


@pytest.fixture(scope="module")
def results():
    return [gaussian("wide", Uniform(-50.0, 50.0)), gaussian("narrow", Normal(0.0, 0.1))]


def test_bayes_factor_and_order(results):
    comparison = fitter.compare(results)
    narrow, wide = comparison.rows
    assert [narrow["name"], wide["name"]] == ["narrow", "wide"]
    exact = np.log(np.sqrt(2 * np.pi) / 100) - (-0.5 * 0.25 / 1.01 - 0.5 * np.log(1.01))
    assert abs(wide["log_bayes_factor"] - exact) < 4 * wide["bayes_error"] + 0.02
    assert wide["evidence_against"] == "strong"
    assert comparison.warnings == []
    comparison.plot()


def test_dic_of_one_gaussian_parameter(results):
    """Flat prior, unit error: mean deviance 1, one effective parameter (variance form)."""
    wide = fitter.compare(results).rows[1]
    assert wide["effective_parameters"] == pytest.approx(1.0, abs=0.15)
    assert wide["dic"] == pytest.approx(2.0, abs=0.2)


def test_everything_about_a_model_with_a_likelihood(tmp_path):
    likelihood = likelihoods.Likelihood.of(terms=["Bs_mumu", "R_K"])
    posteriors = [fitter.Posterior(fitter.model(name), likelihood) for name in ("eft_c9_c10", "sm")]
    fits = [fitter.run(posterior, "smc", particles=512) for posterior in posteriors]
    comparison = fitter.compare(
        fits, posteriors, toys=200, tension=True, split=["R_K"], priors={"C9_bsmumu": "uniform -1 1"}
    )
    rows = {row["name"]: row for row in comparison.rows}
    full = rows["eft_c9_c10"]
    for key in ("dic", "dic_mean", "ic", "waic", "loo", "chi2", "p_value", "tension", "suspiciousness"):
        assert full[key] is not None, key
    assert 0 < full["p_value"] < 1
    assert len(full["pulls"]) == len(likelihood.rows)
    assert [entry["term"] for entry in full["tension"]]
    assert full["prior_sensitivity"]["trusted"]
    assert "prior_sensitivity" not in rows["sm"]
    assert rows["sm"]["loo"] is None
    assert rows["sm"]["dof"] == full["dof"] + 1
    plots.save(comparison.plot(), tmp_path / "all.png")
    with pytest.raises(KeyError, match="R_K"):
        fitter.compare(fits, posteriors, split=["R_k"])
    with pytest.raises(KeyError, match="C9_bsmumu"):
        fitter.compare(fits, posteriors, priors={"C9_bsmumi": "uniform -1 1"})


def test_same_name_is_told_apart(results):
    names = {row["name"] for row in fitter.compare([results[0], results[0]]).rows}
    assert names == {"wide (1)", "wide (2)"}
    comparison = fitter.compare([results[0], replace(results[0], reasons=("too short",))], names=["a", "b"])
    assert {row["name"] for row in comparison.rows} == {"a", "b"}
    assert comparison.warnings == ["b has not converged"]
    with pytest.raises(ValueError, match="1 names for 2 results"):
        fitter.compare([results[0], results[0]], names=["a"])


def test_warnings(results):
    other = replace(results[1], terms=("other",), reasons=("too short",), log_evidence=None)
    said = " ".join(fitter.compare([results[0], other]).warnings)
    for part in ("same terms", "not converged", "without evidence"):
        assert part in said


def test_one_result_is_refused(results):
    with pytest.raises(ValueError, match="at least two"):
        fitter.compare(results[:1])


@pytest.mark.parametrize(("factor", "word"), [(0.3, "bare mention"), (2.0, "positive"), (4.0, "strong"), (9.0, "very")])
def test_words_of_kass_and_raftery(factor, word):
    assert word in strength(factor)
