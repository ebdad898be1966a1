"""Fixtures of the tests of commands: how to run one, and a finished run."""

import pytest
from arguments import QUICK

from fitter import cli


@pytest.fixture
def darkflavour(capsys):
    """Runs the command; exit status, standard output, standard error."""

    def run(*arguments):
        status = cli.run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Folder of a finished run, to be read only."""
    folder = tmp_path_factory.mktemp("runs") / "quick"
    assert cli.run(["fit", "eft_c9_c10", *QUICK, "--out", str(folder)]) == 0
    return folder
