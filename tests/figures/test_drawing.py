"""Drawings, their data files, and the command that makes them."""

import json

import numpy as np
import pytest

from fitter.cli import run
from fitter.figures import FIGURES, Settings, reproduce
from fitter.figures.drawing import plain
from fitter.figures.judgement import crossings


def test_crossings_of_a_power_law_are_exact():
    x = np.geomspace(1, 100, 7)
    assert crossings(x, x**2, 50.0) == pytest.approx([np.sqrt(50.0)])
    assert crossings(x, np.full(7, np.nan), 1.0) == []


def test_unknown_figure_names_the_known():
    with pytest.raises(KeyError, match="002-3"):
        reproduce("002-33")


def test_paper_bounds_have_no_date():
    with pytest.raises(ValueError, match="paper"):
        _ = Settings().date


def test_command(tmp_path, capsys):
    path = tmp_path / "figure.png"
    assert run(["reproduce", "002-1", "--points", "16", "--out", str(path), "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert path.stat().st_size > 10_000
    with np.load(printed["data"]) as arrays:
        header = json.loads(str(arrays["header"]))
        assert header["numbers"] == pytest.approx(printed["numbers"])
        assert arrays["panel0_field0"].shape == (16, 16)
    assert run(["reproduce", "002-1", "--out", str(path)]) == 2
    assert "--force" in capsys.readouterr().err


def test_data_of_another_day(tmp_path, capsys):
    path = tmp_path / "figure.png"
    assert (
        run(["reproduce", "002-3", "--points", "10", "--data", "today", "--scheme", "corrected", "--out", str(path)])
        == 0
    )
    assert "R_K" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["002-99"], "unknown figure"),
        (["002-1", "--data", "1909-01"], "nothing had been measured"),
        (["002-1", "--scheme", "mine"], "scheme"),
        ([], "--list"),
    ],
)
def test_refusals(arguments, complaint, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["reproduce", *arguments]) == 2
    assert complaint in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_list(capsys):
    assert run(["reproduce", "--list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in FIGURES)


def test_titles_are_latex_in_pictures_and_plain_in_terminals():
    titles = [text for entry in FIGURES.values() for text in (entry.title, entry.caption)]
    assert plain(r"$Z\to4\mu$ with a light $Z'$") == "Z -> 4 mu with a light Z'"
    for title in titles:
        assert title.count("$") % 2 == 0
        assert not set(plain(title)) & set("${}\\")
