"""Figures of 1803.04430 (Falkowski, King, Perdomo, Pierre): the flavourful Z′ and its dark matter.

``data="paper"`` draws the bounds that the paper quotes in Eqs. (3.5), (3.7) and Sec. 3.5 (of B_s mixing for both its
sets of inputs; ``scheme="corrected"`` takes the likelihoods of these sets instead), and for what it does not quote
(Z → 4μ, XENON1T, Planck's energy injection, dimuons) the likelihood terms of its month. The limit of ATLAS's dimuons of
36 fb⁻¹ is the expected one, rebuilt from the background of 139 fb⁻¹. H.E.S.S. and CTA, of which no curves are at hand,
are drawn in Fig. 4 as one published number of each extends to other masses (likelihoods/observables/cherenkov.py).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

import fitter
from fitter.figures.drawing import Curve, Drawing, Field, Panel
from fitter.figures.judgement import Settings, crossings, grid, penalties, solve
from likelihoods import Likelihood, default_inputs
from likelihoods.ckm import third_row
from likelihoods.observables.colliders import LUMINOSITY
from likelihoods.table import load_table

Array = npt.NDArray[np.float64]

MONTH = "2018-03"
TEV = 1e3
V_TS = 0.041  # Eq. (3.3), see the formula sheet of 002.3.3
MIXING_2017, MIXING_2015, TRIDENT = 770 * TEV, 140 * TEV, 370.0  # Eqs. (3.5), text below it, (3.7) [GeV]
THERMAL = 3e-26  # cm³/s, Fig. 4
RELIC = 0.1198  # Planck 2015
#: Equivalent cross sections of the telescopes in Fig. 4: term and name.
TELESCOPES = {"sigmav(HESS)": ("hess", "H.E.S.S."), "sigmav(CTA)": ("cta", "CTA")}

G_MUMU, G_BB, G_NUNU = r"$g_{\mu\mu}$", r"$g_{bb}$", r"$g_{\nu\nu}$"
M_ZP, M_NU = r"$M_{Z'}$ [GeV]", r"$m_{\nu_4}$ [GeV]"
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
    likelihood = Likelihood.of(["delta_m_s", "trident", "Z_4mu"], data=settings.date)
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
    try:
        spectrum = Likelihood.of(["dimuon"], data=date)
    except ValueError:  # none had been measured then
        return {}
    measured = LUMINOSITY / 1e3 * spectrum.rows[0].signal_per_unit
    found = penalties(fitter.model("flavourful_zprime"), spectrum, settings.scheme, **values)["dimuon"]
    scaled = {measured: found} | {wanted: found * wanted / measured for wanted in future}
    return {rf"dimuons, {luminosity:.0f} fb$^{{-1}}$": penalty for luminosity, penalty in scaled.items()}


def shaded(bounds: dict[str, Array]) -> tuple[Field, ...]:
    """Excluded regions; those that exclude nothing are left out."""
    return tuple(Field(label, values, above=1.0) for label, values in bounds.items() if np.any(values > 1.0))


def figure_1(settings: Settings) -> Drawing:
    g_mumu, g_bb = grid(1e-3, 10, settings.points), grid(1e-5, 10, settings.points)
    x, y = np.meshgrid(g_mumu, g_bb)
    m_zp = scale(settings) * np.sqrt(x * y)
    fields = shaded(flavour_bounds(settings, x, y, m_zp))
    lines = Field(M_ZP, m_zp, levels=(10, 100, 1e3, 1e4), colour="black")
    numbers = {"g_bb g_mumu at M = 1 TeV": (TEV / scale(settings)) ** 2}
    if settings.data == "paper":
        row = grid(1e-5, 10, 2000)
        at = flavour_bounds(settings, np.full(2000, 0.1), row, scale(settings) * np.sqrt(0.1 * row))
        for key, label in (
            ("B_s 2017", "$B_s$ mixing 2017"),
            ("B_s 2015", "$B_s$ mixing 2015"),
            ("trident", "trident"),
        ):
            numbers[f"g_bb/g_mumu at the edge of {key}"] = crossings(row, at[label], 1.0)[0] / 0.1
    panel = Panel(g_mumu, g_bb, G_MUMU, G_BB, fields=(*fields, lines))
    return Drawing("002-1", FIGURES["002-1"][0], (panel,), numbers, settings.note)


def figure_2(settings: Settings) -> Drawing:
    g_mumu, m_zp = grid(1e-2, 10, settings.points), grid(10, 1e4, settings.points)
    x, y = np.meshgrid(g_mumu, m_zp)
    fields = shaded(flavour_bounds(settings, x, y**2 / (scale(settings) ** 2 * x), y))
    model = fitter.model("flavourful_zprime")
    numbers: dict[str, float] = {}
    curves: list[Curve] = []
    limit = {"paper": 4.2e-13}.get(settings.data) or _limit("mu_e_gamma", settings)
    for v21 in (1e-5, 1e-4, 1e-3):
        point: dict[str, Any] = {"g_bb": 0.0, "g_mumu": 1.0, "m_zp": TEV, "v21": v21, **UNUSED}
        at = model.predict(["BR(mu->egamma)"], scheme=settings.scheme, **point)["BR(mu->egamma)"]
        slope = TEV * (at / limit) ** 0.25
        curves.append(
            Curve(rf"$\mu\to e\gamma$, $V_{{21}}={v21:g}$", g_mumu, slope * g_mumu, dashed=True, colour="black")
        )
        numbers[f"M/g_mumu of mu -> e gamma at V_21 = {v21:g} [GeV]"] = slope
    if settings.data == "paper":
        column = grid(10, 1e5, 2000)
        bounds = flavour_bounds(settings, np.ones(2000), column**2 / scale(settings) ** 2, column)
        numbers["largest M/g_mumu, B_s 2017 [GeV]"] = crossings(column, bounds["$B_s$ mixing 2017"], 1.0)[0]
        numbers["smallest M/g_mumu, trident [GeV]"] = crossings(column, bounds["trident"], 1.0)[0]
    panel = Panel(g_mumu, m_zp, G_MUMU, M_ZP, fields=fields, curves=curves)
    return Drawing("002-2", FIGURES["002-2"][0], (panel,), numbers, settings.note)


def _limit(term: str, settings: Settings) -> float:
    """The published upper limit of a term at the settings' date."""
    return Likelihood.of([term], data=settings.date).rows[0].limit


def figure_3(settings: Settings) -> Drawing:
    panels: list[Panel] = []
    numbers: dict[str, float] = {}
    model = fitter.model("flavourful_zprime")
    data = "paper-002" if settings.data == "paper" else settings.date
    ratios = Likelihood.of(["R_K", "R_Kstar"], data=data)
    for m_zp in (50.0, 200.0, 500.0, 1000.0):
        g_mumu, g_bb = grid(1e-3, 10, settings.points), grid(1e-5, 1, settings.points)
        x, y = np.meshgrid(g_mumu, g_bb)
        fields = shaded(flavour_bounds(settings, x, y, np.full_like(x, m_zp)))
        # one number decides: the product of the couplings at which R_K and R_K* are within one standard deviation
        product = np.concatenate([[0.0], grid(1e-3, 10, 4 * settings.points) * (m_zp / scale(settings)) ** 2])
        found = penalties(model, ratios, settings.scheme, 0.6827, g_bb=product, g_mumu=1.0, m_zp=m_zp, **UNUSED)
        both = np.sum(list(found.values()), axis=0)
        inside = product[(both - both.min() <= 1.0) & (product > 0)]
        low, high = inside[[0, -1]] if inside.size else (np.nan, np.nan)
        band = Curve(r"$R_{K^{(*)}}$, $1\sigma$", g_mumu, low / g_mumu, high / g_mumu, colour="#CC2222")
        panels.append(Panel(g_mumu, g_bb, G_MUMU, G_BB, rf"$M_{{Z'}}={m_zp:g}$ GeV", (band,), fields))
        key = f"M = {m_zp:g} GeV: "
        numbers |= {key + "g_bb g_mumu of Eq. (3.3)": (m_zp / scale(settings)) ** 2}
        numbers |= {key + "g_bb g_mumu, low end of R_K": low, key + "g_bb g_mumu, high end of R_K": high}
        if settings.data == "paper":
            row = grid(1e-5, 10, 2000)
            fixed = np.full(2000, m_zp)
            mixing = flavour_bounds(settings, np.full(2000, 1e-3), row, fixed)["$B_s$ mixing 2017"]
            trident = flavour_bounds(settings, row, np.full(2000, 1e-5), fixed)["trident"]
            numbers[key + "largest g_bb, B_s 2017"] = crossings(row, mixing, 1.0)[0]
            numbers[key + "largest g_mumu, trident"] = crossings(row, trident, 1.0)[0]
    return Drawing("002-3", FIGURES["002-3"][0], tuple(panels), numbers, settings.note)


def figure_4(settings: Settings) -> Drawing:
    """The paper lists σv/2 (of a self-conjugate pair), with which published limits are compared."""
    model = fitter.model("flavourful_zprime")
    numbers: dict[str, float] = {}
    curves: list[Curve] = []
    for m_zp in (200.0, 1000.0):
        m_nu = np.union1d(grid(1, 3e3, 4 * settings.points), m_zp / 2 * (1 + np.linspace(-0.2, 0.2, 401)))
        point: dict[str, Any] = {"g_bb": 0.1, "g_mumu": 0.1, "g_nunu": 0.1, "m_zp": m_zp}
        half = 0.5 * model.scan(["sigmav_v0"], scheme=settings.scheme, m_nu=m_nu, **point)["sigmav_v0"]
        curves.append(Curve(rf"$M_{{Z'}}={m_zp:g}$ GeV", m_nu, half))
        low, high = crossings(m_nu, half, THERMAL)[:2]
        numbers |= {f"M = {m_zp:g} GeV: thermal from [GeV]": low, f"M = {m_zp:g} GeV: thermal to [GeV]": high}
        numbers[f"M = {m_zp:g} GeV: mass at the peak [GeV]"] = float(m_nu[np.argmax(half)])
    m_nu = grid(1, 3e3, 60)
    for label, couplings in (("bb", {"g_bb": 0.1, "g_mumu": 0.0}), ("mumu", {"g_bb": 0.0, "g_mumu": 0.1})):
        values: dict[str, Any] = {"m_zp": 2.5 * m_nu, "m_nu": m_nu, "g_nunu": 0.1, **couplings}
        got = model.scan(["sigmav_v0", "p_ann", *TELESCOPES], scheme=settings.scheme, **values)
        month = MONTH if settings.data == "paper" else settings.date
        bound = Likelihood.of(["cmb"], data=month).rows[0].limit
        # half of what couples to the muon doublet goes to muons, and the line is for muons alone
        half = (0.5 if label == "bb" else 0.25) * got["sigmav_v0"] * bound / got["p_ann"]
        if label == "mumu":
            curves.append(Curve(r"Planck, $\mu^+\mu^-$", m_nu, half, dashed=True))
        else:
            for name, (term, telescope) in TELESCOPES.items():
                seen = np.where(got[name] > 1e-4 * got["sigmav_v0"], got[name], np.nan)
                reach = 0.5 * got["sigmav_v0"] * Likelihood.of([term], data=month).rows[0].limit / seen
                curves.append(Curve(rf"{telescope} (from one point), $b\bar b$", m_nu, reach, dashed=True))
                numbers |= {f"lowest reach of {telescope}, bb [cm^3/s]": float(np.nanmin(reach))}
                numbers[f"thermal within reach of {telescope} from [GeV]"] = min(
                    crossings(m_nu, reach, THERMAL), default=np.nan
                )
        numbers[f"thermal excluded by Planck below [GeV], {label}"] = (crossings(m_nu, half, THERMAL) or [np.nan])[0]
    fermi = published_dwarf_limit(m_nu) if settings.data == "paper" else dwarf_limit(m_nu, settings)
    curves.append(Curve(r"Fermi-LAT, $b\bar b$", m_nu, fermi, dashed=True))
    curves.append(Curve("thermal", m_nu[[0, -1]], np.full(2, THERMAL), dashed=True, colour="black"))
    numbers["thermal excluded by Fermi below [GeV], bb"] = (crossings(m_nu, fermi, THERMAL) or [np.nan])[-1]
    label = r"$\langle\sigma v\rangle/2$ [cm$^3$/s]"
    panel = Panel(np.array([1.0, 3e3]), np.array([1e-30, 1e-21]), M_NU, label, curves=curves)
    return Drawing("002-4", FIGURES["002-4"][0], (panel,), numbers, settings.note)


def published_dwarf_limit(m_nu: Array) -> Array:
    """95 % CL limit of 1503.02641 on σv [cm³/s] of a self-conjugate pair into b quarks, fifteen dwarf galaxies."""
    table = load_table("limit_fermi_2015_bb")
    mass, limit = table.column("mass"), table.column("sigma_v")
    return np.exp(np.interp(np.log(m_nu), np.log(mass), np.log(limit), left=np.nan, right=np.nan))


def dwarf_limit(m_nu: Array, settings: Settings) -> Array:
    """95 % CL limit on σv/2 [cm³/s] into b quarks from dwarf galaxies, ln L below its best by 2.71/2."""
    model, name = fitter.model("flavourful_zprime"), "log_l(Fermi-LAT:2016:dwarfs)"
    amplitude = grid(1e-5, 30, 160)[:, None]
    # a mediator between m_ν and 2 m_ν: neither a pair of them nor its decay to ν is open, and σv ∝ g_νν²
    got = model.scan(
        [name, "sigmav_v0"], scheme=settings.scheme, g_bb=0.1, g_mumu=0.0, g_nunu=amplitude, m_zp=1.5 * m_nu, m_nu=m_nu
    )
    limits = []
    for k in range(m_nu.size):
        penalty = 2 * (np.nanmax(got[name][:, k]) - got[name][:, k])
        beyond = np.arange(amplitude.size) >= np.nanargmax(got[name][:, k])
        roots = crossings(0.5 * got["sigmav_v0"][beyond, k], penalty[beyond] + 1e-12, 2.71)
        limits.append(roots[0] if roots else np.nan)
    return np.array(limits)


def window(settings: Settings, m_zp: float) -> tuple[float, float]:
    """g_μμ allowed between B_s mixing (Eq. 3.5 with 3.3) and tridents (3.7)."""
    return m_zp * V_TS * MIXING_2017 / scale(settings) ** 2, m_zp / TRIDENT


def dark_bounds(settings: Settings, **values: Any) -> dict[str, Array]:
    """Direct detection and energy injection at recombination."""
    month = MONTH if settings.data == "paper" else settings.date
    terms = ["xenon1t", "cmb"] if settings.data == "paper" else ["xenon1t", "lz", "cmb", "fermi_dwarfs"]
    names = {"xenon1t": "XENON1T", "lz": "LZ", "cmb": "Planck", "fermi_dwarfs": "Fermi-LAT"}
    model = fitter.model("flavourful_zprime")
    found = penalties(model, Likelihood.of(terms, data=month), settings.scheme, **values)
    return {names[term]: penalty for term, penalty in found.items()}


def figure_5(settings: Settings) -> Drawing:
    panels: list[Panel] = []
    numbers: dict[str, float] = {}
    model = fitter.model("flavourful_zprime")
    for m_zp in (50.0, 1000.0):
        g_mumu = float(np.sqrt(np.prod(window(settings, m_zp))))
        g_bb = m_zp**2 / (scale(settings) ** 2 * g_mumu)
        g_nunu, m_nu = grid(1e-3, 3, settings.points), grid(1, 1e4, settings.points)
        x, y = np.meshgrid(g_nunu, m_nu)
        couplings: dict[str, Any] = {"g_bb": g_bb, "g_mumu": g_mumu, "m_zp": m_zp}
        omega = model.scan(["omega_h2"], scheme=settings.scheme, g_nunu=x, m_nu=y, **couplings)["omega_h2"]
        bounds = dark_bounds(settings, g_nunu=x, m_nu=y, **couplings)
        fields = (*shaded(bounds), Field(rf"$\Omega h^2={RELIC}$", omega, levels=(RELIC,), colour="#E06000"))
        title = rf"$M_{{Z'}}={m_zp:g}$ GeV, $g_{{\mu\mu}}={g_mumu:.2f}$"
        panels.append(Panel(g_nunu, m_nu, G_NUNU, M_NU, title, fields=fields))
        relic = [(g, m) for g, row in zip(g_nunu, omega.T, strict=True) for m in crossings(m_nu, row, RELIC)]
        alive = [
            m for g, m in relic
            if all(p[np.argmin(abs(m_nu - m)), np.argmin(abs(g_nunu - g))] <= 1 for p in bounds.values())
        ]  # fmt: skip
        numbers |= {
            f"M = {m_zp:g} GeV: lightest allowed relic over M/2": 2 * min(alive, default=np.nan) / m_zp,
            f"M = {m_zp:g} GeV: heaviest allowed relic over M/2": 2 * max(alive, default=np.nan) / m_zp,
        }
    return Drawing("002-5", FIGURES["002-5"][0], tuple(panels), numbers, settings.note)


def relic_mass(settings: Settings, m_zp: float, g_mumu: Array, g_nunu: Array, points: int = 70) -> tuple[Array, Array]:
    """m_ν of the observed relic density above and below M/2, nearest to it, with g_bb of Eq. (3.3); nan if none."""
    model, half = fitter.model("flavourful_zprime"), 0.5 * m_zp
    g_bb = m_zp**2 / (scale(settings) ** 2 * g_mumu)
    found = []
    for grid_m in (half * (1 + grid(1e-3, 1e5 / half, points)), half / (1 + grid(1e-3, half, points)[::-1])):
        roots = solve(
            model,
            "omega_h2",
            RELIC,
            "m_nu",
            grid_m,
            settings.scheme,
            g_bb=g_bb,
            g_mumu=g_mumu,
            g_nunu=g_nunu,
            m_zp=m_zp,
        )
        none = np.full(np.shape(g_mumu), np.nan)
        if not roots:
            found.append(none)
        elif grid_m[-1] > half:
            found.append(roots[0])
        else:
            found.append(np.nanmax(np.array([*roots, np.full(np.shape(g_mumu), -np.inf)]), axis=0))
            found[-1][~np.isfinite(found[-1])] = np.nan
    return found[0], found[1]


#: Solutions of the relic density that the text's masses allow to compare, (g_μμ, g_νν) by M_Z′ (formula sheet).
SOLUTIONS = {
    50.0: ((0.08, 0.05),),
    200.0: ((0.3, 0.1), (0.3, 0.5)),
    500.0: ((0.5, 1.0), (0.8, 1.0)),
    1000.0: ((1.0, 1.0), (1.0, 2.0)),
    2000.0: ((2.0, 1.0),),
}


def summary(name: str, settings: Settings, m_zp: float, future: Sequence[float] = (), dark: float = 1.0) -> Drawing:
    """Figs. 6 to 11: relic solutions above and below M/2 with the bounds, in the plane of g_μμ and g_νν.

    Parameters
    ----------
    future : luminosities to which ATLAS's dimuons are scaled, beside that of their day [fb⁻¹]
    dark : factor by which direct detection improves
    """
    low, high = window(settings, m_zp)
    points = max(12, settings.points // 3)
    g_mumu, g_nunu = grid(0.3 * low, min(2 * high, 10.0), points), grid(0.01, 5, points)
    x, y = np.meshgrid(g_mumu, g_nunu)
    g_bb = m_zp**2 / (scale(settings) ** 2 * x)
    panels = []
    for where, m_nu in zip(("above", "below"), relic_mass(settings, m_zp, x, y), strict=True):
        values: dict[str, Any] = {
            "g_bb": g_bb,
            "g_mumu": x,
            "g_nunu": y,
            "m_zp": m_zp,
            "m_nu": np.where(np.isnan(m_nu), 1e4, m_nu),
        }
        bounds = flavour_bounds(settings, x, g_bb, np.full_like(x, m_zp))
        bounds = {label: values_ for label, values_ in bounds.items() if not label.startswith("dimuons")}
        bounds |= dimuons(settings, values, future)
        for label, penalty in dark_bounds(settings, **values).items():
            # −2 Δ ln L of a counting experiment without events grows with the rate
            factor = dark if label != "Planck" else 1.0
            bounds[label] = np.where(np.isnan(m_nu), 0.0, penalty * factor)
        # the paper leaves what B_s mixing of 2017 excludes, on the left of its line, unshaded
        dashed = [
            Field(label, bounds.pop(label), levels=(1.0,), dashed=True, colour="#0044FF")
            for label in ("$B_s$ mixing 2017",)
            if label in bounds
        ]
        fields = (Field(M_NU, np.where(np.isnan(m_nu), np.nan, m_nu), coloured=True), *shaded(bounds), *dashed)
        panels.append(Panel(g_mumu, g_nunu, G_MUMU, G_NUNU, rf"$m_{{\nu_4}}$ {where} $M_{{Z'}}/2$", fields=fields))
    numbers = {"g_mumu from (B_s 2017)": low, "g_mumu to (trident)": high}
    for g_m, g_n in SOLUTIONS[m_zp]:
        above, below = relic_mass(settings, m_zp, np.array([g_m]), np.array([g_n]), 400)
        numbers |= {
            f"m_nu above at ({g_m:g}, {g_n:g}) [GeV]": above[0],
            f"m_nu below at ({g_m:g}, {g_n:g}) [GeV]": below[0],
        }
    return Drawing(name, FIGURES[name][0], tuple(panels), numbers, settings.note)


def summary_of(name: str, m_zp: float) -> Callable[[Settings], Drawing]:
    return lambda settings: summary(name, settings, m_zp)


def figure_11(settings: Settings) -> Drawing:
    return summary("002-11", settings, 500.0, (200.0, 3000.0), 100.0)


FIGURES: dict[str, tuple[str, Callable[[Settings], Drawing]]] = {
    "002-1": ("Couplings that explain $R_K$, with $M_{Z'}$ from Eq. (3.3)", figure_1),
    "002-2": ("Muon coupling and mass of the $Z'$ that explain $R_K$", figure_2),
    "002-3": ("Couplings at fixed mass of the $Z'$", figure_3),
    "002-4": ("Annihilation cross section and indirect detection", figure_4),
    "002-5": ("Relic density, direct and indirect detection", figure_5),
    "002-6": ("Summary for $M_{Z'}$ = 50 GeV", summary_of("002-6", 50.0)),
    "002-7": ("Summary for $M_{Z'}$ = 200 GeV", summary_of("002-7", 200.0)),
    "002-8": ("Summary for $M_{Z'}$ = 500 GeV", summary_of("002-8", 500.0)),
    "002-9": ("Summary for $M_{Z'}$ = 1 TeV", summary_of("002-9", 1000.0)),
    "002-10": ("Summary for $M_{Z'}$ = 2 TeV", summary_of("002-10", 2000.0)),
    "002-11": ("Future reach for $M_{Z'}$ = 500 GeV", figure_11),
}
