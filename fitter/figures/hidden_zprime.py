"""Figures and tables of 1702.00395 (Cline, Cornell, London, Watanabe): the hidden sector, but for its antiprotons."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

import fitter
from fitter.figures.drawing import Drawing, Entry
from fitter.figures.judgement import Settings, couplings, grid, penalties
from fitter.figures.panel import Curve, Field, Panel
from likelihoods import Likelihood, default_inputs
from likelihoods.observables.colliders import LUMINOSITY
from likelihoods.observables.resonance_limits import ACCEPTANCE
from likelihoods.table import load_table
from likelihoods.units import CM3_PER_S

Array = npt.NDArray[np.float64]

HEAVY: dict[str, Any] = {"g_q": 0.4, "g_l": 0.2, "g_chi": 2.0, "theta_d": 0.008, "m_zp": 1e3, "m_chi": 70.0}
LIGHT: dict[str, Any] = {
    "g_q": 0.004,
    "g_l": 0.002,
    "f": 0.5,
    "m_phi": 8.0,
    "m_zp": 12.0,
    "theta_d": 0.006,
    "vev_q": 870.0,
}
C9_RANGE = (-1.12, -0.18)  # three sigma, Table I
MIXING, NEUTRINOS, TRIDENT = 1.58e-5, 0.0371, 4.40  # Table I, unrounded (formula sheet) [TeV^-2]
THERMAL = 2.3e-26  # cm³/s, Sec. 4.2


def thermal_coupling(settings: Settings, n_chi: float = 5.0, m_chi: float = 70.0) -> float:
    """g_χ per m_Z′ [TeV^-1] of σv = 4.4e-26 cm³/s for n_q = 2 far below the pole, Eq. (33)."""
    unit = HEAVY | {"m_zp": 2e4, "g_chi": 1.0, "g_q": 1 / n_chi, "g_l": 0.5 / n_chi, "m_chi": m_chi}
    sigma = fitter.model("hidden_zprime_heavy").predict(["sigmav_v0"], scheme=settings.scheme, **unit)["sigmav_v0"]
    return float((4.4e-26 / sigma) ** 0.25 / 20.0)


def figure_1(settings: Settings) -> Drawing:
    """BR(Z → 4μ) against g_l with the measured range and the limit of tridents."""
    g_l = grid(5e-3, 0.1, settings.points)
    model = fitter.model("hidden_zprime_light")
    point = LIGHT | {"g_chi": 0.9, "m_chi": 1950.0, "vev_q": 1.0}
    rate = model.scan(["BR(Z->4mu)"], scheme=settings.scheme, **(point | {"g_l": g_l, "g_q": g_l}))["BR(Z->4mu)"]
    at = model.scan(
        ["BR(Z->4mu)"],
        scheme=settings.scheme,
        **(point | {"g_l": np.array([0.02, 0.05]), "g_q": np.array([0.02, 0.05])}),
    )
    new = dict(zip((0.02, 0.05), at["BR(Z->4mu)"], strict=True))
    curves = [
        Curve(r"SM and $Z\to Z'\mu\mu\to4\mu$", g_l, 3.3e-6 + rate),
        Curve("experiment, $1\\sigma$", g_l, np.full_like(g_l, 3.0e-6), np.full_like(g_l, 3.6e-6)),
        Curve(
            "excluded by tridents", np.array([2.1 * 0.012, 0.1]), np.full(2, 2e-6), np.full(2, 8e-6), colour="#CC79A7"
        ),
    ]
    panel = Panel(
        g_l, np.array([2.5e-6, 8e-6]), r"$g_l$", r"BR$(Z\to4\mu)$", r"$m_{Z'}=12$ GeV, $g_q=g_l$", curves, log_y=False
    )
    numbers = {f"new physics in BR(Z -> 4mu) at g_l = {g:g}": value for g, value in new.items()}
    return Drawing((panel,), numbers)


def c9_per_product(settings: Settings) -> float:
    """K [TeV²]: |C9| per g_q g_l sin θ cos θ/m² in TeV^-2, Eq. (14)."""
    c = couplings(fitter.model("hidden_zprime_heavy"), settings.scheme, **HEAVY)
    return abs(float(c["C9"][1].real)) / (0.08 * np.sin(0.008) * np.cos(0.008))


def figure_2(settings: Settings) -> Drawing:
    """Mixing angle against g_q g_l/m² for three ratios of the couplings."""
    product, theta = grid(1e-2, 20, settings.points), grid(1e-4, 0.1, settings.points)
    x, y = np.meshgrid(product, theta)
    mixed = np.sin(y) * np.cos(y)
    k = c9_per_product(settings)
    panels, numbers = [], {"K [TeV^2]": k}
    for n_q in (1.0, 2.0, 5.0):
        g_l = np.sqrt(x / n_q)
        if settings.data == "paper":
            limits = {
                "$B_s$ mixing": n_q * x * mixed**2 / MIXING,
                r"$B\to K^{(*)}\nu\bar\nu$": x * mixed / NEUTRINOS,
                "trident": x / (TRIDENT * n_q),
            }
            low, high = -C9_RANGE[1] / k, -C9_RANGE[0] / k
            outside = np.maximum(x * mixed / high, low / (x * mixed))
        else:
            values = HEAVY | {"g_q": n_q * g_l, "g_l": g_l, "theta_d": y}
            model = fitter.model("hidden_zprime_heavy")
            found = penalties(
                model, Likelihood.of(["delta_m_s", "trident"], data=settings.date), settings.scheme, **values
            )
            limits = {"$B_s$ mixing": found["delta_m_s"], "trident": found["trident"]}
            wanted = penalties(
                model, Likelihood.of(["R_K", "R_Kstar"], data=settings.date), settings.scheme, 0.9973, **values
            )
            outside = np.maximum(wanted["R_K"], wanted["R_Kstar"])
        relic = thermal_coupling(settings) ** 2 / (5.0**2 * n_q)
        line = Curve(r"relic density, $n_\chi=5$", np.full(2, relic), theta[[0, -1]], dashed=True, colour="#CC0000")
        fields = [Field(r"$b\to s\mu\mu$", outside, below=1.0, colour="#0072B2")]
        fields += [Field(label, v, above=1.0) for label, v in limits.items() if np.any(v > 1)]
        panels.append(
            Panel(
                product,
                theta,
                r"$g_q g_l/m_{Z'}^2$ [TeV$^{-2}$]",
                r"$\theta_D$",
                f"$n_q={n_q:g}$",
                (line,) if n_q == 2 else (),
                fields,
            )
        )
    at = 0.12
    numbers |= {
        "smallest theta_D at g_q g_l/m^2 = 0.12": -C9_RANGE[1] / k / at,
        "largest theta_D of mixing at 0.12, n_q = 2": float(np.sqrt(MIXING / (2 * at))),
        "g_q g_l/m^2 of the relic density, n_q = 2, n_chi = 5": thermal_coupling(settings) ** 2 / 50,
        "C9 at theta_D = 0.008, 0.12": -k * at * np.sin(0.008) * np.cos(0.008),
    }
    return Drawing(tuple(panels), numbers)


def figure_3(settings: Settings) -> Drawing:
    """Λ of α_χ(Λ) = 1 from g_χ(m_Z′) of the relic density at n_χ = 5."""
    m_zp = np.linspace(0.85, 1.45, settings.points)  # TeV; α_χ(m_Z′) < 1
    slope, model = thermal_coupling(settings), fitter.model("hidden_zprime_heavy")

    def scale(m: Any) -> Array:
        g = slope * np.asarray(m)
        values = HEAVY | {"m_zp": 1e3 * np.asarray(m), "g_chi": g, "g_q": g / 5, "g_l": g / 10}
        return model.scan(["Lambda_strong"], scheme=settings.scheme, **values)["Lambda_strong"] / 1e3

    hundred = brentq(lambda m: float(np.log(scale(m) / 100.0)), 0.8, 1.3)
    numbers = {
        "Lambda at 1.2 TeV [TeV]": float(scale(1.2)),
        "Lambda at 1 TeV [TeV]": float(scale(1.0)),
        "m_Z' of Lambda = 100 TeV [TeV]": hundred,
    }
    curve = Curve(r"$\alpha_\chi(\Lambda)=1$", m_zp, scale(m_zp))
    panel = Panel(m_zp, np.array([1.0, 1e4]), r"$m_{Z'}$ [TeV]", r"$\Lambda$ [TeV]", curves=(curve,), log_x=False)
    return Drawing((panel,), numbers)


def figure_4(settings: Settings) -> Drawing:
    """Rates at 13 TeV, masses that ATLAS excludes by dimuons (expected limit of 13 fb⁻¹ in the paper), and dijets.

    CMS's limit on dijets, of 36 fb⁻¹ and later than the paper, is divided by the acceptance as there.
    """
    model, slope = fitter.model("hidden_zprime_heavy"), thermal_coupling(settings)
    m_zp = np.geomspace(200, 1450, settings.points)  # α_χ < 1
    g_chi = slope * m_zp / 1e3
    values = HEAVY | {"m_zp": m_zp, "g_chi": g_chi, "g_q": g_chi / 5, "g_l": g_chi / 10}
    wanted = ["sigma_dimuon_13tev", "sigma_bb_13tev", "dijet_ratio", "BR(V->mumu)"]
    got = model.scan(wanted, scheme=settings.scheme, **values)
    spectrum = Likelihood.of(["dimuon"], data="2017-02" if settings.data == "paper" else settings.date)
    penalty = penalties(model, spectrum, settings.scheme, **values)["dimuon"]
    label = f"excluded, {LUMINOSITY / 1e3 * spectrum.rows[0].signal_per_unit:.0f} fb$^{{-1}}$"
    excluded = np.where(penalty > 1, got["sigma_dimuon_13tev"], np.nan)
    curves = [
        Curve(r"$\sigma\cdot B(\mu\mu)$", m_zp, got["sigma_dimuon_13tev"]),
        Curve(label, m_zp, excluded, marker="s", colour="#D55E00"),
    ]
    out = m_zp[penalty > 1]
    numbers = {"dimuons exclude from [GeV]": out.min(initial=np.inf), "to [GeV]": out.max(initial=0.0)}
    numbers |= {f"B(mumu) at {m:g} GeV": float(np.interp(m, m_zp, got["BR(V->mumu)"])) for m in (300, 350, 600, 1000)}
    numbers["sigma(bb)/sigma(mumu) at 300 GeV"] = float(
        np.interp(300, m_zp, got["sigma_bb_13tev"] / got["sigma_dimuon_13tev"])
    )
    numbers["largest rate of dijets over its limit"] = float(got["dijet_ratio"].max())
    table = load_table("cms_dijet_limit")
    curves_bb = (
        Curve(r"$\sigma\cdot B(b\bar b)$", m_zp, got["sigma_bb_13tev"]),
        Curve(
            "limit on dijets, 36 fb$^{-1}$", table.column("mass"), table.column("sigma_b_a") / ACCEPTANCE, dashed=True
        ),
    )
    rates, mass = r"$\sigma\cdot B$ [pb]", r"$m_{Z'}$ [GeV]"
    panels = (
        Panel(m_zp, np.array([1e-5, 1.0]), mass, rates, r"$\mu\mu$", curves),
        Panel(m_zp, np.array([1e-4, 100.0]), mass, rates, r"$b\bar b$", curves_bb),
    )
    return Drawing(panels, numbers)


def relic_branch(settings: Settings, f: float, m_chi: float) -> list[float]:
    """g_χ of the observed relic density at one f, ascending; Eqs. (43) to (46)."""
    model = fitter.model("hidden_zprime_light")
    g = np.linspace(0.05, 1.3, 2501)
    c = couplings(model, settings.scheme, **(LIGHT | {"g_chi": g, "f": f, "m_chi": m_chi}))
    effective = (c["sigmav_s"] @ np.array([0.25, 0.5, 0.25])) / CM3_PER_S
    effective[c["veto"] != 0] = np.nan
    sign = np.sign(effective - THERMAL)
    at = np.flatnonzero(sign[1:] * sign[:-1] < 0)
    return [float(g[k] + (g[k + 1] - g[k]) * (THERMAL - effective[k]) / (effective[k + 1] - effective[k])) for k in at]


def figure_6(settings: Settings) -> Drawing:
    """g_χ against f at the observed relic density, where two values are possible both."""
    curves: list[Curve] = []
    numbers: dict[str, float] = {}
    for label, m_chi in (("MIN", 1800.0), ("MED, MAX", 1950.0)):
        f = np.union1d(
            np.concatenate([[1e-3], np.linspace(0.02, 1.2, settings.points)]), np.linspace(0.9, 1.12, settings.points)
        )
        roots = [relic_branch(settings, value, m_chi) for value in f]
        upper = np.array([r[-1] if r else np.nan for r in roots])
        lower = np.array([r[0] if len(r) > 1 else np.nan for r in roots])
        curves += [Curve(label, f, upper), Curve(f"{label}, lower branch", f, lower, dashed=True)]
        numbers |= {
            f"g_chi at f = 0, {label}": upper[0],
            f"largest g_chi, {label}": float(np.nanmax(upper)),
            f"f of the largest g_chi, {label}": float(f[np.nanargmax(upper)]),
        }
        numbers[f"largest f, {label}"] = float(f[np.isfinite(upper)].max())
    panel = Panel(
        np.array([0.0, 1.2]), np.array([0.0, 1.2]), r"$f$", r"$g_\chi$", curves=curves, log_x=False, log_y=False
    )
    return Drawing((panel,), numbers)


def table_1(settings: Settings) -> Drawing:
    """Ranges of Table I [TeV^-2] with K and C_L of the default inputs."""
    k = c9_per_product(settings)
    ratio = fitter.model("hidden_zprime_heavy").scan(
        ["BR(B+->Knunu)"], scheme=settings.scheme, **(HEAVY | {"g_l": np.array([1e-9, 0.02])})
    )
    c9 = k * 0.4 * 0.02 * np.sin(0.008) * np.cos(0.008)
    rate = ratio["BR(B+->Knunu)"]
    # R = 1 + 2/3 C/C_SM + O(C²), both negative
    c_l = 2 / 3 * c9 / (rate[1] / rate[0] - 1)
    numbers = {
        "b -> s mu mu, from": -C9_RANGE[1] / k,
        "b -> s mu mu, to": -C9_RANGE[0] / k,
        "B -> K nu nu, |C_L|/K": c_l / k,
        "B -> K nu nu, sqrt(13) |C_L|/K": np.sqrt(13) * c_l / k,
        "m_b^2/m_Z'^2 at 12 GeV": (default_inputs().value("m_b") / 12.0) ** 2,
    }
    printed = dict(zip(numbers, (0.00028, 0.00177, 0.0104, 0.0371, 0.12), strict=True))
    return Drawing((), numbers, printed)


FIGURES: dict[str, Entry] = {
    "003-1": Entry(
        r"$Z\to4\mu$ with a light $Z'$",
        r"Branching ratio of the Standard Model, $3.3\times10^{-6}$, and of $Z\to Z'\mu\mu$ with $m_{Z'}=12$ GeV, "
        r"which grows like $g_l^2$. It leaves the measured range near $g_l=0.03$; the paper quotes $g_l<0.05$.",
        figure_1,
    ),
    "003-2": Entry(
        r"Mixing angle and couplings that explain $b\to s\mu\mu$",
        r"Blue: $b\to s\mu\mu$ within three standard deviations, Table I. Shaded otherwise: excluded by $B_s$ mixing,"
        r" $B\to K^{(*)}\nu\bar\nu$ (weaker throughout) and tridents. Dashed: the relic density of 70 GeV dark matter"
        r" with $n_q=2$, $n_\chi=5$, Eq. (33). Allowed: the blue band below the shades.",
        figure_2,
    ),
    "003-3": Entry(
        r"Scale at which the dark coupling is strong",
        r"$g_\chi$ is that of the relic density, Eq. (33), for $m_\chi=70$ GeV and $n_\chi=5$, and grows with the "
        r"scale above $m_{Z'}$ by loops of dark matter; corrected: of all fermions.",
        figure_3,
    ),
    "003-4": Entry(
        r"Dimuons and bottom pairs of the heavy $Z'$",
        r"Rates at 13 TeV for $g_q=2g_l$, $g_\chi=5g_q$ of Eq. (33) and $m_\chi=70$ GeV, from bottom quarks in the "
        r"proton. Thick: masses that dimuons exclude, an expected limit of ATLAS rebuilt from the background of 139 "
        r"fb$^{-1}$ (the paper, with the observed one: 300 to 390 GeV). The dijet limit is CMS's, later than the "
        r"paper's, over the acceptance of 0.6; it is far away.",
        figure_4,
    ),
    "003-6": Entry(
        r"Dark couplings of the observed relic density",
        r"Eqs. (43) to (46). Near $f=1$ two values of $g_\chi$ give the relic density; dashed: the smaller one.",
        figure_6,
    ),
    "003-I": Entry(
        r"Table I: flavour constraints [TeV$^{-2}$]",
        r"Ranges of $g_qg_l\theta_D/m_{Z'}^2$. $K$ relates it to $C_9$, Eq. (14): 634 TeV$^2$ with the paper's "
        r"$\lambda_t$ and $\alpha$, 611 TeV$^2$ with the inputs here.",
        table_1,
    ),
}
