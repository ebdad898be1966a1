"""Figures of 1702.00395: crossings and edges of the formula sheet's list of statements."""

import numpy as np
import pytest

from fitter.figures import Settings, reproduce


def test_figure_1_is_a_parabola():
    numbers = reproduce("003-1", Settings(points=30)).numbers
    assert numbers["new physics in BR(Z -> 4mu) at g_l = 0.05"] == pytest.approx(1.03e-6, rel=0.01)
    ratio = numbers["new physics in BR(Z -> 4mu) at g_l = 0.05"] / numbers["new physics in BR(Z -> 4mu) at g_l = 0.02"]
    assert ratio == pytest.approx(6.25, rel=1e-6)


def test_figure_2_allowed_angles():
    """The sheet's K is 634 TeV² with the paper's λ_t and α, 610.6 with ours."""
    drawing = reproduce("003-2", Settings(points=40))
    numbers = drawing.numbers
    assert numbers["smallest theta_D at g_q g_l/m^2 = 0.12"] == pytest.approx(0.0024, rel=0.04)
    assert numbers["largest theta_D of mixing at 0.12, n_q = 2"] == pytest.approx(0.0081, rel=0.01)
    assert numbers["g_q g_l/m^2 of the relic density, n_q = 2, n_chi = 5"] == pytest.approx(0.119, rel=0.02)
    assert numbers["C9 at theta_D = 0.008, 0.12"] == pytest.approx(-0.61 * numbers["K [TeV^2]"] / 634, rel=0.01)
    panel = drawing.panels[1]
    fields = {field.label: field.values for field in panel.fields}
    row, column = np.argmin(abs(panel.y - 0.005)), np.argmin(abs(panel.x - 0.12))
    assert fields[r"$b\to s\mu\mu$"][row, column] < 1
    assert fields["$B_s$ mixing"][row, column] < 1
    assert fields["$B_s$ mixing"][np.argmin(abs(panel.y - 0.02)), column] > 1
    neutrinos = fields[r"$B\to K^{(*)}\nu\bar\nu$"]
    assert (fields["$B_s$ mixing"][neutrinos > 1] > 1).all()  # the weaker bound


def test_figure_3_scale():
    """The sheet has g_χ = 1.09 √n_χ m/TeV as printed, here 1.085: the exponent makes 7 and 11 % of that."""
    numbers = reproduce("003-3", Settings(points=20)).numbers
    assert numbers["Lambda at 1.2 TeV [TeV]"] == pytest.approx(10.9, rel=0.08)
    assert numbers["Lambda at 1 TeV [TeV]"] == pytest.approx(190, rel=0.12)
    assert numbers["m_Z' of Lambda = 100 TeV [TeV]"] == pytest.approx(1.036, rel=0.01)


def test_figure_4_rates():
    numbers = reproduce("003-4", Settings(points=40)).numbers
    for m, share in ((350, 0.00463), (600, 0.00446), (1000, 0.00444)):
        assert numbers[f"B(mumu) at {m} GeV"] == pytest.approx(share, rel=0.02)
    assert numbers["sigma(bb)/sigma(mumu) at 300 GeV"] == pytest.approx(12, rel=0.01)
    # the paper: 300 to 390 GeV by the observed limit of 13 fb⁻¹; the expected one is stronger, today's stronger still
    assert numbers["dimuons exclude from [GeV]"] < 300
    assert 390 < numbers["to [GeV]"] < 600
    assert numbers["largest rate of dijets over its limit"] < 0.02
    assert reproduce("003-4", Settings(data="today", points=40)).numbers["to [GeV]"] > 800


def test_figure_6_branches():
    numbers = reproduce("003-6", Settings(points=120)).numbers
    for label, (start, turn, f_max) in {"MED, MAX": (0.783, 0.931, 1.107), "MIN": (0.752, 0.894, 1.064)}.items():
        assert numbers[f"g_chi at f = 0, {label}"] == pytest.approx(start, rel=2e-3)
        assert numbers[f"largest g_chi, {label}"] == pytest.approx(turn, rel=5e-3)
        assert numbers[f"f of the largest g_chi, {label}"] == pytest.approx(turn, rel=0.02)
        assert numbers[f"largest f, {label}"] == pytest.approx(f_max, rel=0.015)


def test_figure_7_masses():
    """Paper's x: MAX alone has one branch, MED the lighter one; MIN sits on resonances."""
    drawing = reproduce("003-7", Settings(points=24))
    numbers = drawing.numbers
    for f, mass in ((0.5, 15.9), (0.7, 36.6), (0.9, 67.7)):
        assert numbers[f"largest m_phi at f = {f:g}, MAX [GeV]"] == pytest.approx(mass, rel=0.02)
    for f, mass in ((0.5, 10.3), (0.7, 22.8), (0.9, 40.0)):
        assert numbers[f"largest m_phi at f = {f:g}, MED [GeV]"] == pytest.approx(mass, rel=0.02)
    assert numbers["largest m_phi at f = 0.7, MIN [GeV]"] == pytest.approx(15.0, rel=0.02)
    assert numbers["largest m_phi at f = 0.9, MIN [GeV]"] == pytest.approx(26.0, rel=0.02)
    assert numbers["S needed at f = 0.9, MIN"] == pytest.approx(22.46, rel=0.02)
    # paper: CMB excludes small m_φ, below the curves but for resonances
    (panel,), (field,) = drawing.panels, drawing.panels[0].fields
    column = np.argmin(abs(panel.x - 0.9))
    low, high = (np.argmin(abs(panel.y - m)) for m in (2.0, 40.0))
    assert field.values[: low + 1, column].max() > 1
    assert field.values[high, column] < 1
    for label in ("MIN", "MED", "MAX"):  # paper: allowed for f_eff below 0.4
        assert numbers[f"p_ann over its bound at f = 0.9, {label}"] < 1


def test_figure_7_with_the_corrected_coupling():
    """Heavier dark Higgs bosons, most of them beyond λ' = 4π: MIN goes on along the line, MED and MAX end."""
    drawing = reproduce("003-7", Settings("corrected", points=16))
    numbers = drawing.numbers
    assert "MED and MAX end" in drawing.caption
    line = next(curve for curve in drawing.panels[0].curves if "4\\pi" in curve.label)
    assert line.y[np.isfinite(line.y)].min() == pytest.approx(31, rel=0.05)
    assert numbers["largest f with a dark Higgs, MIN"] > 0.8
    assert 0.3 < numbers["largest f with a dark Higgs, MAX"] <= numbers["largest f with a dark Higgs, MED"] < 0.5
    for label in ("MED", "MAX"):
        assert np.isnan(numbers[f"largest m_phi at f = 0.5, {label} [GeV]"])


def test_figure_5_spectra_lie_on_each_other():
    """Peaks near 300 GeV of E³ dN/dE, as cosmic rays are drawn; the paper calls the shapes nearly the same."""
    numbers = reproduce("003-5", Settings(points=60)).numbers
    for label, within in (("MIN", 0.01), ("MED", 0.03), ("MAX", 0.01)):
        peaks = [numbers[f"peak of E^3 dN/dE, {state}, {label} [GeV]"] for state in "qb"]
        assert peaks == pytest.approx([300, 300], rel=0.12)
        assert peaks[0] == pytest.approx(peaks[1], rel=0.06)
        assert numbers[f"largest difference of the shapes over the peak, {label}"] < 0.06
        means = [numbers[f"mean energy, {state}, {label} [GeV]"] for state in "qb"]
        assert means[0] == pytest.approx(means[1], rel=within)


def test_table_2():
    """Masses of one spectrum, and cross sections of one σv/m². Printed for MED is 31, where 5.2 (1950/808)² = 30.3."""
    numbers = reproduce("003-II").numbers
    printed = {"MIN": (1800, 103, 59, 44), "MED": (1950, 31, 18, 14), "MAX": (1950, 12.8, 7.3, 5.9)}
    for label, (mass, central, up, down) in printed.items():
        assert numbers[f"{label}: m_chi of the same spectrum [GeV]"] == pytest.approx(mass, rel=0.03)
        at = f"at {mass} GeV [1e-26 cm^3/s]"
        assert numbers[f"{label}: sigma v {at}"] == pytest.approx(central, rel=0.025)
        assert numbers[f"{label}: sigma v up {at}"] == pytest.approx(up, rel=0.03)
        assert numbers[f"{label}: sigma v down {at}"] == pytest.approx(-down, rel=0.05)
        fewer = numbers[f"{label}: sigma v of as many antiprotons [1e-26 cm^3/s]"] / numbers[f"{label}: sigma v {at}"]
        assert fewer == pytest.approx(0.78, abs=0.01)


def test_table_1():
    """The sheet's entries belong to K = 634 TeV² and C_L = -6.60."""
    numbers = reproduce("003-I").numbers
    assert numbers["b -> s mu mu, from"] == pytest.approx(0.00028, rel=0.06)
    assert numbers["b -> s mu mu, to"] == pytest.approx(0.00177, rel=0.06)
    assert numbers["B -> K nu nu, |C_L|/K"] == pytest.approx(0.01041, rel=0.04)
    assert numbers["B -> K nu nu, sqrt(13) |C_L|/K"] == pytest.approx(0.03711, rel=0.04)
    assert numbers["m_b^2/m_Z'^2 at 12 GeV"] == pytest.approx(0.12, rel=0.02)
