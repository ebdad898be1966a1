"""Limits of 1803.04430 (Falkowski, King, Perdomo, Pierre) on the flavourful Z′ and its dark matter.

``data="paper"`` draws the bounds that the paper quotes in Eqs. (3.5), (3.7) and Sec. 3.5 (of B_s mixing for both its
sets of inputs; ``scheme="corrected"`` takes the likelihoods of these sets instead), and for what it does not quote
(Z → 4μ, XENON1T, Planck's energy injection, dimuons) the likelihood terms of its month. The limit of ATLAS's dimuons of
36 fb⁻¹ is the expected one, rebuilt from the background of 139 fb⁻¹.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

import fitter
from fitter.figures.judgement import Settings, penalties
from fitter.figures.panel import Field
from likelihoods import Likelihood, default_inputs
from likelihoods.ckm import third_row
from likelihoods.observables.colliders import LUMINOSITY
from likelihoods.snapshot import measured

Array = npt.NDArray[np.float64]

MONTH = "2018-03"
TEV = 1e3
V_TS = 0.041  # Eq. (3.3), see the formula sheet of 002.3.3
MIXING_2017, MIXING_2015, TRIDENT = 770 * TEV, 140 * TEV, 370.0  # Eqs. (3.5), text below it, (3.7) [GeV]
RELIC = 0.1198  # Planck 2015

G_MUMU, G_BB, G_NUNU = r"$g_{\mu\mu}$", r"$g_{bb}$", r"$g_{\nu\nu}$"
M_ZP, M_NU = r"$M_{Z'}$ [GeV]", r"$m_{\nu_4}$ [GeV]"
PAINT = {
    "$B_s$ mixing 2017": "#56B4E9",
    "$B_s$ mixing 2015": "#0072B2",
    r"$\Delta m_s$": "#56B4E9",
    "trident": "#E69F00",
    r"$Z\to4\mu$": "#CC79A7",
    "XENON1T": "#7F7F7F",
    "Planck": "#009E73",
}
UNUSED: dict[str, Any] = {"g_nunu": 1e-3, "m_nu": 9e3}


def scale(settings: Settings) -> float:
    """M/√(g_bb g_μμ) [GeV] of Eq. (3.3), from G_bsμ = 1/(31.5 TeV)²; printed as 6.4 TeV."""
    if settings.scheme == "paper":
        return 31.5 * TEV * np.sqrt(V_TS)
    return 31.5 * TEV * float(np.sqrt(abs(third_row(default_inputs().central[0])[1])))


def flavour_bounds(settings: Settings, g_mumu: Array, g_bb: Array, m_zp: Array) -> dict[str, Array]:
    """Bounds of Sec. 3 on the couplings to fermions: excluded above 1."""
    values: dict[str, Any] = {"g_bb": g_bb, "g_mumu": g_mumu, "m_zp": m_zp, **UNUSED}
    model = fitter.model("flavourful_zprime")
    if settings.data == "paper":
        found = penalties(model, Likelihood.of(["Z_4mu"], data=MONTH), settings.scheme, **values)
        bounds = mixing(settings, g_bb, m_zp, values) | {"trident": (g_mumu * TRIDENT / m_zp) ** 2}
        return bounds | {r"$Z\to4\mu$": found["Z_4mu"]} | dimuons(settings, values)
    likelihood = Likelihood.of(measured(["delta_m_s", "trident", "Z_4mu"], settings.date), data=settings.date)
    found = penalties(model, likelihood, settings.scheme, **values)
    names = {"delta_m_s": r"$\Delta m_s$", "trident": "trident", "Z_4mu": r"$Z\to4\mu$"}
    return {names[term]: penalty for term, penalty in found.items()} | dimuons(settings, values)


def mixing(settings: Settings, g_bb: Array, m_zp: Array, values: dict[str, Any]) -> dict[str, Array]:
    """ΔM_s of 2017 and 2015: printed bounds on G_bs, or (``scheme="corrected"``) likelihoods of the two sets."""
    labels = {"2017": "$B_s$ mixing 2017", "2015": "$B_s$ mixing 2015"}
    if settings.scheme == "paper":
        printed = {"2017": MIXING_2017, "2015": MIXING_2015}
        return {label: (g_bb * V_TS * printed[year] / m_zp) ** 2 for year, label in labels.items()}
    model, found = fitter.model("flavourful_zprime"), {}
    for year, label in labels.items():
        frequency = Likelihood.of(["delta_m_s"], data=MONTH, inputs=f"mixing-{year}")
        found[label] = penalties(model, frequency, settings.scheme, **values)["delta_m_s"]
    return found


def dimuons(settings: Settings, values: dict[str, Any], future: Sequence[float] = ()) -> dict[str, Array]:
    """ATLAS's dimuon spectrum of the settings' date, from 225 GeV on, and scaled to ``future`` luminosities [fb⁻¹]."""
    date = MONTH if settings.data == "paper" else settings.date
    if not measured(["dimuon"], date):
        return {}
    spectrum = Likelihood.of(["dimuon"], data=date)
    taken = LUMINOSITY / 1e3 * spectrum.rows[0].signal_per_unit
    found = penalties(fitter.model("flavourful_zprime"), spectrum, settings.scheme, **values)["dimuon"]
    scaled = {taken: found} | {wanted: found * wanted / taken for wanted in future}
    return {rf"dimuons, {luminosity:.0f} fb$^{{-1}}$": penalty for luminosity, penalty in scaled.items()}


def shaded(bounds: dict[str, Array]) -> tuple[Field, ...]:
    """Excluded regions in about the paper's colours; those that exclude nothing are left out."""
    return tuple(
        Field(label, values, above=1.0, colour=PAINT.get(label))
        for label, values in bounds.items()
        if np.any(values > 1.0)
    )


def published_limit(term: str, settings: Settings) -> float:
    """The published upper limit of a term at the settings' date."""
    return Likelihood.of([term], data=settings.date).rows[0].limit


def window(settings: Settings, m_zp: float) -> tuple[float, float]:
    """g_μμ allowed between B_s mixing (Eq. 3.5 with 3.3) and tridents (3.7)."""
    return m_zp * V_TS * MIXING_2017 / scale(settings) ** 2, m_zp / TRIDENT


def dark_bounds(settings: Settings, **values: Any) -> dict[str, Array]:
    """Direct detection, energy injection at recombination and dwarf galaxies, as far as they had been measured."""
    month = MONTH if settings.data == "paper" else settings.date
    names = {"xenon1t": "XENON1T", "lz": "LZ", "cmb": "Planck", "fermi_dwarfs": "Fermi-LAT"}
    terms = ("xenon1t", "cmb") if settings.data == "paper" else measured(tuple(names), month)
    if not terms:
        return {}
    model = fitter.model("flavourful_zprime")
    found = penalties(model, Likelihood.of(terms, data=month), settings.scheme, **values)
    return {names[term]: penalty for term, penalty in found.items()}
