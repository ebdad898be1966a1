"""The command line: answers, and one line with exit status 2 for every kind of bad input."""

import json
import shutil
import signal
from contextlib import contextmanager

import numpy as np
import pytest

import fitter
import likelihoods
from fitter import cli
from fitter.commands import data
from fitter.models import MODELS
from fitter.prior import Uniform

POINT = "g_bb=0.01 g_mumu=0.3 g_nunu=1 m_zp=500 m_nu=1200"


@pytest.fixture
def darkflavour(capsys):
    """Runs the command; exit status, standard output, standard error."""

    def run(*arguments):
        status = cli.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_every_command_has_help_with_an_example(darkflavour):
    status, text, _ = darkflavour("--help")
    assert status == 0
    commands = [(command.name,) for command in cli.app.registered_commands]
    commands += [("data", command.name) for command in data.app.registered_commands]
    for command in commands:
        assert command[0] in text
        status, helped, _ = darkflavour(*command, "--help")
        assert status == 0
        assert "Example" in helped, command


def test_models_lists_all(darkflavour):
    status, text, _ = darkflavour("models", "--json")
    assert status == 0
    assert set(json.loads(text)) == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_model_shown_in_full(darkflavour, name):
    status, text, _ = darkflavour("models", name)
    assert status == 0
    assert all(parameter.name in text for parameter in MODELS[name].parameters)
    shown = json.loads(darkflavour("models", name, "--json")[1])
    assert list(shown["parameters"]) == list(MODELS[name].names)


def test_observables_filtered(darkflavour):
    status, text, _ = darkflavour("observables", "a_mu", "--json")
    assert status == 0
    assert "a_mu" in json.loads(text)


def test_data_lists_a_snapshot(darkflavour):
    status, text, _ = darkflavour("data", "list", "--data", "2023-01", "--terms", "R_K", "--json")
    assert status == 0
    found = json.loads(text)
    assert found
    assert all("R_K" in entry["terms"] and entry["date"] <= "2023-01" for entry in found.values())
    assert all(name in darkflavour("data", "list", "--data", "2023-01")[1] for name in found)


@pytest.mark.parametrize("name", ["R_K", "LHCb:2022:R_K_Kstar"])
def test_data_shows_terms_and_measurements(darkflavour, name):
    status, text, _ = darkflavour("data", "show", name)
    assert status == 0
    assert "0.949" in text
    assert json.loads(darkflavour("data", "show", name, "--json")[1])


def test_data_audit(darkflavour):
    status, text, _ = darkflavour("data", "audit")
    assert status == 0
    assert "consistent" in text
    assert json.loads(darkflavour("data", "audit", "--json")[1])["measurements"] > 0


def test_malformed_measurement_file_is_one_line(darkflavour, tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("Me:2024:x:\n  term: R_K\n  experiment: Me\n  reference: LHCb:2022zom\n  date: 2024\n")
    status, text, complaint = darkflavour("data", "audit", file)
    assert (status, text) == (2, "")
    assert complaint.count("\n") == 1
    for named in ("mine.yaml", "Me:2024:x", "date"):
        assert named in complaint


def test_predict_agrees_with_python(darkflavour):
    status, text, _ = darkflavour("predict", "flavourful_zprime", "a_mu", "--at", POINT, "--json")
    assert status == 0
    point = {k: float(v) for k, v in (word.split("=") for word in POINT.split())}
    assert json.loads(text) == MODELS["flavourful_zprime"].predict(["a_mu"], **point)
    assert darkflavour("predict", "a_mu", "--couplings", "delta_a_mu=1e-9", "--json")[1].split() == [
        "{", '"a_mu":', "1e-09", "}",
    ]  # fmt: skip


def test_predict_with_theory_errors(darkflavour):
    name = "P5p(B0->K*mumu)[4,6]"
    expected = float(likelihoods.theory_covariance([name], C9_bsmumu=-1.0)[0, 0] ** 0.5)
    for given in (["--couplings", "C9_bsmumu=-1"], ["--at", "C9_bsmumu=-1"]):
        names = [name] if given[0] == "--couplings" else ["eft_c9", name]
        found = json.loads(darkflavour("predict", *names, *given, "--errors", "--json")[1])
        assert found == {name: {"prediction": likelihoods.predict(name, C9_bsmumu=-1.0), "error": expected}}
        assert f"{expected:.2g}" in darkflavour("predict", *names, *given, "--errors")[1]


def test_predict_notes_what_a_bin_reaches_into(darkflavour):
    names = ["dBR/dq2(B+->Kmumu)[15,24]", "R_K[0.01,6]", "dBR/dq2(B0->K*mumu)[8,10]", "P5prime[4,6]"]
    status, text, notes = darkflavour("predict", "sm", *names, "R_K[0.01,6]", "--json")
    assert status == 0
    assert list(json.loads(text)) == names
    assert "[15,24] reaches beyond phase space: integrated over [15,22.9]" in notes
    assert "[0.01,6] reaches beyond phase space: integrated over [0.04465,6]" in notes
    assert "[8,10] overlaps the narrow charmonia" in notes
    assert notes.count("note:") == 3


def test_predict_with_a_named_set_of_inputs(darkflavour):
    given = ("predict", "sm", "DeltaM_s", "--json", "--input-set")
    assert json.loads(darkflavour(*given, "mixing-2017")[1]) == {
        "DeltaM_s": likelihoods.predict("DeltaM_s", inputs="mixing-2017")
    }
    status, _, error = darkflavour(*given, "mixing")
    assert status == 2
    assert "mixing-2015" in error or "mixing-2017" in error


QUICK = ("--terms", "Bs_mumu", "--sampler", "smc", "--options", "particles=256")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Folder of a finished run."""
    folder = tmp_path_factory.mktemp("runs") / "quick"
    assert cli.run(["fit", "eft_c9_c10", *QUICK, "--out", str(folder)]) == 0
    return folder


def test_fit_writes_result_and_pictures(run):
    found = {path.name for path in run.iterdir()}
    assert {"posterior.nc", "summary.json", "config.yaml", "corner.png", "pulls.png", "run.png", "traces.png"} <= found
    summary = json.loads((run / "summary.json").read_text())
    assert summary["converged"]
    assert -1 < summary["parameters"]["C9_bsmumu"]["mean"] < 0.5


def test_same_fit_again_has_nothing_to_do(darkflavour, run):
    before = (run / "posterior.nc").stat().st_mtime_ns
    status, text, told = darkflavour("fit", "eft_c9_c10", *QUICK, "--out", run, "--json")
    assert status == 0
    assert "nothing to do" in told
    assert json.loads(text) == json.loads((run / "summary.json").read_text())
    assert (run / "posterior.nc").stat().st_mtime_ns == before


def test_fit_from_file_agrees(darkflavour, run, tmp_path):
    file = tmp_path / "fit.yaml"
    file.write_text("model: eft_c9_c10\nterms: [Bs_mumu]\nsampler: smc\noptions: {particles: 256}\n")
    status, text, _ = darkflavour("fit", file, "--out", tmp_path / "again", "--json", "--no-plots")
    assert status == 0
    before = json.loads((run / "summary.json").read_text())
    assert json.loads(text)["parameters"] == before["parameters"]
    assert not (tmp_path / "again" / "corner.png").exists()


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


def test_interrupted_run_says_so(darkflavour, tmp_path, monkeypatch):
    """The result that a Ctrl-C leaves is saved, and the exit status tells."""
    from fitter.commands import fit

    @contextmanager
    def pressed(_):
        yield lambda progress: signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(fit, "live", pressed)
    slow = ("--terms", "Bs_mumu R_K", "--sampler", "smc", "--options", "particles=16384")
    status, text, _ = darkflavour("fit", "eft_c9_c10", *slow, "--out", tmp_path / "part", "--no-plots")
    assert status == 130
    assert "INTERRUPTED" in text
    assert json.loads((tmp_path / "part" / "summary.json").read_text())["interrupted"]
    monkeypatch.undo()
    assert darkflavour("continue", tmp_path / "part")[0] == 0
    assert not json.loads((tmp_path / "part" / "summary.json").read_text())["interrupted"]


def test_interrupted_before_there_are_draws(darkflavour, tmp_path, monkeypatch):
    """One line, no traceback, and the run begins again with the same command."""
    arguments = ("fit", "eft_c9_c10", *QUICK, "--out", tmp_path / "part", "--no-plots")
    with monkeypatch.context() as patch:
        patch.setattr("fitter.target.Target.start", lambda *_, **__: signal.raise_signal(signal.SIGINT))
        status, text, told = darkflavour(*arguments)
    assert (status, text) == (130, "")
    assert told == f"darkflavour: interrupted; darkflavour continue {tmp_path / 'part'} goes on\n"
    assert not (tmp_path / "part" / ".lock").exists()
    status, _, told = darkflavour("doctor", tmp_path / "part")
    assert status == 2
    assert told == (
        f"darkflavour: {tmp_path / 'part'}: the run was stopped before it had a result; "
        f"darkflavour continue {tmp_path / 'part'} goes on\n"
    )
    assert darkflavour(*arguments)[0] == 0


def test_interrupted_while_it_draws_pictures(darkflavour, tmp_path, monkeypatch):
    arguments = ("fit", "eft_c9_c10", *QUICK, "--out", tmp_path / "part")
    with monkeypatch.context() as patch:
        patch.setattr("fitter.commands.runs.pulls", lambda *_: signal.raise_signal(signal.SIGINT))
        status, _, told = darkflavour(*arguments)
    assert status == 130
    assert "holds the result, without pictures" in told
    (tmp_path / "part" / ".corner.png.4711").write_text("killed while it drew")
    status, _, told = darkflavour(*arguments)
    assert status == 0
    assert "nothing to do" in told
    found = {path.name for path in (tmp_path / "part").iterdir()}
    assert {"corner.png", "pulls.png", "run.png", "traces.png"} <= found
    assert not any(name.startswith(".") for name in found)


def test_unconverged_run_continues_at_double_effort(darkflavour, tmp_path):
    """The state of a chain goes on; other samplers begin again, and what they found is set aside."""
    terms = ("--terms", "Bs_mumu", "--no-plots")
    chain = ("--sampler", "emcee", "--options", "walkers=16 steps=50 most=50")
    assert darkflavour("fit", "eft_c9_c10", *terms, *chain, "--out", tmp_path / "chain")[0] == 3
    _, text, told = darkflavour("continue", tmp_path / "chain", "--json")
    assert "has not converged: with most=100" in told
    found = json.loads(text)
    assert found["diagnostics"]["steps"] == 100
    assert found["provenance"]["settings"]["most"] == 100
    nested = ("--sampler", "smc", "--options", "particles=64 populations=1")
    assert darkflavour("fit", "eft_c9_c10", *terms, *nested, "--out", tmp_path / "run")[0] == 3
    before = (tmp_path / "run" / "posterior.nc").read_bytes()
    assert f"darkflavour continue {tmp_path / 'run'} goes on" in darkflavour("doctor", tmp_path / "run")[1]
    _, text, told = darkflavour("continue", tmp_path / "run", "--json")
    assert "has not converged: with particles=128 populations=1 steps=2" in told
    assert json.loads(text)["provenance"]["settings"] == {"particles": 128, "populations": 1, "steps": 2}
    assert (tmp_path / "run" / "unconverged-1" / "posterior.nc").read_bytes() == before


def test_second_writer_of_a_new_run_leaves_it_alone(darkflavour, tmp_path):
    """Both found no folder there; the one that came second must not clear it away."""
    from fitter.lock import Lock

    folder = tmp_path / "run"
    taken = []

    def begun(self, *_):
        folder.mkdir(exist_ok=True)
        taken.append(Lock(folder / ".lock"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fitter.config.Config.resolved", lambda self: begun(self) or {"model": "eft_c9"})
        status, _, told = darkflavour("fit", "eft_c9", *QUICK, "--out", folder)
    assert status == 2
    assert "is being written by another run (process" in told
    assert (folder / ".lock").exists()
    taken[0].release()


def test_interrupted_plane_is_one_line(darkflavour, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("fitter.survey.Survey.run", lambda *_: signal.raise_signal(signal.SIGINT))
        status, text, told = darkflavour(*SMALL, "--out", tmp_path / "p.png")
    assert (status, text, told) == (130, "", "darkflavour: interrupted\n")
    assert list(tmp_path.iterdir()) == []


SMALL = ["plane", "flavourful_zprime", "--terms", "delta_m_s", "--x", "g_bb", "--y", "m_zp"]
SMALL += ["--fix", "g_mumu=1 g_nunu=1 m_nu=500", "--points", "2"]


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


FIT = ["fit", "eft_c9_c10", "--terms", "Bs_mumu"]
PLANE = ["plane", "flavourful_zprime", "--terms", "delta_m_s"]
FIT_REFUSED = {
    "unknown model": (["fit", "eft_c8"], "'eft_c9'"),
    "unknown term": (["fit", "eft_c9", "--terms", "R_KK"], "'R_K'"),
    "unknown snapshot": ([*FIT, "--data", "yesterday"], "yesterday"),
    "unknown sampler": ([*FIT, "--sampler", "dinesty"], "'dynesty'"),
    "unknown setting": ([*FIT, "--sampler", "smc", "--options", "partciles=3"], "'particles'"),
    "setting is text": ([*FIT, "--options", "live=many"], "live='many' must be a positive whole number"),
    "setting is zero": ([*FIT, "--sampler", "smc", "--options", "keep=0"], "keep=0 must be a positive number"),
    "no terms": (["fit", "eft_c9", "--terms", " "], "--terms: ' ': name at least one"),
    "month to come": ([*FIT, "--data", "2099-01"], "in the future"),
    "fixed at infinity": ([*FIT, "--set", "C9_bsmumu=inf"], "finite"),
    "negative mass": ([*FIT, "--inputs", "m_b=-4"], "m_b=-4 must be positive [GeV]"),
    "bound without a side": ([*FIT, "--one-sided", "Bs_mumu=up"], "--one-sided.Bs_mumu"),
    "nowhere finite": (["fit", "flavourful_zprime", "--terms", "a_mu", "--set", "m_zp=-1"], "must be positive"),
    "unknown parameter": ([*FIT, "--set", "C9_bsmumuu=1"], "'C9_bsmumu'"),
    "reversed prior": ([*FIT, "--set", "C9_bsmumu=uniform 1 -1"], "low < high"),
    "infinite prior": ([*FIT, "--set", "C9_bsmumu=uniform 0 inf"], "finite"),
    "log from zero": ([*FIT, "--set", "C9_bsmumu=log 0 1"], "low > 0"),
    "unknown prior": ([*FIT, "--set", "C9_bsmumu=flat 0 1"], "uniform"),
    "seed": ([*FIT, "--seed", "-3"], "--seed"),
    "no file": (["fit", "absent.yaml"], "absent.yaml"),
    "foreign folder": ([*FIT, "--out", "foreign"], "foreign"),
    "one run to compare": (["compare", "foreign"], "posterior.nc"),
    "no run": (["plot", "foreign"], "posterior.nc"),
    "nothing to continue": (["continue", "foreign"], "config.yaml"),
    "plane of one parameter": (["plane", "eft_c9", "--x", "C9_bsmumu", "--y", "C9_bsmumu"], "C9_bsmumu"),
    "plane of nothing": ([*PLANE, "--x", "g_b", "--y", "m_zp"], "'g_b'"),
    "plane not fixed": ([*PLANE, "--x", "g_bb", "--y", "m_zp"], "g_mumu, g_nunu"),
    "reversed range": ([*PLANE, "--x", "g_bb=log 1 0.1", "--y", "m_zp"], "low < high"),
    "log range from zero": ([*PLANE, "--x", "g_bb=log 0 1", "--y", "m_zp"], "low > 0"),
    "picture format": ([*PLANE, "--x", "g_bb", "--y", "m_zp", "--out", "p.gif"], "p.gif"),
}


@pytest.mark.parametrize("case", FIT_REFUSED)
def test_bad_fit_is_one_line_and_writes_nothing(darkflavour, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.tex").write_text("")
    arguments, named = FIT_REFUSED[case]
    status, text, complaint = darkflavour(*arguments)
    assert status == 2
    assert text == ""
    assert named in complaint
    assert complaint.count("\n") == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["foreign", "thesis.tex"]


def test_folder_with_another_run_is_kept(darkflavour, run):
    before = {path.name: path.read_bytes() for path in run.iterdir()}
    status, _, complaint = darkflavour("fit", "eft_c9", *QUICK, "--out", run)
    assert status == 2
    assert "eft_c9_c10 instead of eft_c9" in complaint
    status, _, complaint = darkflavour("fit", "eft_c9", *QUICK, "--sampler", "dinesty", "--out", run)
    assert status == 2
    assert "'dynesty'" in complaint
    assert {path.name: path.read_bytes() for path in run.iterdir()} == before


REFUSED = {
    "unknown command": (["fti"], "fti"),
    "unknown option": (["models", "--jsno"], "--json"),
    "unknown model": (["models", "flavourful_zprimee"], "'flavourful_zprime'"),
    "unknown model to predict": (["predict", "flavorful_zprime", "a_mu"], "'flavourful_zprime'"),
    "no observable": (["predict", "eft_c9"], "observable"),
    "unknown observable": (["predict", "flavourful_zprime", "a_mo", "--at", POINT], "'a_mu'"),
    "unknown parameter": (["predict", "flavourful_zprime", "a_mu", "--at", POINT + " m_zpp=3"], "'m_zp'"),
    "no such observable": (["observables", "BR(Bs->mumuu)"], "'BR(Bs->mumu)'"),
    "missing parameter": (["predict", "flavourful_zprime", "a_mu", "--at", "g_bb=0.01"], "g_mumu, g_nunu"),
    "not a number": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=one"], "--at C9_bsmumu=one"),
    "not finite": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=nan"], "--at C9_bsmumu=nan"),
    "no value": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu"], "NAME=VALUE"),
    "given twice": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=1", "--at", "C9_bsmumu=2"], "twice"),
    "unknown coefficient": (["predict", "a_mu", "--couplings", "C9_bsmumuu=1"], "'C9_bsmumu'"),
    "bad coefficient": (["predict", "a_mu", "--couplings", "C9_bsmumu=1+"], "C9_bsmumu=1+"),
    "short pole": (["predict", "a_mu", "--couplings", "C9_bsmumu_pole=1,2,3"], "a, b, mass, width"),
    "complex for real": (["predict", "a_mu", "--couplings", "delta_a_mu=1j"], "must be real"),
    "unknown input": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=0", "--inputs", "m_bb=4"], "'m_b'"),
    "unknown scheme": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=0", "--scheme", "papre"], "'paper'"),
    "unknown measurement": (["data", "show", "R_k"], "'R_K'"),
    "unknown term": (["data", "list", "--terms", "R_KK"], "'R_K'"),
    "unknown snapshot": (["data", "list", "--data", "2018-13"], "2018-13"),
    "no such file": (["data", "audit", "absent.yaml"], "absent.yaml"),
    "bin of an unbinned": (["predict", "a_mu[1,6]", "--couplings", "C9_bsmumu=0"], "not binned"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_one_line(darkflavour, case):
    arguments, named = REFUSED[case]
    status, text, complaint = darkflavour(*arguments)
    assert status == 2
    assert text == ""
    assert named in complaint
    assert complaint.startswith("darkflavour: ")
    assert complaint.count("\n") == 1


def test_full_disk_is_told_in_one_line(darkflavour, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fitter.commands.fit.run", full)
    status, _, told = darkflavour("fit", "eft_c9_c10", "--terms", "Bs_mumu", "--out", tmp_path / "run")
    assert status == 2
    assert "No space left" in told
    assert "continue" in told


def test_silent_scheduler_is_told_in_one_line(darkflavour, tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("fitter.tasks.PATIENCE", 0.5)
    status, _, told = darkflavour(
        "fit", "eft_c9_c10", "--terms", "Bs_mumu", "--evidence", "checked", "--scheduler", "tcp://127.0.0.1:9",
        "--out", tmp_path / "run",
    )  # fmt: skip
    assert status == 2
    assert "no dask scheduler answers at tcp://127.0.0.1:9" in told
    status, _, told = darkflavour(
        *PLANE, "--x", "g_bb", "--y", "m_zp", "--fix", "g_mumu=1 g_nunu=1 m_nu=500", "--points", 2,
        "--scheduler", "tcp://127.0.0.1:9", "--out", tmp_path / "plane.png",
    )  # fmt: skip
    assert status == 2
    assert "no dask scheduler answers at tcp://127.0.0.1:9" in told
    assert not (tmp_path / "plane.png").exists()


def test_scheduler_without_replicates_is_refused(darkflavour, tmp_path):
    status, _, told = darkflavour("fit", "eft_c9", "--scheduler", "tcp://127.0.0.1:9", "--out", tmp_path / "run")
    assert status == 2
    assert "scheduler='tcp://127.0.0.1:9' needs evidence='checked'" in told
    assert not (tmp_path / "run").exists()
