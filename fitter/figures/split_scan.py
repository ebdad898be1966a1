"""Figs. 4 to 6 of 2002.11150: scans of the split dark sector.

Points drawn from the priors of Table 1 that the b → s ℓ ℓ data and (g-2)_μ together put into the smallest region of
95.45 % posterior probability, then cut by the searches. ``data="paper"`` takes the data that HEPfit had in 2019, and
the searches of February 2020. The joint fit beside them has no cuts.

r_AV = g_μ^A/g_μ^V is free in these fits (Table 1: flat from -1 to 0), not -0.44. That matters in Fig. 5, of which the
paper says that B_s → μμ removes all solutions below 1.4 GeV. It does where g_A cancels (g-2)_μ: there the |C9| that
B_s → μμ leaves in the printed formulas is small and shrinks with m_V (``largest_c9``). But (g-2)_μ also allows
g_μ^V < 6.5e-3 m_V with next to no axial coupling, which B_s → μμ does not see; a fit finds these points, |r_AV| < 0.02,
and prefers them to any above 1.4 GeV. They are 2 in 10000 of the prior, with |r| of a few, and B → K + invisible
excludes them all: no point is left of the paper's green ones, whose m_V of 1.4 to 2 GeV and R_K close to one do not
belong to the 95 % of this fit.
"""

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
import numpy.typing as npt

import fitter
from fitter.cuts import cost, cut, difference
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.judgement import Settings, couplings, crossings, penalties
from fitter.figures.panel import Curve, Panel
from fitter.figures.split_dark_sector import G_MU, M_V, MONTH, POINT, Q2
from likelihoods import Likelihood, default_inputs
from likelihoods.amplitudes.mixing import VECTOR, VLL, run_pair
from likelihoods.qcd import MU_B
from likelihoods.table import load_table

Array = npt.NDArray[np.float64]

FITTED = ("R_K", "R_Kstar", "P5prime", "Bs_mumu", "a_mu")
LIMITS = ("B_K_invisible", "B_K_resonance", "drell_yan")
CLEO = "CLEO:2001:B_K_invisible"
BATCH = 20000


@dataclass(frozen=True)
class Scan:
    """Points of the prior with what the fit and the searches say of them.

    Attributes
    ----------
    theta : (n, 5) columns m_v, g_mu_v, r_av, g_d, r of the smallest region of 95.45 % posterior probability
    searches : (n,) penalty of each search by term, excluded above 1
    """

    theta: Array
    searches: dict[str, Array]

    def survives(self, *terms: str) -> npt.NDArray[np.bool_]:
        """Points that none of some searches excludes."""
        return np.all([self.searches[term] <= 1 for term in terms], axis=0)


def credible(log_likelihood: Array, share: float = 0.9545) -> npt.NDArray[np.int64]:
    """Draws of the prior in the smallest region of a posterior share."""
    order = np.argsort(-log_likelihood)
    mass = np.cumsum(np.exp(log_likelihood[order] - log_likelihood[order[0]]))
    return np.asarray(order[: int(np.searchsorted(mass, share * mass[-1])) + 1])


def data_of(settings: Settings) -> tuple[Likelihood, Likelihood]:
    """What is fitted, a_μ as an upper bound, and what cuts: the data of HEPfit and of February 2020, or of a day."""
    if settings.data == "paper":
        fitted = Likelihood.of(None, data="paper-004", one_sided={"a_mu": "upper"})
        return fitted, Likelihood.of(LIMITS, data=MONTH)
    fitted = Likelihood.of(FITTED, data=settings.date, one_sided={"a_mu": "upper"})
    return fitted, Likelihood.of(LIMITS, data=settings.date)


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
    fitted, limits = data_of(settings)
    rows = []
    for start in range(0, points, BATCH):
        c = couplings(
            model, settings.scheme, **{name: column[start : start + BATCH] for name, column in values.items()}
        )
        found = fitted.log_likelihood_terms(c, fitted.inputs.central).sum(axis=1)
        rows.append(np.where((c["veto"] == 0) & np.isfinite(found), found, -np.inf))
    good = credible(np.concatenate(rows))
    chosen = {name: column[good] for name, column in values.items()}
    cleo = Likelihood.of([CLEO], data=MONTH)
    searches = penalties(model, limits, settings.scheme, 0.95, **chosen)
    searches["CLEO"] = penalties(model, cleo, settings.scheme, 0.95, **chosen)["B_K_invisible"]
    return Scan(np.column_stack(list(chosen.values())), searches)


def clouds(settings: Settings, low: float, high: float, branch: float) -> Drawing:
    """Figs. 4 and 5: fitted points in the plane of m_V and g_μ^V, and those that B → K + invisible leaves."""
    found = scan(settings, low, high, branch, 1500 * settings.points)
    m_v, g = found.theta[:, 0], found.theta[:, 1]
    some = np.arange(len(m_v)) % max(1, len(m_v) // 2000) == 0  # of a wide region, to be seen as points
    left, cleo = found.survives("B_K_invisible", "B_K_resonance"), found.survives("CLEO")
    line = np.linspace(low, high, 100)
    drell_yan = 5.6e-2 * (1 + 0.13 * line) / np.sqrt(1 + 0.44**2)
    a_mu = 6.5e-3 * line
    m_mu = default_inputs().value("m_mu")
    curves = [
        Curve("anomalies, $B_s\\to\\mu\\mu$, $(g-2)_\\mu$ fitted", m_v[some], g[some], marker=".", colour="#E0B000"),
        Curve("allowed by CLEO", m_v[cleo & some], g[cleo & some], marker=".", colour="#7E4794"),
        Curve("allowed by all $B\\to K$", m_v[left & some], g[left & some], marker=".", colour="#009E73"),
        Curve("Drell-Yan, $g_A=-0.44\\,g_V$", line, drell_yan, np.full(100, 0.2), colour="#777777"),
        Curve("trident, $g_\\nu=g_\\mu^V$", line, 1.86e-3 * line, dashed=True, colour="#CC79A7"),
        Curve("$(g-2)_\\mu$ allowed, $g_A=0$", line, np.full(100, 1e-3), np.minimum(a_mu, 0.2), colour="#56B4E9"),
    ]
    for tuning, colour in ((0.1, "#999999"), (0.01, "#555555")):
        # a_μ ∝ g_V² (1 - g_A²/r_0² g_V²): the share of r_0 by which g_A/g_V may miss it
        tuned = a_mu / np.sqrt(2 * tuning)
        curves.append(Curve(f"$g_A/g_V$ tuned to {100 * tuning:g} %", line, tuned, dashed=True, colour=colour))
    belle2 = load_table("belle2_2019_mumu_invisible" if settings.data == "paper" else "belle2_2022_mumu_invisible")
    log_g = np.interp(line, belle2.column("mass"), np.log(belle2.column("g_prime")), right=np.nan)
    bound = np.exp(log_g) / np.sqrt(1 + 0.44**2)
    curves.append(Curve("Belle II, invisible $V$, $g_A=-0.44\\,g_V$", line, bound, dashed=True, colour="black"))
    numbers = {
        "fitted points": float(len(m_v)),
        "largest |r_AV| of fitted points": float(abs(found.theta[:, 2]).max(initial=0.0)),
        "points that CLEO allows": float(cleo.sum()),
        "Belle II g_V at 2 GeV": float(np.interp(2.0, line, bound)),
        "allowed points": float(left.sum()),
        "lightest fitted m_V [GeV]": float(m_v.min(initial=np.inf)),
        "lightest allowed m_V [GeV]": float(m_v[left].min(initial=np.inf)),
        "Drell-Yan g_V at 5 GeV": 5.6e-2 * (1 + 0.13 * 5) / np.sqrt(1 + 0.44**2),
        "(g-2) g_V at 5 GeV": float(_moment_bound(5.0)),
        "muon threshold [GeV]": 2 * m_mu,
    }
    if branch > 0:
        for m in (1.0, 1.4, 1.7):
            numbers[f"largest |C9| of Bs -> mumu at r_AV = -0.44, m_V = {m:g} GeV"] = largest_c9(settings, m)
    panel = Panel(np.array([low, high]), np.array([1e-3, 0.2]), M_V, G_MU, curves=curves, log_x=False)
    return Drawing((panel,), numbers)


def largest_c9(settings: Settings, m_v: float) -> float:
    """|C9(3.5 GeV²)| that B_s → μμ leaves at 95 % where g_A = -0.44 g_V cancels (g-2)_μ; inf if it does not see V."""
    model, r = fitter.model("split_dark_sector"), np.geomspace(1e-4, 1.0, 400)
    values = POINT | {"m_v": m_v, "g_mu_v": 0.2, "g_d": 0.5, "r": r}
    likelihood = Likelihood.of(["Bs_mumu"], data=MONTH if settings.data == "paper" else settings.date)
    found = penalties(model, likelihood, settings.scheme, **values)["Bs_mumu"]
    pole = couplings(model, settings.scheme, **values)["pole_b"][:, 0, 1].real
    c9 = (abs(pole) * Q2 / abs(Q2 - m_v**2)).astype(np.float64)
    return float((crossings(c9, found, 1.0) or [np.inf])[0])


def figure_4_joint(settings: Settings) -> Drawing:
    """Fig. 4 with a sampler: the fit of the anomalies, what hard cuts leave of it, and one fit of everything."""
    fitted, searches = data_of(settings)
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
        curves.append(Curve(label, x[some], y[some], marker=".", colour=colour))
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
    return Drawing((panel,), numbers)


def _moment_bound(m_v: float) -> float:
    """g_μ^V of Δa_μ = 4e-9 without axial coupling."""
    values = POINT | {"m_v": m_v, "r_av": 0.0, "r": 0.1}
    return float(
        values["g_mu_v"] * np.sqrt(4e-9 / fitter.model("split_dark_sector").predict(["a_mu"], **values)["a_mu"])
    )


def figure_6(settings: Settings) -> Drawing:
    """|r| against g_D: B_s mixing for two fermions of 1 MeV and 10 GeV whose Yukawas cancel up to δ_Y."""
    found = scan(settings, 3.0, 15.0, -1.0, 1500 * settings.points)
    m_v, g_d, r = found.theta[:, 0], found.theta[:, 3], abs(found.theta[:, 4])
    left = found.survives("B_K_invisible", "B_K_resonance")
    light, heavy = left & (m_v < 8), left & (m_v >= 8)
    hit = left & (found.searches["drell_yan"] > 1)
    curves = [
        Curve("$m_V<8$ GeV", g_d[light], r[light], marker="*", colour="#009E73"),
        Curve("$m_V>8$ GeV", g_d[heavy], r[heavy], marker="o", colour="#0072B2"),
        Curve("excluded by Drell-Yan", g_d[hit], r[hit], marker="s", colour="#D55E00"),
    ]
    line, numbers = np.linspace(0.05, 4, 60), {"allowed points": float(left.sum())}
    for label, m_chi_2, delta, colour in (
        ("one fermion", 0.0, 0.0, "#CC79A7"),
        (r"$\delta_Y=0$", 10.0, 0.0, "#777777"),
        (r"$\delta_Y=0.05$", 10.0, 0.05, "#777777"),
    ):
        slope = mixing_slope(settings, m_chi_2, delta)
        if delta == 0.0 and m_chi_2 > 0.0:
            upper = np.full(line.size, 10.0)
            curves.append(
                Curve(f"excluded by $B_s$ mixing, {label}", line, np.minimum(slope * line, 10), upper, colour="#777777")
            )
        else:
            curves.append(Curve(f"$B_s$ mixing, {label}", line, slope * line, dashed=True, colour=colour))
        numbers[f"r/g_D of B_s mixing, {label}"] = slope
    panel = Panel(np.array([0.0, 4.0]), np.array([0.03, 10.0]), r"$g_D$", r"$|r|$", curves=curves, log_x=False)
    return Drawing((panel,), numbers)


def mixing_slope(settings: Settings, m_chi_2: float, delta_y: float) -> float:
    """|y_s y_b| = |r|/g_D at which the boxes reach C_BB = 0.6e-5 TeV^-2 (1904.05890), V decoupled."""
    y = np.geomspace(1e-3, 12.5, 600)
    values = POINT | {"m_v": 1e6, "g_d": 1.0, "r": y, "m_chi_2": m_chi_2, "delta_y": delta_y}
    c = couplings(fitter.model("split_dark_sector"), settings.scheme, **values)
    running, _ = run_pair(1.0, 0.0, VECTOR, 1e3, MU_B, default_inputs().central[0])
    found = crossings(y, abs(c["mixing"][:, VLL]) / running * 1e6, 0.6e-5)
    return found[-1] if found else np.nan


_CLOUDS = (
    r"Yellow: points of the priors of Table 1 that $b\to s\ell\ell$, $B_s\to\mu\mu$ and $(g-2)_\mu$ put into the "
    r"smallest region of 95.45 % posterior probability. On them, allowed at 95 % by CLEO alone and by all searches "
    r"for $B\to K^{(*)}$ and a light vector. Lines: limits for the couplings that they name, and the tuning of "
    r"$g_A\approx-0.44\,g_V$ that keeps $(g-2)_\mu$ below its upper bound. In the fit $g_A/g_V$ is free."
)

FIGURES: dict[str, Entry] = {
    "004-4": Entry("Scan for $m_V$ from 2 to 15 GeV", _CLOUDS, partial(clouds, low=2.0, high=15.0, branch=-1.0)),
    "004-4-joint": Entry(
        r"Scan and cuts of Fig. 4 against one fit of everything",
        r"Posterior draws for $r\,g_\mu^V<0$: of the fit of the anomalies, of what hard cuts at 95 % leave of it, and"
        r" of one fit that takes the searches as likelihoods. The numbers say what either costs in evidence and in "
        r"draws.",
        figure_4_joint,
    ),
    "004-5": Entry(
        "Scan for $m_V$ from 0.6 to 2 GeV",
        _CLOUDS
        + r" The sign of $r\,g_\mu^V$ is switched. As printed, $B_s\to\mu\mu$ excludes light vectors whose axial "
        r"coupling cancels $(g-2)_\mu$; the fit prefers those with next to none, which $B\to K+$invisible excludes.",
        partial(clouds, low=0.6, high=2.0, branch=1.0),
    ),
    "004-6": Entry(
        r"Dark coupling and $|r|$ of the scan",
        r"Points of the scan for $m_V=3$ to 15 GeV that $B\to K^{(*)}$ searches allow. Shaded: excluded by $B_s$ "
        r"mixing if the Yukawas of two fermions, of 1 MeV and 10 GeV, cancel ($\delta_Y=0$); dashed: up to "
        r"$\delta_Y=0.05$, and for a single fermion, above the line.",
        figure_6,
    ),
}
