"""Floor: a plateau at the bottom of the likelihood, left out of a run and added to it.

Points that share the smallest likelihood tell nothing of how little of the prior lies above it. That part is found as
behind a hard cut; the run goes on there alone, and the floor's share of the evidence is its likelihood times its prior.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special

from fitter.draws import Draws
from fitter.target import Start, Target

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Floor:
    """Prior points that share the smallest likelihood.

    Parameters
    ----------
    u : (n, d) points on the floor, none if there is no floor
    log_likelihood : there
    fraction, error : of the prior that lies on it, and its relative standard error
    above : points above it, None if there is no floor, or too little was found above it
    searched : prior draws none of which lies above it
    reason : why the run that begins there should not be trusted
    """

    u: Array
    log_likelihood: float = -np.inf
    fraction: float = 0.0
    error: float = 0.0
    above: Start | None = None
    searched: int = 0
    reason: str = ""

    @classmethod
    def of(cls, target: Target, start: Start, few: int, n: int, rng: np.random.Generator, most: int = 1000) -> "Floor":
        """That of the first draws, if two or more share it and at most ``few`` lie above it.

        ``n`` points above it are searched for as by ``Target.start``, in up to ``most * n`` draws.
        """
        none, low = cls(start.u[:0]), float(start.log_likelihood.min())
        level = start.log_likelihood == low
        number, on = len(level), int(level.sum())
        if on < 2 or number - on > few:
            return none
        above = target.start(n, rng, most, low)
        if not len(above.u):
            return replace(none, searched=above.draws + (start.draws if on == number else 0))
        if len(above.u) < min(n, 2 * target.dimension + 2):
            count = f"only {len(above.u)} of {above.draws} prior draws lie above a plateau of ln L = {low:.4g}"
            return replace(none, reason=f"{count}, too few to begin: narrow the priors")
        share = on / number
        error = float(np.hypot(start.log_fraction_error, np.sqrt((1 - share) / share / number)))
        return cls(start.u[level][:n], low, share * start.fraction, error, replace(above, cuts=start.cuts))

    def kept(self) -> list[Any]:
        """What a checkpoint keeps beside the points."""
        above = None if self.above is None else [len(self.above.u), self.above.draws, self.above.fraction]
        return [self.log_likelihood, self.fraction, self.error, above, self.searched, self.reason]

    @classmethod
    def restored(cls, u: Array, kept: list[Any]) -> "Floor":
        """Of what a checkpoint kept."""
        log_likelihood, fraction, error, above, searched, reason = kept
        start = Start(np.empty((above[0], 0)), np.empty(0), above[1], above[2], []) if above else None
        return cls(u, log_likelihood, fraction, error, start, searched, reason)

    def add(self, draws: Draws) -> Draws:
        """Draws of the run above the floor and those on it; the weights of the former sum to the evidence there."""
        diagnostics, reasons = dict(draws.diagnostics), draws.reasons + ((self.reason,) if self.reason else ())
        if self.searched:  # none of N draws: at a confidence of 95 %
            diagnostics["prior fraction above the plateau that may have been missed"] = -np.log(0.05) / self.searched
        if self.above is None:
            return replace(draws, diagnostics=diagnostics, reasons=reasons)
        n, inside = len(self.u), float(special.logsumexp(draws.log_weight))
        level = self.log_likelihood + float(np.log(self.fraction))
        log_evidence = float(np.logaddexp(inside, level))
        share = float(np.exp(inside - log_evidence))
        diagnostics["prior fraction above the plateau"] = self.above.fraction
        diagnostics["posterior share of the plateau"] = 1 - share
        known = draws.log_evidence is not None and draws.log_evidence_error is not None
        return replace(
            draws,
            u=np.concatenate([self.u, draws.u]),
            log_weight=np.concatenate([np.full(n, level - np.log(n)), draws.log_weight]),
            log_likelihood=np.concatenate([np.full(n, self.log_likelihood), draws.log_likelihood]),
            log_evidence=log_evidence if known else None,
            log_evidence_error=float(np.hypot(share * draws.log_evidence_error, (1 - share) * self.error))
            if draws.log_evidence_error is not None
            else None,
            chain=np.concatenate([np.arange(n) % (draws.chain.max() + 1), draws.chain]),
            effective=1 / (share**2 / draws.effective + (1 - share) ** 2 / n),
            diagnostics=diagnostics,
            reasons=reasons,
        )
