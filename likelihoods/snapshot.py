"""Snapshot: the measurements that stood at a date, entries up to it minus those superseded by then.

What a standing average combines does not count beside it, but stands again once the average is superseded.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any

from likelihoods.catalogue import load_measurements, on_request, read_file, read_yaml
from likelihoods.catalogue import terms as known_terms
from likelihoods.inputs import data_folder, nearest
from likelihoods.measurement import Measurement

_MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])")


@cache
def datasets() -> dict[str, dict[str, Any]]:
    """Named collections of measurements: the data of the papers' fits."""
    return read_yaml(data_folder() / "datasets.yaml")


def _dataset(name: str, measurements: Mapping[str, Measurement]) -> list[Measurement]:
    """The embedded measurements a dataset names, and the entries of its own file."""
    dataset = datasets()[name]
    own = read_file(data_folder() / dataset["file"]) if "file" in dataset else {}
    for part in dataset.get("measurements", []):
        if part not in measurements:
            raise ValueError(f"dataset {name}: measurement {part!r} is unknown{nearest(part, measurements)}")
    return [measurements[part] for part in dataset.get("measurements", [])] + list(own.values())


def today() -> str:
    """The current month, "YYYY-MM"."""
    return datetime.date.today().strftime("%Y-%m")


def standing(date: str | None, measurements: Mapping[str, Measurement]) -> list[Measurement]:
    """All entries of a date or a named dataset, alternatives included.

    An entry that supersedes another also supersedes that one's alternatives.
    """
    date = date or today()
    if date in datasets():
        return _dataset(date, measurements)
    if not isinstance(date, str) or not _MONTH.fullmatch(date):
        raise ValueError(f"data={date!r} is neither a month YYYY-MM nor a dataset{nearest(str(date), datasets())}")
    if date > (latest := max(today(), *(m.date for m in measurements.values()))):
        raise ValueError(f"data={date!r} is in the future; the latest month is {latest}")
    stood = [m for m in measurements.values() if m.date <= date]
    if not stood:
        first = min(m.date for m in measurements.values())
        raise ValueError(f"data={date!r}: nothing had been measured; the first entry is of {first}")
    superseded = {name for m in stood for name in m.supersedes}
    return [m for m in stood if m.name not in superseded and m.group not in superseded]


def measured(
    terms: Sequence[str], date: str | None = None, measurements: Mapping[str, Measurement] | None = None
) -> tuple[str, ...]:
    """Those of some terms that had been measured at a date, or are part of a dataset.

    Raises
    ------
    ValueError : malformed date
    """
    stood = standing(date, load_measurements() if measurements is None else measurements)
    had = {term for m in stood for term in m.terms}
    return tuple(term for term in terms if term in had)


def _one_form(group: Sequence[Measurement], terms: Sequence[str]) -> Measurement:
    """Of the forms of one dataset, preferred first, the one that serves all wanted terms.

    Raises
    ------
    ValueError : no form serves them all: the selection would use the same data twice
    """
    named = [m for m in group if m.name in terms]
    if len(named) > 1:
        raise ValueError(f"{named[0].name} and {named[1].name} are the same data in two forms: select one of them")
    if named:
        return named[0]
    served = [set(m.terms) & set(terms) for m in group]
    for m, of_form in zip(group, served, strict=True):
        if of_form == set().union(*served):
            return m
    one, two = group[0], next(m for m, s in zip(group, served, strict=True) if s - served[0])
    extra = sorted(set(two.terms) & set(terms) - served[0])[0]
    raise ValueError(
        f"terms {sorted(served[0])[0]!r} ({one.name}) and {extra!r} ({two.name}) use the same data: select one of them"
    )


def snapshot(
    date: str | None = None,
    terms: Sequence[str] | None = None,
    measurements: Mapping[str, Measurement] | None = None,
) -> list[Measurement]:
    """The measurements of a likelihood: what stood at a date, restricted to some terms, each dataset once.

    Parameters
    ----------
    date : "YYYY-MM", the name of a dataset, or None for today
    terms : terms and names of measurements; None takes every term but those of ``on_request`` in ``terms.yaml``, in
        the preferred form of each dataset
    measurements : as from ``load_measurements``; default the embedded ones

    Returns
    -------
    list of Measurement, their rows restricted to the wanted terms, ordered by date

    Raises
    ------
    KeyError : unknown term (the message names the nearest)
    ValueError : malformed date, a term without data at this date, or the same data asked for twice
    """
    measurements = load_measurements() if measurements is None else measurements
    stood = standing(date, measurements)
    everything = {term for m in measurements.values() for term in m.terms} | set(known_terms())
    names = {m.name for m in stood} | set(measurements)
    for term in terms or ():
        if term not in everything and term not in names:
            raise KeyError(f"unknown term {term!r}{nearest(term, [*everything, *names])}")
    wanted = {term for m in stood for term in m.terms} - on_request() if terms is None else set(terms)
    groups: dict[str, list[Measurement]] = {}
    for m in stood:
        if m.name in wanted or set(m.terms) & wanted:
            groups.setdefault(m.group, []).append(m)
    chosen = []
    for group in groups.values():
        group.sort(key=lambda m: m.alternative_to is not None)
        form = group[0] if terms is None else _one_form(group, terms)
        chosen.append(form if form.name in wanted else form.restricted(wanted))
    averaged = {part for m in chosen for part in m.combines}
    chosen = [m for m in chosen if m.name not in averaged and m.group not in averaged]
    for term in terms or ():
        if not any(term == m.name or term in m.terms for m in chosen):
            has = f"; it has {', '.join(sorted({t for m in stood for t in m.terms}))}" if date in datasets() else ""
            raise ValueError(f"term {term!r} has no data in {date or today()}{has}")
    for one, two in combinations(chosen, 2):
        pair = one.overlap(two)
        if pair:
            raise ValueError(
                f"{pair[0]} of {one.name} and {pair[1]} of {two.name} use the same data: select one of them"
            )
    return sorted(chosen, key=lambda m: m.date)
