"""Theory: how predictions follow the uncertain inputs, in the neighbourhood of one or of every point.

The inputs' joint Gaussian is written with independent standard-normal directions η, inputs = central + A η, A Aᵀ their
covariance (principal axes of each correlated block, so that a step of one standard deviation is a likely one). A
response is the central difference of the predictions for η_k = ±1. What is even in η (an observable that vanishes at
first order, S_9 say, moves by products of directions) is drawn at random points, in pairs ±η that cancel all odd parts.

How far the three modes of ``Likelihood.of`` agree, on R_K^(*) and the angular observables of B → K* μμ of January 2023
(flat prior, "nuisance" integrated over its 74 inputs by importance sampling; tests/test_theory_modes.py):

================  ===============  ===============
mode              C9               C9 = -C10
================  ===============  ===============
covariance        -0.31 ± 0.16     -0.07 ± 0.07
marginal          -0.34 ± 0.14     -0.08 ± 0.07
nuisance          -0.28 ± 0.15     -0.07 ± 0.07
================  ===============  ===============

At the Standard Model point ln L of the first two is the same to 0.01 of 113 (differences of one standard deviation
against derivatives); ln L(covariance) - ln L(marginal) is -1.0, -0.3, -10, -82 at C9 = -0.3, -1, -2, -3: far away the
covariance of the Standard Model is too small, and its fit too sure. Beyond |C9| = 1.5 use "marginal" or "nuisance".
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.couplings import empty
from likelihoods.inputs import Inputs, settled
from likelihoods.observable import Request
from likelihoods.prediction import Predictions, couplings, no_prediction, request

Array = npt.NDArray[np.float64]

#: Pairs of random points for the part of the theory covariance that is not linear.
PAIRS = 200


@dataclass(frozen=True, eq=False)
class Directions:
    """Independent directions of the uncertain inputs.

    Attributes
    ----------
    inputs : central values and covariance
    names : scalar inputs that vary
    steps : (directions, names), change of the inputs for one standard deviation along each direction
    """

    inputs: Inputs
    names: tuple[str, ...]
    steps: Array

    @classmethod
    def of(cls, inputs: Inputs, sampled: Collection[str] = ()) -> "Directions":
        """Directions of all uncertain inputs but the sampled ones.

        Raises
        ------
        KeyError : unknown input among the sampled
        ValueError : a sampled input is correlated with one that is not sampled, or a covariance is not positive
            definite (names the block)
        """
        inputs.check(sampled)
        names = tuple(name for name in inputs.names if inputs.sigma[name] > 0 and name not in sampled)
        where = {name: k for k, name in enumerate(names)}
        steps = []
        blocked: set[str] = set()
        for block, matrix in inputs.correlations:
            uncertain = [name for name in block if inputs.sigma[name] > 0]
            if uncertain and np.linalg.eigvalsh(inputs.covariance(uncertain))[0] < -1e-9 * max(
                inputs.sigma[name] ** 2 for name in uncertain
            ):
                raise ValueError(f"covariance of the inputs {', '.join(uncertain)} is not positive definite")
            inside = [name for name in block if name in where]
            for name in set(block) & set(sampled):
                linked = [b for b in inside if matrix[block.index(name), block.index(b)] != 0.0]
                if linked:
                    raise ValueError(
                        f"input {name!r} is correlated with {', '.join(linked)}: sample all or none of them"
                    )
            if not inside:
                continue
            values, vectors = np.linalg.eigh(inputs.covariance(inside))
            block_steps = np.zeros((len(inside), len(names)))
            block_steps[:, [where[name] for name in inside]] = (vectors * np.sqrt(np.maximum(values, 0.0))).T
            steps.append(block_steps)
            blocked |= set(inside)
        single = [name for name in names if name not in blocked]
        diagonal = np.zeros((len(single), len(names)))
        diagonal[np.arange(len(single)), [where[name] for name in single]] = [inputs.sigma[name] for name in single]
        return cls(inputs, names, np.concatenate([*steps, diagonal]))

    def restricted(self, keep: npt.NDArray[np.bool_]) -> "Directions":
        """Some of the directions only."""
        return Directions(self.inputs, self.names, self.steps[keep])

    def displaced(self, sm: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Inputs moved by ±1 along each direction: records (n, 2 directions) from ``sm`` (n,)."""
        m = len(self.steps)
        out = np.repeat(sm[:, None], 2 * m, axis=1)
        for k, name in enumerate(self.names):
            field, component = self.inputs.index[name]
            moved = np.flatnonzero(self.steps[:, k])
            for sign, first in ((1.0, 0), (-1.0, m)):
                if component is None:
                    out[field][:, first + moved] += sign * self.steps[moved, k]
                else:
                    out[field][:, first + moved, component] += sign * self.steps[moved, k]
        return out

    def response(self, predictions: Predictions, c: npt.NDArray[Any], sm: npt.NDArray[Any]) -> Array:
        """Change of the predictions per standard deviation of each direction: (n, columns, directions)."""
        n, m = len(c), len(self.steps)
        if m == 0:
            return np.zeros((n, len(predictions.requests), 0))
        mu = predictions(np.repeat(c, 2 * m), self.displaced(np.broadcast_to(sm, n)).reshape(-1))
        mu = mu.reshape(n, 2, m, -1)
        return 0.5 * (mu[:, 0] - mu[:, 1]).transpose(0, 2, 1)


def _neighbourhood(predictions: Predictions, directions: Directions, c: npt.NDArray[Any]) -> tuple[Array, Array, Array]:
    """Predictions (k,), response (k, m) and even part (k, PAIRS) around one point ``c`` (1,)."""
    inputs = directions.inputs
    mu = predictions(c)[0]
    response = directions.response(predictions, c, inputs.central)[0]
    # direction by direction: those of one input do not change when others are added after it
    draws = np.random.default_rng(1).standard_normal((len(directions.steps), PAIRS)).T
    pairs = Directions(inputs, directions.names, draws @ directions.steps)
    moved = predictions(np.repeat(c, 2 * PAIRS), pairs.displaced(inputs.central)[0]).reshape(2, PAIRS, -1)
    even = 0.5 * (moved[0] + moved[1])
    return mu, response, (even - even.mean(axis=0)).T / np.sqrt(PAIRS - 1)


def covariance(predictions: Predictions, c: npt.NDArray[Any]) -> Array:
    """Theory covariance (k, k) at one point ``c`` (1,): that of all uncertain inputs, at fixed couplings."""
    _, response, even = _neighbourhood(predictions, Directions.of(predictions.inputs), c)
    return response @ response.T + even @ even.T


def theory_covariance(
    observables: Sequence[str | Request],
    *,
    inputs: Inputs | Mapping[str, float] | str | None = None,
    **coefficients: Any,
) -> Array:
    """Covariance of the theory errors of some observables for given couplings, from all uncertain inputs.

    Parameters
    ----------
    observables : requests, or names with their bins, "P5p(B0->K*mumu)[4,6]"
    inputs, **coefficients : as for ``predict``

    Returns
    -------
    (k, k) array in the observables' units; the square roots of its diagonal are the theory errors

    Raises
    ------
    KeyError, ValueError : as ``predict``

    Examples
    --------
    >>> float(theory_covariance(["Rmue(B+->Kll)[1.1,6]"])[0, 0] ** 0.5) < 1e-4
    True
    """
    requests = [request(item) if isinstance(item, str) else item for item in observables]
    chosen = settled(inputs)
    found = covariance(Predictions(requests, chosen), couplings(coefficients))
    for item, variance in zip(requests, np.diag(found), strict=True):
        if np.isnan(variance):
            raise ValueError(no_prediction(str(item), coefficients, chosen))
    return found


@lru_cache(maxsize=32)
def _standard_model(
    requests: tuple[Request, ...], inputs: Inputs, uncertainty: tuple[Any, ...], sampled: tuple[str, ...]
) -> tuple[Array, Array, Array, Directions]:
    directions = Directions.of(inputs, sampled)
    mu, response, even = _neighbourhood(Predictions(requests, inputs), directions, empty())
    for part in (response, even):
        part[~np.isfinite(part).all(axis=1)] = 0.0
    matters = np.abs(response).max(axis=0, initial=0.0) > 0.0
    return mu, response[:, matters], even, directions.restricted(matters)


def standard_model(
    requests: Sequence[Request], inputs: Inputs, sampled: Collection[str] = ()
) -> tuple[Array, Array, Array, Directions]:
    """Standard Model predictions (k,), response (k, m) and even part (k, PAIRS), and the m directions that matter.

    The theory covariance is the sum of ``response @ response.T`` and ``even @ even.T``.

    An observable that is not defined without new physics (a relic density) has no response.
    """
    # inputs are equal if their central values are
    uncertainty = (*inputs.sigma.values(), *((names, matrix.tobytes()) for names, matrix in inputs.correlations))
    return _standard_model(tuple(requests), inputs, uncertainty, tuple(sorted(sampled)))


def influential(
    requests: Sequence[Request], columns: Sequence[int], inputs: Inputs, sigma: Array, share: float = 0.1
) -> tuple[str, ...]:
    """Inputs that move a prediction by more than ``share`` of its row's error ``sigma``, and their correlated ones."""
    _, response, _, directions = standard_model(requests, inputs)
    strong = (np.abs(response[list(columns)]) / sigma[:, None]).max(axis=0, initial=0.0) > share
    return tuple(np.array(directions.names)[(directions.steps[strong] != 0.0).any(axis=0)].tolist())


def probe(
    requests: Sequence[Request], columns: Sequence[int], inputs: Inputs, sigma: Array, share: float = 0.1
) -> tuple[Directions, npt.NDArray[np.bool_], Array]:
    """The fewest directions that carry the theory error of the rows, the columns that none of them moves, even part.

    The responses at the Standard Model and with each b -> s coefficient shifted are stacked in units of the errors;
    a rotation to their singular vectors leaves out what moves no combination of rows by more than ``share``. The even
    part (columns, k) is reduced likewise, at the Standard Model alone.
    """
    _, _, even, directions = standard_model(requests, inputs)
    _, size, rotation = np.linalg.svd(even[list(columns)] / sigma[:, None], full_matrices=False)
    even = even @ rotation[size > share].T
    fields = [("C7", ()), ("C7p", ())] + [
        (name, (lepton,)) for name in ("C9", "C9p", "C10", "C10p") for lepton in (0, 1)
    ]
    c = empty(1 + len(fields))
    for k, (name, lepton) in enumerate(fields):
        c[name][(1 + k, *lepton)] = 0.1 if name.startswith("C7") else 1.0
    response = directions.response(Predictions(requests, inputs), c, inputs.central)
    response[:, ~np.isfinite(response).all(axis=(0, 2))] = 0.0
    stacked = (response[:, list(columns)] / sigma[:, None]).reshape(-1, len(directions.steps))
    _, size, rotation = np.linalg.svd(stacked, full_matrices=False)
    still = np.asarray(~response.any(axis=(0, 2)))
    return Directions(inputs, directions.names, rotation[size > share] @ directions.steps), still, even
