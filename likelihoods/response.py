"""Response: change of all predictions of a point per standard deviation of each direction of the inputs.

Rates and angular observables of b → s ℓ ℓ without light mediators are quadratic forms whose matrices move linearly with
the inputs: their response is one product of the coefficients with matrices prepared once. Everything else is predicted
at inputs displaced both ways.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.quadratic_form import PRODUCTS, evaluate_forms, products
from likelihoods.kernel import kernel
from likelihoods.observable import Plan
from likelihoods.observables.bsll import Semileptonic
from likelihoods.prediction import Predictions, filled
from likelihoods.theory import Directions

Array = npt.NDArray[np.float64]


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


class _Forms:
    """The response of a plan of quadratic forms."""

    def __init__(self, plan: Semileptonic, directions: Directions):
        self.plan = plan
        m = len(directions.steps)
        moved = directions.displaced(directions.inputs.central)[0]
        up, down = (np.array([plan.contact_matrix(moved[k : k + 1]) for k in range(s, s + m)]) for s in (0, m))
        self.matrix = np.ascontiguousarray(np.moveaxis(0.5 * (up - down), 0, 2))  # (PRODUCTS, columns, directions)

    def __call__(self, c: npt.NDArray[Any]) -> Array:
        n, m, size = len(c), self.matrix.shape[2], self.plan.start.size - 1
        forms, slopes = np.zeros((n, size)), np.zeros((n, size, m))
        evaluate_forms(c, *self.plan.group, self.plan.matrix, self.plan.target, forms)
        x = np.empty((n, PRODUCTS))
        for lepton, sign, begin, end in zip(*self.plan.group, strict=True):
            if begin == end:
                continue
            products(c, lepton, sign, x)
            used = np.flatnonzero(x.any(axis=0))
            slopes[:, self.plan.target[begin:end]] += (
                x[:, used] @ self.matrix[used, begin:end].reshape(used.size, -1)
            ).reshape(n, end - begin, m)
        out = np.empty((n, len(self.plan.readings), m))
        read_slopes(forms, slopes, self.plan.readings, out)
        return out


class Response:
    """The prepared response of predictions to directions of the inputs.

    Parameters
    ----------
    still : columns that no direction moves; they are not predicted again
    """

    def __init__(self, predictions: Predictions, directions: Directions, still: npt.NDArray[np.bool_]):
        self.predictions, self.directions = predictions, directions
        self.forms = {
            id(plan): _Forms(plan, directions) for plan, _ in predictions.plans if isinstance(plan, Semileptonic)
        }
        self.moving = [(plan, columns) for plan, columns in predictions.plans if not still[columns].all()]

    def __call__(self, c: npt.NDArray[Any], sm: npt.NDArray[Any]) -> Array:
        """Response (n, columns, directions) at couplings (n,) and inputs (1,), those of the predictions."""
        out = np.zeros((len(c), len(self.predictions.requests), len(self.directions.steps)))
        for plan, columns in self.moving:
            if isinstance(plan, Semileptonic) and plan.contact(c):
                out[:, columns] = self.forms[id(plan)](c)
            else:
                out[:, columns] = self._displaced(plan, columns.size, c, sm)
        return out

    def _displaced(self, plan: Plan, size: int, c: npt.NDArray[Any], sm: npt.NDArray[Any]) -> Array:
        n, m = len(c), len(self.directions.steps)
        moved = self.directions.displaced(np.broadcast_to(sm, n)).reshape(-1)
        mu = filled(plan, size, np.repeat(c, 2 * m), moved).reshape(n, 2, m, size)
        return 0.5 * (mu[:, 0] - mu[:, 1]).transpose(0, 2, 1)
