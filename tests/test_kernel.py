"""The kernel cache notices every change of a source, and fills from two processes when cold."""

import time

import pytest

from likelihoods import kernel


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """Two packages of one file each in place of the real ones."""
    for package in ("likelihoods", "fitter"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "physics.py").write_text("CONSTANT = 1\n")
    monkeypatch.setattr(kernel, "_PACKAGE", tmp_path / "likelihoods")
    return tmp_path


def test_hash_follows_every_source(sources):
    before = kernel.source_hash()
    assert kernel.source_hash() == before
    seen = {before}
    (sources / "likelihoods" / "physics.py").write_text("CONSTANT = 2\n")
    seen.add(kernel.source_hash())
    (sources / "fitter" / "physics.py").write_text("CONSTANT = 2\n")
    seen.add(kernel.source_hash())
    (sources / "likelihoods" / "physics.py").rename(sources / "likelihoods" / "chemistry.py")
    seen.add(kernel.source_hash())
    assert len(seen) == 4


def test_unwritable_home_falls_back(sources, monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("DARKFLAVOUR_CACHE", str(blocked / "cache"))
    assert kernel._cache_folder().name == kernel.source_hash()
    assert blocked not in kernel._cache_folder().parents


@pytest.mark.parametrize("cached", [0, 50])
def test_second_process_only_with_a_cold_cache(cached, tmp_path, monkeypatch):
    monkeypatch.setattr(kernel._config, "CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(kernel._config, "DISABLE_JIT", 0)
    monkeypatch.setattr(kernel.os, "cpu_count", lambda: 2)
    monkeypatch.delenv("DARKFLAVOUR_BESIDE", raising=False)
    (tmp_path / "cache").mkdir()
    for k in range(cached):
        (tmp_path / "cache" / f"{k}.nbi").write_text("")
    mark = tmp_path / "mark"
    kernel.compile_beside(f"open({str(mark)!r}, 'w').write('ran')")
    deadline = time.monotonic() + (20.0 if cached == 0 else 1.0)
    while time.monotonic() < deadline and not mark.exists():
        time.sleep(0.05)
    assert mark.exists() == (cached == 0)
