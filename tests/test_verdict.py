"""Verdict: what the picture of a comparison shows."""

from fitter import plots, verdict


def row(name, factor, **more):
    found = {"name": name, "log_evidence": factor - 3.0, "log_bayes_factor": factor, "error": 0.1, "dic": 5.0 - factor}
    return found | {"dic_mean": None, "ic": 6.0 - factor, "waic": 4.0, "loo": None} | more


def test_models_and_criteria(tmp_path):
    figure = verdict.draw([row("a", 0.0, p_value=0.31), row("b", -2.0), row("sm", -9.0)], title="all")
    left, right = figure.axes
    assert [tick.get_text() for tick in left.get_yticklabels()] == ["a", "b", "sm"]
    assert [tick.get_text() for tick in right.get_yticklabels()] == ["p = 0.31", "", ""]
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["DIC", "IC", "WAIC"]
    assert plots.save(figure, tmp_path / "verdict.png").stat().st_size > 5000


def test_tension_below(tmp_path):
    terms = [{"term": "R_K", "surprise": 4.0, "trusted": True}, {"term": "planck", "surprise": 1.0, "trusted": False}]
    figure = verdict.draw([row("a", 0.0, tension=terms), row("none", -1.0) | {"log_evidence": None}][:1])
    labels = [tick.get_text() for tick in figure.axes[2].get_yticklabels()]
    assert labels == ["R_K, a", "planck, a (?)"]
    plots.save(figure, tmp_path / "verdict.png")


def test_no_evidence_at_all(tmp_path):
    rows = [row("emcee", 0.0) | {"log_evidence": None, "log_bayes_factor": None}] * 2
    plots.save(verdict.draw(rows), tmp_path / "verdict.png")
