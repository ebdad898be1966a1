"""Figs. 1 to 3 of 1803.04430: couplings and mass of the flavourful Z′ that explain the anomalies, and their limits."""

from typing import Any

import numpy as np

import fitter
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.judgement import Settings, crossings, grid, penalties
from fitter.figures.panel import Curve, Field, Panel
from fitter.figures.zprime_limits import G_BB, G_MUMU, M_ZP, TEV, UNUSED, flavour_bounds, published_limit, scale, shaded
from likelihoods import Likelihood
from likelihoods.snapshot import measured


def figure_1(settings: Settings) -> Drawing:
    """Couplings to bottoms and muons, the mass of Eq. (3.3) at each point."""
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
    return Drawing((panel,), numbers)


def figure_2(settings: Settings) -> Drawing:
    """Coupling to muons and mass, g_bb of Eq. (3.3) at each point; μ → eγ for angles |V_21|."""
    g_mumu, m_zp = grid(1e-2, 10, settings.points), grid(10, 1e4, settings.points)
    x, y = np.meshgrid(g_mumu, m_zp)
    fields = shaded(flavour_bounds(settings, x, y**2 / (scale(settings) ** 2 * x), y))
    model = fitter.model("flavourful_zprime")
    numbers: dict[str, float] = {}
    curves: list[Curve] = []
    styles = dict(zip((1e-5, 1e-4, 1e-3), ("#AAAAAA", "#666666", "black"), strict=True))
    limit = {"paper": 4.2e-13}.get(settings.data) or published_limit("mu_e_gamma", settings)
    for v21 in styles:
        point: dict[str, Any] = {"g_bb": 0.0, "g_mumu": 1.0, "m_zp": TEV, "v21": v21, **UNUSED}
        at = model.predict(["BR(mu->egamma)"], scheme=settings.scheme, **point)["BR(mu->egamma)"]
        slope = TEV * (at / limit) ** 0.25
        curves.append(
            Curve(
                rf"$\mu\to e\gamma$, $|V_{{21}}|=10^{{{np.log10(v21):.0f}}}$",
                g_mumu,
                slope * g_mumu,
                dashed=True,
                colour=styles[v21],
            )
        )
        numbers[f"M/g_mumu of mu -> e gamma at V_21 = {v21:g} [GeV]"] = slope
    if settings.data == "paper":
        column = grid(10, 1e5, 2000)
        bounds = flavour_bounds(settings, np.ones(2000), column**2 / scale(settings) ** 2, column)
        numbers["largest M/g_mumu, B_s 2017 [GeV]"] = crossings(column, bounds["$B_s$ mixing 2017"], 1.0)[0]
        numbers["smallest M/g_mumu, trident [GeV]"] = crossings(column, bounds["trident"], 1.0)[0]
    panel = Panel(g_mumu, m_zp, G_MUMU, M_ZP, fields=fields, curves=curves)
    return Drawing((panel,), numbers)


def figure_3(settings: Settings) -> Drawing:
    """Couplings at four masses, with the band that R_K and R_K* ask for."""
    panels: list[Panel] = []
    numbers: dict[str, float] = {}
    model = fitter.model("flavourful_zprime")
    data = "paper-002" if settings.data == "paper" else settings.date
    ratios = Likelihood.of(measured(["R_K", "R_Kstar"], data), data=data)
    for m_zp in (50.0, 200.0, 500.0, 1000.0):
        g_mumu, g_bb = grid(1e-3, 10, settings.points), grid(1e-5, 1, settings.points)
        x, y = np.meshgrid(g_mumu, g_bb)
        fields = shaded(flavour_bounds(settings, x, y, np.full_like(x, m_zp)))
        # one number decides: the product of the couplings at which R_K and R_K* are within one standard deviation
        product = np.concatenate([[0.0], grid(1e-3, 10, 4 * settings.points) * (m_zp / scale(settings)) ** 2])
        found = penalties(model, ratios, settings.scheme, 0.6827, g_bb=product, g_mumu=1.0, m_zp=m_zp, **UNUSED)
        both = np.sum(list(found.values()), axis=0)
        inside = product[both - both.min() <= 1.0]
        low, high = inside[[0, -1]] if inside.size else (np.nan, np.nan)
        band = Curve(
            r"$R_{K^{(*)}}$, $1\sigma$", g_mumu, np.maximum(low / g_mumu, g_bb[0]), high / g_mumu, colour="#D55E00"
        )
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
    return Drawing(tuple(panels), numbers)


_SHADES = (
    r"Shaded: excluded at 95 % by $B_s$ mixing with the inputs of 2017 and of 2015, neutrino tridents, $Z\to4\mu$ and"
    r" dimuon resonances; white: allowed. Of the last two the paper quotes no formula: they are likelihoods of the "
    r"data, the dimuons an expected limit of ATLAS rebuilt from the background of 139 fb$^{-1}$, from 225 GeV on."
)

FIGURES: dict[str, Entry] = {
    "002-1": Entry(
        r"Couplings that explain $R_{K^{(*)}}$, with $M_{Z'}$ from Eq. (3.3)",
        r"At each point the mass is that for which $G_{bs\mu}=1/(31.5\,\mathrm{TeV})^2$ explains the anomalies, Eq. "
        r"(3.3); "
        r"lines show it. " + _SHADES,
        figure_1,
    ),
    "002-2": Entry(
        r"Muon coupling and mass of the $Z'$ that explain $R_{K^{(*)}}$",
        r"At each point $g_{bb}$ is that of Eq. (3.3). "
        + _SHADES
        + r" Dashed: below each line $\mu\to e\gamma$ excludes, for three mixing angles of the charged leptons; its "
        r"coefficient, Eq. (3.11), is $1.24\times10^{-6}$ as printed, $1.42\times10^{-6}$ corrected.",
        figure_2,
    ),
    "002-3": Entry(
        "Couplings at fixed mass of the $Z'$",
        r"Orange band: $R_K$ and $R_{K^*}$ within one standard deviation of their common best fit. " + _SHADES,
        figure_3,
    ),
}
