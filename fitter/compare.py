"""Compare: models on the same data, by evidence and by fit."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.result import Result

Array = npt.NDArray[np.float64]

#: Kass & Raftery, J. Am. Stat. Assoc. 90 (1995) 773: twice ln B above which evidence has the name.
SCALE = ((10.0, "very strong"), (6.0, "strong"), (2.0, "positive"), (0.0, "not worth more than a bare mention"))


def strength(log_bayes_factor: float) -> str:
    """Kass & Raftery's words for evidence of ln B >= 0."""
    return next((word for bound, word in SCALE if 2 * log_bayes_factor > bound), SCALE[-1][1])


#: Jeffreys, Theory of Probability (1961), appendix B: log10 B above which evidence has the name.
JEFFREYS = (
    (2.0, "decisive"),
    (1.5, "very strong"),
    (1.0, "strong"),
    (0.5, "substantial"),
    (0.0, "barely worth mentioning"),
)


def jeffreys(log_bayes_factor: float) -> str:
    """Jeffreys' words for evidence of ln B >= 0."""
    return next((word for bound, word in JEFFREYS if log_bayes_factor / math.log(10) > bound), JEFFREYS[-1][1])


@dataclass(frozen=True)
class Comparison:
    """Models on the same data, best evidence first.

    Attributes
    ----------
    rows : one a model: ``name``, ``log_evidence``, ``error``, ``log_bayes_factor`` (against the best, <= 0) with
        ``bayes_error``, ``evidence_against`` (words), ``best_log_likelihood``, ``parameters`` (number), ``dic``,
        ``jeffreys`` (Jeffreys' words), ``ic`` (HEPfit's criterion, 1910.14012) and
        ``effective_parameters`` (Spiegelhalter et al., J. R. Stat. Soc. B 64 (2002) 583)
    warnings : what speaks against comparing them
    """

    rows: list[dict[str, Any]]
    warnings: list[str] = field(default_factory=list)

    def plot(self, title: str = "") -> Any:
        """Picture of the Bayes factors (matplotlib figure)."""
        from fitter import plots

        known = [row for row in self.rows if row["log_evidence"] is not None]
        return plots.evidences(
            [row["name"] for row in known],
            np.array([row["log_evidence"] for row in known]),
            np.array([row["error"] for row in known]),
            title=title,
        )


def compare(results: Sequence[Result]) -> Comparison:
    """Compare models by evidence and information criterion.

    Parameters
    ----------
    results : of different models on the same data

    Raises
    ------
    ValueError : fewer than two results
    """
    if len(results) < 2:
        raise ValueError(f"a comparison needs at least two results, got {len(results)}")
    rows = [_row(result) for result in results]
    names = [row["name"] for row in rows]
    for k, row in enumerate(rows):
        if names.count(row["name"]) > 1:
            row["name"] = f"{row['name']} ({k + 1})"
    evidences = [row["log_evidence"] for row in rows if row["log_evidence"] is not None]
    top = max((row for row in rows if row["log_evidence"] is not None), key=_evidence, default=None)
    for row in rows:
        if top is None or row["log_evidence"] is None:
            row |= {"log_bayes_factor": None, "bayes_error": None, "evidence_against": "", "jeffreys": ""}
            continue
        factor = row["log_evidence"] - top["log_evidence"]
        row["log_bayes_factor"] = factor
        row["bayes_error"] = 0.0 if row is top else math.hypot(row["error"], top["error"])
        row["evidence_against"] = "" if row is top else strength(-factor)
        row["jeffreys"] = "" if row is top else jeffreys(-factor)
    rows.sort(key=lambda row: -math.inf if row["log_evidence"] is None else row["log_evidence"], reverse=True)
    return Comparison(rows, _warnings(results, len(evidences) < len(results)))


def _evidence(row: dict[str, Any]) -> float:
    return float(row["log_evidence"])


def _row(result: Result) -> dict[str, Any]:
    deviance = -2 * result.log_likelihood
    inside = np.isfinite(deviance) & (result.weights > 0)
    weights = result.weights[inside] / result.weights[inside].sum()
    mean = float(weights @ deviance[inside])
    spread = float(weights @ (deviance[inside] - mean) ** 2)
    best = result.best_fit.get("log_likelihood")
    return {
        "name": result.name,
        "log_evidence": result.log_evidence,
        "error": result.log_evidence_error or 0.0,
        "best_log_likelihood": best,
        "parameters": len(result.parameters),
        # the variance form of the effective number needs no plug-in point and is never negative
        "effective_parameters": 0.5 * spread,
        "dic": mean + 0.5 * spread,
        "ic": mean + spread,
        "converged": result.converged and not result.interrupted,
    }


def _warnings(results: Sequence[Result], missing: bool) -> list[str]:
    found = []
    first = results[0]
    for other in results[1:]:
        if set(other.terms) != set(first.terms):
            odd = ", ".join(sorted(set(other.terms) ^ set(first.terms)))
            found.append(f"{first.name} and {other.name} were not fitted to the same terms: {odd}")
        elif other.provenance.get("data") != first.provenance.get("data"):
            found.append(f"{first.name} and {other.name} were not fitted to the same data")
    found += [f"{result.name} has not converged" for result in results if not result.converged or result.interrupted]
    if missing:
        found.append("a result without evidence (emcee) takes no part in the Bayes factors")
    return found
