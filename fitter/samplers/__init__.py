"""Samplers: one signature ``sample(target, seed, report, **settings) -> Draws``, one explicit line each."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from inspect import signature
from typing import Any

from fitter.draws import Draws
from likelihoods.inputs import nearest

#: Module of each sampler and the settings that its name implies; imported when first used.
SAMPLERS: dict[str, tuple[str, dict[str, Any]]] = {
    "smc": ("fitter.samplers.tempered", {}),
    "dynesty": ("fitter.samplers.nested", {}),
    "dynesty-dynamic": ("fitter.samplers.nested", {"dynamic": True}),
    "emcee": ("fitter.samplers.ensemble", {}),
    "ultranest": ("fitter.samplers.slices", {}),
}


def sampler(name: str, settings: dict[str, Any]) -> Callable[..., Draws]:
    """The sampler of that name, with ``settings`` filled in.

    Raises
    ------
    KeyError : unknown sampler or setting; the message names the nearest
    """
    if name not in SAMPLERS:
        raise KeyError(f"unknown sampler {name!r}{nearest(name, SAMPLERS)}; known: {', '.join(SAMPLERS)}")
    module, implied = SAMPLERS[name]
    function = import_module(module).sample
    known = [p.name for p in signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY]
    for key in settings:
        if key not in known or key in implied:
            raise KeyError(f"sampler {name!r} has no setting {key!r}{nearest(key, known)}; known: {', '.join(known)}")
    return partial(function, **implied, **settings)
