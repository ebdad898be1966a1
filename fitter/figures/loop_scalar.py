"""Figures of 1803.04703 §6 (Vicente): the loop model."""

from typing import Any

import numpy as np
import numpy.typing as npt

import fitter
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.judgement import Settings, couplings, crossings, grid, penalties, solve
from fitter.figures.panel import Field, Panel
from likelihoods import Likelihood, default_inputs
from likelihoods.amplitudes.mixing import VECTOR, VLL, run_pair
from likelihoods.qcd import MU_B
from likelihoods.snapshot import measured

Array = npt.NDArray[np.float64]

POINT: dict[str, Any] = {"m_q": 1100.0, "lam_bs": 0.15}
XENON = ("lz", "pandax4t", "xenon1t", "pandax", "lux")  # direct detection, the newest first
STRONGEST = 8.0  # λ_μ up to which the relic density is looked for
C_BB = 1.3e-5  # TeV^-2, two sigma of 1608.07832
M_X, M_L, LAM_MU = r"$m_X$ [GeV]", r"$m_L$ [GeV]", r"$\lambda_\mu$"


def c_bb(settings: Settings, m_x: Array, m_q: float) -> Array:
    """Coefficient of B_s mixing at the scale m_Q [TeV^-2], independent of the leptons."""
    point = POINT | {"m_q": m_q, "m_l": 1e5, "lam_mu": 1.0}
    c = couplings(fitter.model("loop_scalar"), settings.scheme, m_x=m_x, **point)
    running, _ = run_pair(1.0, 0.0, VECTOR, m_q, MU_B, default_inputs().central[0])
    return -c["mixing"][..., VLL].real / running * 1e6


def figure_5(settings: Settings) -> Drawing:
    """λ_μ and m_X of the measured ratios, and what B_s mixing leaves."""
    model = fitter.model("loop_scalar")
    lam, m_x = np.linspace(0.5, 5, settings.points), np.linspace(50, 990, settings.points)
    x, y = np.meshgrid(lam, m_x)
    data = "paper-001" if settings.data == "paper" else settings.date
    fields = []
    labels = {"R_K": "$R_K$", "R_Kstar": "$R_{K^*}$"}
    for term in measured(tuple(labels), data):
        label = labels[term]
        found = penalties(
            model, Likelihood.of([term], data=data), settings.scheme, 0.6827, lam_mu=x, m_x=y, m_l=1e3, **POINT
        )
        if term == "R_K":
            fields.append(Field(rf"{label}, $2\sigma$", found[term], below=4.0, colour="#F0B27A"))
            fields.append(Field(rf"{label}, $1\sigma$", found[term], below=1.0, colour="#D55E00"))
        else:
            fields.append(Field(rf"{label}, $1\sigma$", found[term], levels=(1.0,), colour="#7A0000"))
            fields.append(Field(rf"{label}, $2\sigma$", found[term], levels=(4.0,), dashed=True, colour="#7A0000"))
    if settings.data == "paper":
        for m_q, style in ((1100.0, False), (1000.0, True)):
            field = c_bb(settings, y, m_q) / C_BB
            fields.append(
                Field(
                    rf"$B_s$ mixing, $m_Q={m_q:g}$ GeV",
                    field,
                    above=None if style else 1.0,
                    levels=(1.0,) if style else (),
                    dashed=style,
                    colour="#009E73",
                )
            )
    else:
        found = penalties(
            model, Likelihood.of(["delta_m_s"], data=settings.date), settings.scheme, lam_mu=x, m_x=y, m_l=1e3, **POINT
        )
        fields.append(Field(r"$\Delta m_s$", found["delta_m_s"], above=1.0, colour="#009E73"))
    numbers = {}
    for mass in (100.0, 400.0, 800.0):
        unit = couplings(model, settings.scheme, m_x=mass, m_l=1e3, lam_mu=1.0, **POINT)["C9"][1].real
        numbers[f"C9/lambda_mu^2 at m_X = {mass:g} GeV"] = unit
        numbers[f"lambda_mu of C9 = -0.55 at m_X = {mass:g} GeV"] = float(np.sqrt(-0.55 / unit))
    line = grid(20, 990, 800)
    for m_q in (1100.0, 1000.0):
        edge = crossings(line, c_bb(settings, line, m_q), C_BB)
        numbers[f"m_X below which B_s mixing excludes, m_Q = {m_q:g} GeV [GeV]"] = edge[0] if edge else np.nan
    panel = Panel(lam, m_x, LAM_MU, M_X, fields=fields, log_x=False, log_y=False)
    return Drawing((panel,), numbers)


def relic_lambda(settings: Settings, m_l: Array, m_x: Array) -> Array:
    """λ_μ of Ω h² = 0.12; nan where X is not the lightest."""
    roots = solve(
        fitter.model("loop_scalar"),
        "omega_h2",
        0.12,
        "lam_mu",
        grid(0.2, STRONGEST, 30),
        settings.scheme,
        m_l=m_l,
        m_x=m_x,
        **POINT,
    )
    return roots[0] if roots else np.full(np.shape(m_l), np.nan)


def limited(settings: Settings, searches: Likelihood, **point: Any) -> float:
    """Cross section on xenon over the one that ``searches`` exclude, at a point of the plane."""
    model = fitter.model("loop_scalar")
    lam = grid(0.05, 8, 80)
    sigma = model.scan(["sigma_si_xenon"], scheme=settings.scheme, **(point | {"lam_mu": lam}))["sigma_si_xenon"]
    (penalty,) = penalties(model, searches, settings.scheme, **(point | {"lam_mu": lam})).values()
    here = np.interp(np.log(point["lam_mu"]), np.log(lam), np.log(sigma))
    edge = np.interp(np.log(crossings(lam, penalty, 1.0)[-1]), np.log(lam), np.log(sigma))
    return float(np.exp(here - edge))


def contour(settings: Settings, searches: Likelihood, c9: float) -> tuple[Array, Array, Array, Array]:
    """m_L, m_X and λ_μ along a contour of C9 at the relic density, and how much ``searches`` exclude there."""
    model = fitter.model("loop_scalar")
    rows = []
    for m_l in np.linspace(400.0, 2000.0, 17):
        m_x = m_l * np.linspace(0.3, 0.6, 16)
        lam = relic_lambda(settings, np.full_like(m_x, m_l), m_x)
        at = couplings(model, settings.scheme, m_l=m_l, m_x=m_x, lam_mu=lam, **POINT)["C9"][..., 1].real
        for crossing in crossings(m_x, at, c9):
            rows.append((m_l, crossing, np.interp(crossing, m_x, lam)))
    m_l, m_x, lam = np.array(rows).T
    (penalty,) = penalties(model, searches, settings.scheme, m_l=m_l, m_x=m_x, lam_mu=lam, **POINT).values()
    return m_l, m_x, lam, penalty


def figure_6(settings: Settings) -> Drawing:
    """Contours of C9 at λ_μ of the relic density, with direct detection by a photon, B_s mixing and collider limits.

    LUX is its run of 2014 to 2016 (with 2013 the published limit is twice as strong). At (m_X, m_L) = (200, 400),
    (300, 600) and (400, 800) GeV, where C9 = -0.3, the cross section in the leading logarithm is 22, 7.6 and 3.5 times
    what it allows, which no halo and no form of the loop function makes up for (the full one is larger). The regions
    with C9 = -0.3 that the paper finds valid are the heavy end of that contour: from m_L = 1.4 TeV, m_X = 0.6 TeV and
    λ_μ = 2.4.
    """
    model = fitter.model("loop_scalar")
    points = max(12, settings.points // 2)
    m_l, m_x = np.linspace(110, 2000, points), np.linspace(40, 1090, points)
    x, y = np.meshgrid(m_l, m_x)
    below = np.minimum(y, 0.98 * x)  # beyond it X is not the lightest, and a shade hides the field
    lam = relic_lambda(settings, x, below)
    filled = np.where(np.isnan(lam), STRONGEST, lam)
    c9 = couplings(model, settings.scheme, m_l=x, m_x=below, lam_mu=filled, **POINT)["C9"][..., 1].real
    c9 = np.where(np.isnan(lam), np.nan, c9)
    month = "2018-03" if settings.data == "paper" else settings.date
    newest = ("lux",) if settings.data == "paper" else measured(XENON, month)[:1]
    searches = Likelihood.of(newest, data=month) if newest else None
    found = penalties(model, searches, settings.scheme, m_l=x, m_x=below, lam_mu=filled, **POINT) if searches else {}
    fields = [
        Field(r"$C_9$", c9, levels=(-2, -1, -0.5, -0.3, -0.2)),
        Field(r"$\lambda_\mu>\sqrt{4\pi}$", filled / np.sqrt(4 * np.pi), above=1.0, colour="#444444"),
        *(
            Field(term.upper(), penalty, above=1.0, colour="#D55E00")
            for term, penalty in found.items()
            if np.any(penalty > 1)
        ),
    ]
    if settings.data == "paper":
        mixing = c_bb(settings, y, 1100.0) / C_BB
    else:
        frequency = Likelihood.of(["delta_m_s"], data=settings.date)
        mixing = penalties(model, frequency, settings.scheme, m_l=x, m_x=below, lam_mu=filled, **POINT)["delta_m_s"]
    fields.append(Field("$B_s$ mixing", mixing, above=1.0, colour="#009E73"))
    numbers = {}
    if measured(["heavy_lepton"], month):
        collider = Likelihood.of(["heavy_lepton"], data=month)
        band = penalties(model, collider, settings.scheme, m_l=x, m_x=np.minimum(y, 100.0), lam_mu=1.0, **POINT)
        fields.append(Field("LHC, light $X$", band["heavy_lepton"], above=1.0, colour="#0072B2"))
        line = np.linspace(110, 2000, 400)
        edge = penalties(model, collider, settings.scheme, m_l=line, m_x=100.0, lam_mu=1.0, **POINT)["heavy_lepton"]
        numbers["m_L below which the LHC excludes [GeV]"] = crossings(line, edge, 1.0)[-1]
    fields.append(Field(r"$X$ is not the lightest", y / x, above=1.0, opaque=True, colour="#888888"))
    at = ((300, 200), (480, 400), (700, 400), (800, 600), (900, 800), (400, 200), (600, 300), (800, 400))
    single = relic_lambda(settings, *np.array(at, float).T)
    for (heavy, light), value in zip(at, single, strict=True):
        numbers[f"lambda_mu at m_L = {heavy}, m_X = {light} GeV"] = value
        c = couplings(model, settings.scheme, m_l=float(heavy), m_x=float(light), lam_mu=value, **POINT)
        numbers[f"C9 at m_L = {heavy}, m_X = {light} GeV"] = c["C9"][1].real
        at_point: dict[str, Any] = {"m_l": float(heavy), "m_x": float(light), "lam_mu": value, **POINT}
        sigma = model.predict(["sigma_si_xenon"], scheme=settings.scheme, **at_point)["sigma_si_xenon"]
        numbers[f"sigma of xenon at m_L = {heavy}, m_X = {light} GeV [cm^2]"] = sigma
        if searches:
            over = limited(settings, searches, **at_point)
            numbers[f"sigma of xenon over the limit at m_L = {heavy}, m_X = {light} GeV"] = over
    if searches:
        heavy_l, heavy_x, strong, penalty = contour(settings, searches, -0.3)
        if first := crossings(heavy_l, penalty, 1.0):
            numbers["m_L from which C9 = -0.3 is allowed [GeV]"] = first[-1]
            numbers["m_X there [GeV]"] = float(np.interp(first[-1], heavy_l, heavy_x))
            numbers["lambda_mu there"] = float(np.interp(first[-1], heavy_l, strong))
    panel = Panel(m_l, m_x, M_L, M_X, fields=fields, log_x=False, log_y=False)
    return Drawing((panel,), numbers)


FIGURES: dict[str, Entry] = {
    "001-5": Entry(
        r"Muon Yukawa and mass of $X$ that explain $R_K$ and $R_{K^*}$",
        r"$|\lambda_b\lambda_s|=0.15$, $m_L=1$ TeV, $m_Q=1.1$ TeV. Shaded orange: $R_K$ within one and two standard "
        r"deviations; lines: the same of $R_{K^*}$. Green: excluded by $B_s$ mixing, which does not know "
        r"$\lambda_\mu$; for $m_Q=1$ TeV up to the dashed line.",
        figure_5,
    ),
    "001-6": Entry(
        r"$C_9$ where the relic density is right",
        r"$\lambda_b=\lambda_s=\sqrt{0.15}$, $m_Q=1.1$ TeV; $\lambda_\mu$ is at each point that of $\Omega h^2=0.12$."
        r" Shaded: excluded by heavy leptons at the LHC (for $m_X=100$ GeV at most), $B_s$ mixing, direct detection "
        r"through a photon, and lack of perturbativity. LUX (2014 to 2016) excludes the contour of $C_9=-0.3$ "
        r"below $m_L=1.4$ TeV and leaves it above. The paper's future reach is not drawn.",
        figure_6,
    ),
}
