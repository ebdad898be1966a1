"""Radiative decays against flavio 2.7.1, published loop functions, and limits."""

import numpy as np
import pytest

from likelihoods import predict
from likelihoods.inputs import default_inputs
from likelihoods.observables.radiative import charm_matrix_element, loop_shift

# flavio 2.7.1, default parameters: coefficients at 4.8 GeV; B → X_s γ [1e-4], B0, B+ → K*γ, B_s → φγ [1e-5], S_K*γ
FLAVIO = (
    ({}, 3.30969227, 4.15834281, 4.22532745, 4.02952754, -0.0223955461),
    ({"C7_bs": -0.1}, 4.99390892, 6.61547948, 6.80602477, 6.38397811, -0.0177413591),
    ({"C7_bs": 0.1}, 1.99557538, 2.2707967, 2.25876281, 2.21638805, -0.0303369822),
    ({"C7_bs": 0.05j}, 3.35595474, 4.23790358, 4.29830036, 4.10474683, -0.0247207668),
    ({"C7p_bs": 0.1}, 3.4650109, 4.40954388, 4.4961725, 4.40279292, 0.336965709),
    ({"C8_bs": 0.1}, 3.21565064, 4.07942487, 4.14261334, 3.95313338, -0.0226272112),
    ({"C7_bs": 0.6}, 0.976487340, 1.37692462, 1.63792969, 1.27035679, 0.0379883359),
    ({"C7_bs": -0.0343, "C7p_bs": -0.0432}, 3.89305606, 5.00462412, None, None, -0.168736846),
)


@pytest.mark.parametrize("row", FLAVIO)
def test_flavio(row):
    """Spectators from flavio's tables, made at C8 of the Standard Model (B⁺: with older decay constants and V_ub)."""
    tables = {"octet_spectator": 0.0}
    coefficients, inclusive, neutral, charged, strange, asymmetry = row
    assert predict("BR(B->Xsgamma)", **coefficients) == pytest.approx(inclusive * 1e-4, rel=1e-4)
    assert predict("BR(B0->K*gamma)", inputs=tables, **coefficients) == pytest.approx(neutral * 1e-5, rel=1e-3)
    assert predict("S_K*gamma", inputs=tables, **coefficients) == pytest.approx(asymmetry, abs=2e-4)
    if charged is not None:
        assert predict("BR(B+->K*gamma)", inputs=tables, **coefficients) == pytest.approx(charged * 1e-5, rel=5e-3)
        assert predict("BR(Bs->phigamma)", inputs=tables, **coefficients) == pytest.approx(strange * 1e-5, rel=1e-3)


def test_charm_matrix_element():
    """r2 of hep-ph/9603404: -833·2/243 for a massless quark; the two-loop table of 0810.4077 at z = 0.0978."""
    assert charm_matrix_element(1e-12) == pytest.approx(complex(-1666 / 243, -80 * np.pi / 81), rel=1e-4)
    # F_27 at q² = 0.02 GeV², μ = 4.8 GeV, m_c = 1.5 GeV, in which r2 enters with the opposite sign
    shift = 416 / 81 * np.log(4.8 / 4.7974121)
    r_2 = charm_matrix_element((1.5 / 4.7974121) ** 2)
    assert -r_2 + shift == pytest.approx(3.807763 + 0.3431406j, abs=0.02)


def test_octet_and_up_quark_parts():
    """F_8^(7)(0) = -(4/27)(33 - 2π² + 6πi) at μ = m_b; no CKM phase, no up-quark part."""
    s = default_inputs().central.view(np.recarray)[0]
    octet = loop_shift(s, 1.0, 0.0, 4.8) - loop_shift(s, 0.0, 0.0, 4.8)
    factor = -0.216799448 / (4 * np.pi)
    assert octet == pytest.approx(-factor * 4 / 27 * complex(33 - 2 * np.pi**2, 6 * np.pi), rel=1e-6)


def test_conjugate_coefficients():
    """Rates are CP-averaged: with real CKM elements, complex-conjugate coefficients give equal rates."""
    real = {"gamma": 0.0}
    for name in ("BR(B0->K*gamma)", "BR(B+->K*gamma)"):
        a = predict(name, inputs=real, C7_bs=0.02 + 0.05j, C7p_bs=0.04j)
        assert predict(name, inputs=real, C7_bs=0.02 - 0.05j, C7p_bs=-0.04j) == pytest.approx(a, rel=1e-12)


def test_right_handed_photons():
    """S_K*γ needs photons of both helicities; a phase of C7' turns it into its opposite."""
    plus, minus = (predict("S_K*gamma", C7p_bs=x) for x in (0.1, -0.1))
    assert plus > 0 > minus
    # no right-handed photons at all: C7eff' = -(m_s/m_b) C7 of the SM cancelled
    assert abs(predict("S_K*gamma", C7p_bs=0.00592081)) < 2e-5
    # the time-dependent asymmetry is at most one
    assert abs(predict("S_K*gamma", C7p_bs=-0.37)) < 1.0


def test_inclusive_is_a_positive_form():
    for c7 in np.linspace(-1, 1, 9):
        for c8 in np.linspace(-3, 3, 5):
            assert predict("BR(B->Xsgamma)", C7_bs=c7, C8_bs=c8) > 0
    low, high = (predict("BR(B->Xsgamma)", inputs={"delta_Xsgamma": x}) for x in (-0.06557, 0.06557))
    assert (high - low) / 2 / predict("BR(B->Xsgamma)") == pytest.approx(0.0656 * 0.1249 / 0.130957, rel=1e-3)


def test_mixing_enters_bs_to_phi_gamma():
    """A_ΔΓ of B_s → φγ turns with the mixing phase when right-handed photons exist."""
    free = predict("BR(Bs->phigamma)", C7p_bs=0.2)
    assert predict("BR(Bs->phigamma)", C7p_bs=0.2, CVLL_bsbs=1e-10) != pytest.approx(free, rel=1e-3)
    assert predict("BR(Bs->phigamma)", C7p_bs=0.2, inputs={"DeltaGamma_Bs": 0.0}) == pytest.approx(
        predict("BR(Bs->phigamma)", C7p_bs=0.2, CVLL_bsbs=1e-10, inputs={"DeltaGamma_Bs": 0.0}), rel=1e-12
    )


@pytest.mark.parametrize(
    ("name", "standard", "right_handed", "mixing"),
    [
        ("S_phigamma", -0.00022038, -0.23682168, 0.00898958),
        ("ADeltaGamma(Bs->phigamma)", 0.03046999, -0.45359546, 0.02913978),
        ("ACP(Bs->phigamma)", 0.00384274, 0.00357017, 0.00384274),
        ("BR(B0->K*gamma)/BR(Bs->phigamma)", 1.03196783, 1.00219179, 1.03187912),
    ],
)
def test_flavio_asymmetries(name, standard, right_handed, mixing):
    """The SM, C7' = 0.1 + 0.05i, and C_VLL = (1 + 2i)e-11 GeV^-2 in mixing."""
    assert predict(name) == pytest.approx(standard, abs=2e-4)
    assert predict(name, C7p_bs=0.1 + 0.05j) == pytest.approx(right_handed, abs=2e-4)
    assert predict(name, CVLL_bsbs=1e-11 + 2e-11j) == pytest.approx(mixing, abs=2e-4)


def test_power_corrections():
    """δ_- and δ_+ act as shifts of C7 and C7' with a strong phase, in units of m_B/(2 m_b)."""
    unit = 5.27966 / (2 * 4.0940537)
    for name, coefficient in (("C7_minus_a_re", "C7_bs"), ("C7p_plus_a_re", "C7p_bs")):
        inputs = {f"power_B0Kstar_{name}": 0.05}
        for observable in ("BR(B0->K*gamma)", "S_K*gamma"):
            assert predict(observable, inputs=inputs) == pytest.approx(
                predict(observable, **{coefficient: 0.05 * unit}), rel=1e-6
            )
    # flavio 2.7.1; its S differs by the CKM phase it leaves unconjugated in these terms
    assert predict("BR(B0->K*gamma)", inputs={"power_B0Kstar_C7_minus_a_re": 0.05}) == pytest.approx(
        3.4886e-5, rel=1e-3
    )
    assert predict("BR(B0->K*gamma)", inputs={"power_B0Kstar_C7p_plus_a_im": 0.05}) == pytest.approx(
        4.18775e-5, rel=1e-3
    )
    # a strong phase does not change sign between B̄ and B decays, a weak one does
    strong = predict("S_K*gamma", inputs={"power_B0Kstar_C7p_plus_a_im": 0.05})
    assert strong != pytest.approx(predict("S_K*gamma", C7p_bs=0.05j * unit), abs=1e-2)
