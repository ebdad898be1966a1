"""Commands on finished runs: plot, doctor, continue, compare."""

import json
import shutil

import numpy as np

import fitter
from fitter.prior import Uniform


def test_plot_doctor_and_continue(darkflavour, run, tmp_path):
    status, text, _ = darkflavour("plot", run, "--format", "pdf", "--out", tmp_path, "--json")
    assert status == 0
    assert {path.name for path in tmp_path.iterdir()} == {f"{n}.pdf" for n in ("corner", "traces", "run", "pulls")}
    assert "corner.pdf" in text
    assert darkflavour("doctor", run)[1].startswith("converged")
    assert json.loads(darkflavour("doctor", run, "--json")[1])["failures"] == []
    status, _, told = darkflavour("continue", run)
    assert status == 0
    assert "nothing to do" in told


def test_doctor_counts_vetoed_points_with_reason_and_example(darkflavour, tmp_path):
    folder = tmp_path / "vetoed"
    status, text, _ = darkflavour(
        "fit", "flavourful_zprime", "--terms", "delta_m_s", "--sampler", "smc", "--options", "particles=256",
        "--set", "m_zp=500 g_nunu=1 m_nu=500 g_bb=log 1e-3 0.1 g_mumu=uniform 0 20", "--out", folder, "--no-plots",
    )  # fmt: skip
    assert status == 0
    (entry,) = json.loads(darkflavour("doctor", folder, "--json")[1])["failures"]
    assert entry["term"] == ""
    assert entry["reason"] == "couplings are not perturbative: |g_bb|, |g_mumu| or |g_nunu| > 4π"
    assert entry["count"] > 50
    assert entry["example"]["g_bb"] < 0.1
    assert entry["example"]["g_mumu"] > 12.56
    assert f"{entry['count']:,} points were vetoed or not finite: see darkflavour doctor" in text
    told = " ".join(darkflavour("doctor", folder)[1].split())
    assert f"{entry['count']:,} × veto of the model (" in told
    assert f"{entry['reason']}, e.g. at g_bb={entry['example']['g_bb']:.5g}" in told


def test_doctor_names_the_term_that_is_not_finite(darkflavour, tmp_path):
    def root(x):
        with np.errstate(invalid="ignore"):
            return np.sqrt(x[:, 0])

    problem = fitter.Posterior(parameters=[fitter.Parameter("x", Uniform(-1, 1))], log_likelihood=root)
    result = fitter.run(problem, "smc", seed=1, particles=256)
    result.save(tmp_path / "run")
    (entry,) = result.failures
    told = " ".join(darkflavour("doctor", tmp_path / "run")[1].split())
    share = entry["count"] / result.diagnostics["evaluations"]
    assert 0.05 < share < 0.95
    assert entry["example"]["x"] < 0
    assert f"{entry['count']:,} × term log_likelihood ({share:.2%} of all points): not a number, e.g. at x=-0." in told


def test_compare(darkflavour, run, tmp_path):
    other = tmp_path / "sm"
    assert darkflavour("fit", "sm", "--terms", "Bs_mumu", "--out", other, "--no-plots")[0] == 0
    status, text, _ = darkflavour("compare", run, other, "--out", tmp_path / "evidence.png", "--json")
    assert status == 0
    found = json.loads(text)
    assert found["warnings"] == []
    assert {row["name"] for row in found["models"]} == {"sm", "eft_c9_c10"}
    assert (tmp_path / "evidence.png").stat().st_size > 5000
    told = darkflavour("compare", run, other, "--tension", "--prior", "C9_bsmumu=uniform -3 3")[1]
    for word in ("ln B", "Jeffreys", "LOO", "p-value", "given the others", "other priors shift ln Z"):
        assert word in told
    assert darkflavour("compare", run, other, "--prior", "C9_bsmumu")[0] == 2


def test_compare_tells_fits_of_one_model_apart(darkflavour, run, tmp_path):
    """By folder; two of the same name by their paths."""
    shutil.copytree(run, tmp_path / "again")
    shutil.copytree(run, tmp_path / "deeper" / run.name)
    told = darkflavour("compare", run, tmp_path / "again", "--toys", 0, "--json")[1]
    assert {row["name"] for row in json.loads(told)["models"]} == {f"eft_c9_c10 ({run.name})", "eft_c9_c10 (again)"}
    told = darkflavour("compare", run, tmp_path / "deeper" / run.name, "--toys", 0, "--json")[1]
    names = {row["name"] for row in json.loads(told)["models"]}
    assert names == {f"eft_c9_c10 ({run})", f"eft_c9_c10 ({tmp_path / 'deeper' / run.name})"}
    status, _, complaint = darkflavour("compare", run, run)
    assert status == 2
    assert "is given twice" in complaint


def test_truncated_result_is_refused(darkflavour, run, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(run, copy)
    whole = (copy / "posterior.nc").read_bytes()
    (copy / "posterior.nc").write_bytes(whole[: len(whole) // 2])
    for command in ("plot", "doctor"):
        status, text, complaint = darkflavour(command, copy)
        assert (status, text) == (2, "")
        assert "posterior.nc" in complaint
        assert complaint.count("\n") == 1
