"""Sizes of the differences between the portal, the loop and their papers, recomputed."""

import numpy as np
import pytest
from differences import Sizes
from points import predict, record

import likelihoods

PORTAL = {
    "lam_q_b": 0.025,
    "lam_q_s": 0.025,
    "lam_l_mu": 0.5,
    "m_q": 1e3,
    "m_l": 1e3,
    "m_chi": 1e3,
    "g_x": 0.3,
    "m_zp": 2e3,
}
LOOP = {"m_q": 1100.0, "lam_bs": 0.15}
sizes = Sizes()


@sizes.of("portal_scalar", "Eq. (8)")
def sign_of_c9():
    assert (
        record("portal_scalar", **PORTAL)["C9"][1].real > 0 > record("portal_scalar", "paper", **PORTAL)["C9"][1].real
    )
    return "sign of C9 for the paper's benchmarks"


@sizes.of("portal_scalar", "Eq. (9)")
def fine_structure():
    here, paper = (abs(record("portal_scalar", scheme=scheme, **PORTAL)["C9"][1]) for scheme in ("corrected", "paper"))
    return f"C9 larger by {100 * (here / paper - 1):.0f} %"


@sizes.of("portal_scalar", "text on h → μμ")
def higgs_and_muons():
    """The corrected one from the mass matrix of (ℓ, L), rows left-handed, columns right-handed; m_μ = 1 GeV here."""
    point, a = PORTAL, 1.0
    b = 0.5 * point["m_zp"] / point["g_x"] * point["lam_l_mu"] / np.sqrt(2)
    left, masses, right = np.linalg.svd(np.array([[a, b], [0.0, point["m_l"]]]))
    assert abs(left[0, 1] * a * right[1, 0]) / masses[1] - 1 == pytest.approx(
        -((masses[1] / masses[0] * b / point["m_l"]) ** 2), rel=1e-3
    )
    here, paper = (predict("portal_scalar", "kappa_mu", scheme=scheme, **point) for scheme in ("corrected", "paper"))
    assert abs(here - 1) < 1e-7
    return f"g_hμμ that of the Standard Model, printed reduced: {paper:.2f} at g_X = 0.3"


@sizes.of("portal_scalar", "text after Eq. (25)")
def muons_of_b_s():
    c9 = -0.12 * 4.07
    rates = [likelihoods.predict("BR(Bs->mumu)", C10_bsmumu=c10) for c10 in (-c9, 0.0)]
    return f"C10 changes by {100 * (np.sqrt(rates[0] / rates[1]) - 1):.0f} % at the text's C9, printed +6 %"


@sizes.of("portal_scalar", "Fig. 3")
def c9_of_figure_3():
    c9 = abs(record("portal_scalar", **PORTAL)["C9"][1]) / 4.07
    return f"|C9| is {100 * c9:.1f} % of its SM value at (0.3, 2 TeV), drawn as 12 %"


@sizes.of("portal_scalar", "Eq. (23)")
def propagator():
    m, width = PORTAL["m_zp"], predict("portal_scalar", "gamma_med", **PORTAL)
    s = m * m + m * width
    assert (s - m * m) ** 2 - (m * width) ** 2 == pytest.approx(0.0, abs=1e-3)
    return "the printed cross section diverges at |s - m²| = m Γ"


@sizes.of("loop_scalar", "Eq. (19)")
def fine_structure_of_the_loop():
    point = LOOP | {"m_x": 400.0, "m_l": 700.0, "lam_mu": 1.0}
    here, paper = (abs(record("loop_scalar", scheme=scheme, **point)["C9"][1]) for scheme in ("corrected", "paper"))
    return f"C9 larger by {100 * (here / paper - 1):.0f} %"


@sizes.of("loop_scalar", "Fig. 6", "coannihilation")
def coannihilation():
    def smaller(m_l, lam_mu):
        point = LOOP | {"m_x": 400.0, "m_l": m_l, "lam_mu": lam_mu}
        plain, more = (predict("loop_scalar", "omega_h2", inputs={"coannihilation": on}, **point) for on in (0.0, 1.0))
        return 1 - more / plain

    assert smaller(440.0, 0.5) > 0.1
    return f"Ω h² at (400, 480): {100 * smaller(480.0, 1.22):.0f} %; more where λ_μ < 1 and m_L < 1.15 m_X"


@sizes.of("loop_scalar", "Fig. 6", "charge radius")
def radius():
    ratios = []
    for m_x, m_l, lam_mu in ((400.0, 700.0, 1.57), (800.0, 900.0, 1.68)):
        point = LOOP | {"m_x": m_x, "m_l": m_l, "lam_mu": lam_mu}
        here, paper = (
            predict("loop_scalar", "sigma_si_xenon", scheme=scheme, **point) for scheme in ("corrected", "paper")
        )
        ratios.append(here / paper)
    return f"σ at (m_X, m_L) = (400, 700): {ratios[0]:.1f}, (800, 900): {ratios[1]:.0f}"


def test_every_size_that_is_a_number_is_recomputed():
    sizes.check_entries()


@pytest.mark.parametrize("entry", sizes, ids=" ".join)
def test_size(entry):
    sizes.check(entry)
