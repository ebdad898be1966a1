"""Provenance: what a result was made from."""

import hashlib
import platform
import time
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from types import CodeType, FunctionType, MethodType
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
    """Hash of a user's function: byte code, constants, and the data that it holds (closure, defaults, attributes)."""
    return checksum(_contents(function))


def _contents(value: Any, depth: int = 0) -> Any:
    """What a value is made of, as something whose ``repr`` tells two values apart in any process.

    Of an object, arrays, real numbers, texts, tuples and functions count: integers, lists and dictionaries among its
    attributes may be counters and caches that change while it is used.
    """
    if isinstance(value, np.ndarray) and value.dtype != object:
        return str(value.dtype), value.shape, hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
    if value is None or isinstance(value, str | bytes | int | float | complex):
        return value
    parts: Any = ()
    if isinstance(value, list | tuple):
        parts = value
    elif isinstance(value, dict):
        parts = tuple(value.items())
    elif isinstance(value, CodeType):
        parts = value.co_code, value.co_names, value.co_consts
    elif isinstance(value, FunctionType):
        held = [cell.cell_contents for cell in value.__closure__ or ()]
        parts = value.__code__, held, value.__defaults__, value.__kwdefaults__
    elif isinstance(value, MethodType):
        parts = value.__func__, value.__self__
    elif isinstance(value, partial):
        parts = value.func, value.args, value.keywords
    else:
        steady: Any = np.ndarray | float | str | tuple | FunctionType | MethodType | partial
        own = {key: one for key, one in getattr(value, "__dict__", {}).items() if isinstance(one, steady)}
        parts = type(value).__qualname__, own, vars(type(value)).get("__call__")
    # something that holds itself ends at its type
    return [_contents(one, depth + 1) for one in parts] if depth < 12 else type(value).__qualname__


def circumstances(began: float) -> dict[str, Any]:
    """Date, seconds and machine of a run that ``began`` at that time: what its numbers do not depend on."""
    return {
        "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "seconds": round(time.time() - began, 3),
        "machine": f"{platform.system()} {platform.machine()}",
    }
