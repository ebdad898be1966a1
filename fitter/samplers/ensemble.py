"""Affine-invariant ensembles by emcee, all ensembles in lock-step through the batched likelihood.

emcee (Foreman-Mackey et al., 1202.3665) keeps the chain; ``Evolution`` moves all walkers of several ensembles at once,
each half of an ensemble with differences (ter Braak, Stat. Comput. 16 (2006) 239) or snooker steps (ter Braak & Vrugt,
Stat. Comput. 18 (2008) 435) of the other half of its own. Ensembles never exchange walkers: they are the independent
chains of the convergence test. They start from a short tempered run with one group each, dispersed and in every mode
that group found. Coordinates are those where the prior is standard normal.
"""

from typing import Any

import emcee
import numpy as np
import numpy.typing as npt
from emcee.moves import Move
from emcee.state import State

from fitter.checkpoint import Checkpoint
from fitter.diagnostics import autocorrelation_time, mode_fractions, split_r_hat
from fitter.draws import Draws
from fitter.joint import unit
from fitter.progress import Interrupted, Reporter
from fitter.samplers.tempered import Particles
from fitter.target import Start, Target

Array = npt.NDArray[np.float64]

R_HAT = 1.01
LENGTHS = 50
#: Largest difference of a mode's share between ensembles.
FRACTIONS = 0.1


class Evolution(Move):
    """Differential-evolution and snooker moves of several ensembles at once.

    Parameters
    ----------
    ensembles : number of ensembles; walkers are ordered by ensemble
    snooker : probability of a snooker step
    """

    def __init__(self, ensembles: int, snooker: float = 0.1):
        self.ensembles, self.snooker = ensembles, snooker

    def propose(self, model: Any, state: State) -> tuple[State, Any]:
        """One move of every walker: emcee's interface."""
        e = self.ensembles
        n, d = state.coords.shape
        w, half = n // e, n // e // 2
        x = state.coords.reshape(e, w, d)
        value = state.log_prob.reshape(e, w)
        order = np.argsort(model.random.random_sample((e, w)), axis=1)
        accepted = np.zeros((e, w), bool)
        rows = np.arange(e)[:, None]
        for mine, others in ((order[:, :half], order[:, half:]), (order[:, half:], order[:, :half])):
            here, pool = x[rows, mine], x[rows, others]
            if model.random.random_sample() < self.snooker:
                y, factor = self._snooker(here, pool, model.random)
            else:
                y, factor = self._difference(here, pool, model.random), np.zeros(mine.shape)
            new = model.log_prob_fn(y.reshape(-1, d)).reshape(mine.shape)
            with np.errstate(invalid="ignore"):
                gain = factor + new - value[rows, mine]
            accept = np.log(model.random.random_sample(mine.shape)) < gain
            x[rows, mine] = np.where(accept[..., None], y, here)
            value[rows, mine] = np.where(accept, new, value[rows, mine])
            accepted[rows, mine] = accept
        return State(x.reshape(n, d), log_prob=value.reshape(n)), accepted.reshape(n)

    def _difference(self, here: Array, pool: Array, random: np.random.RandomState) -> Array:
        e, n, d = here.shape
        rows, m = np.arange(e)[:, None], pool.shape[1]
        first = random.randint(m, size=(e, n))
        second = (first + random.randint(1, m, size=(e, n))) % m
        size = 2.38 / np.sqrt(2 * d) * np.exp(random.uniform(-2, 0.3, (e, n)))
        size = np.where(random.random_sample((e, n)) < 0.1, 1.0, size)  # whole differences lead from mode to mode
        return here + size[..., None] * (pool[rows, first] - pool[rows, second])

    def _snooker(self, here: Array, pool: Array, random: np.random.RandomState) -> tuple[Array, Array]:
        e, n, d = here.shape
        rows, m = np.arange(e)[:, None], pool.shape[1]
        pick = random.randint(m, size=(e, n))
        first = (pick + random.randint(1, m, size=(e, n))) % m
        second = (pick + random.randint(1, m, size=(e, n))) % m
        axis = here - pool[rows, pick]
        before = np.linalg.norm(axis, axis=-1) + 1e-300
        axis = axis / before[..., None]
        along = np.einsum("enk,enk->en", pool[rows, first] - pool[rows, second], axis)
        y = here + (random.uniform(1.2, 2.2, (e, n)) * along)[..., None] * axis
        after = np.linalg.norm(y - pool[rows, pick], axis=-1) + 1e-300
        return y, (d - 1) * np.log(after / before)


def sample(
    target: Target,
    seed: int,
    report: Reporter,
    checkpoint: Checkpoint,
    *,
    walkers: int = 128,
    ensembles: int = 4,
    steps: int = 1000,
    most: int = 32000,
) -> Draws:
    """Draws of several emcee ensembles.

    Parameters
    ----------
    walkers : per ensemble
    ensembles : independent ensembles, at least 4
    steps : length of the first check; doubled until converged
    most : largest number of steps
    """
    if ensembles < 4:
        raise ValueError(f"convergence needs at least 4 ensembles, got ensembles={ensembles}")
    d = target.dimension
    walkers = 2 * (max(walkers, 4 * d) // 2)
    starts = Particles(target, seed, particles=walkers * ensembles, groups=ensembles)
    interrupted = False
    sampler = emcee.EnsembleSampler(
        walkers * ensembles, d, lambda z: _log_density(target, z), vectorize=True, moves=Evolution(ensembles)
    )
    chain, judgement, goal = Chain(ensembles), Judgement(), steps
    try:
        if (kept := checkpoint.load()) is None:
            starts.begin()
            while starts.beta < 1:
                starts.advance()
                report("emcee", 0, target.evaluations, 0.0)
            state = State(starts.z, log_prob=_density(starts.z, starts.value))
            state.random_state = np.random.RandomState(seed % 2**32).get_state()
        else:
            plain, arrays = kept
            starts.start = Start(np.empty((plain["allowed"], 0)), np.empty(0), *plain["start"])
            target.restore(plain)
            chain.steps, chain.stride, goal = plain["steps"], plain["stride"], plain["goal"]
            chain.states, chain.values = list(arrays["states"]), list(arrays["values"])
            state = State(arrays["z"], log_prob=arrays["value"])
            state.random_state = ("MT19937", arrays["key"], *plain["random"])
        while True:
            going = sampler.sample(state, iterations=goal - chain.steps, store=False, skip_initial_state_check=True)
            for state in going:
                chain.add(state)
                if checkpoint.due:
                    _keep(checkpoint, target, starts.start, chain, state, goal)
                report("emcee", chain.steps, target.evaluations, chain.steps / goal, tau=judgement.tau)
            judgement = Judgement.of(chain)
            if judgement.converged or goal >= most:
                break
            goal = min(2 * goal, most)
        _keep(checkpoint, target, starts.start, chain, state, goal)
    except Interrupted:
        interrupted = True
        if not hasattr(starts, "z") and not chain.states:
            raise
        if not chain.states:
            chain.add(State(starts.z, log_prob=_density(starts.z, starts.value)))
        judgement = Judgement.of(chain)
    return _draws(target, chain, starts, judgement, interrupted)


def _keep(checkpoint: Checkpoint, target: Target, start: Start, chain: "Chain", state: State, goal: int) -> None:
    _, key, *rest = state.random_state
    plain = {"steps": chain.steps, "stride": chain.stride, "goal": goal, "random": rest, "allowed": len(start.u)}
    plain |= {"start": [start.draws, start.fraction, start.cuts]} | target.kept()
    arrays = {"states": np.array(chain.states), "values": np.array(chain.values)}
    checkpoint.save(plain, z=state.coords, value=state.log_prob, key=key, **arrays)


class Chain:
    """States of the walkers, thinned by two whenever more than ``most`` are stored."""

    def __init__(self, ensembles: int, most: int = 2000):
        self.ensembles, self.most = ensembles, most
        self.steps, self.stride = 0, 1
        self.states: list[Array] = []
        self.values: list[Array] = []

    def add(self, state: State) -> None:
        """Append a state if its number is a multiple of the stride."""
        self.steps += 1
        if self.steps % self.stride == 0:
            self.states.append(state.coords.copy())
            self.values.append(state.log_prob.copy())
        if len(self.states) > self.most:
            self.states, self.values = self.states[1::2], self.values[1::2]
            self.stride *= 2

    @property
    def kept(self) -> tuple[Array, Array]:
        """Coordinates (steps, walkers, d) and log-densities (steps, walkers) without the first quarter."""
        first = len(self.states) // 4
        return np.array(self.states[first:]), np.array(self.values[first:])


def _density(z: Array, value: Array) -> Array:
    return np.where(np.isfinite(value), value - 0.5 * np.einsum("ij,ij->i", z, z), -np.inf)


def _log_density(target: Target, z: Array) -> Array:
    return _density(z, target.log_likelihood_normal(z))


class Judgement:
    """Convergence of a chain without its first quarter, or nothing yet."""

    def __init__(self) -> None:
        self.tau: float | None = None
        self.tau_half: float | None = None
        self.r_hat = np.inf
        self.modes, self.spread = np.ones(1), 0.0
        self.length = 0

    @classmethod
    def of(cls, chain: Chain) -> "Judgement":
        """Autocorrelation time at half and full length, split R-hat over ensembles of x and x²."""
        made = cls()
        kept, _ = chain.kept
        made.length = len(kept) * chain.stride
        if len(kept) < 100:
            return made
        x = kept.reshape(len(kept), chain.ensembles, -1, kept.shape[2])
        made.tau = chain.stride * autocorrelation_time(x)
        made.tau_half = chain.stride * autocorrelation_time(x[: len(x) // 2])
        centred = x - x.mean(axis=(0, 1, 2))
        made.modes, made.spread = mode_fractions(x)
        made.r_hat = max(split_r_hat(centred.mean(axis=2)), split_r_hat((centred**2).mean(axis=2)))
        return made

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the chain is too short."""
        if self.tau is None or self.tau_half is None:
            return ("the chain is too short to measure an autocorrelation time",)
        out = []
        if self.length < LENGTHS * self.tau:
            out.append(
                f"{self.length} steps are only {self.length / self.tau:.0f} autocorrelation times of {self.tau:.0f}"
            )
        if self.tau > 1.2 * self.tau_half:
            out.append(f"the autocorrelation time grew from {self.tau_half:.0f} to {self.tau:.0f} at double length")
        if self.r_hat > R_HAT:
            out.append(f"split R-hat over ensembles is {self.r_hat:.3f}")
        if self.spread > FRACTIONS:
            shares = ", ".join(f"{share:.2f}" for share in self.modes)
            out.append(f"the ensembles give one of two modes different shares: {shares}")
        return tuple(out)

    @property
    def converged(self) -> bool:
        return not self.reasons


def _draws(target: Target, chain: Chain, starts: Particles, judged: Judgement, interrupted: bool) -> Draws:
    z, value = chain.kept
    walkers, d = z.shape[1:]
    thin = max(1, int((judged.tau or 1) / 2 / chain.stride), len(z) * walkers // 200_000)
    effective = len(z) * walkers * chain.stride / judged.tau if judged.tau else float(walkers)
    z, value = z[::thin], value[::thin]
    value = value + 0.5 * np.einsum("ijk,ijk->ij", z, z)
    number = np.arange(walkers) // (walkers // chain.ensembles)
    return Draws(
        u=unit(z.reshape(-1, d)),
        log_weight=np.zeros(value.size),
        log_likelihood=value.reshape(-1),
        log_evidence=None,
        log_evidence_error=None,
        chain=np.tile(number, len(z)),
        effective=float(min(effective, value.size)),
        evaluations=target.evaluations,
        diagnostics={
            "ensembles": chain.ensembles,
            "walkers": walkers,
            "steps": chain.steps,
            "split R-hat over ensembles": float(judged.r_hat),
            "share of a mode in each ensemble": judged.modes.tolist(),
            "autocorrelation time": judged.tau,
            "autocorrelation time at half length": judged.tau_half,
        }
        | starts.start.diagnostics,
        reasons=(("interrupted",) if interrupted else ()) + judged.reasons,
        interrupted=interrupted,
        history={"log_likelihood": value.mean(axis=1)},
    )
