"""The command line: answers, and one line with exit status 2 for every kind of bad input."""

import json

import pytest

from fitter import cli
from fitter.commands import data
from fitter.models import MODELS

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
    assert {"LHCb:2022:R_K_Kstar"} == {name for name in json.loads(text) if name.startswith("LHCb")}
    assert "LHCb:2022:R_K_Kstar" in darkflavour("data", "list", "--data", "2023-01")[1]


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


REFUSED = {
    "unknown command": (["fti"], "fti"),
    "unknown option": (["models", "--jsno"], "--json"),
    "unknown model": (["models", "flavourful_zprimee"], "'flavourful_zprime'"),
    "unknown model to predict": (["predict", "flavorful_zprime", "a_mu"], "'flavourful_zprime'"),
    "no observable": (["predict", "eft_c9"], "observable"),
    "unknown observable": (["predict", "flavourful_zprime", "a_mo", "--at", POINT], "'a_mu'"),
    "unknown parameter": (["predict", "flavourful_zprime", "a_mu", "--at", POINT + " m_zpp=3"], "'m_zp'"),
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
