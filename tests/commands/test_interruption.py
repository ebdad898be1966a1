"""Ctrl-C: one line and exit status 130, and the same command goes on."""

import json
import signal
from contextlib import contextmanager

from arguments import QUICK, SMALL


def test_interrupted_run_says_so(darkflavour, tmp_path, monkeypatch):
    """The result that a Ctrl-C leaves is saved, and the exit status tells."""
    from fitter.commands import fit

    @contextmanager
    def pressed(_):
        yield lambda progress: signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(fit, "live", pressed)
    slow = ("--terms", "Bs_mumu R_K", "--sampler", "smc", "--set", "C9_bsmumu=uniform -1000 1000")
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


def test_interrupted_plane_is_one_line(darkflavour, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("fitter.survey.Survey.run", lambda *_: signal.raise_signal(signal.SIGINT))
        status, text, told = darkflavour(*SMALL, "--out", tmp_path / "p.png")
    assert (status, text, told) == (130, "", "darkflavour: interrupted\n")
    assert list(tmp_path.iterdir()) == []
