"""Hadronic model: a named treatment of b → s ℓ ℓ, which inputs it fixes and samples, and what theory expects of them.

Read from ``data/hadronic/NAME.yaml`` or a file of the user's with the keys ``about``, ``like`` (another model that it
changes), ``fixed`` (input: value), ``sampled`` (input: text of a prior; ``normal MEAN SIGMA`` enters correlations, a
group of inputs takes lists of errors or ``as they stand``), ``correlations`` and ``constraints`` (a file of
measurements). No other input keeps an uncertainty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.catalogue import read_file, read_yaml
from likelihoods.inputs import Inputs, data_folder, default_inputs, nearest, symmetric
from likelihoods.measurement import Measurement

_KEYS = ("about", "like", "fixed", "sampled", "correlations", "constraints")
Block = tuple[tuple[str, ...], npt.NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class HadronicModel:
    """Inputs with their priors, and constraints on them.

    Attributes
    ----------
    name, about : what it is
    inputs : central values, uncertainties of the sampled inputs only
    sampled : scalar inputs that are parameters of a fit
    constraints : measurements that every fit with this model includes
    """

    name: str
    about: str
    inputs: Inputs
    sampled: tuple[str, ...]
    constraints: tuple[Measurement, ...]


def hadronic_models() -> dict[str, str]:
    """Names of the embedded hadronic models, and what they are."""
    return {path.stem: read_yaml(path)["about"] for path in sorted((data_folder() / "hadronic").glob("*.yaml"))}


@cache
def hadronic_model(name: str) -> HadronicModel:
    """An embedded hadronic model by name, or one of a YAML file.

    Raises
    ------
    KeyError : unknown name, or unknown input in a file
    ValueError : a file with an unknown key or an unusable prior; the message names it
    """
    path = Path(name)
    if path.suffix not in (".yaml", ".yml"):
        path = data_folder() / "hadronic" / f"{name}.yaml"
        if not path.is_file():
            raise KeyError(f"unknown hadronic model {name!r}{nearest(name, hadronic_models())}")
    document = read_yaml(path)
    for key in document:
        if key not in _KEYS:
            raise ValueError(f"{path.name}: unknown key {key!r}{nearest(key, _KEYS)}")
    before = hadronic_model(document["like"]) if "like" in document else None
    return _changed(before, path, document)


def _changed(before: HadronicModel | None, path: Path, document: Mapping[str, Any]) -> HadronicModel:
    inputs = before.inputs if before else replace(default_inputs(), sigma=dict.fromkeys(default_inputs().names, 0.0))
    fixed: dict[str, float] = dict(document.get("fixed", {}))
    sampled = [name for name in (before.sampled if before else ()) if name not in fixed]
    central: dict[str, float] = dict(fixed)
    sigma = {name: inputs.sigma[name] if name in sampled else 0.0 for name in inputs.names}
    priors = {name: text for name, text in inputs.priors.items() if name in sampled}
    blocks: list[Block] = list(inputs.correlations)
    for key, given in document.get("sampled", {}).items():
        group = _group(inputs, key, path)
        sampled += group
        if len(group) == 1 and key in inputs.index:
            kind, *numbers = str(given).split()
            if kind == "normal" and len(numbers) == 2:
                central[key], sigma[key] = (float(number) for number in numbers)
            else:
                priors[key] = str(given)
        elif given == "as they stand":
            sigma |= {name: default_inputs().sigma[name] for name in group}
        elif isinstance(given, Mapping) and {"error", "correlation"} == set(given):
            sigma |= dict(zip(group, map(float, given["error"]), strict=True))
            blocks.append((tuple(group), symmetric(given["correlation"])))
        else:
            raise ValueError(f"{path.name}: {key}: needs 'as they stand', or error and correlation; got {given!r}")
    inputs.check(central)
    blocks += [(tuple(block["names"]), symmetric(block["matrix"])) for block in document.get("correlations", [])]
    chosen = replace(inputs.replace(central), sigma=sigma, priors=priors, correlations=tuple(blocks))
    constraints: tuple[Measurement, ...] = before.constraints if before else ()
    if "constraints" in document:
        folder = path.parent if (path.parent / document["constraints"]).is_file() else data_folder() / "hadronic"
        constraints = tuple(read_file(folder / document["constraints"]).values())
    return HadronicModel(path.stem, document["about"], chosen, tuple(sampled), constraints)


def _group(inputs: Inputs, key: str, path: Path) -> list[str]:
    """The scalar inputs that a key names: itself, or the components of a field."""
    if key in inputs.index:
        return [key]
    group = [name for name, (field, _) in inputs.index.items() if field == key]
    if not group:
        raise KeyError(f"{path.name}: unknown input {key!r}{nearest(key, inputs.index)}")
    return group
