"""Inputs: SM, hadronic and astrophysical constants with uncertainties, read from ``data/inputs.yaml``.

Kernels see a structured array ``sm`` with one field per input; an input with several components (form-factor
coefficients) is one field with a sub-array whose components are named ``<field>_<component>``. Any scalar name may
be overridden in ``predict(inputs={...})`` or promoted to a nuisance parameter.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml


@cache
def data_folder() -> Path:
    """The embedded data: inside the installed package, else at the checkout root."""
    here = Path(__file__).resolve().parent
    installed = here / "data"
    return installed if installed.is_dir() else here.parent / "data"


def nearest(word: str, known: Iterable[str]) -> str:
    """End of an error message: the nearest known spelling, else what is known."""
    known = sorted(known, key=lambda name: (":" in name, name))  # terms before single measurements
    if not known:
        return "; there are none"
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    shown = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return f"; known: {shown}"


@dataclass(frozen=True)
class Inputs:
    """Central values, covariance and layout of all inputs.

    Attributes
    ----------
    dtype : structured dtype of ``sm``
    central : structured array (1,)
    index : scalar name -> (field, position in the field's sub-array or None)
    sigma : scalar name -> standard deviation (0 where fixed)
    correlations : blocks (names, matrix) of correlated scalars
    entries : the YAML entries, with unit, source and grade
    sets : named sets of other values and errors: name -> {about, grade, values: {scalar: {value, error}}}
    priors : scalar name -> text of the prior of a sampled input, where it is not the Gaussian of its uncertainty
    """

    dtype: np.dtype[Any]
    central: npt.NDArray[Any]
    index: Mapping[str, tuple[str, int | None]]
    sigma: Mapping[str, float]
    correlations: tuple[tuple[tuple[str, ...], npt.NDArray[np.float64]], ...]
    entries: Mapping[str, Mapping[str, Any]]
    sets: Mapping[str, Mapping[str, Any]]
    priors: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.central.tobytes(), tuple(self.index)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Inputs) and self.central.tobytes() == other.central.tobytes()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All scalar names."""
        return tuple(self.index)

    def check(self, names: Iterable[str]) -> None:
        """Raise ``KeyError`` naming the first unknown input and the nearest known one."""
        for name in names:
            if name not in self.index:
                raise KeyError(f"unknown input {name!r}{nearest(name, self.index)}")

    def overridden(self) -> dict[str, float]:
        """Scalars whose value is not the embedded one."""
        embedded = default_inputs()
        return {
            name: self.value(name)
            for name in self.names
            if name not in embedded.index or self.value(name) != embedded.value(name)
        }

    def value(self, name: str) -> float:
        """Central value of a scalar."""
        self.check([name])
        field, k = self.index[name]
        return float(self.central[field][0] if k is None else self.central[field][0, k])

    def records(self, values: Mapping[str, Any], n: int = 1) -> npt.NDArray[Any]:
        """Structured array (n,) with the named scalars replaced by numbers or arrays (n,)."""
        self.check(values)
        sm = np.repeat(self.central, n)
        for name, value in values.items():
            if not np.all(np.isfinite(value)):
                raise ValueError(f"input {name!r} must be finite, got {value}")
            allowed = self.entries[self.index[name][0]].get("allowed")
            if allowed is not None and not np.isin(value, allowed).all():
                raise ValueError(f"input {name}={value:g} must be one of {', '.join(map(str, allowed))}")
            field, k = self.index[name]
            if k is None:
                sm[field] = value
            else:
                sm[field][:, k] = value
        return sm

    def replace(self, values: Mapping[str, float]) -> "Inputs":
        """The same inputs with other central values.

        Raises
        ------
        KeyError : unknown input
        ValueError : a mass, width, lifetime or decay constant that is not positive (at zero ratios and logarithms have
            no value; what can be switched off is a switch), a coupling, CKM modulus or branching ratio beyond its range
        """
        central = self.records(values)
        for name, value in values.items():
            entry = self.entries[self.index[name][0]]
            low, high = entry.get("range", (-np.inf, np.inf))
            if not low <= value <= high:
                raise ValueError(f"input {name}={value:g} must lie between {low:g} and {high:g}")
            if entry.get("unit", "rad") != "rad" and value <= 0 < self.value(name):
                raise ValueError(f"input {name}={value:g} must be positive [{entry['unit']}]")
        return replace(self, central=central)

    def named(self, name: str) -> "Inputs":
        """The same inputs with the values and errors of a named set, which are taken as uncorrelated with all others.

        Raises
        ------
        KeyError : unknown set (the message names the nearest)
        """
        if name not in self.sets:
            raise KeyError(f"unknown set of inputs {name!r}{nearest(name, self.sets)}")
        values = self.sets[name]["values"]
        sigma = {**self.sigma, **{key: float(entry.get("error", 0.0)) for key, entry in values.items()}}
        correlations = []
        for names, matrix in self.correlations:
            other = matrix.copy()
            for k in (k for k, key in enumerate(names) if key in values):
                other[k, :] = other[:, k] = 0.0
                other[k, k] = 1.0
            correlations.append((names, other))
        central = self.records({key: entry["value"] for key, entry in values.items()})
        return replace(self, central=central, sigma=sigma, correlations=tuple(correlations))

    def covariance(self, names: Iterable[str]) -> npt.NDArray[np.float64]:
        """Covariance matrix of the named scalars."""
        names = list(names)
        self.check(names)
        sigma = np.array([self.sigma[name] for name in names])
        correlation = np.eye(len(names))
        where = {name: i for i, name in enumerate(names)}
        for block, matrix in self.correlations:
            inside = [(k, where[name]) for k, name in enumerate(block) if name in where]
            for a, i in inside:
                for b, j in inside:
                    correlation[i, j] = matrix[a, b]
        return correlation * np.outer(sigma, sigma)


def symmetric(rows: list[list[float]]) -> npt.NDArray[np.float64]:
    """Full matrix from a full or an upper-triangular list of rows."""
    size = len(rows)
    if all(len(row) == size for row in rows):
        return np.array(rows, float)
    matrix = np.eye(size)
    for i, row in enumerate(rows):
        matrix[i, i:] = row
        matrix[i:, i] = row
    return matrix


def load_inputs(path: Path) -> Inputs:
    """Read an inputs file; see the head of ``data/inputs.yaml`` for its format."""
    document = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    fields: list[tuple[Any, ...]] = []
    values: list[Any] = []
    index: dict[str, tuple[str, int | None]] = {}
    sigma: dict[str, float] = {}
    blocks = []
    for name, entry in document["inputs"].items():
        if "components" in entry:
            components = [f"{name}_{component}" for component in entry["components"]]
            fields.append((name, np.float64, len(components)))
            values.append(tuple(entry["value"]))
            index |= {component: (name, k) for k, component in enumerate(components)}
            sigma |= dict(zip(components, entry.get("error", [0.0] * len(components)), strict=True))
            if "correlation" in entry:
                blocks.append((tuple(components), symmetric(entry["correlation"])))
        else:
            fields.append((name, np.float64))
            values.append(entry["value"])
            index[name] = (name, None)
            sigma[name] = float(entry.get("error", 0.0))
    for block in document.get("correlations", []):
        blocks.append((tuple(block["names"]), symmetric(block["matrix"])))
    dtype = np.dtype(fields, align=True)
    central = np.array([tuple(values)], dtype)
    return Inputs(dtype, central, index, sigma, tuple(blocks), document["inputs"], document.get("sets", {}))


@cache
def default_inputs() -> Inputs:
    """The embedded inputs."""
    return load_inputs(data_folder() / "inputs.yaml")


def settled(inputs: Inputs | Mapping[str, float] | str | None) -> Inputs:
    """Inputs as they are, the embedded ones with a named set, or with other central values by name."""
    if isinstance(inputs, Inputs):
        return inputs
    if isinstance(inputs, str):
        return default_inputs().named(inputs)
    return default_inputs().replace(inputs) if inputs else default_inputs()
