"""Checkpoint: the folder of a run, locked and fingerprinted, and the state from which a killed run goes on.

A state is a set of arrays, written atomically as ``.npz`` without pickles; the one before it is kept. Whatever a
foreign folder holds, reading it runs no code.
"""

import io
import json
import os
import time
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.lock import Lock

FINGERPRINT = "fingerprint.json"

#: Settings that only say when to stop: a run may go on with others.
BUDGETS = ("most",)


def differences(before: Any, now: Any, name: str = "") -> list[str]:
    """What changed between two fingerprints, in words."""
    if isinstance(before, dict) and isinstance(now, dict):
        found = []
        for key in sorted(set(before) | set(now)):
            if key not in BUDGETS:
                found += differences(before.get(key), now.get(key), f"{name}.{key}" if name else str(key))
        return found
    return [] if before == now else [f"{name}: {before} before, {now} now"]


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside ``path``, flush to disk, then rename: a reader sees the old or the new file, never a part.

    Raises
    ------
    OSError : e.g. the disk is full; the old file stands, and the error names the new one
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)
    except OSError as error:
        error.filename = str(path)
        raise
    finally:
        beside.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what a killed process was writing."""
    for part in folder.glob(".*.[0-9]*"):
        part.unlink(missing_ok=True)


def set_aside(folder: Path) -> Path:
    """Move result, pictures, states and fingerprint of a run into a folder within, so that it can begin anew.

    Raises
    ------
    Locked : another process writes there
    """
    lock = Lock(folder / ".lock")
    try:
        n = 1
        while (aside := folder / f"unconverged-{n}").exists():
            n += 1
        aside.mkdir()
        for file in sorted(folder.iterdir(), key=lambda path: path.name != FINGERPRINT):
            if file.is_file() and file.suffix in (".nc", ".json", ".npz", ".png", ".pdf", ".svg"):
                os.replace(file, aside / file.name)
    finally:
        lock.release()
    return aside


class Checkpoint:
    """State of one sampler on disk.

    Parameters
    ----------
    path : without ending; None keeps nothing

    Attributes
    ----------
    interval : seconds between writes
    """

    interval = 10.0

    def __init__(self, path: Path | None = None):
        self.path = path
        self._last = time.monotonic()

    @property
    def due(self) -> bool:
        """The last state was written longer than the interval ago."""
        return self.path is not None and time.monotonic() - self._last >= self.interval

    def save(self, plain: dict[str, Any], **arrays: npt.NDArray[Any]) -> None:
        """Write numbers and texts ``plain`` and arrays; the state before becomes the previous one."""
        if self.path is None:
            return
        stream = io.BytesIO()
        # names are in no checksum of the format
        content: dict[str, Any] = {"plain": np.array(json.dumps(plain)), "names": np.array(sorted(arrays)), **arrays}
        np.savez(stream, **content)
        current = self.path.with_suffix(".npz")
        fresh = self.path.with_suffix(".fresh.npz")
        write_atomically(fresh, stream.getvalue())
        if current.exists():
            os.replace(current, self.path.with_suffix(".previous.npz"))
        os.replace(fresh, current)
        self._last = time.monotonic()

    def load(self) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]] | None:
        """The newest readable state, None if there is none; warns if it is not the last one written."""
        if self.path is None:
            return None
        wrong = ""
        for ending in (".fresh.npz", ".npz", ".previous.npz"):
            file = self.path.with_suffix(ending)
            try:
                with open(file, "rb") as stream, np.load(stream, allow_pickle=False) as opened:
                    arrays = dict(opened)
                state = json.loads(str(arrays.pop("plain"))), arrays
                if arrays.pop("names").tolist() != sorted(arrays):
                    raise ValueError("names of arrays are damaged")
            except FileNotFoundError:
                if ending == ".npz":
                    wrong = wrong or f"{file} is missing"
            except Exception:  # a damaged archive fails in many ways
                wrong = wrong or f"{file} is damaged"
            else:
                if wrong and ending != ".fresh.npz":
                    warnings.warn(f"{wrong}: the run goes on from the state before it", stacklevel=2)
                return state
        if "damaged" in wrong:
            warnings.warn(f"{wrong} and there is no other state: the run begins again", stacklevel=2)
        return None

    def remove(self) -> None:
        """Delete the state."""
        if self.path is not None:
            for ending in (".previous.npz", ".npz", ".fresh.npz"):
                self.path.with_suffix(ending).unlink(missing_ok=True)


class RunFolder:
    """The folder of one run, locked against a second writer for as long as the ``with`` block lasts.

    Parameters
    ----------
    path : folder, made if need be
    fingerprint : everything the numbers depend on

    Raises
    ------
    Locked : another process writes there
    ValueError : the folder holds a run with another fingerprint
    OSError : the folder cannot be written
    """

    def __init__(self, path: Path, fingerprint: dict[str, Any]):
        self.path = path
        self.fingerprint = json.loads(json.dumps(fingerprint, default=str))

    def __enter__(self) -> "RunFolder":
        if self.path.exists() and not self.path.is_dir():
            raise ValueError(f"{self.path} is a file, not a folder for a run")
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock = Lock(self.path / ".lock")
        try:
            self._check()
            sweep(self.path)
        except BaseException:
            self._lock.release()
            raise
        return self

    def _check(self) -> None:
        file = self.path / FINGERPRINT
        if file.is_file():
            try:
                before = json.loads(file.read_text())
            except ValueError:
                raise ValueError(f"{file} is not readable: choose another folder") from None
            if found := differences(before, self.fingerprint):
                raise ValueError(f"{self.path} holds another run ({'; '.join(found)}): choose another folder")
        elif (self.path / "posterior.nc").exists():
            raise ValueError(f"{self.path} holds a result without {FINGERPRINT}: choose another folder")
        write_atomically(file, json.dumps(self.fingerprint, indent=1).encode())

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def checkpoint(self, name: str = "state") -> Checkpoint:
        """State of that name in the folder."""
        return Checkpoint(self.path / name)

    def remove_states(self, *names: str) -> None:
        """Delete the states whose names match."""
        for name in names:
            for file in self.path.glob(f"{name}.npz"):
                file.unlink(missing_ok=True)
