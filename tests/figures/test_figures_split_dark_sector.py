"""Figures of 2002.11150: sizes and edges of the formula sheet's list of statements."""

import numpy as np
import pytest

from fitter.figures import Settings, reproduce
from fitter.figures.split_scan import largest_c9


def test_figure_2_sizes():
    numbers = reproduce("004-2", Settings(points=12)).numbers
    assert numbers["g_Vbs at 1 TeV, coupling 1, m_chi = 0.001 GeV"] == pytest.approx(9.7e-8, rel=0.01)
    assert numbers["g_Vbs at 1 TeV, coupling 1, m_chi = 1 GeV"] == pytest.approx(4.55e-8, rel=0.01)
    ratio = (
        numbers["g_Vbs at 1 TeV, coupling 10, m_chi = 1 GeV"] / numbers["g_Vbs at 1 TeV, coupling 0.1, m_chi = 1 GeV"]
    )
    assert ratio == pytest.approx(100, rel=1e-9)
    corrected = reproduce("004-2", Settings("corrected", points=12)).numbers
    assert corrected["g_Vbs at 1 TeV, coupling 1, m_chi = 1 GeV"] == pytest.approx(2 * 4.55e-8, rel=0.01)


def test_figure_3_bounds():
    drawing = reproduce("004-3", Settings(points=20))
    numbers, panel = drawing.numbers, drawing.panels[0]
    for m_v in (0.01, 0.1, 1.0):  # sheet: 3.0e-6, 3.0e-7, 3.0e-8
        assert numbers[f"g_Vbs of an invisible V at {m_v:g} GeV"] == pytest.approx(3.05e-8 / m_v, rel=0.02)
    invisible = panel.curves[0]
    light = invisible.x < 1.0
    assert invisible.y[light] * invisible.x[light] == pytest.approx(3.05e-8, rel=0.02)  # ∝ 1/m_V
    # a resonance in dimuons is the stronger bound; a broad V weakens above the threshold of B → K V
    assert numbers["g_Vbs of B_K_resonance, g_D = 0.1, at 1 GeV"] < numbers["g_Vbs of an invisible V at 1 GeV"]
    assert np.isnan(numbers["g_Vbs of B_K_invisible, g_D = 0.1, at 6 GeV"])
    assert (
        numbers["g_Vbs of B_K_invisible, g_D = 3, at 6 GeV"] > 3 * numbers["g_Vbs of B_K_invisible, g_D = 3, at 3 GeV"]
    )


def test_figure_4_invisible_decays_leave_heavy_vectors_only():
    """Paper: green points only above M_B - M_K = 4.786 GeV."""
    drawing = reproduce("004-4", Settings(points=16))
    numbers = drawing.numbers
    assert numbers["fitted points"] > numbers["allowed points"] > 0
    assert numbers["lightest fitted m_V [GeV]"] < 4.786 < numbers["lightest allowed m_V [GeV]"]
    assert numbers["Drell-Yan g_V at 5 GeV"] == pytest.approx(0.0846, rel=1e-3)
    assert numbers["(g-2) g_V at 5 GeV"] == pytest.approx(0.0326, rel=5e-3)
    assert numbers["Belle II g_V at 2 GeV"] == pytest.approx(0.09 / np.sqrt(1 + 0.44**2), rel=0.06)


@pytest.mark.long
def test_figure_4_as_a_joint_fit():
    """Cuts throw away nine tenths of the fit, all of it below the threshold; the joint fit never goes there."""
    numbers = reproduce("004-4-joint", Settings(points=16)).numbers
    assert numbers["probability of m_V < 4.786 GeV, anomalies fitted"] > 0.2
    assert numbers["probability of m_V < 4.786 GeV, hard cuts on the fit"] < 0.02
    assert numbers["probability of m_V < 4.786 GeV, joint fit"] < 0.02
    assert numbers["share that all cuts leave"] == pytest.approx(0.1, abs=0.05)
    taken, cut = numbers["ln Z that the limits take in the joint fit"], numbers["ln Z that the cuts take"]
    assert 0.2 < taken - cut < 1.8  # points close to a limit lose weight as well
    assert numbers["effective draws of the joint fit"] > 3 * numbers["effective draws after the cuts"]


def test_figure_5_has_no_allowed_point():
    """What is fitted lies at r_AV ≈ 0, out of reach of B_s → μμ: there B → K + invisible excludes it."""
    numbers = reproduce("004-5", Settings(points=16)).numbers
    assert numbers["fitted points"] > 0
    assert numbers["largest |r_AV| of fitted points"] < 0.03
    assert numbers["lightest fitted m_V [GeV]"] < 1.4
    assert numbers["allowed points"] == 0


@pytest.mark.parametrize("scheme", ["paper", "corrected"])
def test_figure_5_cut_of_bs_mumu(scheme):
    """Paper: no solution (C9 below -0.6) under 1.4 GeV where (g-2)_μ is cancelled; a conserved current knows no cut."""
    found = [largest_c9(Settings(scheme), m) for m in (1.0, 1.4, 1.7)]
    if scheme == "corrected":
        assert found == [np.inf] * 3
    else:
        assert found == sorted(found)
        assert found[1] < 0.2  # R_K within two sigma of one
        # amplitude of 1 + C9/C10 · r_AV · M²(3.5 - m²)/(3.5 m²), one standard deviation or so above one
        slopes = [0.44 * 5.3669**2 * (3.5 - m**2) / (3.5 * m**2) for m in (1.0, 1.4, 1.7)]
        products = [c9 * slope for c9, slope in zip(found, slopes, strict=True)]
        assert products == pytest.approx([products[0]] * 3, rel=0.05)


def test_figure_6_slopes():
    numbers = reproduce("004-6", Settings(points=16)).numbers
    assert numbers["r/g_D of B_s mixing, one fermion"] == pytest.approx(0.087, rel=5e-3)
    assert numbers[r"r/g_D of B_s mixing, $\delta_Y=0$"] == pytest.approx(8.7, rel=5e-3)
    assert numbers[r"r/g_D of B_s mixing, $\delta_Y=0.05$"] == pytest.approx(6.8, rel=5e-3)
