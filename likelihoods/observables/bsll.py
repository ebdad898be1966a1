r"""b → s ℓ ℓ: rates, angular observables and lepton-universality ratios of B → K^(*) ℓℓ and B_s → φ ℓℓ.

Binned, CP-averaged, in LHCb's convention (1512.04442): S_i = ±(J_i + J̄_i)/(Γ + Γ̄), minus for i = 4, 6s, 6c, 7, 9
relative to 0811.1214; numerators and denominators are integrated over the bin separately, lepton masses kept.
B_s → φ is time-integrated and untagged.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.angular import J_COUNT, J_NAMES
from likelihoods.amplitudes.channels import BOTH, Bin, Channels, phase_space
from likelihoods.amplitudes.hadronic import B0_K, BS_PHI, PROCESSES
from likelihoods.amplitudes.panels import CHARM_HIGH, CHARM_LOW
from likelihoods.amplitudes.quadratic_form import coefficients, evaluate_forms
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Request

#: Points evaluated together, so that intermediates stay in the cache.
CHUNK = 128
Weights = Mapping[int, float]


class CharmoniumWarning(UserWarning):
    """A bin overlaps the narrow charmonia, where the prediction means nothing; set the policy by ``warnings``."""


class Reading(NamedTuple):
    """How an observable reads the bins: a linear form of S_i, A_i over others of the same or of other channels.

    ``above / below`` with no, one (ratio) or two (P_i′: above/(2 √(-below_1 below_2))) denominators.
    """

    above: Weights
    below: tuple[Weights, ...]
    channels_above: tuple[tuple[int, int], ...]
    channels_below: tuple[tuple[int, int], ...]


def _s(sign: float = 1.0, **weights: float) -> Weights:
    return {J_NAMES.index(name[1:]): sign * weight for name, weight in weights.items()}


def _a(weights: Weights) -> Weights:
    return {J_COUNT + k: weight for k, weight in weights.items()}


_RATE = _s(_1s=1.5, _1c=0.75, _2s=-0.5, _2c=-0.25)
_2S, _2C = _s(_2s=1), _s(_2c=1)
_S = {name: {k: -1.0 if name in ("4", "6s", "6c", "7", "9") else 1.0} for k, name in enumerate(J_NAMES)}
#: Rate to longitudinal mesons, (3 J_1c - J_2c)/4: what F_L was before lepton masses mattered.
_LONGITUDINAL = _s(_1c=0.75, _2c=-0.25)
_AFB = _s(-1, _6s=0.75, _6c=0.375)
#: Linear forms whose ratio to the rate is an observable of B → V: name -> (form, LaTeX).
_NORMALISED = {
    "FL": (_s(_2c=-1), "F_L"),
    "FL_rate": (_LONGITUDINAL, r"\hat F_L"),
    "AFB": (_AFB, r"A_\text{FB}"),
    **{f"S{name}": (form, f"S_{{{name}}}") for name, form in _S.items()},
    **{f"A{name}": (_a(form), f"A_{{{name}}}") for name, form in _S.items() if name not in ("1s", "1c", "2s", "2c")},
    "AFBCP": (_a(_AFB), r"A_\text{FB}^\text{CP}"),
    "ACP": (_a(_RATE), r"A_\text{CP}"),
}
#: Those whose ratio to S_2s is (1506.03970 Eq. C.10-12).
_OPTIMISED = {
    "P1": ({k: 0.5 * w for k, w in _S["3"].items()}, "P_1"),
    "P2": ({k: 0.125 * w for k, w in _S["6s"].items()}, "P_2"),
    "P3": ({k: -0.25 * w for k, w in _S["9"].items()}, "P_3"),
    "ATIm": (_a({k: 0.5 * w for k, w in _S["9"].items()}), r"A_T^\text{Im}"),
}
_PRIMED = {f"P{k}p": (_S[i], f"P_{k}^\\prime") for k, i in (("4", "4"), ("5", "5"), ("6", "7"), ("8", "8"))}
#: The same by the relations of massless leptons, as fitted by all experiments before LHCb 2025: 1 - F_L in the place
#: of 4 S_2s, P_i′ = S_i/√(F_L (1 - F_L)).
_TRANSVERSE = {slot: 0.25 * (_RATE.get(slot, 0.0) + _2C.get(slot, 0.0)) for slot in {**_RATE, **_2C}}
#: CP-odd forms that the untagged, time-integrated B_s → φ sum holds in the place of S_i.
_UNTAGGED = {f"A{name}": (_S[name], f"A_{{{name}}}") for name in ("5", "6s", "6c", "8", "9")}
_UNTAGGED["A6"] = (_S["6s"], "A_6")
#: B → K: flat term and asymmetry.
_SCALAR = {
    "AFB": (_s(-1, _6c=0.375), r"A_\text{FB}"),
    "FH": (_s(_1c=0.75, _2c=0.75), "F_H"),
    "ACP": (_a(_RATE), r"A_\text{CP}"),
}
_LEPTONS = ("ee", "mumu")
_LATEX = {
    "B0->K*": r"B^0\to K^{*0}",
    "B+->K*": r"B^+\to K^{*+}",
    "Bs->phi": r"B_s\to\phi",
    "B0->K": r"B^0\to K^0",
    "B+->K": r"B^+\to K^+",
}
_PAPER = {True: "0811.1214; LHCb convention 1512.04442", False: "0709.4174"}


def _readings() -> dict[str, tuple[tuple[Reading, ...], str, str, str]]:
    """All observables: name -> (one reading, or two whose difference is taken; unit, LaTeX, reference)."""
    table: dict[str, tuple[tuple[Reading, ...], str, str, str]] = {}
    for process, name in enumerate(PROCESSES):
        normalised = _NORMALISED if process < BS_PHI else _SCALAR
        if process == BS_PHI:
            odd = ("A", "S5", "S6", "S8", "S9", "P2", "P3", "P5", "P8")
            normalised = {k: v for k, v in _NORMALISED.items() if not k.startswith(odd)} | _UNTAGGED
        paper = _PAPER[process < B0_K]
        for lepton, flavour in enumerate(_LEPTONS):
            here, channel = f"({name}{flavour})", ((process, lepton),)
            latex = "(" + _LATEX[name] + ("ee", r"\mu\mu")[lepton] + ")"
            table["dBR/dq2" + here] = (
                (Reading(_RATE, (), channel, channel),),
                "GeV^-2",
                "d{\\cal B}/dq^2" + latex,
                paper,
            )
            forms: list[tuple[str, Mapping[int, float], tuple[Mapping[int, float], ...], str]] = [
                (k, form, (_RATE,), symbol) for k, (form, symbol) in normalised.items()
            ]
            if process < B0_K:
                forms += [(k, form, (_2S,), symbol) for k, (form, symbol) in _OPTIMISED.items()]
                forms += [(k, form, (_2S, _2C), symbol) for k, (form, symbol) in _PRIMED.items()]
                if process < BS_PHI and flavour == "mumu":
                    forms += [
                        (f"{k}_massless", form, (_TRANSVERSE, *below[1:]), symbol + "|_{m=0}")
                        for k, form, below, symbol in forms
                        if k in ("P1", "P2", "P3") or k in _PRIMED
                    ]
            if process == BS_PHI:
                forms = [row for row in forms if row[0] not in ("P2", "P3", "ATIm", "P5p", "P8p")]
            for k, form, below, symbol in forms:
                table[k + here] = ((Reading(form, below, channel, channel),), "", symbol + latex, paper)
        e, mu = ((process, 0),), ((process, 1),)
        latex = f"({_LATEX[name]}\\ell\\ell)"
        table[f"Rmue({name}ll)"] = ((Reading(_RATE, (_RATE,), mu, e),), "", "R_{\\mu e}" + latex, paper)
        table[f"1/Rmue({name}ll)"] = ((Reading(_RATE, (_RATE,), e, mu),), "", "R^{-1}_{\\mu e}" + latex, paper)
        if process < BS_PHI:
            for k, (form, symbol) in _PRIMED.items():
                readings = [Reading(form, (_2S, _2C), channel, channel) for channel in (mu, e, e + mu)]
                table[f"Dmue_{k}({name}ll)"] = (tuple(readings[:2]), "", f"\\Delta {symbol}" + latex, "1605.03156")
                table[f"{k}({name}ll)"] = (tuple(readings[2:]), "", symbol + latex, paper)
    both = [((3, lepton), (4, lepton)) for lepton in (0, 1)]
    table["Rmue(B->Kll)"] = (
        (Reading(_RATE, (_RATE,), both[1], both[0]),),
        "",
        r"R_{\mu e}(B\to K\ell\ell)",
        _PAPER[False],
    )
    return table


_TABLE = _readings()
READING = np.dtype(
    [("kind", np.int64), ("above", np.int64), ("below", np.int64, 2), ("factor", np.float64)], align=True
)
_NOTHING = 9


@kernel
def linear_forms(bins, start, where, slot, weight, out):
    """Linear forms (n, functionals) of ``bins`` (n, bins, 24); form f sums the entries start[f] .. start[f + 1]."""
    for i in range(out.shape[0]):
        for f in range(start.size - 1):
            total = 0.0
            for k in range(start[f], start[f + 1]):
                total += weight[k] * bins[i, where[k], slot[k]]
            out[i, f] = total


@kernel
def read_forms(c, forms, readings, out):
    """Observables (n, m) from linear forms; ``readings`` (m, 2): the second is subtracted."""
    for i in range(c.size):
        for k in range(readings.shape[0]):
            value = 0.0
            for part in range(2):
                r = readings[k, part]
                if r.kind == _NOTHING:
                    continue
                x = r.factor * forms[i, r.above]
                if r.kind == 1:
                    x /= forms[i, r.below[0]]
                elif r.kind == 2:
                    x /= 2.0 * np.sqrt(-forms[i, r.below[0]] * forms[i, r.below[1]])
                value += x if part == 0 else -x
            out[i, k] = value if c[i].veto == 0 else np.nan


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
        self.readings["kind"] = _NOTHING
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

            for part, reading in enumerate(_TABLE[item.observable][0]):
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
        for lepton in range(len(_LEPTONS)):
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
        return np.asarray(poles.any(axis=(0, 1))[: len(_LEPTONS)])

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
    Observable(name, unit, latex, reference, binned=True, plan=Semileptonic)
    for name, (_, unit, latex, reference) in _TABLE.items()
)
