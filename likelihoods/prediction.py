"""Prediction: from couplings to observables, each shared intermediate computed once per point."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.couplings import COUPLINGS, MIXING, POLES, empty
from likelihoods.inputs import Inputs, nearest, settled
from likelihoods.observable import Plan, Pointwise, Request
from likelihoods.observables import ALIASES, OBSERVABLES
from likelihoods.observables.relic_density import shares, with_share

_BIN = re.compile(r"(.+)\[([^,\]]+),([^,\]]+)\]")
#: Scalar fields of couplings that are masses and widths.
_NOT_NEGATIVE = ("m_med", "m_dm", "m_heavy_l", "m_heavy_q", "splitting", "extra_width", "m_yukawa", "dm_share")
#: Lepton flavours as coefficient names end, with their place on the lepton axis.
_FLAVOURS = tuple(enumerate(("ee", "mumu", "tautau")))


def request(name: str, q2: tuple[float, float] | None = None) -> Request:
    """A checked request: known observable, q² given exactly where it is binned, 0 <= low < high.

    Parameters
    ----------
    name : observable or alias; "P5p(B0->K*mumu)[4,6]" names the bin too
    q2 : (low, high) in GeV²

    Raises
    ------
    KeyError : unknown observable (the message names the nearest)
    ValueError : missing, superfluous or reversed q²
    """
    if q2 is None and (match := _BIN.fullmatch(name)):
        name, low, high = match.groups()
        try:
            q2 = float(low), float(high)
        except ValueError:
            raise ValueError(f"{name}: q2=[{low},{high}] must be two numbers, in GeV²") from None
    name = ALIASES.get(name, name)
    if name not in OBSERVABLES:
        raise KeyError(f"unknown observable {name!r}{nearest(name, [*OBSERVABLES, *ALIASES])}")
    if not OBSERVABLES[name].binned:
        if q2 is not None:
            raise ValueError(f"{name} is not binned: q2={q2} given, none allowed")
        return Request(name)
    if q2 is None:
        raise ValueError(f"{name} is binned: q2=(low, high) in GeV² is missing")
    try:
        low, high = (float(edge) for edge in q2)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: q2={q2!r} must be two numbers (low, high), in GeV²") from None
    if not (np.isfinite(low) and np.isfinite(high) and 0 <= low < high):
        raise ValueError(f"{name}: q2=({low:g}, {high:g}) must satisfy 0 <= low < high, in GeV²")
    return Request(name, (low, high))


def filled(plan: Plan, size: int, c: npt.NDArray[Any], sm: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Predictions (n, size) of one plan.

    Columns are contiguous; the spare row gives one point the memory layout of many, hence the same compiled kernel.
    """
    out = np.empty((size, c.size + 1)).T[:-1]
    plan.fill(c, sm, out)
    return out


class Predictions:
    """The prepared predictions of a list of requests.

    Parameters
    ----------
    requests : checked requests, in the order of the output columns
    inputs : defaults of the SM, hadronic and astrophysical inputs
    """

    def __init__(self, requests: Sequence[Request], inputs: Inputs):
        self.requests = tuple(requests)
        self.inputs = inputs
        self.shared = shares(inputs)
        groups: dict[Any, list[int]] = {}
        for column, item in enumerate(self.requests):
            groups.setdefault(OBSERVABLES[item.observable].plan, []).append(column)
        self.plans: list[tuple[Plan, npt.NDArray[np.int64]]] = []
        for build, columns in groups.items():
            wanted = [self.requests[k] for k in columns]
            plan: Plan
            if build is None:
                fills = (OBSERVABLES[item.observable].fill for item in wanted)
                plan = Pointwise(tuple((fill, ()) for fill in fills if fill is not None))
            else:
                plan = build(wanted, inputs)
            self.plans.append((plan, np.array(columns)))

    def prepared(self, c: npt.NDArray[Any], sm: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The couplings as the plans take them: with the share of dark matter, if the input ``thermal_share`` is 1."""
        return with_share(c, sm, self.inputs) if self.shared else c

    def __call__(self, c: npt.NDArray[Any], sm: npt.NDArray[Any] | None = None) -> npt.NDArray[np.float64]:
        """Predictions (n, requests) of couplings ``c`` (n,) at inputs ``sm`` ((1,) or (n,), default: central)."""
        sm = self.inputs.central if sm is None else sm
        c = self.prepared(c, sm)
        out = np.empty((c.size, len(self.requests)))
        for plan, columns in self.plans:
            out[:, columns] = filled(plan, columns.size, c, sm)
        return out


@cache
def coefficients() -> dict[str, tuple[str, int | None]]:
    """Where each coefficient stands in ``couplings.COUPLINGS``: name -> (field, position in its sub-array or None)."""
    neutrinos = tuple(enumerate(("nuenue", "numunumu", "nutaunutau")))
    places: dict[str, tuple[str, int | None]] = {}
    for field in ("C9", "C9p", "C10", "C10p", "CS", "CSp", "CP", "CPp"):
        places |= {f"{field}_bs{flavour}": (field, k) for k, flavour in _FLAVOURS}
    for field in ("CL", "CR"):
        places |= {f"{field}_bs{flavour}": (field, k) for k, flavour in neutrinos}
    places |= {f"C{name}_bsbs": ("mixing", k) for k, name in enumerate(MIXING)}
    places |= {f"{field}_bs": (field, None) for field in ("C7", "C7p", "C8", "C8p")}
    places |= {field: (field, None) for field in COUPLINGS.names or () if COUPLINGS[field].shape == ()}
    return places


def couplings(values: Mapping[str, Any]) -> npt.NDArray[Any]:
    """One record of couplings from flavio's coefficient names.

    ``C9_bsmumu``, ``C10p_bsee``, ``CS_bsmumu`` (GeV^-1), ``C7_bs``, ``CL_bsnumunumu``, ``CVLL_bsbs`` (GeV^-2, at
    4.8 GeV), and poles ``C9_bsmumu_pole=(a, b, m, gamma)``; any other field of ``couplings.COUPLINGS`` by its name.

    Raises
    ------
    KeyError : unknown coefficient (the message names the nearest)
    ValueError : not finite, not one number (four for a pole), complex where a real one is needed, a negative mass or
        width
    """
    c = empty()
    places = coefficients()
    poles = {f"{name}_bs{flavour}_pole": (j, k) for j, name in enumerate(POLES) for k, flavour in _FLAVOURS}
    for name, value in values.items():
        if name not in places and name not in poles:
            raise KeyError(f"unknown coefficient {name!r}{nearest(name, [*places, *poles])}")
        if np.shape(value) != ((4,) if name in poles else ()):
            raise ValueError(f"{name}={value}: give {'a, b, mass, width' if name in poles else 'one number'}")
        if np.asarray(value).dtype.kind not in "biufc":
            raise ValueError(f"{name}={value!r} must be {'numbers' if name in poles else 'a number'}")
        if not np.all(np.isfinite(np.asarray(value))):
            raise ValueError(f"coefficient {name}={value} must be finite")
        if name in _NOT_NEGATIVE and np.real(value) < 0:
            raise ValueError(f"{name}={value} must not be negative (GeV)")
        if name == "pole_running" and value not in (0, 1):
            raise ValueError(f"pole_running={value} must be 0 (constant width) or 1 (growing with q²)")
        if name in poles:
            j, k = poles[name]
            a, b, mass, width = value
            if np.imag(mass) != 0 or np.imag(width) != 0 or not (np.real(mass) > 0 and np.real(width) > 0):
                raise ValueError(f"{name}: mass {mass} and width {width} must be positive (GeV)")
            c["pole_a"][0, j, k], c["pole_b"][0, j, k] = a, b
            c["pole_mass"][0, j, k], c["pole_width"][0, j, k] = np.real(mass), np.real(width)
            continue
        field, position = places[name]
        if not np.iscomplexobj(c[field]):
            if np.imag(value) != 0:
                raise ValueError(f"{name}={value} must be real")
            value = np.real(value)
        c[field][0 if position is None else (0, position)] = value
    return c


def predict(
    observable: str,
    *,
    q2: tuple[float, float] | None = None,
    inputs: Inputs | Mapping[str, float] | str | None = None,
    **coefficients: Any,
) -> float:
    """Prediction of one observable for given couplings; what is not given is the Standard Model.

    Parameters
    ----------
    observable : name as in ``observables()``, or an alias (``R_K``, ``R_Kstar``, ``P5prime``)
    q2 : (low, high) in GeV², for binned observables; what lies beyond phase space does not count
    inputs : inputs to override, by name; the name of a set of them; or all inputs
    **coefficients : see ``couplings``

    Returns
    -------
    float, in the observable's unit

    Raises
    ------
    KeyError : unknown observable, coefficient or input
    ValueError : bad value of a coefficient (see ``couplings``), or the observable has no value there

    Examples
    --------
    >>> predict("a_mu")
    0.0
    """
    wanted, c = request(observable, q2), couplings(coefficients)  # refused before anything is prepared
    chosen = settled(inputs)
    value = float(Predictions([wanted], chosen)(c)[0, 0])
    if np.isnan(value):
        raise ValueError(no_prediction(observable, coefficients, chosen))
    return value


def no_prediction(name: str, point: Mapping[str, Any], inputs: Inputs) -> str:
    """What to say where an observable is not a number."""
    given = ", ".join(f"{key}={value}" for key, value in point.items()) or "the Standard Model"
    why = "no dark matter or mediator there, or outside the range of its tables"
    if changed := [f"{key}={value:g}" for key, value in inputs.overridden().items()]:
        given += " with " + ", ".join(changed[:6] + ["..."] * (len(changed) > 6))
        why += ", or inputs at which its formulas have no value"
    return f"{name} has no value at {given}: {why}"


def observables() -> dict[str, dict[str, str]]:
    """Every observable's unit, LaTeX symbol and reference, by name."""
    return {
        name: {"unit": o.unit, "latex": o.latex, "reference": o.reference} for name, o in sorted(OBSERVABLES.items())
    }
