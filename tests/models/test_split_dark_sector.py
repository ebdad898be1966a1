"""Split dark sector against the numbers of 2002.11150 and limits of its loop."""

import numpy as np
import pytest

import fitter
import likelihoods
from likelihoods import default_inputs

MODEL = fitter.model("split_dark_sector")
POINT = {"m_v": 5.0, "g_mu_v": 0.03, "r_av": -0.44, "g_d": 2.0, "r": -1.0}


def couplings(scheme="paper", **values):
    values = MODEL.defaults | POINT | values
    return MODEL.evaluate(np.array([[values[name] for name in MODEL.names]]), scheme=scheme)[0]


def test_effective_coupling_of_the_paper():
    """Below Table 1: g̃ = 2.76e-8 GeV^-2 r for m_χ = 1 MeV, m_Φ = 1 TeV."""
    assert couplings(r=1.0)["g_sb_q2"].real == pytest.approx(2.76e-8, rel=2e-3)


def test_corrected_prefactor_is_the_leading_logarithm_of_the_effective_theory():
    """d g̃/d ln m_χ from -(y y/2m²)(s̄γP_Lb)(χ̄γP_Rχ) joined to V by half the QED vacuum polarisation."""
    light, heavy = (couplings("corrected", m_chi=m)["g_sb_q2"].real for m in (1e-4, 1e-3))
    vacuum_polarisation = 0.5 / (12 * np.pi**2) * 2 * np.log(10.0)
    assert heavy - light == pytest.approx(-POINT["r"] / (2 * 1e3**2) * vacuum_polarisation, rel=1e-6)


def test_size_of_the_penguin_in_figure_2():
    """Coupling one at q² = 3.5 GeV² (formula sheet): 9.7e-8 for m_χ = 1 MeV, 4.55e-8 for 1 GeV."""
    for m_chi, size in ((1e-3, 9.7e-8), (1.0, 4.55e-8)):
        got = abs(couplings(r=1.0, m_chi=m_chi)["g_sb_q2"]) * 3.5
        assert got == pytest.approx(size, rel=0.01)


@pytest.mark.parametrize(("g_d", "ratio"), [(1.0, 0.0265), (3.0, 0.239)])
def test_width_of_the_dark_photon(g_d, ratio):
    """Eq. (9) for massless χ: Γ_V/m_V = g_D²/12π."""
    width = couplings(g_d=g_d, r=0.1, g_mu_v=1e-3, r_av=0.0)["pole_width"][0, 1]
    assert width / 5.0 == pytest.approx(ratio, rel=2e-3)


def test_vector_width_closed_form():
    """Eq. (9) as printed, with both muon couplings, close to the muon threshold."""
    m_v, g_v, m_mu = 0.7, 0.1, default_inputs().value("m_mu")
    g_a, g_d, m_chi = -0.44 * g_v, 0.5, 0.3
    x, y = (m_mu / m_v) ** 2, (m_chi / m_v) ** 2
    expected = (
        m_v
        / (12 * np.pi)
        * (
            np.sqrt(1 - 4 * y) * (1 + 2 * y) * g_d**2
            + np.sqrt(1 - 4 * x) * (1 + 2 * x) * g_v**2
            + (1 - 4 * x) ** 1.5 * g_a**2
        )
    )
    got = couplings(m_v=m_v, g_mu_v=g_v, g_d=g_d, m_chi=m_chi, r=0.1)["pole_width"][0, 1]
    assert got == pytest.approx(expected, rel=1e-12)


def test_sign_of_c9_flips_at_the_resonance():
    """g̃ g_V < 0 gives C9 < 0 for m_V² > q²; the paper's branches of Table 1 (2002.11150 Sec. 4)."""
    for m_v, r in ((5.0, -1.0), (1.2, 1.0)):
        c = couplings(m_v=m_v, r=r)
        c9 = c["pole_b"][0, 1] * 3.5 / (3.5 - m_v**2 + 1j * m_v * c["pole_width"][0, 1])
        assert c9.real < 0


def test_axial_over_vector():
    c = couplings("corrected")
    assert c["pole_b"][2, 1] == pytest.approx(-0.44 * c["pole_b"][0, 1])


def test_two_fermions_cancel_in_mixing_but_not_in_the_penguin():
    """Sec. 3.1: with δ_Y = 0 the box bracket F11 - 2 F12 + F22 is 9.3e-5 for 1 MeV and 10 GeV."""
    one, two = couplings(), couplings(m_chi_2=10.0)
    v_only = couplings(m_phi=5e3)
    assert abs(two["mixing"][0]) < 1e-3 * abs(one["mixing"][0])
    assert abs(two["g_sb_q2"]) > 0.5 * abs(one["g_sb_q2"])
    assert abs(v_only["mixing"][0]) < abs(one["mixing"][0])


def test_paper_scheme_has_no_pole_in_bs_to_mumu():
    """Eqs. (19), (20): P = C10 + m_Bs² C_P/(2 m_μ (m_b + m_s)) = -𝒩 (4π/α) g̃ g_A m_Bs²/m_V², also at m_V = m_Bs."""
    inputs = default_inputs()
    m_bs, m_mu, m_b, m_s = (inputs.value(k) for k in ("m_Bs", "m_mu", "m_b", "m_s"))
    for m_v in (1.0, 5.36, 10.0):
        c = couplings(m_v=m_v)
        width, b = c["pole_width"][2, 1], c["pole_b"][2, 1]
        c10 = b * m_bs**2 / (m_bs**2 - m_v**2 + 1j * m_v * width)
        pseudoscalar = c10 + m_bs**2 / (2 * m_mu * (m_b + m_s)) * c["CP"][1] * m_b
        size = abs(b * m_bs**2 / m_v**2)
        assert abs(pseudoscalar) == pytest.approx(
            size * abs(m_v**2 - m_bs**2) / abs(m_v**2 - m_bs**2 - 1j * m_v * width)
        )


@pytest.mark.parametrize("m_v", [1.4, 3.0, 10.0])
def test_bs_to_mumu_by_contraction(m_v):
    """B_s → V* → μμ from tensors: the printed vertex q² g^{μν} gives the paper's rate, a conserved one none."""
    point = {"m_v": m_v, "g_d": 0.3, "r": 0.03 if m_v < 2 else -0.03, "g_mu_v": 0.2, "r_av": -0.44}  # narrow
    inputs, metric = default_inputs(), np.diag([1.0, -1.0, -1.0, -1.0])
    q = np.array([inputs.value("m_Bs"), 0.0, 0.0, 0.0])  # ⟨0|s̄ γ_μ γ_5 b|B_s⟩ ∝ q_μ
    square, down = q @ metric @ q, metric @ q
    propagator = (metric - np.outer(q, q) / m_v**2) / (square - m_v**2)
    printed, conserved = (
        down @ vertex @ metric @ propagator for vertex in (square * metric, square * metric - np.outer(q, q))
    )
    assert np.allclose(conserved, 0.0, atol=1e-12 * abs(printed).max())
    assert np.allclose(printed[1:], 0.0)  # along q: a pseudoscalar of the axial muon current
    c10 = couplings(**point)["pole_b"][2, 1] * printed[0] / q[0]
    alone, shifted = (likelihoods.predict("BR(Bs->mumu)", C10_bsmumu=value) for value in (0.0, c10.real))
    got = MODEL.predict(["BR(Bs->mumu)"], scheme="paper", **point)["BR(Bs->mumu)"]
    assert got / alone - 1 == pytest.approx(shifted / alone - 1, rel=0.01, abs=5e-5)  # phase of mixing
    assert MODEL.predict(["BR(Bs->mumu)"], **point)["BR(Bs->mumu)"] == pytest.approx(alone, rel=1e-4)


def test_unphysical_points_are_refused():
    with pytest.raises(ValueError, match="perturbative"):
        MODEL.predict(["a_mu"], **(POINT | {"r": -9.0, "g_d": 0.1}))
    with pytest.raises(ValueError, match="m_phi"):
        MODEL.predict(["a_mu"], **(POINT | {"m_chi": 2e3}))
    for strong in ({"g_mu_v": 13.0}, {"g_nu": -13.0}, {"g_d": 13.0}, {"g_mu_v": 5.0, "r_av": -3.0}):
        with pytest.raises(ValueError, match=r"not perturbative: \|g_mu_v\|"):
            MODEL.predict(["a_mu"], **(POINT | strong))
    with pytest.raises(KeyError, match="did you mean 'm_v'"):
        MODEL.predict(["a_mu"], **(POINT | {"m_vv": 1.0}))


def test_forbidden_dark_matter():
    """Formula sheet: Ω h² around the muon threshold, for m_V = 8 GeV, g_V = 0.05, α_D = 1; V with its width at s."""
    values = {"m_v": 8.0, "g_mu_v": 0.05, "r_av": 0.0, "g_d": np.sqrt(4 * np.pi), "r": 0.1}
    masses = np.array([0.2, 0.1057, 0.1, 0.095, 0.085])
    got = MODEL.scan(["omega_h2"], m_chi=masses, **values)["omega_h2"]
    assert got == pytest.approx([0.0116, 0.13, 1.1, 5.1, 66.9], rel=0.015)
    assert MODEL.predict(["p_ann"], m_chi=0.1, **values)["p_ann"] == 0.0  # nothing is left to annihilate into today
    assert MODEL.predict(["p_ann"], m_chi=0.2, **values)["p_ann"] > 1e-27
    paper = MODEL.scan(["omega_h2"], m_chi=masses, scheme="paper", **values)["omega_h2"]
    width = 1 / 3  # g_D²/12π of m_V: the constant one lowers the rate by 1 + (Γ/m_V)²
    assert paper[0] / got[0] == pytest.approx(1 + width**2, rel=0.01)
