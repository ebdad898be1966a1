"""Console: where commands print, how they refuse bad input, and what their exit status means."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console

#: Answers go to standard output, progress and complaints to standard error.
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table.")]


class Status(IntEnum):
    """Exit status of every command."""

    DONE = 0
    CRASHED = 1  # a bug: Python's traceback is shown
    REFUSED = 2  # bad input: one line names it
    NOT_CONVERGED = 3  # the result is complete and saved, but must not be quoted yet
    INTERRUPTED = 130  # Ctrl-C; what there is was saved and says so


class Refusal(typer.TyperException):
    """Bad input: one clear line, exit status 2, nothing written."""

    exit_code = Status.REFUSED


@contextmanager
def refusing(source: str | Path = "") -> Iterator[None]:
    """Turn the library's complaints about what the user gave into a refusal; ``source`` names the file or option.

    Only the preparation of a command runs inside: an exception during the work itself is a bug and keeps its traceback.
    """
    try:
        yield
    except (KeyError, ValueError, OSError) as error:
        if isinstance(error, OSError) and error.filename is not None:
            message = f"{error.filename}: {error.strerror}"
        elif isinstance(error, OSError) and error.strerror:
            message = error.strerror
        else:
            message = str(error.args[0]) if error.args else type(error).__name__
        raise Refusal(f"{source}: {message}" if source and str(source) not in message else message) from error


def assignments(texts: list[str], option: str) -> dict[str, str]:
    """``{"g_bb": "0.01", "m_zp": "500"}`` of ``["g_bb=0.01 m_zp=500"]``; a value reaches up to the next ``name=``."""
    found: dict[str, str] = {}
    for text in texts:
        words, name = text.split(), ""
        for word in words:
            if "=" in word:
                name, _, word = word.partition("=")
                if not name:
                    raise Refusal(f"{option} {text!r}: write NAME=VALUE")
                if name in found:
                    raise Refusal(f"{option} {text!r}: {name} is given twice")
                found[name] = word
            elif name:
                found[name] = f"{found[name]} {word}".strip()
            else:
                raise Refusal(f"{option} {text!r}: write NAME=VALUE")
    return found


def number(text: str, name: str, option: str) -> float:
    """A finite number, or a refusal that names the option and the key."""
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise Refusal(f"{option} {name}={text}: a finite number is needed")
    return value


def note_without_data(terms: Iterable[str]) -> None:
    """Say which terms of a default fit had not been measured at its date."""
    if left_out := ", ".join(terms):
        err.print(f"left out, no data then: {left_out}", markup=False)


def print_json(document: Mapping[str, Any] | list[Any]) -> None:
    """One JSON document on standard output; NaN and infinities become null, as JSON has none."""
    print(json.dumps(_plain(document), indent=2, ensure_ascii=False, allow_nan=False))


def _plain(item: Any) -> Any:
    if isinstance(item, Mapping):
        return {str(key): _plain(value) for key, value in item.items()}
    if isinstance(item, list | tuple | set | np.ndarray):
        return [_plain(value) for value in item]
    if isinstance(item, np.generic):
        item = item.item()
    if isinstance(item, float) and not np.isfinite(item):
        return None
    return item if isinstance(item, str | int | float | bool | None) else str(item)
