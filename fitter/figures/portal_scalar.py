"""Figures of 1503.06077 (Aristizabal Sierra, Staub, Vicente), also shown in 1803.04703 §5: the portal model.

The paper's contours include loops of heavy fermions; here all is tree level, Eqs. (8), (21). At λ_b = λ_s = 0.025 that
gives |C9| of at most 4 % of its SM value where the paper has 12 %, which would need λ_Q near 0.054.
"""

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

import fitter
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.judgement import Settings, couplings, crossings, penalties
from fitter.figures.panel import Field, Panel
from likelihoods import Likelihood
from likelihoods.snapshot import measured

Array = npt.NDArray[np.float64]

C9_SM = 4.07
POINT: dict[str, Any] = {"lam_q_b": 0.025, "lam_q_s": 0.025, "lam_l_mu": 0.5, "m_q": 1e3, "m_l": 1e3, "m_chi": 1e3}
MIXING, TRIDENT = 244e3, 470.0  # Eqs. (26), (27): least m_Z'/|Δ_bs|, m_Z'/|Δ_μμ| [GeV]
G_X, M_ZP = r"$g_X$", r"$m_{Z'}$ [GeV]"


def bounds(settings: Settings, g_x: Array, m_zp: Array) -> dict[str, Array]:
    """B_s mixing and tridents: excluded above 1."""
    model = fitter.model("portal_scalar")
    if settings.data == "paper":
        c = couplings(model, settings.scheme, g_x=g_x, m_zp=m_zp, **POINT)
        found = {"$B_s$ mixing": abs(c["g_sb_left"]) * MIXING / m_zp}
        return found | {"trident": c["g_left"][..., 1] * TRIDENT / m_zp}
    likelihood = Likelihood.of(measured(["delta_m_s", "trident", "Bs_mumu"], settings.date), data=settings.date)
    return penalties(model, likelihood, settings.scheme, g_x=g_x, m_zp=m_zp, **POINT)


def relic_and_c9(settings: Settings, low: float) -> Drawing:
    """Contours of C9/C9_SM and log10 Ω h² in the plane of g_X and m_Z′, from g_X = ``low``."""
    model = fitter.model("portal_scalar")
    g_x = np.geomspace(low, 1.0, settings.points)
    valley = 2000 * (1 + np.linspace(-0.03, 0.05, settings.points))
    m_zp = np.union1d(np.linspace(1200, 3000, settings.points), valley)
    x, y = np.meshgrid(g_x, m_zp)
    omega = model.scan(["omega_h2"], scheme=settings.scheme, g_x=x, m_zp=y, **POINT)["omega_h2"]
    c9 = couplings(model, settings.scheme, g_x=x, m_zp=y, **POINT)["C9"][..., 1].real / C9_SM
    fields = [Field(label, v, above=1.0) for label, v in bounds(settings, x, y).items() if np.any(v > 1)]
    fields += [
        Field(r"$C_9/C_9^\mathrm{SM}$ [%]", 100 * c9, levels=(-4, -3, -2, -1) if c9.min() < 0 else (1, 2, 3, 4)),
        Field(r"$\log_{10}\Omega h^2$", np.log10(omega), levels=(-2, 0, 1), dashed=True, colour="#0072B2"),
        Field(r"$\Omega h^2=0.12$", omega, levels=(0.12,), colour="#D55E00"),
    ]
    line = np.linspace(1700, 2600, 361)
    at = model.scan(["omega_h2"], scheme=settings.scheme, g_x=0.3, m_zp=line, **POINT)["omega_h2"]
    first, second = crossings(line, at, 0.12)
    numbers = {
        "m_Z' below the pole with relic density 0.12, g_X = 0.3 [GeV]": first,
        "m_Z' above the pole with relic density 0.12, g_X = 0.3 [GeV]": second,
        "smallest relic density, g_X = 0.3": at.min(),
        "m_Z' of the smallest relic density, g_X = 0.3 [GeV]": line[at.argmin()],
    }
    near = couplings(model, settings.scheme, g_x=np.geomspace(0.01, 1, 400), m_zp=2e3, **POINT)
    numbers["|C9|/C9_SM at (0.3, 2 TeV)"] = (
        abs(couplings(model, settings.scheme, g_x=0.3, m_zp=2e3, **POINT)["C9"][1]) / C9_SM
    )
    numbers["largest |C9|/C9_SM at 2 TeV"] = abs(near["C9"][:, 1]).max() / C9_SM
    panel = Panel(g_x, m_zp, G_X, M_ZP, fields=fields, log_y=False)
    return Drawing((panel,), numbers)


_CAPTION = (
    r"$\lambda_Q^b=\lambda_Q^s=0.025$, $\lambda_L^\mu=0.5$, $m_Q=m_L=m_\chi=1$ TeV. Black: $C_9$ over that of the "
    r"Standard Model, at tree level, Eqs. (8), (21). Relic density through the $Z'$: a sharp valley just above "
    r"$m_{Z'}=2m_\chi$. Shaded: excluded. The paper's $C_9$ has loops of the heavy fermions: its contour of $-12$ % "
    r"passes near $g_X=0.3$, 2 TeV, where the tree gives 2.7 % and no $g_X$ more than 4 %; $\lambda_Q=0.054$ would "
    r"give 12 %."
)

FIGURES: dict[str, Entry] = {
    "000-3": Entry("$C_9$ and relic density of the portal", _CAPTION, partial(relic_and_c9, low=0.05)),
    "000-4": Entry(
        "$C_9$ of the portal down to small $g_X$; $C_7$ vanishes at tree level",
        _CAPTION + r" The dotted lines of the paper's figure, $C_7$, come from loops alone, below 1 % where the tree "
        r"dominates; they are not computed.",
        partial(relic_and_c9, low=0.01),
    ),
    "001-3": Entry(
        "$C_9$ and relic density of the portal, as reviewed",
        _CAPTION
        + r" The review marks in red what global fits and cosmology prefer: here the line of $\Omega h^2=0.12$; the "
        r"$C_9$ of the fits, $-12$ % and more, lies beyond all lines.",
        partial(relic_and_c9, low=0.05),
    ),
}
