"""Response: change of all predictions of a point per standard deviation of each direction of the inputs.

Rates and angular observables of b → s ℓ ℓ without light mediators are quadratic forms whose matrices move linearly
with the inputs: their response is one product of the coefficients with matrices prepared once. With light mediators it
is the gradient of the integrals times the prepared change of what they are made of. Everything else is predicted at
inputs displaced both ways.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.angular import J_COUNT
from likelihoods.amplitudes.gradient import collect, panel_gradients
from likelihoods.amplitudes.hadronic import B0_K
from likelihoods.amplitudes.panels import NODES
from likelihoods.amplitudes.quadratic_form import PRODUCTS, evaluate_forms, polarised, products
from likelihoods.amplitudes.readings import read_forms
from likelihoods.kernel import kernel
from likelihoods.observable import Plan
from likelihoods.observables.bsll import Semileptonic
from likelihoods.prediction import Predictions, filled
from likelihoods.theory import Directions

Array = npt.NDArray[np.float64]
#: Points whose gradients are held in memory together.
CHUNK = 32


@kernel
def read_slopes(forms, slopes, readings, out):
    """Derivatives ``out`` (n, k, m) of the observables from linear forms (n, f) and their ``slopes`` (n, f, m)."""
    for i in range(forms.shape[0]):
        for k in range(readings.shape[0]):
            for a in range(slopes.shape[2]):
                out[i, k, a] = 0.0
            for part in range(2):
                r = readings[k, part]
                if r.kind > 2:
                    continue
                weight = r.factor if part == 0 else -r.factor
                below = 1.0
                if r.kind == 1:
                    below = forms[i, r.below[0]]
                elif r.kind == 2:
                    below = 2.0 * np.sqrt(-forms[i, r.below[0]] * forms[i, r.below[1]])
                above, scale = forms[i, r.above], weight / below
                for a in range(slopes.shape[2]):
                    out[i, k, a] += scale * slopes[i, r.above, a]
                for d in range(r.kind):
                    share = scale * above / (r.kind * forms[i, r.below[d]])
                    for a in range(slopes.shape[2]):
                        out[i, k, a] -= share * slopes[i, r.below[d], a]


class _Channel:
    """Linear forms of one process and lepton with poles, and their slopes along the directions, by quadrature."""

    def __init__(self, plan: Semileptonic, central: Array, change: Array, process: int, lepton: int):
        panels, bins = plan.channels.panels, plan.channels.bins
        here = np.flatnonzero((panels["process"] == process) & (panels["lepton"] == lepton))
        mine = slice(here[0], here[-1] + 1)
        self.lepton, self.sign = lepton, -1.0 if process < B0_K else 1.0
        self.panels, self.slopes = panels[mine], plan.channels.slopes[mine]
        self.values, change = central[mine], change[:, mine]
        self.columns = np.flatnonzero(change.any(axis=(0, 1, 2)))
        self.change = np.ascontiguousarray(
            np.moveaxis(change[..., self.columns], 0, -1).reshape(len(here), -1, len(change))
        )  # (panels, NODES × columns, directions)
        # each linear form is a sum over bins of multiples of few functionals of S_i and A_i
        functionals: dict[tuple[float, ...], int] = {}
        entries = []
        inside = (bins["process"] == process) & (bins["lepton"] == lepton)
        for form, where in sorted({*zip(plan.of_entry.tolist(), plan.where.tolist(), strict=True)}):
            if not inside[where]:
                continue
            weights = np.zeros(2 * J_COUNT)
            chosen = (plan.of_entry == form) & (plan.where == where)
            np.add.at(weights, plan.slot[chosen], plan.weight[chosen])
            factor = weights[np.flatnonzero(weights)[0]]
            functional = functionals.setdefault(tuple((weights / factor).tolist()), len(functionals))
            start, stop = bins[where]["start"] - here[0], bins[where]["stop"] - here[0]
            entries.append((form, functional, start, stop, factor))
        self.functionals = np.array([*functionals])
        *self.places, self.factor = (np.array(column) for column in zip(*entries, strict=True))

    def add(self, c: npt.NDArray[Any], forms: Array, slopes: Array) -> None:
        """Add to ``forms`` (n, f) and ``slopes`` (n, f, directions)."""
        n, k, f = len(c), len(self.panels), len(self.functionals)
        sums, gradient = np.empty((k, n, f)), np.empty((k, n, f, NODES, self.columns.size))
        shared = (self.panels, self.slopes, self.values, self.functionals, self.columns)
        panel_gradients(c, self.lepton, self.sign, *shared, sums, gradient)
        moved = np.matmul(gradient.reshape(k, n * f, -1), self.change).reshape(k, n, f, -1)
        collect(*self.places, self.factor, sums, moved, forms, slopes)


class _Forms:
    """The response of a plan of b → s ℓ ℓ: quadratic forms, and quadrature for leptons with poles."""

    def __init__(self, plan: Semileptonic, directions: Directions):
        self.plan, self.directions = plan, len(directions.steps)
        bins, m = plan.channels.bins, len(directions.steps)
        central = plan.channels.values(directions.inputs.central)[0]
        moved = plan.channels.values(directions.displaced(directions.inputs.central)[0])
        change = 0.5 * (moved[:m] - moved[m:])
        pairs = sorted({*zip(bins["process"].tolist(), bins["lepton"].tolist(), strict=True)})
        self.channels = tuple(_Channel(plan, central, change, *pair) for pair in pairs)
        self.matrix = np.zeros((PRODUCTS, plan.target.size, self.directions))
        for lepton, sign, begin, end in zip(*plan.group, strict=True):
            mine = [channel for channel in self.channels if (channel.lepton, channel.sign) == (lepton, sign)]
            if mine:
                self.matrix[:, begin:end] = polarised(partial(self._slopes, mine, plan.target[begin:end]))

    def _slopes(self, channels: Sequence[_Channel], target: npt.NDArray[np.int64], c: npt.NDArray[Any]) -> Array:
        """Slopes (n, target, directions) of the linear forms of some channels, by quadrature."""
        size, out = self.plan.start.size - 1, np.empty((len(c), target.size, self.directions))
        for first in range(0, len(c), CHUNK):
            here = c[first : first + CHUNK]
            forms, slopes = np.zeros((len(here), size)), np.zeros((len(here), size, self.directions))
            for channel in channels:
                channel.add(here, forms, slopes)
            out[first : first + CHUNK] = slopes[:, target]
        return out

    def __call__(self, c: npt.NDArray[Any]) -> tuple[Array, Array]:
        """Predictions (n, k) and their response (n, k, directions)."""
        n, m, size = len(c), self.directions, self.plan.start.size - 1
        forms, slopes = np.zeros((n, size)), np.zeros((n, size, m))
        resonant = self.plan.resonant(c)
        if resonant.any():
            for channel in self.channels:
                if resonant[channel.lepton]:
                    channel.add(c, forms, slopes)
        contact = self.plan.groups(~resonant)
        evaluate_forms(c, *contact, self.plan.matrix, self.plan.target, forms)
        x = np.empty((n, PRODUCTS))
        for lepton, sign, begin, end in zip(*contact, strict=True):
            if begin == end:
                continue
            products(c, lepton, sign, x)
            used = np.flatnonzero(x.any(axis=0))
            slopes[:, self.plan.target[begin:end]] += (
                x[:, used] @ self.matrix[used, begin:end].reshape(used.size, -1)
            ).reshape(n, end - begin, m)
        mu, out = np.empty((n, len(self.plan.readings))), np.empty((n, len(self.plan.readings), m))
        read_forms(c, forms, self.plan.readings, mu)
        read_slopes(forms, slopes, self.plan.readings, out)
        return mu, out


class Response:
    """The prepared response of predictions to directions of the inputs.

    Parameters
    ----------
    still : columns that no direction moves; they are not predicted again
    even : (columns, k), further response that is the same everywhere
    """

    def __init__(
        self, predictions: Predictions, directions: Directions, still: npt.NDArray[np.bool_], even: Array | None = None
    ):
        self.predictions, self.directions = predictions, directions
        self.even = np.zeros((len(predictions.requests), 0)) if even is None else even
        self.forms = {
            id(plan): _Forms(plan, directions) for plan, _ in predictions.plans if isinstance(plan, Semileptonic)
        }
        self.still = still

    def __call__(self, c: npt.NDArray[Any], sm: npt.NDArray[Any]) -> tuple[Array, Array]:
        """Predictions (n, columns) and their response (n, columns, directions + k) to inputs near the central ones.

        Parameters
        ----------
        c, sm : couplings (n,) and inputs (1,) or (n,), at which predictions are made
        """
        c = self.predictions.prepared(c, sm)
        central = sm.size == 1 and sm.tobytes() == self.directions.inputs.central.tobytes()
        mu = np.empty((len(c), len(self.predictions.requests)))
        m = len(self.directions.steps)
        out = np.zeros((*mu.shape, m + self.even.shape[1]))
        out[:, :, m:] = self.even
        for plan, columns in self.predictions.plans:
            if id(plan) in self.forms:
                mu[:, columns], out[:, columns, :m] = self.forms[id(plan)](c)
                if central:
                    continue
            mu[:, columns] = filled(plan, columns.size, c, sm)
            if id(plan) not in self.forms and not self.still[columns].all():
                out[:, columns, :m] = self._displaced(plan, columns.size, c, sm)
        return mu, out

    def _displaced(self, plan: Plan, size: int, c: npt.NDArray[Any], sm: npt.NDArray[Any]) -> Array:
        n, m = len(c), len(self.directions.steps)
        moved = self.directions.displaced(np.broadcast_to(sm, n)).reshape(-1)
        mu = filled(plan, size, np.repeat(c, 2 * m), moved).reshape(n, 2, m, size)
        return 0.5 * (mu[:, 0] - mu[:, 1]).transpose(0, 2, 1)
