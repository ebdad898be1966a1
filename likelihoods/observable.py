"""Observable: name, unit, LaTeX, reference and the process that computes it; Request and Plan connect the two."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from likelihoods.inputs import Inputs


class Request(NamedTuple):
    """What is asked for: an observable and, where it is binned, its q² interval [GeV²]."""

    observable: str
    q2: tuple[float, float] | None = None

    def __str__(self) -> str:
        return self.observable if self.q2 is None else f"{self.observable}[{self.q2[0]:g},{self.q2[1]:g}]"


class Plan(Protocol):
    """Requests of one process, prepared: shared intermediates are computed once per point."""

    def fill(self, c: npt.NDArray[Any], sm: npt.NDArray[Any], out: npt.NDArray[np.float64]) -> None:
        """Write the predictions of the plan's requests.

        Parameters
        ----------
        c : structured array (n,) of ``couplings.COUPLINGS``
        sm : structured array (1,) or (n,) of ``Inputs.dtype``; one record serves all points
        out : array (n, number of requests)
        """


@dataclass(frozen=True)
class Pointwise:
    """Plan of observables that share nothing: one compiled loop over points for each.

    Attributes
    ----------
    columns : for each request its kernel ``kernel(c, sm, *prepared, out[n])`` and what was prepared for it
    """

    columns: tuple[tuple[Callable[..., None], tuple[Any, ...]], ...]

    def fill(self, c: npt.NDArray[Any], sm: npt.NDArray[Any], out: npt.NDArray[np.float64]) -> None:
        column = np.empty(c.size)
        for k, (kernel, prepared) in enumerate(self.columns):
            kernel(c, sm, *prepared, column)
            out[:, k] = column


@dataclass(frozen=True)
class Joint:
    """Plan of observables that share intermediates: one compiled loop over points for all.

    Attributes
    ----------
    kernel : ``kernel(c, sm, *prepared, out[n, requests])``, or ``out[n, results]`` if it always fills the same
    prepared : tables and choices, made once and only read: several threads share a plan
    workspace : what the kernel writes to beside, made for every call, after ``prepared``
    results, reads : number of results of such a kernel, and which of them each request reads
    """

    kernel: Callable[..., None]
    prepared: tuple[Any, ...]
    results: int = 0
    reads: tuple[int, ...] = ()
    workspace: Callable[[], tuple[Any, ...]] = tuple

    def fill(self, c: npt.NDArray[Any], sm: npt.NDArray[Any], out: npt.NDArray[np.float64]) -> None:
        if not self.reads:
            self.kernel(c, sm, *self.prepared, *self.workspace(), out)
            return
        results = np.empty((c.size, self.results))
        self.kernel(c, sm, *self.prepared, *self.workspace(), results)
        out[:] = results[:, self.reads]


@dataclass(frozen=True)
class Observable:
    """A quantity that can be predicted.

    Parameters
    ----------
    name : flavio's name without angle brackets, where flavio has one
    unit : "" if dimensionless
    latex : symbol, without dollar signs
    reference : paper and equation of the formula
    binned : whether a request must carry ``q2``
    fill : kernel ``fill(c, sm, out[n])`` of an observable that shares nothing with others
    plan : builds the plan of all requests that share this function, ``plan(requests, inputs)``
    """

    name: str
    unit: str
    latex: str
    reference: str
    binned: bool = False
    fill: Callable[..., None] | None = None
    plan: Callable[[Sequence[Request], Inputs], Plan] | None = None
