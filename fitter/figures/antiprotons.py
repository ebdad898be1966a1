r"""Antiprotons of 1702.00395: the spectra of Fig. 5, the targets of Table II, and the dark Higgs mass of Fig. 7.

The light model's χχ → Z′Z′ → 4b takes the place of the light mediators to light quarks that 1611.01983 fitted to
AMS-02. Fig. 5 asks for one prompt spectrum, Eq. (40), and Table II for one number of annihilations, σv/m². As b quarks
make more antiprotons at these energies, one number of antiprotons needs less: that cross section is listed as well.
"""

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

import fitter
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.hidden_zprime import LIGHT, relic_branch
from fitter.figures.judgement import Settings, couplings, crossings, grid
from fitter.figures.panel import Curve, Field, Panel
from likelihoods import Likelihood
from likelihoods.observables.antiprotons import pair_at_rest, prompt_spectrum
from likelihoods.units import CM3_PER_S

Array = npt.NDArray[np.float64]

#: Mediators [GeV] of 1611.01983, to u and d, and of the paper, to b.
QUARK_MEDIATOR, BOTTOM_MEDIATOR = 5.0, 12.0
#: Table II by propagation model, mass [GeV] and σv [cm³/s] with errors: fit of 1611.01983, and target.
FITS = {
    "MIN": (765.0, 18.6e-26, 10.7e-26, -8.0e-26),
    "MED": (808.0, 5.2e-26, 3.0e-26, -2.4e-26),
    "MAX": (826.0, 2.29e-26, 1.3e-26, -1.1e-26),
}
TARGETS = {
    "MIN": (1800.0, 103e-26, 59e-26, -44e-26),
    "MED": (1950.0, 31e-26, 18e-26, -14e-26),
    "MAX": (1950.0, 12.8e-26, 7.3e-26, -5.9e-26),
}


def mean_energy(state: str, m: float, m_med: float) -> float:
    """γ⟨E′⟩ [GeV] of the antiprotons of two mediators."""
    number, energy = pair_at_rest(state, 0.5 * m_med)
    return m / m_med * energy / number


def figure_5(settings: Settings) -> Drawing:
    """Prompt antiprotons of Table II's masses, four b quarks against four light ones."""
    energy = grid(10.0, 2e3, max(200, settings.points))
    curves: list[Curve] = []
    numbers: dict[str, float] = {}
    for k, label in enumerate(TARGETS):
        m_q, m_b = FITS[label][0], TARGETS[label][0]
        spectra = {
            "q": prompt_spectrum("q", m_q, energy, QUARK_MEDIATOR),
            "b": prompt_spectrum("b", m_b, energy, BOTTOM_MEDIATOR),
        }
        for (state, spectrum), m in zip(spectra.items(), (m_q, m_b), strict=True):
            name = rf"${state}\bar {state}$, $m_\chi={m:g}$ GeV ({label})"
            colour = ("#0072B2", "#009E73", "#D55E00")[k]
            curves.append(Curve(name, energy, energy**3 * spectrum, dashed=state == "q", colour=colour))
            numbers[f"peak of E^3 dN/dE, {state}, {label} [GeV]"] = float(energy[np.argmax(energy**3 * spectrum)])
        shapes = [s / np.trapezoid(s, energy) for s in spectra.values()]
        numbers[f"largest difference of the shapes over the peak, {label}"] = float(
            np.max(abs(shapes[0] - shapes[1])) / np.max(shapes[0])
        )
        numbers[f"mean energy, q, {label} [GeV]"] = mean_energy("q", m_q, QUARK_MEDIATOR)
        numbers[f"mean energy, b, {label} [GeV]"] = mean_energy("b", m_b, BOTTOM_MEDIATOR)
    highest = max(float(np.max(curve.y)) for curve in curves)
    panel = Panel(
        energy,
        np.array([1e-2 * highest, 2 * highest]),
        r"$E$ [GeV]",
        r"$E^3\,dN_{\bar p}/dE$ [GeV$^2$]",
        r"$\chi\chi\to Z'Z'$, $m_{Z'}=12$ GeV ($b$), 5 GeV ($q$)",
        curves,
    )
    return Drawing((panel,), numbers)


def table_2(settings: Settings) -> Drawing:
    """Mass of one mean energy, and cross sections of one number of annihilations and of antiprotons at that mass."""
    count = pair_at_rest("q", 0.5 * QUARK_MEDIATOR)[0] / pair_at_rest("b", 0.5 * BOTTOM_MEDIATOR)[0]
    numbers = {}
    for label, (m_q, *sigma_v) in FITS.items():
        wanted = mean_energy("q", m_q, QUARK_MEDIATOR)
        m_b = brentq(lambda m, wanted=wanted: mean_energy("b", m, BOTTOM_MEDIATOR) - wanted, m_q, 10 * m_q)
        numbers[f"{label}: m_chi of the same spectrum [GeV]"] = m_b
        mass = TARGETS[label][0]
        for name, value in zip(("", " up", " down"), sigma_v, strict=True):
            numbers[f"{label}: sigma v{name} at {mass:g} GeV [1e-26 cm^3/s]"] = value * (mass / m_q) ** 2 / 1e-26
        numbers[f"{label}: sigma v of as many antiprotons [1e-26 cm^3/s]"] = (
            count * sigma_v[0] * (mass / m_q) ** 2 / 1e-26
        )
    printed: dict[str, float] = {}
    for label, (mass, *sigma_v) in TARGETS.items():
        printed[f"{label}: m_chi of the same spectrum [GeV]"] = mass
        for name, value in zip(("", " up", " down"), sigma_v, strict=True):
            printed[f"{label}: sigma v{name} at {mass:g} GeV [1e-26 cm^3/s]"] = value / 1e-26
    return Drawing((), numbers, printed)


def enhancement_needed(settings: Settings, f: float, label: str) -> tuple[float, float]:
    """g_χ of the relic density (upper branch) and the S that Table II's cross section needs."""
    m_chi, target, _, _ = TARGETS[label]
    roots = relic_branch(settings, f, m_chi)
    if not roots:
        return np.nan, np.nan
    c = couplings(
        fitter.model("hidden_zprime_light"), settings.scheme, **(LIGHT | {"g_chi": roots[-1], "f": f, "m_chi": m_chi})
    )
    return roots[-1], float(target / (c["sigmav_s"][0] / CM3_PER_S))


def dark_higgs_masses(settings: Settings, f: float, label: str) -> list[float]:
    """m_φ [GeV] that give the enhancement, ascending: resonances make them many."""
    g, needed = enhancement_needed(settings, f, label)
    if not np.isfinite(needed):
        return []
    m_phi = grid(1.0, 300.0, 4000)
    values = LIGHT | {"g_chi": g, "f": f, "m_chi": TARGETS[label][0], "m_phi": m_phi}
    got = fitter.model("hidden_zprime_light").scan(["sommerfeld"], scheme=settings.scheme, **values)["sommerfeld"]
    return crossings(m_phi, got, needed)


def injected(settings: Settings, f: Array, m_phi: Array) -> Array:
    """p_ann [cm³/s/GeV] at 1800 GeV with g_χ of the relic density, (m_φ, f); 0 where there is none."""
    roots = [relic_branch(settings, value, 1800.0) for value in f]
    g_chi = np.array([r[-1] if r else np.nan for r in roots])
    values = LIGHT | {"g_chi": np.nan_to_num(g_chi, nan=0.9), "f": f, "m_chi": 1800.0, "m_phi": m_phi[:, None]}
    found = fitter.model("hidden_zprime_light").scan(["p_ann"], scheme=settings.scheme, **values)["p_ann"]
    return np.where(np.isfinite(g_chi), np.nan_to_num(found), 0.0)


def largest_mass(settings: Settings, f: Array) -> Array:
    """m_φ [GeV] of λ' = 4π at g_χ of the relic density and 1950 GeV; nan where there is none."""
    g_chi = np.array([(relic_branch(settings, value, 1950.0) or [np.nan])[-1] for value in f])
    w = np.sqrt(LIGHT["m_zp"] ** 2 - (LIGHT["g_q"] * LIGHT["vev_q"]) ** 2) / (2 * g_chi)
    return np.asarray(w * np.sqrt(8 * np.pi))


def figure_7(settings: Settings) -> Drawing:
    """Points (f, m_φ) at which S σv is that of Table II, and what the largest of them inject at recombination."""
    curves, numbers = [], {}
    f_grid, m_grid = np.linspace(0.01, 1.2, settings.points), grid(1.0, 300.0, 2 * settings.points)
    bound = 8.2e-28 if settings.data == "paper" else Likelihood.of(["cmb"], data=settings.date).rows[0].limit
    for label, (m_chi, *_) in TARGETS.items():
        f_all, masses = [], []
        for f in np.linspace(0.1, 1.05, max(12, settings.points // 2)):
            roots = dark_higgs_masses(settings, float(f), label)
            f_all += [float(f)] * len(roots)
            masses += roots
        curves.append(Curve(label, np.array(f_all), np.array(masses), marker="."))
        numbers[f"largest f with a dark Higgs, {label}"] = max(f_all, default=np.nan)
        for f in (0.5, 0.7, 0.9):
            roots = dark_higgs_masses(settings, f, label)
            numbers[f"largest m_phi at f = {f:g}, {label} [GeV]"] = roots[-1] if roots else np.nan
        if not roots:
            continue
        g, needed = enhancement_needed(settings, 0.9, label)
        values = LIGHT | {"g_chi": g, "f": 0.9, "m_chi": m_chi, "m_phi": roots[-1]}
        numbers |= {f"S needed at f = 0.9, {label}": needed}
        got = fitter.model("hidden_zprime_light").predict(["p_ann"], scheme=settings.scheme, **values)
        numbers |= {f"p_ann over its bound at f = 0.9, {label}": got["p_ann"] / bound}
    if settings.scheme != "paper":
        curves.append(Curve(r"$\lambda'=4\pi$, 1950 GeV", f_grid, largest_mass(settings, f_grid), dashed=True))
    excluded = Field(r"CMB, $m_\chi=1800$ GeV", injected(settings, f_grid, m_grid) / bound, above=1.0, colour="#E69F00")
    panel = Panel(f_grid, m_grid, r"$f$", r"$m_\varphi$ [GeV]", curves=curves, fields=(excluded,), log_x=False)
    return Drawing((panel,), numbers)


FIGURES: dict[str, Entry] = {
    "003-5": Entry(
        r"Prompt antiprotons of light mediators",
        r"Energy spectra, times $E^3$, of $\chi\chi\to Z'Z'$ with two mediators: of 12 GeV to $b\bar b$ (solid), and "
        r"of 5 GeV to $q\bar q$ as fitted to AMS-02 by 1611.01983 (dashed), at the masses of Table II. Shapes agree "
        r"within 6 % of the peak near 300 GeV.",
        figure_5,
    ),
    "003-7": Entry(
        r"Dark Higgs mass of the antiproton excess",
        r"Points: $m_\varphi$ of the Sommerfeld enhancement that Table II's cross sections need, $g_\chi$ of the "
        r"relic density (larger branch); on resonances of MIN there are several. Shaded: excluded by Planck for 1800 "
        r"GeV, Eq. (49), with the full velocity dependence. As printed $\alpha=f^2/16\pi$; the corrected $f^2/4\pi$ "
        r"makes $m_\varphi$ some four times larger, and most of it not perturbative: below the line $\lambda'=4\pi$, "
        r"which the corrected figure asks for, MED and MAX end at $f<0.5$.",
        figure_7,
    ),
    "003-II": Entry(
        r"Table II: antiproton targets",
        r"Mass at which mediators of 12 GeV to $b\bar b$ have the mean energy of the fits with light quarks, and the "
        r"cross section of one rate of annihilation, $\sigma v\propto m^2$. The $b$ quarks make more antiprotons: as "
        r"many need the smaller cross section.",
        table_2,
    ),
}
