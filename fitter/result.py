"""Result: weighted draws, log-likelihood of each term, evidence, best fit, and where they come from."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.intervals import PROBABILITIES, density, smallest
from fitter.parameter import Parameter
from fitter.prior import LogUniform
from likelihoods.inputs import nearest

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Outcome of a run.

    Parameters
    ----------
    name : of the model, or the user's
    parameters : sampled parameters, in the order of the columns of ``samples``
    terms : names of the columns of ``log_likelihood_terms``
    samples : (n, d) draws
    weights : (n,) that sum to one
    log_likelihood_terms : (n, terms)
    log_prior : (n,) logarithm of the normalised prior density
    chain : (n,) independent chain, ensemble or group of each draw
    log_evidence, log_evidence_error : ln Z and its standard error; None if the sampler gives none
    best_fit : ``values``, ``log_likelihood``, ``terms``, ``constraints``, ``refined``
    effective : effective number of independent draws
    diagnostics : named numbers of the sampler
    reasons : why the result should not be trusted; empty if converged
    interrupted : stopped before its end
    failures : entries ``term``, ``reason``, ``count``, ``example``; the term is empty for a veto of the model
    provenance : sampler, settings, seed, versions, checksums, configuration, times
    history : arrays over iterations, for run plots
    """

    name: str
    parameters: tuple[Parameter, ...]
    terms: tuple[str, ...]
    samples: Array
    weights: Array
    log_likelihood_terms: Array
    log_prior: Array
    chain: npt.NDArray[np.int64]
    log_evidence: float | None
    log_evidence_error: float | None
    best_fit: dict[str, Any]
    effective: float
    diagnostics: dict[str, Any] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    interrupted: bool = False
    failures: list[dict[str, Any]] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)
    history: dict[str, Array] = field(default_factory=dict)

    def __repr__(self) -> str:
        z, error = self.log_evidence, self.log_evidence_error
        evidence = f", ln Z = {z:.3f} ± {error:.3f}" if z is not None and error is not None else ""
        state = "" if self.converged else f", NOT CONVERGED: {'; '.join(self.reasons)}"
        return (
            f"<Result of {self.name}({', '.join(self.names)}): {self.effective:.0f} effective draws{evidence}{state}>"
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def labels(self) -> tuple[str, ...]:
        """LaTeX labels with units."""
        return tuple(parameter.label for parameter in self.parameters)

    @property
    def converged(self) -> bool:
        """No reason against the result is known."""
        return not self.reasons

    @property
    def log_likelihood(self) -> Array:
        """Log-likelihood (n,)."""
        return self.log_likelihood_terms.sum(axis=1)

    def column(self, name: str) -> Array:
        """Draws (n,) of one parameter; ``KeyError`` with the nearest name."""
        if name not in self.names:
            raise KeyError(f"{self.name} has no parameter {name!r}{nearest(name, self.names)}")
        return self.samples[:, self.names.index(name)]

    def intervals(self, name: str, probability: float = PROBABILITIES[0]) -> list[tuple[float, float]]:
        """Smallest set of values of a parameter that holds ``probability``: intervals in ascending order.

        Smallest in the logarithm for a log-uniform prior, else in the parameter itself.
        """
        if not 0 < probability < 1:
            raise ValueError(f"probability={probability} must lie between 0 and 1")
        x = self.column(name)
        prior = self.parameters[self.names.index(name)].prior
        if isinstance(prior, LogUniform):
            grid = density(np.log(x), self.weights, self.effective, np.log(prior.low), np.log(prior.high))
            found = [(float(np.exp(a)), float(np.exp(b))) for a, b in smallest(*grid, probability)]
        else:
            found = smallest(*density(x, self.weights, self.effective, prior.low, prior.high), probability)
        return [(max(a, prior.low), min(b, prior.high)) for a, b in found]

    def resampled(self, n: int | None = None, seed: int = 0) -> npt.NDArray[np.int64]:
        """Indices (n,) of equally weighted draws: systematic resampling, shuffled. Default: the effective number."""
        n = n or max(1, min(len(self.weights), int(self.effective)))
        rng = np.random.default_rng(seed)
        total = np.cumsum(self.weights)
        pick = np.searchsorted(total, (np.arange(n) + rng.random()) * (total[-1] / n), side="right")
        return rng.permutation(np.minimum(pick, len(total) - 1))

    def summary(self) -> dict[str, Any]:
        """Plain numbers, fit for JSON: parameters, evidence, best fit, diagnostics, convergence, failures."""
        weights = self.weights[:, None]
        mean = (weights * self.samples).sum(axis=0)
        deviation = np.sqrt((weights * (self.samples - mean) ** 2).sum(axis=0))
        parameters = {
            name: {
                "mean": float(mean[k]),
                "sd": float(deviation[k]),
                "intervals": {f"{100 * p:.2f}%": [list(i) for i in self.intervals(name, p)] for p in PROBABILITIES},
                "best": self.best_fit.get("values", {}).get(name),
                "unit": self.parameters[k].unit,
                "prior": str(self.parameters[k].prior),
            }
            for k, name in enumerate(self.names)
        }
        return {
            "name": self.name,
            "converged": self.converged,
            "reasons": list(self.reasons),
            "interrupted": self.interrupted,
            "parameters": parameters,
            "log_evidence": self.log_evidence,
            "log_evidence_error": self.log_evidence_error,
            "best_fit": self.best_fit,
            "draws": len(self.samples),
            "effective": self.effective,
            "diagnostics": self.diagnostics,
            "failures": self.failures,
            "provenance": self.provenance,
        }

    def corner(self, **options: Any) -> Any:
        """Corner plot (matplotlib figure); options as in ``fitter.corner``."""
        from fitter.corner import corner  # matplotlib is slow to load

        best = self.best_fit.get("values")
        options.setdefault("best", np.array([best[name] for name in self.names]) if best else None)
        options.setdefault("title", self.name)
        options.setdefault("note", "" if self.converged else "not converged")
        return corner(self.samples, self.weights, self.parameters, **options)

    def to_arviz(self) -> Any:
        """``InferenceData`` of arviz 0.x, ``DataTree`` of arviz 1.x.

        Groups: ``posterior`` (equally weighted draws; one chain for each emcee ensemble, else one),
        ``log_likelihood`` (each term, and ``pointwise`` with all of them), ``sample_stats`` (``lp``).
        """
        from fitter import archive  # xarray is slow to load

        return archive.to_arviz(self)

    def save(self, folder: str | Path) -> Path:
        """Write ``posterior.nc`` and ``summary.json``; the folder."""
        from fitter import archive

        return archive.save(self, Path(folder))

    @staticmethod
    def load(folder: str | Path) -> "Result":
        """Read what ``save`` wrote.

        Raises
        ------
        FileNotFoundError : no result there
        ValueError : truncated or foreign file
        """
        from fitter import archive

        return archive.load(Path(folder))
