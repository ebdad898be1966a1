"""Failures: what was vetoed or not finite in a fit, counted by term and reason."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Failures:
    """Counts of vetoed and non-finite points, with one example each; safe to fill from several threads."""

    def __init__(self, names: Sequence[str]):
        self.names = tuple(names)
        self.counts: dict[tuple[str, str], int] = {}
        self.examples: dict[tuple[str, str], dict[str, float]] = {}
        self._lock = threading.Lock()

    def add(self, term: str, reason: str, theta: Array) -> None:
        """Count points ``theta`` (n, d); ``term`` is empty for a veto of the model."""
        key = (term, reason)
        with self._lock:
            self.counts[key] = self.counts.get(key, 0) + len(theta)
            if key not in self.examples:
                self.examples[key] = dict(zip(self.names, map(float, theta[0]), strict=True))

    def merge(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Add the entries of another report, e.g. of another process or before a restart."""
        for entry in entries:
            key = (entry["term"], entry["reason"])
            self.counts[key] = self.counts.get(key, 0) + entry["count"]
            self.examples.setdefault(key, dict(entry["example"]))

    def report(self) -> list[dict[str, Any]]:
        """One entry per term and reason, most frequent first."""
        return [
            {"term": term, "reason": reason, "count": count, "example": self.examples[term, reason]}
            for (term, reason), count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        ]

    def __getstate__(self) -> dict[str, Any]:
        return {"names": self.names, "counts": self.counts, "examples": self.examples}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock())
