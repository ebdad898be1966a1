"""The only file that configures numba: one decorator, one cache folder.

numba's disk cache does not notice that a kernel or constant imported by a cached kernel has changed. The cache
folder is therefore named by a hash of every source file and the numba version, set before any decorator runs.
"""

import atexit
import functools
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

_config: Any = numba.config
_PACKAGE = Path(__file__).resolve().parent


def source_hash() -> str:
    """Hash of all Python sources of the two packages, numba and numpy versions: names the kernel cache."""
    digest = hashlib.sha256(f"{numba.__version__} {_config.CPU_NAME}".encode())
    for package in (_PACKAGE, _PACKAGE.parent / "fitter"):
        for path in sorted(package.rglob("*.py")):
            digest.update(path.relative_to(package.parent).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_folder() -> Path:
    """``$DARKFLAVOUR_CACHE``, else the user's cache folder, else a temporary one; below it one folder a hash."""
    chosen = os.environ.get("DARKFLAVOUR_CACHE")
    home = Path(chosen) if chosen else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "darkflavour"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not os.access(home, os.W_OK):
            raise PermissionError(home)
    except OSError:
        home = Path(tempfile.gettempdir()) / "darkflavour"
    return home / source_hash()


if "NUMBA_CACHE_DIR" not in os.environ:
    _config.CACHE_DIR = str(_cache_folder())


def _interpreted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Without compilation (``NUMBA_DISABLE_JIT=1``): records of structured arrays get their fields as attributes."""

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(
                *(a.view(np.recarray) if isinstance(a, np.ndarray) and a.dtype.names else a for a in arguments)
            )

    return call


#: Decorator of every compiled function. No fastmath: nan and inf carry meaning.
kernel: Callable[..., Any] = (
    _interpreted if _config.DISABLE_JIT else numba.njit(cache=True, nogil=True, error_model="numpy")
)


def compile_beside(code: str) -> None:
    """Run ``code`` in a second process, so that what it calls is compiled while this process compiles the rest.

    Only if hardly any kernel is in the cache yet and there is a second core to use; the two share the cache on disk.
    """
    cached = sum(1 for _ in Path(_config.CACHE_DIR).rglob("*.nbi"))
    if cached > _HARDLY_ANY or (os.cpu_count() or 1) < 2 or _BESIDE in os.environ or _config.DISABLE_JIT:
        return
    search = os.pathsep.join(path for path in sys.path if path)
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {_BESIDE: "1", "PYTHONPATH": search},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def end() -> None:
        child.kill()
        child.wait()

    atexit.register(end)


_BESIDE = "DARKFLAVOUR_BESIDE"  # marks the second process
_HARDLY_ANY = 20  # of some 160 kernels
