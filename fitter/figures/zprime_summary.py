"""Figs. 6 to 11 of 1803.04430: where the flavourful Z′ explains the anomalies and dark matter at once."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

import fitter
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.judgement import Settings, grid, solve
from fitter.figures.panel import Field, Panel
from fitter.figures.zprime_limits import (
    G_MUMU,
    G_NUNU,
    M_NU,
    RELIC,
    dark_bounds,
    dimuons,
    flavour_bounds,
    scale,
    shaded,
    window,
)

Array = npt.NDArray[np.float64]


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


def summary(settings: Settings, m_zp: float, future: Sequence[float] = (), dark: float = 1.0) -> Drawing:
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
            factor = dark if label in ("XENON1T", "LZ") else 1.0
            bounds[label] = np.where(np.isnan(m_nu), 0.0, penalty * factor)
        # the paper leaves what B_s mixing of 2017 excludes, on the left of its line, unshaded
        dashed = [
            Field(label, bounds.pop(label), levels=(1.0,), dashed=True, colour="#E8112D")
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
    return Drawing(tuple(panels), numbers)


_CAPTION = (
    r"Colour: the $m_{\nu_4}$ nearest to $M_{Z'}/2$ that gives $\Omega h^2=0.1198$, above (left) and below it "
    r"(right), with $g_{bb}$ of Eq. (3.3) at each point; white: none. Grey: excluded at 95 %. Dashed (data of the "
    r"paper): left of the line $B_s$ mixing with the inputs of 2017 excludes, which the paper does not shade either. "
    r"Between that line and tridents lies the window of Eqs. (3.5), (3.7)."
)

FIGURES: dict[str, Entry] = {
    f"002-{number}": Entry(f"Summary for $M_{{Z'}}$ = {mass}", _CAPTION, partial(summary, m_zp=m_zp))
    for number, mass, m_zp in (
        (6, "50 GeV", 50.0),
        (7, "200 GeV", 200.0),
        (8, "500 GeV", 500.0),
        (9, "1 TeV", 1000.0),
        (10, "2 TeV", 2000.0),
    )
} | {
    "002-11": Entry(
        "Future reach for $M_{Z'}$ = 500 GeV",
        _CAPTION
        + r" The dimuons are scaled with the luminosity to 200 and 3000 fb$^{-1}$, direct detection is made a hundred"
        r" times more sensitive.",
        partial(summary, m_zp=500.0, future=(200.0, 3000.0), dark=100.0),
    ),
}
