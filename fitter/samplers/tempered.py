"""Tempered sequential Monte Carlo: prior to posterior through likelihood^β, particles moved in lock-step.

Del Moral, Doucet & Jasra, J. R. Stat. Soc. B 68 (2006) 411, with the next β from the effective sample size (Jasra et
al., Scand. J. Stat. 38 (2011) 1). The library ``particles`` does the same but is pinned to numpy 1, holds parameters in
record arrays, and knows neither hard cuts nor groups.

Coordinates are those where the prior is standard normal, so no walk ever meets an edge. Particles come in groups that
share the ladder of β and the proposals but never exchange members: the scatter of the groups' evidences is the error
of their mean, and a group that sees other modes than its neighbours shows.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from fitter.checkpoint import Checkpoint
from fitter.diagnostics import drift
from fitter.draws import Draws
from fitter.joint import normal, unit
from fitter.progress import Interrupted, Reporter
from fitter.samplers.floor import Floor
from fitter.samplers.genealogy import Families, systematic
from fitter.samplers.moves import Moves
from fitter.samplers.proposals import Gaussian
from fitter.target import Start, Target

Array = npt.NDArray[np.float64]

#: Independent draws, and error of ln Z, without which a run has not converged.
ENOUGH, WIDEST = 100.0, 0.5
#: Temperatures after which a run that still has not reached the posterior is given up.
LEVELS = 500
#: Moves after which the proposals are fitted anew.
BLOCK = 20
#: Parts of the particles, each moved by proposals fitted to the others.
FOLDS = 4
#: Draws from the prior per particle: they cost less than the moves at the temperatures that they save.
PRIOR = 16
#: As many where few are allowed, or lie above a plateau.
PATIENCE = 50


def sample(
    target: Target,
    seed: int,
    report: Reporter,
    checkpoint: Checkpoint,
    *,
    particles: int = 8192,
    groups: int = 16,
    keep: float = 0.5,
    correlation: float = 0.2,
    steps: int = 1,
    most: int = 60,
    wanted: int = 5000,
    populations: int = 4,
) -> Draws:
    """Draws of a tempered sequential Monte Carlo run.

    Parameters
    ----------
    particles : in all groups
    groups : independent populations
    keep : effective fraction of the particles that each rise of β leaves
    correlation : moves go on until no coordinate is correlated more than this with its start
    steps : multiplies the number of moves so found
    most : largest number of moves at one β, before ``steps`` multiplies it
    wanted : effective draws at β = 1; the particles move on, and are drawn again, until they are worth so many
    populations : largest number of times that they are drawn
    """
    state = Particles.of(checkpoint, target, seed, particles, groups, keep, correlation, steps, most)
    try:
        while state.beta < 1 and state.level < LEVELS:
            state.advance()
            if checkpoint.due:
                state.keep_in(checkpoint)
            report("smc", state.level, target.evaluations, state.fraction, state.log_evidence)
        while state.beta == 1 and len(state.harvested) < populations - 1 and state.effective < wanted:
            state.harvest()
            if checkpoint.due:
                state.keep_in(checkpoint)
            report("smc", state.level, target.evaluations, 1.0, state.log_evidence)
    except Interrupted:
        return state.draws(interrupted=True)
    return state.draws()


class Particles:
    """Particles at one temperature, and how they move on."""

    def __init__(
        self,
        target: Target,
        seed: int,
        particles: int = 8192,
        groups: int = 16,
        keep: float = 0.5,
        correlation: float = 0.2,
        steps: int = 1,
        most: int = 60,
    ):
        self.target, self.keep, self.correlation, self.steps, self.most = target, keep, correlation, steps, most
        self.rng = np.random.default_rng(seed)
        self.groups, self.size = groups, max(2, particles // groups)
        self.moves = Moves()
        self.beta, self.level = 0.0, 0
        self.history: list[tuple[float, float, float, float]] = []
        self.families = Families()
        self.harvested: list[tuple[Array, Array]] = []
        self.remembered = 0.0
        self.means: list[Array] = []

    def begin(self) -> None:
        """Draw the particles from the prior."""
        n = self.groups * self.size
        self.start = self.target.start(PRIOR * n, self.rng, most=PATIENCE // PRIOR)
        few = len(self.start.u) // PRIOR
        self.floor = Floor.of(self.target, self.start, few, n, self.rng, most=PATIENCE)
        first, self.moves.above = self.floor.above or self.start, self.floor.log_likelihood
        found = len(first.u)
        pick = np.arange(found // self.groups * self.groups) if found >= n else self.rng.integers(0, found, n)
        self.z, self.value = normal(first.u[pick]), first.log_likelihood[pick]
        self.log_z = np.full(self.groups, np.log(first.fraction))
        if found < n:  # a small allowed region: copies of its points, then moved within it
            self.families.add(pick, 1 - self._move([])[1])

    @classmethod
    def of(cls, checkpoint: Checkpoint, target: Target, seed: int, *settings: Any, **named: Any) -> "Particles":
        """Particles as a checkpoint left them, or new ones."""
        made = cls(target, seed, *settings, **named)
        if (state := checkpoint.load()) is None:
            made.begin()
            return made
        plain, arrays = state
        made.z, made.value, made.log_z = arrays["z"], arrays["value"], arrays["log_z"]
        made.history = [tuple(row) for row in arrays["history"]]
        made.means = list(arrays["means"])
        made.harvested = [(part[:, :-1], part[:, -1]) for part in arrays["harvested"]]
        made.floor = Floor.restored(arrays["floor"], plain["floor"])
        made.moves = Moves(plain["size"], plain["share"], above=made.floor.log_likelihood)
        made.beta, made.level, made.remembered = plain["beta"], plain["level"], plain["between populations"]
        made.families = Families(list(arrays["families"]), plain["remembered"])
        made.rng.bit_generator.state = plain["rng"]
        made.start = Start(np.empty((plain["allowed"], 0)), np.empty(0), *plain["start"])
        target.restore(plain)
        return made

    def keep_in(self, checkpoint: Checkpoint) -> None:
        """Write everything that the next step depends on."""
        plain = {"size": self.moves.size, "share": self.moves.share, "beta": self.beta, "level": self.level}
        plain |= {"rng": self.rng.bit_generator.state, "allowed": len(self.start.u)} | self.target.kept()
        plain |= {"start": [self.start.draws, self.start.fraction, self.start.cuts], "floor": self.floor.kept()}
        arrays = {"z": self.z, "value": self.value, "log_z": self.log_z, "families": np.array(self.families.labels)}
        plain |= {"remembered": self.families.remembered, "between populations": self.remembered}
        arrays["means"] = np.array(self.means)
        arrays["harvested"] = np.array([np.column_stack(part) for part in self.harvested])
        checkpoint.save(plain, **arrays, floor=self.floor.u, history=np.array(self.history).reshape(-1, 4))

    @property
    def log_evidence(self) -> float:
        """Running ln Z: logarithm of the mean of the groups' evidences."""
        return float(special.logsumexp(self.log_z) - np.log(self.groups))

    @property
    def log_evidence_error(self) -> float:
        """Standard error of the mean of the groups' evidences, with that of the allowed prior fraction.

        The mean of n groups in units of its measured standard error has a Student t distribution with n - 1 degrees of
        freedom; the error is the standard deviation of that.
        """
        relative, freedom = np.exp(self.log_z - self.log_evidence), self.groups - 1
        if freedom < 3:
            return np.inf
        scatter = float(np.std(relative, ddof=1) / np.sqrt(self.groups) * np.sqrt(freedom / (freedom - 2)))
        return float(np.hypot(scatter, (self.floor.above or self.start).log_fraction_error))

    @property
    def fraction(self) -> float:
        """Part of the ladder climbed; β rises roughly geometrically."""
        first = self.history[0][0] if self.history else 1e-6
        return min(1.0, 1 + np.log(max(self.beta, first)) / max(-np.log(first), 1.0)) if self.beta > 0 else 0.0

    def _next_beta(self) -> float:
        def excess(step: float) -> float:
            w = step * self.value
            effective = float(np.exp(2 * special.logsumexp(w) - special.logsumexp(2 * w)))
            return effective - self.keep * self.groups * self.size

        if excess(1 - self.beta) >= 0:
            return 1.0
        high = 1 - self.beta
        low = high
        while excess(low) < 0:
            high, low = low, low / 10
        return self.beta + float(optimize.brentq(excess, low, high, rtol=1e-6))

    def advance(self) -> None:
        """Raise β, weigh, resample within the groups, move."""
        beta = self._next_beta()
        w = ((beta - self.beta) * self.value).reshape(self.groups, -1)
        number = w.shape[1]
        increment = special.logsumexp(w, axis=1) - np.log(number)
        pick = np.concatenate(
            [g * number + systematic(np.exp(w[g] - w[g].max()), self.size, self.rng) for g in range(self.groups)]
        )
        self.log_z = self.log_z + increment
        self.z, self.value, self.beta = self.z[pick], self.value[pick], beta
        self._note()
        try:
            moves, forgotten = self._move([])
        except Interrupted:  # they stand at the new β, for all we know where they were
            self.families.add(pick, 1.0)
            raise
        self.families.add(pick, 1 - forgotten)
        self._note()
        self.level += 1
        self.history.append((self.beta, self.log_evidence, moves, forgotten))

    def harvest(self) -> None:
        """Set the particles aside as draws and move on to the next ones."""
        self.harvested.append((self.z.copy(), self.value.copy()))
        try:
            self.remembered = 1 - self._move([z for z, _ in self.harvested])[1]
        except Interrupted:  # hardly another population
            self.harvested.pop()
            raise
        self._note()

    def _note(self) -> None:
        """Note the groups' mean log-likelihoods at β = 1: they should stay as they are."""
        if self.beta == 1:
            self.means.append(self.value.reshape(self.groups, -1).mean(axis=1))

    def _move(self, past: list[Array]) -> tuple[int, float]:
        """Walk until the particles have forgotten where they began, or no longer get further from it.

        The squared distance from the start, in units of its value for independent points, is followed along each
        principal axis. Particles that cannot leave their mode settle below 1: the modes' weights are then those of the
        resampling, and their scatter is seen between the groups.

        Parameters
        ----------
        past : earlier populations at the same β, to which proposals are fitted too

        Returns
        -------
        moves, forgotten : number of moves; smallest distance reached
        """
        whole = Gaussian.fit(self.z)
        origin = whole.white(self.z)
        self.moves.begin()
        folds = min(FOLDS, self.groups)
        edges = [k * self.groups // folds * self.size for k in range(folds + 1)]
        moves, needed = 0, self.most
        travelled = np.zeros(self.z.shape[1])
        while moves < self.steps * needed:
            for first, last in pairwise(edges):
                known = np.concatenate([part for z in [*past, self.z] for part in (z[:first], z[last:])])
                known = known if folds > 1 else self.z
                mine = slice(first, last)
                self.moves.walk(self.target, self.beta, self.z[mine], self.value[mine], known, BLOCK, self.rng)
            moves += BLOCK
            before, travelled = travelled, 0.5 * np.mean((whole.white(self.z) - origin) ** 2, axis=0)
            near = travelled < 1 - self.correlation
            if needed == self.most and not np.any(near & (travelled - before > 0.1 * travelled + 0.01)):
                needed = moves
        self.moves.adapt()
        return moves, float(np.clip(travelled.min(), 0.0, 1.0))

    def _drawn(self) -> tuple[Array, Array, Array]:
        """All populations' z (n, d), log-likelihood (n,), logarithm of the weights (n,) that sum to Z, up to β = 1."""
        populations = [*self.harvested, (self.z, self.value)]
        z, value = (np.concatenate(parts) for parts in zip(*populations, strict=True))
        log_z = np.tile(np.repeat(self.log_z, len(self.value) // self.groups), len(populations))
        return z, value, log_z + (1 - self.beta) * value - np.log(len(value))

    @property
    def effective(self) -> float:
        """Effective number of all populations' draws."""
        z, _, log_weight = self._drawn()
        return self._effective(z, np.exp(log_weight - log_weight.max()))[0]

    def _effective(self, z: Array, weights: Array) -> tuple[float, float]:
        """Effective number of draws, and by how much the groups' means scatter beyond it.

        The genealogy tells how many independent draws the particles are worth; if the means of the groups scatter
        more than these allow (at 1 in 1000), as when groups see different modes, the scatter decides.
        """
        m = len(self.harvested) + 1
        distance = np.abs(np.subtract.outer(np.arange(m), np.arange(m)))
        number = self.families.effective(len(self.value)) * m * m / (self.remembered**distance).sum()
        number *= float(weights.sum() ** 2 / (weights @ weights)) / len(weights)
        if self.groups == 1:
            return number, 1.0
        means = z.reshape(m, self.groups, self.size, -1).mean(axis=(0, 2))
        excess = float((means.var(axis=0, ddof=1) / (z.var(axis=0) * self.groups / number + 1e-300)).max(initial=0.0))
        freedom = self.groups - 1
        if stats.chi2.sf(excess * freedom, freedom) * z.shape[1] < 1e-3:
            number /= excess
        return max(number, 1.0), excess

    def draws(self, interrupted: bool = False) -> Draws:
        """The particles as posterior draws; those of a run that has not got there are weighted up to β = 1."""
        z, value, log_weight = self._drawn()
        weights = np.exp(log_weight - log_weight.max())
        history = np.array(self.history).reshape(-1, 4)
        number, excess = self._effective(z, weights)
        there = self.beta == 1 and not interrupted
        reasons = []
        if interrupted:
            reasons.append(f"interrupted at temperature exponent {self.beta:.3g} of 1")
        elif self.beta < 1:
            reasons.append(f"after {self.level} temperatures their exponent is {self.beta:.3g} of 1: more particles")
        elif number < ENOUGH:
            reasons.append(f"the particles are worth only {number:.0f} independent draws: more particles or moves")
        shift, chance = drift(self.means)
        if chance < 1e-4:
            reasons.append(f"the particles still drift: ln L by {shift:+.2g} at the posterior: more particles or steps")
        if self.log_evidence_error > WIDEST:
            reasons.append(f"the groups scatter too much: the error of ln Z is {self.log_evidence_error:.2f}")
        found = Draws(
            u=unit(z),
            log_weight=log_weight,
            log_likelihood=value,
            log_evidence=self.log_evidence if there else None,
            log_evidence_error=self.log_evidence_error if there else None,
            chain=np.tile(np.repeat(np.arange(self.groups), self.size), len(self.harvested) + 1),
            effective=number,
            evaluations=self.target.evaluations,
            diagnostics={
                "particles": len(self.value),
                "temperatures": self.level,
                "moves": int(history[:, 2].sum()),
                "smallest distance forgotten": float(history[:, 3].min(initial=1.0)),
                "temperatures with as many moves as allowed": int((history[:, 2] >= self.steps * self.most).sum()),
                "scatter of the groups' means over that expected": excess,
                "drift of ln L at the posterior": shift,
                "ln Z of the groups": self.log_z.tolist(),
            }
            | self.start.diagnostics,
            reasons=tuple(reasons),
            interrupted=interrupted,
            history={"beta": history[:, 0], "log_evidence": history[:, 1], "moves": history[:, 2]},
        )
        return self.floor.add(found)
