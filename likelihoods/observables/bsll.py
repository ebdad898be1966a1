r"""b → s ℓ ℓ: rates, angular observables and lepton-universality ratios of B → K^(*) ℓℓ and B_s → φ ℓℓ.

Binned, CP-averaged, in LHCb's convention (1512.04442): S_i = ±(J_i + J̄_i)/(Γ + Γ̄), minus for i = 4, 6s, 6c, 7, 9
relative to 0811.1214; numerators and denominators are integrated over the bin separately, lepton masses kept.
B_s → φ is time-integrated and untagged. Of a bin that reaches beyond phase space the part inside is integrated, as
experiments do that publish 15 to 19 GeV² of B_s → φ μμ; a rate is still divided by the whole width.
"""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.channels import BOTH, Bin, Channels, phase_space
from likelihoods.amplitudes.hadronic import B0_K
from likelihoods.amplitudes.panels import CHARM_HIGH, CHARM_LOW
from likelihoods.amplitudes.quadratic_form import coefficients, evaluate_forms
from likelihoods.amplitudes.readings import DEFINITIONS, FLAVOURS, NOTHING, READING, Weights, linear_forms, read_forms
from likelihoods.inputs import Inputs
from likelihoods.observable import Observable, Request

#: Points evaluated together, so that intermediates stay in the cache.
CHUNK = 128


class CharmoniumWarning(UserWarning):
    """A bin overlaps the narrow charmonia, where the prediction means nothing; set the policy by ``warnings``."""


def notes(requests: Sequence[Request], inputs: Inputs) -> list[str]:
    """One line for each bin of these requests that reaches beyond phase space; those of other processes have none."""
    found = []
    for item in requests:
        if item.observable not in DEFINITIONS or item.q2 is None:
            continue
        readings = DEFINITIONS[item.observable].readings
        channels = {channel for r in readings for channel in (*r.channels_above, *r.channels_below)}
        limits = np.array([phase_space(*channel, inputs) for channel in channels])
        first, last = limits[:, 0].max(), limits[:, 1].min()
        low, high = item.q2
        if low < first or high > last:
            part = f"[{max(low, first):.4g},{min(high, last):.4g}]"
            found.append(f"{item} reaches beyond phase space: integrated over {part}, rates divided by the whole width")
    return found


class Semileptonic:
    """Plan of all b → s ℓ ℓ requests: bins are integrated once per point and shared by their observables.

    Parameters
    ----------
    requests : of ``OBSERVABLES``
    inputs : defaults
    refine : see ``Channels``

    Raises
    ------
    ValueError : a bin lies outside phase space

    Warns
    -----
    CharmoniumWarning : a bin overlaps the narrow charmonia, 8.9 to 14 GeV²
    """

    def __init__(self, requests: Sequence[Request], inputs: Inputs, refine: int = 1):
        self.inputs = inputs
        bins: dict[Bin, int] = {}
        forms: dict[tuple[tuple[int, int, float], ...], int] = {}
        self.readings = np.zeros((len(requests), 2), READING)
        self.readings["kind"] = NOTHING
        for k, item in enumerate(requests):
            low, high = item.q2 if item.q2 is not None else (0.0, 0.0)
            if low < CHARM_HIGH and high > CHARM_LOW:
                message = f"{item} overlaps the narrow charmonia, {CHARM_LOW:g} to {CHARM_HIGH:g} GeV²"
                warnings.warn(message, CharmoniumWarning, stacklevel=2)

            def form(weights: Weights, channels: tuple[tuple[int, int], ...], item: Request = item) -> int:
                low, high = item.q2 if item.q2 is not None else (0.0, 0.0)
                entries = []
                for process, lepton in channels:
                    first, last = phase_space(process, lepton, inputs)
                    if high <= first or low >= last:
                        limits = f"{first:.4g} to {last:.4g} GeV²"
                        raise ValueError(f"{item}: bin outside the phase space, {limits}")
                    where = bins.setdefault(Bin(process, lepton, low, high), len(bins))
                    entries += [(where, slot, weight) for slot, weight in weights.items()]
                return forms.setdefault(tuple(entries), len(forms))

            for part, reading in enumerate(DEFINITIONS[item.observable].readings):
                row = self.readings[k, part]
                row["kind"], row["factor"] = len(reading.below), 1.0 if reading.below else 1 / (high - low)
                row["above"] = form(reading.above, reading.channels_above)
                for d, weights in enumerate(reading.below):
                    row["below"][d] = form(weights, reading.channels_below)
        self.channels = Channels(list(bins), inputs, refine)
        entries = [entry for each in forms for entry in each]
        self.start = np.cumsum([0, *(len(each) for each in forms)])
        self.where, self.slot = (np.array([entry[k] for entry in entries]) for k in (0, 1))
        self.weight = np.array([entry[2] for entry in entries])
        self.group, self.target = self._columns()
        self.matrix = self.contact_matrix(inputs.central)

    def _inside(self, lepton: int, sign: float) -> npt.NDArray[np.bool_]:
        """Which entries of the linear forms belong to a lepton and a spin (-1 vector, +1 pseudoscalar)."""
        bins = self.channels.bins[self.where]
        return (bins["lepton"] == lepton) & (np.where(bins["process"] < B0_K, -1.0, 1.0) == sign)

    def _columns(self) -> tuple[tuple[npt.NDArray[Any], ...], npt.NDArray[np.int64]]:
        """Groups (lepton, sign, start, stop) of columns of the contact matrix, and the linear form of each column."""
        self.of_entry = np.repeat(np.arange(self.start.size - 1), np.diff(self.start))
        target: list[int] = []
        groups = []
        for lepton in range(len(FLAVOURS)):
            for sign in (-1.0, 1.0):
                begin = len(target)
                target += np.unique(self.of_entry[self._inside(lepton, sign)]).tolist()
                groups.append((lepton, sign, begin, len(target)))
        return tuple(np.array(column) for column in zip(*groups, strict=True)), np.array(target)

    def contact_matrix(self, sm: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """The linear forms at inputs ``sm`` (1,) as quadratic forms of the coefficients: (PRODUCTS, columns)."""
        matrix = coefficients(self.channels, sm)
        columns = []
        for lepton, sign, begin, end in zip(*self.group, strict=True):
            inside = self._inside(lepton, sign)
            for f in self.target[begin:end]:
                mine = inside & (self.of_entry == f)
                columns.append((matrix[:, self.where[mine], self.slot[mine]] * self.weight[mine]).sum(axis=1))
        return np.stack(columns, axis=1)

    def resonant(self, c: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
        """Whether some coefficient has a pole, for each lepton (2,)."""
        poles = (c["pole_a"] != 0) | (c["pole_b"] != 0)
        return np.asarray(poles.any(axis=(0, 1))[: len(FLAVOURS)])

    def groups(self, leptons: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[Any], ...]:
        """Those groups of columns of the contact matrix that belong to ``leptons`` (2,)."""
        mine = leptons[self.group[0]]
        return tuple(column[mine] for column in self.group)

    def fill(self, c: npt.NDArray[Any], sm: npt.NDArray[Any], out: npt.NDArray[np.float64]) -> None:
        """Predictions (n, requests): quadratic forms where inputs are central and a lepton has no poles."""
        central = sm.size == 1 and sm.tobytes() == self.inputs.central.tobytes()
        for first in range(0, c.size, CHUNK):
            here = slice(first, first + CHUNK)
            part, record = c[here], sm if sm.size == 1 else sm[here]
            forms = np.zeros((part.size, self.start.size - 1))
            integrated = self.resonant(part) if central else BOTH
            if integrated.any():
                bins = self.channels(part, record, integrated)
                linear_forms(bins, self.start, self.where, self.slot, self.weight, forms)
            if not integrated.all():
                evaluate_forms(part, *self.groups(~integrated), self.matrix, self.target, forms)
            read_forms(part, forms, self.readings, out[here])


OBSERVABLES = tuple(
    Observable(name, d.unit, d.latex, d.reference, binned=True, plan=Semileptonic) for name, d in DEFINITIONS.items()
)
