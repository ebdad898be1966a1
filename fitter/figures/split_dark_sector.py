"""Figs. 2 and 3 of 2002.11150 (Darmé, Fedele, Kowalska, Sessolo): the loop-induced coupling and its bounds."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

import fitter
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.judgement import Settings, couplings, crossings, grid
from fitter.figures.panel import Curve, Panel
from likelihoods import Likelihood

Array = npt.NDArray[np.float64]

Q2 = 3.5  # GeV², where the paper quotes g_Vbs
MONTH = "2020-02"
POINT: dict[str, Any] = {"g_mu_v": 0.03, "r_av": -0.44, "g_d": 1.0, "r": 1.0, "m_v": 5.0}
M_V, G_MU, G_VBS = r"$m_V$ [GeV]", r"$g_\mu^V$", r"$g_{Vbs}(3.5\,\mathrm{GeV}^2)$"


def figure_2(settings: Settings) -> Drawing:
    """|g_Vbs| against m_Φ for four couplings and two masses of the fermion."""
    m_phi = grid(300, 1e4, settings.points)
    model, curves, numbers = fitter.model("split_dark_sector"), [], {}
    for coupling, colour in zip((0.01, 0.1, 1.0, 10.0), ("#56B4E9", "#0072B2", "#009E73", "#D55E00"), strict=True):
        for m_chi in (1e-3, 1.0):
            values = POINT | {"r": coupling, "m_phi": m_phi, "m_chi": m_chi}
            size = np.abs(couplings(model, settings.scheme, **values)["g_sb_q2"]).astype(float) * Q2
            label = rf"{coupling:g}, $m_\chi=1$ {'GeV' if m_chi == 1.0 else 'MeV'}"
            curves.append(Curve(label, m_phi, size, dashed=m_chi == 1.0, colour=colour))
            at = abs(couplings(model, settings.scheme, **(values | {"m_phi": 1e3}))["g_sb_q2"]) * Q2
            numbers[f"g_Vbs at 1 TeV, coupling {coupling:g}, m_chi = {m_chi:g} GeV"] = float(at)
    panel = Panel(m_phi, np.array([1e-12, 1e-4]), r"$m_\Phi$ [GeV]", G_VBS, curves=curves)
    return Drawing((panel,), numbers)


def vector_rate(m_v: Array, settings: Settings) -> Array:
    """BR(B⁺ → K⁺V) over g̃² [GeV⁴], Eq. (21), of a V that decays to nothing: 5 GeV fermions, no coupling to muons."""
    model = fitter.model("split_dark_sector")
    values = POINT | {"m_v": m_v, "g_mu_v": 0.0, "r_av": 0.0, "g_d": 0.05, "r": 0.5, "m_chi": 5.0}
    tilde = abs(couplings(model, settings.scheme, **values)["g_sb_q2"])
    whole = ("BR(B+->Kchichi)", (0.0, 22.9))
    return model.scan([whole], scheme=settings.scheme, **values)["BR(B+->Kchichi)[0,22.9]"] / tilde**2


def figure_3(settings: Settings) -> Drawing:
    """Bounds on g̃ 3.5 GeV²: two-body invisible decays, B → Kχχ of a broad V, and dimuon resonances."""
    model = fitter.model("split_dark_sector")
    m_v = np.unique(np.concatenate([grid(0.01, 10, settings.points), [0.1, 1.0, 2.0, 3.0, 4.0, 6.0]]))
    month = MONTH if settings.data == "paper" else settings.date
    curves, numbers = [], {}
    rate = vector_rate(m_v, settings)
    invisible = Q2 * np.sqrt(1.5e-5 / np.where(rate > 0.0, rate, np.nan))
    curves.append(Curve(r"BR$(B\to KV)<1.5\times10^{-5}$", m_v, invisible))
    for m in (0.01, 0.1, 1.0):
        numbers[f"g_Vbs of an invisible V at {m:g} GeV"] = float(invisible[np.argmin(abs(m_v - m))])
    for label, term, values in (
        (r"$B\to K\chi\chi$, $g_D=0.1$", "B_K_invisible", {"g_d": 0.1}),
        (r"$B\to K\chi\chi$, $g_D=3$", "B_K_invisible", {"g_d": 3.0}),
        (r"$B\to K^{(*)}\mu\mu$, $m_\chi=5$ GeV", "B_K_resonance", {"g_d": 0.1, "m_chi": 5.0}),
    ):
        likelihood = Likelihood.of([term], data=month)
        r = np.geomspace(1e-5, 30, 90)[:, None]
        point = POINT | {"m_phi": 1e3, "r": np.minimum(r, 12.5 * values["g_d"]), "m_v": m_v} | values
        c = couplings(model, settings.scheme, **point)
        rows = likelihood.log_likelihood_terms(c.ravel(), likelihood.inputs.central)[:, 0].reshape(c.shape)
        penalty = 2 * (rows[0] - rows) + 1e-12
        size = np.abs(c["g_sb_q2"]).astype(float) * Q2
        z = stats.norm.isf(0.05) ** 2
        found = [crossings(size[:, k], penalty[:, k], z) for k in range(m_v.size)]
        bound = np.array([row[0] if row else np.nan for row in found])
        curves.append(Curve(label, m_v, bound, dashed=term == "B_K_resonance"))
        for m in (1.0, 3.0, 6.0):
            numbers[f"g_Vbs of {term}, g_D = {values['g_d']:g}, at {m:g} GeV"] = float(bound[np.argmin(abs(m_v - m))])
    panel = Panel(m_v, np.array([3e-11, 1e-5]), M_V, G_VBS, curves=curves)
    return Drawing((panel,), numbers)


FIGURES: dict[str, Entry] = {
    "004-2": Entry(
        r"Size of the loop-induced coupling",
        r"$|g_{Vbs}|$ at $q^2=3.5$ GeV$^2$ for the effective coupling $|g_DQ_\Phi y_s^*y_b|$ and the mass of the dark"
        r" fermion. The prefactor of Eq. (11) as printed is half of the derived one.",
        figure_2,
    ),
    "004-3": Entry(
        r"Bounds of $B\to K^{(*)}$ transitions on the coupling",
        r"Upper bounds at 95 %. Blue: a narrow invisible $V$, from BR$(B\to KV)<1.5\times10^{-5}$. $B\to K\chi\chi$ "
        r"with $m_\chi=1$ MeV: a large $g_D$ makes $V$ broad, so that the bound saturates for light $V$ and lives on "
        r"above $M_B-M_K=4.79$ GeV. With $m_\chi=5$ GeV $V$ decays to muons and LHCb's resonance searches exclude far"
        r" more; gaps: narrow hadronic resonances.",
        figure_3,
    ),
}
