"""Provenance: what a result was made from."""

import hashlib
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from fitter.posterior import Posterior
from likelihoods.kernel import source_hash

PACKAGES = ("darkflavour", "numpy", "scipy", "numba", "emcee", "dynesty", "iminuit")


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that the numbers depend on."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def checksum(*parts: Any) -> str:
    """Short hash of texts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr(part).encode() + b"\0")
    return digest.hexdigest()[:16]


def fingerprint(posterior: Posterior, sampler: str, seed: int, settings: dict[str, Any]) -> dict[str, Any]:
    """Everything that the numbers of a run depend on, by name."""
    likelihood = posterior.likelihood
    data = getattr(likelihood, "measurements", None)
    block = getattr(likelihood, "block", None)
    function = getattr(posterior, "_function", None)
    return {
        "model": posterior.name,
        "scheme": posterior.scheme,
        "priors": {p.name: str(p.prior) for p in posterior.parameters},
        "fixed": dict(posterior.fixed),
        "nuisances": list(posterior.nuisances),
        "terms": list(posterior.terms),
        "theory": getattr(likelihood, "theory", None),
        "data": checksum(data, np.asarray(getattr(block, "data", 0)).tobytes()) if data is not None else None,
        "inputs": checksum(likelihood.inputs.central.tobytes()) if likelihood is not None else None,
        "function": _code(function) if function is not None else None,
        "sampler": sampler,
        "seed": seed,
        "settings": dict(settings),
        "sources": source_hash(),
        "versions": versions(),
    }


def _code(function: Any) -> str:
    """Hash of a user's function: its byte code and constants."""
    method = function if hasattr(function, "__code__") else type(function).__call__
    code = getattr(method, "__code__", None)
    if code is None:
        return repr(type(function))
    return checksum(code.co_code, [c for c in code.co_consts if not hasattr(c, "co_code")], code.co_names)


def circumstances(began: float) -> dict[str, Any]:
    """Date, seconds and machine of a run that ``began`` at that time: what its numbers do not depend on."""
    return {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "seconds": round(time.time() - began, 3),
        "machine": f"{platform.system()} {platform.machine()}",
    }
