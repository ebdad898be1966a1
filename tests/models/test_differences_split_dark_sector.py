"""Sizes of the differences between the split dark sector and its paper, recomputed."""

import numpy as np
import pytest
from differences import Sizes
from points import predict, record

import fitter
import likelihoods
from likelihoods.couplings import LEPTONS, POLES
from likelihoods.table import load_table
from likelihoods.units import PS

SPLIT = {"m_v": 5.0, "g_mu_v": 0.05, "r_av": 0.0, "g_d": 2.0, "r": 0.1}
INPUTS = likelihoods.default_inputs()
sizes = Sizes()


@sizes.of("split_dark_sector", "Eqs. (7), (11)")
def prefactor_of_the_penguin():
    here, paper = (record("split_dark_sector", scheme=scheme, **SPLIT)["g_sb_q2"] for scheme in ("corrected", "paper"))
    assert here / paper == pytest.approx(2.0, rel=1e-12)
    return "g̃ twice as large"


@sizes.of("split_dark_sector", "Eqs. (7), (19)")
def fine_structure_of_the_pole():
    """Of the same g̃."""
    poles = [POLES.index("C9"), POLES.index("C10")], LEPTONS.index("mu")
    here, paper = (
        c["pole_b"][poles] / c["g_sb_q2"]
        for c in (
            record("split_dark_sector", scheme=scheme, **(SPLIT | {"r_av": -0.44})) for scheme in ("corrected", "paper")
        )
    )
    smaller = 1 - abs(here / paper)
    assert smaller[0] == pytest.approx(smaller[1], rel=1e-9)
    return f"C9, C10 smaller by {100 * smaller[0]:.1f} %"


@sizes.of("split_dark_sector", "Eqs. (19), (20)")
def muons_of_the_bs():
    """Muon couplings of the cancelling moment, g̃ of C9(3.5 GeV²) = -0.7 in the paper's scheme."""
    alone = likelihoods.predict("BR(Bs->mumu)")

    def over_standard_model(m_v, scheme):
        point = SPLIT | {"m_v": m_v, "g_mu_v": 0.2, "r_av": -0.44, "g_d": 0.5, "r": 1.0}
        b = record("split_dark_sector", "paper", **point)["pole_b"][POLES.index("C9"), LEPTONS.index("mu")].real
        point["r"] = -0.7 * (3.5 - m_v**2) / (3.5 * b)
        return predict("split_dark_sector", "BR(Bs->mumu)", scheme=scheme, **point) / alone

    paper = [over_standard_model(m_v, "paper") for m_v in (0.8, 1.1, 1.4)]
    assert paper == sorted(paper, reverse=True)
    assert over_standard_model(1.4, "corrected") == pytest.approx(1.0, rel=1e-5)  # but for the phase of mixing
    return (
        "removes the paper's cut m_V > 1.4 GeV, where BR(B_s → μμ) as printed is "
        f"{paper[-1]:.1f} times the Standard Model's for C9(3.5 GeV²) = -0.7, g_A = -0.44 g_V"
    )


@sizes.of("split_dark_sector", "Eq. (7)")
def width_of_the_dark_photon():
    point = SPLIT | {"g_d": 4.0, "g_mu_v": 1e-3}
    ratio = predict("split_dark_sector", "gamma_med", **point) / point["m_v"]
    return f"grows with Γ_V/m_V, which is {ratio:.2f} at g_D = 4"


def invisible(low, scheme="corrected", **point):
    return predict("split_dark_sector", ("BR(B+->Kchichi)", (low, 23.0)), scheme=scheme, **(SPLIT | point))


@sizes.of("split_dark_sector", "Eq. (22)", "integration starts")
def start_of_the_integral():
    point = {"m_v": 0.15, "g_d": 0.1, "g_mu_v": 1e-3}
    here, cut, paper = (
        invisible(0.0, **point),
        invisible(4 * INPUTS.value("m_mu") ** 2, **point),
        invisible(0.0, "paper", **point),
    )
    assert cut == pytest.approx(4 * paper, rel=1e-3)  # g̃ of the paper is half as large
    return f"rate larger by {here / cut:.0f} at m_V = 0.15 GeV, g_D = 0.1"


@sizes.of("split_dark_sector", "Eq. (22)", "width of V")
def running_width():
    """From a start above that of the paper's integral, and for the same g̃."""
    larger = []
    for g_d in (3.0, 4.0):
        here, paper = (invisible(0.1, scheme, m_v=8.0, g_d=g_d) for scheme in ("corrected", "paper"))
        larger.append(100 * (here / (4 * paper) - 1))
    return f"at m_V = 8 GeV rate larger by {larger[0]:.0f} % for g_D = 3, {larger[1]:.0f} % for 4"


@sizes.of("split_dark_sector", "Eq. (23)")
def vector_kaons():
    """From the ratio to the limit of a narrow V that decays to muons alone; F1 as printed for m_V ≪ M_B."""
    table, m_b, m_k = load_table("lhcb_kstar_dimuon_resonance"), INPUTS.value("m_B0"), INPUTS.value("m_Kstar0")

    def larger(m_v):
        point = SPLIT | {"m_v": m_v, "g_mu_v": 1e-4, "m_chi": 5.0, "r": 0.01}
        limit = table.column("limit")[(table.column("low") <= m_v) & (m_v < table.column("high"))][0]
        got = predict("split_dark_sector", "resonance_ratio(B0->K*mumu)", **point) * limit
        x, y, g = (m_k / m_b) ** 2, (m_v / m_b) ** 2, abs(record("split_dark_sector", **point)["g_sb_q2"])
        kallen = 1 + x * x + y * y - 2 * (x + y + x * y)
        width = (g * m_v) ** 2 * m_b**5 / (64 * np.pi * m_k**2 * (1 - x)) * np.sqrt(kallen)
        return got / (width * 0.1 * np.sqrt(x) * (y + 1.2 * x) * INPUTS.value("tau_B0") * PS)

    sizes = f"{larger(0.25):.1f} at m_V = 0.25 GeV, by {larger(1.2):.1f} at 1.2 GeV"
    return f"rate larger than with the printed limit of F1 by {sizes}"


@sizes.of("split_dark_sector", "Eq. (28)")
def mixing_with_the_photon():
    """The paper prints no logarithm: that of ``ln_uv`` = 1."""
    printed = record("split_dark_sector", "paper", **(SPLIT | {"ln_uv": 1.0}))["kinetic_mixing"]
    for ln_uv in (0.0, 1.0, 4.6):
        here = record("split_dark_sector", **(SPLIT | {"ln_uv": ln_uv}))["kinetic_mixing"]
        assert here / printed == pytest.approx(2 * ln_uv, rel=1e-12)
    return "ε larger by 2 ln(Λ²/m_Φ²)"


@sizes.of("split_dark_sector", "Eq. (31)")
def forbidden_annihilation():
    """At the g_μ = 0.05, α_D = 1 that the printed formula refers to."""
    m_chi, delta = 0.085, 1 - 0.085 / INPUTS.value("m_mu")
    here = predict("split_dark_sector", "omega_h2", **(SPLIT | {"m_v": 8.0, "g_d": np.sqrt(4 * np.pi), "m_chi": m_chi}))
    printed = 0.05 * (0.1 / m_chi) ** 2 * np.exp(-2 * delta * 20)
    return f"Ωh² at m_χ = 85 MeV, m_V = 8 GeV is {here:.0f} instead of {printed / 1e-5:.0f}e-5"


@sizes.of("split_dark_sector", "Sec. 4")
def neutrino_number():
    """Excluded against heavy χ, which leave the Standard Model's number."""
    model, m_chi = fitter.model("split_dark_sector"), np.linspace(1e-3, 0.03, 2901)
    values = model.defaults | SPLIT
    theta = np.column_stack([m_chi if name == "m_chi" else np.full(m_chi.size, values[name]) for name in model.names])
    rows = likelihoods.Likelihood.of(["n_eff"]).log_likelihood_terms(model.evaluate(theta))[:, 0]
    allowed = m_chi[2 * (rows[-1] - rows) < 3.84]
    number = predict("split_dark_sector", "N_eff", **(SPLIT | {"m_chi": 1e-3}))
    return f"N_eff = {number:.1f} at m_χ = 1 MeV; below {1e3 * allowed[0]:.1f} MeV excluded at 95 %"


def test_every_size_that_is_a_number_is_recomputed():
    sizes.check_entries()


@pytest.mark.parametrize("entry", sizes, ids=" ".join)
def test_size(entry):
    sizes.check(entry)
