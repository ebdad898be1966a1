"""Figs. 4 and 5 of 1803.04430: annihilation of the fourth neutrino, its relic density and the searches for it.

H.E.S.S. and CTA, of which no curves are at hand, are drawn as one published number of each extends to other masses
(likelihoods/observables/cherenkov.py).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

import fitter
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.judgement import Settings, crossings, grid
from fitter.figures.panel import Curve, Field, Panel
from fitter.figures.zprime_limits import G_NUNU, M_NU, MONTH, RELIC, dark_bounds, scale, shaded, window
from likelihoods import Likelihood
from likelihoods.snapshot import measured
from likelihoods.table import load_table

Array = npt.NDArray[np.float64]

THERMAL = 3e-26  # cm³/s, Fig. 4
#: Equivalent cross sections of the telescopes in Fig. 4: term and name.
TELESCOPES = {"sigmav(HESS)": ("hess", "H.E.S.S."), "sigmav(CTA)": ("cta", "CTA")}


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
                if not measured([term], month):
                    continue
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
    return Drawing((panel,), numbers)


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


def figure_5(settings: Settings) -> Drawing:
    """Relic density and searches, g_μμ in the middle of its window and g_bb of Eq. (3.3)."""
    panels: list[Panel] = []
    numbers: dict[str, float] = {}
    model = fitter.model("flavourful_zprime")
    for m_zp in (50.0, 1000.0):
        g_mumu = float(np.sqrt(np.prod(window(settings, m_zp))))
        g_bb = m_zp**2 / (scale(settings) ** 2 * g_mumu)
        g_nunu = grid(1e-3, 3, settings.points)
        pole = 0.5 * m_zp * (1 + np.linspace(-0.15, 0.15, settings.points // 2))
        m_nu = np.union1d(grid(1, 1e4, settings.points), pole)
        x, y = np.meshgrid(g_nunu, m_nu)
        couplings: dict[str, Any] = {"g_bb": g_bb, "g_mumu": g_mumu, "m_zp": m_zp}
        omega = model.scan(["omega_h2"], scheme=settings.scheme, g_nunu=x, m_nu=y, **couplings)["omega_h2"]
        bounds = dark_bounds(settings, g_nunu=x, m_nu=y, **couplings)
        fields = (*shaded(bounds), Field(rf"$\Omega h^2={RELIC}$", omega, levels=(RELIC,), colour="black"))
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
    return Drawing(tuple(panels), numbers)


FIGURES: dict[str, Entry] = {
    "002-4": Entry(
        r"Annihilation cross section and indirect detection",
        r"Solid: $\langle\sigma v\rangle/2$ at rest for $g_{bb}=g_{\mu\mu}=g_{\nu\nu}=0.1$, which the limits on "
        r"self-conjugate pairs bound. Dashed: limits, of Fermi-LAT on six years of dwarf galaxies (of another day: "
        r"likelihood of the dwarfs), of Planck on $\mu^+\mu^-$; those of H.E.S.S. and CTA extend one published number"
        r" of each to other masses, as the paper's curves are not at hand.",
        figure_4,
    ),
    "002-5": Entry(
        r"Relic density, direct and indirect detection",
        r"Black: the observed relic density. $g_{\mu\mu}$ lies in the middle (of logarithms) of the window of Eqs. "
        r"(3.5), (3.7), $g_{bb}$ on Eq. (3.3). Shaded: excluded at 95 % by XENON1T's and Planck's likelihoods; far "
        r"from the pole, left, XENON1T leaves only what Planck excludes below 10 GeV. The paper marks Planck's region"
        r" along the relic line only.",
        figure_5,
    ),
}
