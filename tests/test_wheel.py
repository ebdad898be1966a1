"""The built wheel in a clean environment, far from the checkout."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROBE = """
from pathlib import Path
import fitter, likelihoods
from likelihoods.inputs import data_folder

assert Path(likelihoods.__file__).is_relative_to(Path(__import__("sys").prefix)), likelihoods.__file__
assert data_folder() == Path(likelihoods.__file__).parent / "data", data_folder()
print(likelihoods.default_inputs().value("m_Z"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "build", "--outdir", folder, ROOT], check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.mark.long
def test_wheel_carries_all_data(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"likelihoods/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "data").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected <= names
    assert not any(name.startswith(("tests/", "data/", "notebooks/")) for name in names)


@pytest.mark.long
def test_wheel_works_outside_the_checkout(wheel, tmp_path):
    venv.create(tmp_path / "venv", with_pip=True)
    bin_folder = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}

    def run(*command):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(bin_folder / "python", "-m", "pip", "install", "--quiet", wheel)
    assert float(run(bin_folder / "python", "-c", PROBE)) == pytest.approx(91.19, abs=0.01)
    assert "flavourful_zprime" in run(bin_folder / "darkflavour", "models")
    point = "g_bb=0.01 g_mumu=0.3 g_nunu=1 m_zp=500 m_nu=1200"
    assert "a_mu" in run(bin_folder / "darkflavour", "predict", "flavourful_zprime", "a_mu", "--at", point)
