"""Entry: the form of one measurement in a YAML file, checked key by key."""

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from likelihoods.inputs import nearest

_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+")


def _errors(value: Any) -> Any:
    """One number, or [up, -down], as (up, down)."""
    if isinstance(value, list) and len(value) == 2 and all(isinstance(v, int | float) for v in value):
        up, down = value
        if not (up >= 0 >= down):
            raise ValueError("an asymmetric error is [up, -down]")
        return (up, -down)
    if isinstance(value, int | float) and value >= 0:
        return (value, value)
    raise ValueError("an error is a number >= 0 or [up, -down]")


def _correlation(value: Any) -> Any:
    """A matrix as text, as rows of numbers, as {uniform: c}, or the name of a table."""
    number = (int, float)
    rows = isinstance(value, list) and all(isinstance(r, list) and all(isinstance(x, number) for x in r) for r in value)
    uniform = isinstance(value, dict) and list(value) == ["uniform"] and isinstance(value["uniform"], number)
    if not (isinstance(value, str) or rows or uniform):
        raise ValueError("a correlation is rows of numbers, {uniform: c} or the name of a table")
    return value


Number = Annotated[float, Field(allow_inf_nan=False)]
Error = Annotated[tuple[Number, Number], BeforeValidator(_errors)]
Date = Annotated[str, Field(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$")]
Bin = Annotated[list[Number], Field(min_length=2, max_length=2)]
Correlation = Annotated[Any, BeforeValidator(_correlation)]


class RowEntry(BaseModel):
    """One row of ``values``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    observable: str
    term: str | None = None
    q2: Bin | None = None
    unit: str | None = None
    value: Number | None = None
    error: Error | None = None
    stat: Error | None = None
    syst: Error | None = None
    norm: Annotated[float, Field(ge=0)] = 0.0
    limit: Number | None = None
    cl: Annotated[float, Field(gt=0, lt=1)] | None = None
    side: Literal["upper", "lower"] = "upper"
    expected: Number | None = None
    table: str | None = None
    log_likelihood: Literal[True] | None = None
    observed: Annotated[float, Field(ge=0)] | None = None
    background: Annotated[float, Field(ge=0)] | None = None
    background_error: Annotated[float, Field(ge=0)] = 0.0
    signal_per_unit: Annotated[float, Field(gt=0)] = 1.0
    theory_error: Annotated[float, Field(ge=0)] = 0.0


class BinEntry(BaseModel):
    """One bin of ``bins``: rows that share q² and perhaps a correlation."""

    model_config = ConfigDict(extra="forbid", strict=True)

    q2: Bin
    values: Annotated[list[RowEntry], Field(min_length=1)]
    correlation: Correlation | None = None


class Entry(BaseModel):
    """One measurement."""

    model_config = ConfigDict(extra="forbid", strict=True)

    term: str
    experiment: str
    reference: str
    date: Date
    grade: Literal["database", "verified", "known", "uncertain"]
    unit: str = ""
    basis: str = ""
    note: str = ""
    supersedes: list[str] = []
    combines: list[str] = []
    alternative_to: str | None = None
    independent_of: list[str] = []
    values: Annotated[list[RowEntry], Field(min_length=1)] | None = None
    bins: Annotated[list[BinEntry], Field(min_length=1)] | None = None
    correlation: Correlation | None = None
    stat_correlation: Correlation | None = None
    syst_correlation: Correlation | None = None


_KEYS = {key for schema in (RowEntry, BinEntry, Entry) for key in schema.model_fields}


def _complaint(error: ValidationError) -> str:
    """The first complaint of pydantic in one line of our words."""
    first = error.errors()[0]
    where = ""
    for part in first["loc"]:
        if isinstance(part, int):
            where += f"[{part}]"
        elif part in _KEYS or first["type"] == "extra_forbidden":
            where += f".{part}" if where else str(part)
    value, kind = first["input"], first["type"]
    if kind == "extra_forbidden":
        return f"{where}: unknown key{nearest(str(first['loc'][-1]), _KEYS)}"
    if kind == "missing":
        return f"{where}: missing"
    shown = repr(value) if len(repr(value)) < 80 else repr(value)[:77] + "..."
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and "\N{MINUS SIGN}" in text:
            return f"{where}: {shown} is not a number: it has a unicode minus sign, write -"
        if isinstance(text, str) and _NUMBER.fullmatch(text):
            return f"{where}: {shown} is text in YAML, write {float(text):.1e}"
    message = "a date is YYYY-MM" if kind == "string_pattern_mismatch" else first["msg"].removeprefix("Value error, ")
    return f"{where or 'entry'}: {shown}: {message[0].lower()}{message[1:]}"


def validated(raw: Any) -> Entry:
    """The entry of a mapping read from YAML; ``ValueError`` in one line naming key, value and what is allowed."""
    try:
        return Entry.model_validate(raw)
    except ValidationError as error:
        raise ValueError(_complaint(error)) from None
