"""Draws: what a sampler hands back."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from fitter.checkpoint import Checkpoint

Array = npt.NDArray[np.float64]


@dataclass
class Draws:
    """Weighted posterior draws of one sampler run.

    Parameters
    ----------
    u : (n, d) points of the unit cube
    log_weight : (n,) logarithm of the weights, any normalisation
    log_likelihood : (n,)
    log_evidence, log_evidence_error : ln Z of the normalised prior and its standard error; None if the sampler has none
    chain : (n,) number of the independent chain or group each draw belongs to
    effective : effective number of independent draws
    evaluations : likelihood evaluations used
    diagnostics : named numbers
    reasons : why the draws should not be trusted; empty if converged
    interrupted : stopped by the user before its end
    history : named arrays over iterations, for run plots
    """

    u: Array
    log_weight: Array
    log_likelihood: Array
    log_evidence: float | None
    log_evidence_error: float | None
    chain: npt.NDArray[np.int64]
    effective: float
    evaluations: int
    diagnostics: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    interrupted: bool = False
    history: dict[str, Array] = field(default_factory=dict)

    @property
    def weights(self) -> Array:
        """Weights (n,) that sum to one."""
        weights = np.exp(self.log_weight - self.log_weight.max())
        return weights / weights.sum()

    def write(self, checkpoint: "Checkpoint", failures: list[dict[str, Any]]) -> None:
        """Keep complete draws on disk, and the failures that the sampler met."""
        plain = {key: getattr(self, key) for key in _PLAIN} | {"reasons": list(self.reasons), "failures": failures}
        arrays = {key: getattr(self, key) for key in _ARRAYS}
        checkpoint.save(plain, **arrays, **{f"history_{key}": values for key, values in self.history.items()})

    @classmethod
    def read(cls, plain: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> tuple["Draws", list[dict[str, Any]]]:
        """The draws and failures that ``write`` kept."""
        failures = plain.pop("failures")
        history = {key.removeprefix("history_"): arrays.pop(key) for key in list(arrays) if key.startswith("history_")}
        values: dict[str, Any] = arrays | plain | {"reasons": tuple(plain["reasons"]), "history": history}
        return cls(**values), failures


_PLAIN = ("log_evidence", "log_evidence_error", "effective", "evaluations", "diagnostics")
_ARRAYS = ("u", "log_weight", "log_likelihood", "chain")
