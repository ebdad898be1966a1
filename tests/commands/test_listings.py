"""Commands that list: models, observables, data; and the help of all."""

import json

import pytest

from fitter import cli
from fitter.commands import data
from fitter.models import MODELS


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
