"""Figures of 2002.11150 (Darmé, Fedele, Kowalska, Sessolo): the split dark sector.

Figs. 4 to 6 are scans: points drawn from the priors of Table 1 that the b → s ℓ ℓ data and (g-2)_μ together put into
the smallest region of 95.45 % posterior probability, then cut by the searches. ``data="paper"`` takes the data that
HEPfit had in 2019, and the searches of February 2020.

r_AV = g_μ^A/g_μ^V is free in these fits (Table 1: flat from -1 to 0), not -0.44. That matters in Fig. 5, of which the
paper says that B_s → μμ removes all solutions below 1.4 GeV. It does where g_A cancels (g-2)_μ: there the |C9| that
B_s → μμ leaves in the printed formulas is small and shrinks with m_V (``largest_c9``). But (g-2)_μ also allows
g_μ^V < 6.5e-3 m_V with next to no axial coupling, which B_s → μμ does not see; a fit finds these points, |r_AV| < 0.02,
and prefers them to any above 1.4 GeV. They are 2 in 10000 of the prior, with |r| of a few, and B → K + invisible
excludes them all: no point is left of the paper's green ones, whose m_V of 1.4 to 2 GeV and R_K close to one do not
belong to the 95 % of this fit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

import fitter
from fitter.cuts import cost, cut, difference
from fitter.figures.drawing import Curve, Drawing, Panel
from fitter.figures.judgement import Settings, couplings, crossings, grid, penalties
from likelihoods import Likelihood, default_inputs
from likelihoods.table import load_table

Array = npt.NDArray[np.float64]

Q2 = 3.5  # GeV², where the paper quotes g_Vbs
MONTH = "2020-02"
POINT: dict[str, Any] = {"g_mu_v": 0.03, "r_av": -0.44, "g_d": 1.0, "r": 1.0, "m_v": 5.0}
M_V, G_MU, G_VBS = r"$m_V$ [GeV]", r"$g_\mu^V$", r"$g_{Vbs}(3.5\,\mathrm{GeV}^2)$"
FITTED = ("R_K", "R_Kstar", "P5prime", "Bs_mumu", "a_mu")
LIMITS = ("B_K_invisible", "B_K_resonance", "drell_yan")
SEARCHES = (*LIMITS, "delta_m_s")


def figure_2(settings: Settings) -> Drawing:
    m_phi = grid(300, 1e4, settings.points)
    model, curves, numbers = fitter.model("split_dark_sector"), [], {}
    for coupling in (0.01, 0.1, 1.0, 10.0):
        for m_chi in (1e-3, 1.0):
            values = POINT | {"r": coupling, "m_phi": m_phi, "m_chi": m_chi}
            size = np.abs(couplings(model, settings.scheme, **values)["g_sb_q2"]).astype(float) * Q2
            curves.append(Curve(rf"{coupling:g}, $m_\chi={m_chi:g}$ GeV", m_phi, size, dashed=m_chi == 1.0))
            at = abs(couplings(model, settings.scheme, **(values | {"m_phi": 1e3}))["g_sb_q2"]) * Q2
            numbers[f"g_Vbs at 1 TeV, coupling {coupling:g}, m_chi = {m_chi:g} GeV"] = float(at)
    panel = Panel(m_phi, np.array([1e-12, 1e-4]), r"$m_\Phi$ [GeV]", G_VBS, curves=curves)
    return Drawing("004-2", FIGURES["004-2"][0], (panel,), numbers, settings.note)


def vector_rate(m_v: Array, settings: Settings) -> Array:
    """BR(B⁺ → K⁺V) over g̃² [GeV⁴], Eq. (21): g̃² |p|³ ... from B → Kχχ of a narrow V that decays to χχ alone."""
    model = fitter.model("split_dark_sector")
    values = POINT | {"m_v": m_v, "g_mu_v": 1e-3, "r_av": 0.0, "g_d": 0.05, "r": 0.5}
    tilde = abs(couplings(model, settings.scheme, **values)["g_sb_q2"])
    whole = ("BR(B+->Kchichi)", (0.0, 22.9))
    return model.scan([whole], scheme=settings.scheme, **values)["BR(B+->Kchichi)[0,22.9]"] / tilde**2


def figure_3(settings: Settings) -> Drawing:
    """Bounds on g̃ 3.5 GeV²: two-body invisible decays, B → Kχχ of a broad V, and dimuon resonances."""
    model = fitter.model("split_dark_sector")
    m_v = np.unique(np.concatenate([grid(0.3, 10, settings.points), [1.0, 2.0, 3.0, 4.0, 6.0]]))
    month = MONTH if settings.data == "paper" else settings.date
    curves, numbers = [], {}
    invisible = np.where(m_v < 4.78, Q2 * np.sqrt(1.5e-5 / vector_rate(m_v, settings)), np.nan)
    curves.append(Curve(r"BR$(B\to KV)<1.5\times10^{-5}$", m_v, invisible))
    numbers["g_Vbs of an invisible V at 1 GeV"] = float(np.interp(1.0, m_v, invisible))
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
    panel = Panel(m_v, np.array([1e-10, 1e-5]), M_V, G_VBS, curves=curves)
    return Drawing("004-3", FIGURES["004-3"][0], (panel,), numbers, settings.note)


@dataclass(frozen=True)
class Scan:
    """Points of the prior with what the fit and the searches say of them.

    Attributes
    ----------
    theta : (n, 5) columns m_v, g_mu_v, r_av, g_d, r
    fitted : (n,) −2 ln L of the terms that are fitted, above its smallest
    searches : penalty of each search by term, excluded above 1
    """

    theta: Array
    fitted: Array
    searches: dict[str, Array]

    @property
    def good(self) -> npt.NDArray[np.bool_]:
        """In the smallest region of 95.45 % posterior probability."""
        order = np.argsort(self.fitted)
        mass = np.cumsum(np.exp(-0.5 * self.fitted[order]))
        inside = np.zeros(len(order), bool)
        inside[order[: int(np.searchsorted(mass, 0.9545 * mass[-1])) + 1]] = True
        return inside

    def survives(self, *terms: str) -> npt.NDArray[np.bool_]:
        return self.good & np.all([self.searches[term] <= 1 for term in terms], axis=0)


def data_of(settings: Settings, searches: Sequence[str] = SEARCHES) -> tuple[Likelihood, Likelihood]:
    """What is fitted, a_μ as an upper bound, and what cuts: the data of HEPfit and of February 2020, or of a day."""
    if settings.data == "paper":
        fitted = Likelihood.of(None, data="paper-004", one_sided={"a_mu": "upper"})
        return fitted, Likelihood.of(searches, data=MONTH)
    fitted = Likelihood.of(FITTED, data=settings.date, one_sided={"a_mu": "upper"})
    return fitted, Likelihood.of(searches, data=settings.date)


@lru_cache(maxsize=8)
def scan(settings: Settings, low: float, high: float, branch: float, points: int) -> Scan:
    """Points of Table 1's priors with m_V from ``low`` to ``high`` GeV and the sign ``branch`` of r g_μ^V."""
    model = fitter.model("split_dark_sector")
    u = np.random.default_rng(1).random((points, 5))
    priors = {parameter.name: parameter.prior for parameter in model.parameters}
    values: dict[str, Any] = {
        "m_v": low + (high - low) * u[:, 0],
        "g_mu_v": priors["g_mu_v"].ppf(u[:, 1]),
        "r_av": priors["r_av"].ppf(u[:, 2]),
        "g_d": priors["g_d"].ppf(u[:, 3]),
        "r": branch * 0.03 * (10 / 0.03) ** u[:, 4],
    }
    c = couplings(model, settings.scheme, **values)
    fitted, likelihood = data_of(settings)
    anomalies = fitted.log_likelihood_terms(c, fitted.inputs.central).sum(axis=1)
    rows = likelihood.log_likelihood_terms(c, likelihood.inputs.central)
    names = list(likelihood.names)
    physical = (c["veto"] == 0) & np.isfinite(rows).all(axis=1) & np.isfinite(anomalies)
    theta = np.column_stack(list(values.values()))[physical]
    rows, anomalies = rows[physical], anomalies[physical]
    searches = {}
    for term in SEARCHES:
        column = rows[:, names.index(term)]
        z = stats.norm.isf(0.025 if term == "delta_m_s" else 0.05)
        searches[term] = 2 * (column.max() - column) / z**2
    return Scan(theta, 2 * (anomalies.max() - anomalies), searches)


def clouds(name: str, settings: Settings, low: float, high: float, branch: float) -> Drawing:
    """Figs. 4 and 5: fitted points in the plane of m_V and g_μ^V, and those that B → K + invisible leaves."""
    found = scan(settings, low, high, branch, 500 * settings.points)
    m_v, g = found.theta[:, 0], found.theta[:, 1]
    good, left = found.good, found.survives("B_K_invisible", "B_K_resonance")
    line = np.linspace(low, high, 100)
    drell_yan = 5.6e-2 * (1 + 0.13 * line) / np.sqrt(1 + 0.44**2)
    a_mu = 6.5e-3 * line
    m_mu = default_inputs().value("m_mu")
    curves = [
        Curve("anomalies, $B_s\\to\\mu\\mu$, $(g-2)_\\mu$ fitted", m_v[good], g[good], points=True, colour="#E0B000"),
        Curve("$B\\to K+$invisible allowed", m_v[left], g[left], points=True, colour="#009E73"),
        Curve("Drell-Yan, $g_A=-0.44\\,g_V$", line, drell_yan, np.full(100, 0.2), colour="#777777"),
        Curve("trident, $g_\\nu=g_\\mu^V$", line, 1.86e-3 * line, dashed=True, colour="#CC79A7"),
        Curve("$(g-2)_\\mu$ allowed, $g_A=0$", line, np.full(100, 1e-3), np.minimum(a_mu, 0.2), colour="#56B4E9"),
    ]
    belle2 = load_table("belle2_2019_mumu_invisible" if settings.data == "paper" else "belle2_2022_mumu_invisible")
    log_g = np.interp(line, belle2.column("mass"), np.log(belle2.column("g_prime")), right=np.nan)
    bound = np.exp(log_g) / np.sqrt(1 + 0.44**2)
    curves.append(Curve("Belle II, invisible $V$, $g_A=-0.44\\,g_V$", line, bound, dashed=True, colour="black"))
    numbers = {
        "fitted points": float(good.sum()),
        "largest |r_AV| of fitted points": float(abs(found.theta[good, 2]).max(initial=0.0)),
        "Belle II g_V at 2 GeV": float(np.interp(2.0, line, bound)),
        "allowed points": float(left.sum()),
        "lightest fitted m_V [GeV]": float(m_v[good].min(initial=np.inf)),
        "lightest allowed m_V [GeV]": float(m_v[left].min(initial=np.inf)),
        "Drell-Yan g_V at 5 GeV": 5.6e-2 * (1 + 0.13 * 5) / np.sqrt(1 + 0.44**2),
        "(g-2) g_V at 5 GeV": float(_moment_bound(5.0)),
        "muon threshold [GeV]": 2 * m_mu,
    }
    if branch > 0:
        for m in (1.0, 1.4, 1.7):
            numbers[f"largest |C9| of Bs -> mumu at r_AV = -0.44, m_V = {m:g} GeV"] = largest_c9(settings, m)
    panel = Panel(np.array([low, high]), np.array([1e-3, 0.2]), M_V, G_MU, curves=curves, log_x=False)
    return Drawing(name, FIGURES[name][0], (panel,), numbers, settings.note + r", $r_{AV}$ free")


def largest_c9(settings: Settings, m_v: float) -> float:
    """|C9(3.5 GeV²)| that B_s → μμ leaves at 95 % where g_A = -0.44 g_V cancels (g-2)_μ; inf if it does not see V."""
    model, r = fitter.model("split_dark_sector"), np.geomspace(1e-4, 1.0, 400)
    values = POINT | {"m_v": m_v, "g_mu_v": 0.2, "g_d": 0.5, "r": r}
    likelihood = Likelihood.of(["Bs_mumu"], data=MONTH if settings.data == "paper" else settings.date)
    found = penalties(model, likelihood, settings.scheme, **values)["Bs_mumu"]
    pole = couplings(model, settings.scheme, **values)["pole_b"][:, 0, 1].real
    c9 = abs(pole) * Q2 / abs(Q2 - m_v**2)
    return float((crossings(c9, found, 1.0) or [np.inf])[0])


def figure_4_joint(settings: Settings) -> Drawing:
    """Fig. 4 with a sampler: the fit of the anomalies, what hard cuts leave of it, and one fit of everything."""
    fitted, searches = data_of(settings, LIMITS)
    priors = {"m_v": "uniform 2 15", "r": "signedlog 0.03 10 1"}
    fit, joint = (
        fitter.run(
            fitter.Posterior(fitter.model("split_dark_sector"), likelihood, priors=priors, scheme=settings.scheme),
            "smc",
            seed=1,
            particles=16 * settings.points,
        )
        for likelihood in (fitted, fitted + searches)
    )
    posterior = fitter.Posterior(fitter.model("split_dark_sector"), fitted, priors=priors, scheme=settings.scheme)
    left, shares = cut(fit, posterior, searches)
    curves, mass = [], {}
    for label, result, colour in (
        ("anomalies fitted", fit, "#E0B000"),
        ("joint fit", joint, "#0072B2"),
        ("hard cuts on the fit", left, "#D55E00"),
    ):
        some = result.resampled(min(1000, max(1, int(result.effective))))
        x, y = result.column("m_v"), result.column("g_mu_v")
        curves.append(Curve(label, x[some], y[some], points=True, colour=colour))
        mass[f"probability of m_V < 4.786 GeV, {label}"] = float(result.weights @ (x < 4.786))
    numbers = mass | {f"share that {name} leaves": share for name, share in shares.items()}
    numbers |= {
        "share that all cuts leave": left.diagnostics["share that survives"],
        "effective draws after the cuts": left.effective,
        "effective draws of the joint fit": joint.effective,
        "ln Z that the cuts take": float(-np.log(left.diagnostics["share that survives"])),
        "ln Z that the limits take in the joint fit": -cost(fit, joint, searches),
    }
    for name, row in difference(left, joint).items():
        numbers[f"shift of {name} in standard deviations"] = row["shift"]
    panel = Panel(np.array([2.0, 15.0]), np.array([1e-3, 0.2]), M_V, G_MU, curves=curves, log_x=False)
    return Drawing("004-4-joint", FIGURES["004-4-joint"][0], (panel,), numbers, settings.note)


def _moment_bound(m_v: float) -> float:
    """g_μ^V of Δa_μ = 4e-9 without axial coupling."""
    values = POINT | {"m_v": m_v, "r_av": 0.0, "r": 0.1}
    return float(
        values["g_mu_v"] * np.sqrt(4e-9 / fitter.model("split_dark_sector").predict(["a_mu"], **values)["a_mu"])
    )


def figure_6(settings: Settings) -> Drawing:
    """|r| against g_D: B_s mixing for two fermions of 1 MeV and 10 GeV whose Yukawas cancel up to δ_Y."""
    found = scan(settings, 3.0, 15.0, -1.0, 500 * settings.points)
    m_v, g_d, r = found.theta[:, 0], found.theta[:, 3], abs(found.theta[:, 4])
    left = found.survives("B_K_invisible", "B_K_resonance")
    light, heavy = left & (m_v < 8), left & (m_v >= 8)
    hit = left & (found.searches["drell_yan"] > 1)
    curves = [
        Curve("$m_V<8$ GeV", g_d[light], r[light], points=True, colour="#009E73"),
        Curve("$m_V>8$ GeV", g_d[heavy], r[heavy], points=True, colour="#0072B2"),
        Curve("excluded by Drell-Yan", g_d[hit], r[hit], points=True, colour="#CC2222"),
    ]
    line, numbers = np.linspace(0.05, 4, 60), {"allowed points": float(left.sum())}
    for label, m_chi_2, delta in (
        ("one fermion", 0.0, 0.0),
        (r"$\delta_Y=0$", 10.0, 0.0),
        (r"$\delta_Y=0.05$", 10.0, 0.05),
    ):
        slope = mixing_slope(settings, m_chi_2, delta)
        curves.append(Curve(f"$B_s$ mixing, {label}", line, slope * line, dashed=True))
        numbers[f"r/g_D of B_s mixing, {label}"] = slope
    panel = Panel(np.array([0.0, 4.0]), np.array([0.03, 10.0]), r"$g_D$", r"$|r|$", curves=curves, log_x=False)
    return Drawing("004-6", FIGURES["004-6"][0], (panel,), numbers, settings.note)


def mixing_slope(settings: Settings, m_chi_2: float, delta_y: float) -> float:
    """|y_s y_b| = |r|/g_D at which the boxes reach C_BB = 0.6e-5 TeV^-2 (1904.05890), V decoupled."""
    from likelihoods.amplitudes.mixing import VECTOR, VLL, run_pair
    from likelihoods.qcd import MU_B

    y = np.geomspace(1e-3, 12.5, 600)
    values = POINT | {"m_v": 1e6, "g_d": 1.0, "r": y, "m_chi_2": m_chi_2, "delta_y": delta_y}
    c = couplings(fitter.model("split_dark_sector"), settings.scheme, **values)
    running, _ = run_pair(1.0, 0.0, VECTOR, 1e3, MU_B, default_inputs().central[0])
    found = crossings(y, abs(c["mixing"][:, VLL]) / running * 1e6, 0.6e-5)
    return found[-1] if found else np.nan


FIGURES: dict[str, tuple[str, Callable[[Settings], Drawing]]] = {
    "004-2": ("Size of the loop-induced coupling", figure_2),
    "004-3": (r"Bounds of $B\to K^{(*)}$ transitions on the coupling", figure_3),
    "004-4": ("Scan for $m_V$ from 2 to 15 GeV", lambda settings: clouds("004-4", settings, 2.0, 15.0, -1.0)),
    "004-4-joint": ("Scan and cuts of Fig. 4 against one fit of everything", figure_4_joint),
    "004-5": ("Scan for $m_V$ from 0.6 to 2 GeV", lambda settings: clouds("004-5", settings, 0.6, 2.0, 1.0)),
    "004-6": ("Dark coupling and $|r|$ of the scan", figure_6),
}
