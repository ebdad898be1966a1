r"""Readings: how observables of b → s ℓ ℓ read the angular coefficients of their bins.

Each is a linear form of S_i and A_i, or a ratio of two, in LHCb's convention (see ``observables.bsll``).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from likelihoods.amplitudes.angular import J_COUNT, J_NAMES
from likelihoods.amplitudes.hadronic import B0_K, BS_PHI, PROCESSES
from likelihoods.kernel import kernel

Weights = Mapping[int, float]


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
#: Leptons of the final states, in the order of ``couplings.LEPTONS``.
FLAVOURS = ("ee", "mumu")
_LATEX = {
    "B0->K*": r"B^0\to K^{*0}",
    "B+->K*": r"B^+\to K^{*+}",
    "Bs->phi": r"B_s\to\phi",
    "B0->K": r"B^0\to K^0",
    "B+->K": r"B^+\to K^+",
}
_VECTOR, _PSEUDOSCALAR = "0811.1214; LHCb convention 1512.04442", "0709.4174"


class Definition(NamedTuple):
    """One reading, or two whose difference is taken; unit, LaTeX and reference of the observable."""

    readings: tuple[Reading, ...]
    unit: str
    latex: str
    reference: str


def _of_channel(process: int, lepton: int) -> dict[str, Definition]:
    """Rate and angular observables of one process and lepton."""
    name, flavour, channel = PROCESSES[process], FLAVOURS[lepton], ((process, lepton),)
    latex = "(" + _LATEX[name] + (" ee", r"\mu\mu")[lepton] + ")"
    paper = _VECTOR if process < B0_K else _PSEUDOSCALAR
    normalised = _NORMALISED if process < BS_PHI else _SCALAR
    if process == BS_PHI:
        odd = ("A", "S5", "S6", "S8", "S9", "P2", "P3", "P5", "P8")
        normalised = {k: v for k, v in _NORMALISED.items() if not k.startswith(odd)} | _UNTAGGED
    forms: list[tuple[str, Weights, tuple[Weights, ...], str]] = [
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
    rate = Definition((Reading(_RATE, (), channel, channel),), "GeV^-2", "d{\\cal B}/dq^2" + latex, paper)
    return {f"dBR/dq2({name}{flavour})": rate} | {
        f"{k}({name}{flavour})": Definition((Reading(form, below, channel, channel),), "", symbol + latex, paper)
        for k, form, below, symbol in forms
    }


def _of_process(process: int) -> dict[str, Definition]:
    """Ratios and differences of muons and electrons, and P_i′ of both, of one process."""
    name, (e, mu) = PROCESSES[process], (((process, lepton),) for lepton in range(2))
    latex, paper = f"({_LATEX[name]}\\ell\\ell)", _VECTOR if process < B0_K else _PSEUDOSCALAR
    table = {
        f"Rmue({name}ll)": Definition((Reading(_RATE, (_RATE,), mu, e),), "", r"R_{\mu e}" + latex, paper),
        f"1/Rmue({name}ll)": Definition((Reading(_RATE, (_RATE,), e, mu),), "", r"R^{-1}_{\mu e}" + latex, paper),
    }
    for k, (form, symbol) in _PRIMED.items() if process < BS_PHI else ():
        muons, electrons, both = (Reading(form, (_2S, _2C), channel, channel) for channel in (mu, e, e + mu))
        table[f"Dmue_{k}({name}ll)"] = Definition((muons, electrons), "", rf"\Delta {symbol}{latex}", "1605.03156")
        table[f"{k}({name}ll)"] = Definition((both,), "", symbol + latex, paper)
    return table


def _definitions() -> dict[str, Definition]:
    """All observables by name."""
    table: dict[str, Definition] = {}
    for process in range(len(PROCESSES)):
        for lepton in range(len(FLAVOURS)):
            table |= _of_channel(process, lepton)
        table |= _of_process(process)
    e, mu = (tuple((process, lepton) for process in (B0_K, B0_K + 1)) for lepton in range(2))
    both_charges = Reading(_RATE, (_RATE,), mu, e)
    table["Rmue(B->Kll)"] = Definition((both_charges,), "", r"R_{\mu e}(B\to K\ell\ell)", _PSEUDOSCALAR)
    return table


DEFINITIONS = _definitions()
READING = np.dtype(
    [("kind", np.int64), ("above", np.int64), ("below", np.int64, 2), ("factor", np.float64)], align=True
)
NOTHING = 9  #: ``kind`` of a second reading that there is not


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
                if r.kind == NOTHING:
                    continue
                x = r.factor * forms[i, r.above]
                if r.kind == 1:
                    x /= forms[i, r.below[0]]
                elif r.kind == 2:
                    x /= 2.0 * np.sqrt(-forms[i, r.below[0]] * forms[i, r.below[1]])
                value += x if part == 0 else -x
            out[i, k] = value if c[i].veto == 0 else np.nan
