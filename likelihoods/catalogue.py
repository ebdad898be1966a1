"""Catalogue: the measurement files, read and audited.

The format is described in ``data/README.md``. Every complaint is one line: file, entry, key, value, what is allowed.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from likelihoods.inputs import data_folder, nearest
from likelihoods.measurement import Measurement
from likelihoods.reader import Reader


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping at the top of a YAML file; a duplicate or malformed entry is one clear line."""
    try:
        document = yaml.load(path.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except FileNotFoundError:
        raise ValueError(f"{path}: no such file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ValueError(f"{path.name}{where}: not YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(document, dict):
        raise ValueError(f"{path.name}: must be a mapping of names to entries, got {type(document).__name__}")
    return document


@cache
def references() -> dict[str, dict[str, str]]:
    """The bibliography of the data: key -> arxiv, doi, title, journal."""
    return read_yaml(data_folder() / "references.yaml")


@cache
def _terms() -> tuple[dict[str, str], frozenset[str]]:
    document = read_yaml(data_folder() / "terms.yaml")
    return document, frozenset(document.pop("on_request", ()))


def terms() -> dict[str, str]:
    """Every term of the likelihood and what it is."""
    return _terms()[0]


def on_request() -> frozenset[str]:
    """Terms that count only where they are named: not predicted, or not to be trusted."""
    return _terms()[1]


def _check_links(measurements: Mapping[str, Measurement], where: Mapping[str, str]) -> None:
    """Named measurements exist; what supersedes is later than what is superseded, hence no cycles."""
    for name, m in measurements.items():
        links = {"supersedes": m.supersedes, "combines": m.combines, "independent_of": m.independent_of}
        if m.alternative_to is not None:
            links["alternative_to"] = (m.alternative_to,)
        for key, targets in links.items():
            for target in targets:
                if target not in measurements:
                    raise ValueError(
                        f"{where[name]}: {name}: {key}: {target!r} is unknown{nearest(target, measurements)}"
                    )
        for target in m.supersedes:
            if not measurements[target].date < m.date:
                old = measurements[target].date
                raise ValueError(f"{where[name]}: {name}: supersedes: {target} of {old} is not older than {m.date}")
        if m.alternative_to is not None and measurements[m.alternative_to].alternative_to is not None:
            raise ValueError(f"{where[name]}: {name}: alternative_to: {m.alternative_to} is itself an alternative")


def _read(paths: list[Path], known: Mapping[str, Measurement]) -> dict[str, Measurement]:
    measurements = dict(known)
    where = dict.fromkeys(known, "embedded data")
    for path in paths:
        document = read_yaml(path)
        own = document.pop("references", {})
        own_terms = document.pop("terms", {})
        reader = Reader(path, references() | own, terms() | own_terms)
        for name, raw in document.items():
            if name in measurements:
                raise ValueError(f"{path.name}: {name}: already defined in {where[name]}")
            measurements[name] = reader.measurement(name, raw)
            where[name] = path.name
    _check_links(measurements, where)
    return measurements


@cache
def read_file(path: Path) -> dict[str, Measurement]:
    """The measurements of one file alone."""
    return _read([path], {})


@cache
def _embedded() -> dict[str, Measurement]:
    return _read(sorted((data_folder() / "measurements").glob("*.yaml")), {})


def load_measurements(path: str | Path | None = None) -> dict[str, Measurement]:
    """All measurements by name, superseded ones included.

    Parameters
    ----------
    path : None for the embedded data; a folder to read its ``*.yaml`` instead; a file to add its entries to the
        embedded ones (its reserved keys ``references`` and ``terms`` add to the embedded tables)

    Raises
    ------
    ValueError : a malformed file, in one line naming file, entry, key and value
    """
    if path is None:
        return dict(_embedded())
    path = Path(path)
    if path.is_dir():
        return _read(sorted(path.glob("*.yaml")), {})
    return _read([path], _embedded())
