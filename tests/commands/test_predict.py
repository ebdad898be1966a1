"""The command predict: the same numbers as in Python, with notes on what a bin reaches into."""

import json

from arguments import POINT

import likelihoods
from fitter.models import MODELS


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
