"""The README's code blocks: they are what a newcomer runs first."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)


def test_first_two_sh_blocks_install_fit_and_test():
    first, second = blocks("sh")[:2]
    assert re.search(r"-m venv .*\n.*pip install .*\n.*darkflavour fit flavourful_zprime", first)
    assert "pytest" in second


@pytest.mark.parametrize("example", blocks("python"))
def test_python_example_is_short_and_runs(example, tmp_path):
    assert len(example.strip().splitlines()) <= 10
    done = subprocess.run([sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout
