"""Samplers: one signature ``sample(target, seed, report, **settings) -> Draws``, one explicit line each."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from inspect import Parameter, signature
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
    ValueError : a value of the wrong kind
    """
    if name not in SAMPLERS:
        raise KeyError(f"unknown sampler {name!r}{nearest(name, SAMPLERS)}; known: {', '.join(SAMPLERS)}")
    module, implied = SAMPLERS[name]
    function = import_module(module).sample
    known = {p.name: p for p in signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY}
    for key, value in settings.items():
        if key not in known or key in implied:
            raise KeyError(f"sampler {name!r} has no setting {key!r}{nearest(key, known)}; known: {', '.join(known)}")
        if wanted := _refused(known[key], value):
            raise ValueError(f"sampler {name!r}: {key}={value!r} must be {wanted}")
    return partial(function, **implied, **settings)


def _refused(setting: Parameter, value: Any) -> str:
    """What a setting must be, if ``value`` is not: of the type of its default, and positive; shares are below 1."""
    kind = type(setting.default)
    if value is None and setting.default is None:
        return ""
    if kind is bool:
        return "" if isinstance(value, bool) else "true or false"
    if kind is float:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return "" if number and 0 < value < 1 else "a number between 0 and 1"
    whole = isinstance(value, int) and not isinstance(value, bool)
    return "" if whole and value > 0 else "a positive whole number"
