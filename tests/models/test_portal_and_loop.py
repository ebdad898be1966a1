"""Portal and loop models of scalar dark matter against their papers and limits."""

import numpy as np
import pytest

import fitter
import likelihoods
from likelihoods.amplitudes.higgs_portal import STATES, higgs_widths, portal_sigma_v
from likelihoods.ckm import lambda_t
from likelihoods.couplings import FERMIONS

MU, B, S = 1, FERMIONS.index("b"), FERMIONS.index("s")
PORTAL = {
    "g_x": 0.3,
    "m_zp": 2000.0,
    "lam_q_b": 0.025,
    "lam_q_s": 0.025,
    "lam_l_mu": 0.5,
    "m_q": 1000.0,
    "m_l": 1000.0,
    "m_chi": 1000.0,
}


def record(name, values, scheme="corrected"):
    model = fitter.model(name)
    values = model.defaults | values
    return model.evaluate(np.array([[values[key] for key in model.names]]), scheme=scheme)[0]


def test_portal_couplings_are_those_of_eq_21():
    c = record("portal_scalar", PORTAL)
    v_phi = 2000.0 / 0.6
    down = 2 * 0.3 * 0.025**2 * v_phi**2 / (2 * 1000.0**2 + 2 * 0.025**2 * v_phi**2)
    assert c["g_sb_left"] == pytest.approx(down, rel=1e-12)
    assert c["g_left"][S] == pytest.approx(down, rel=1e-12)
    sine2 = 0.25 * v_phi**2 / (2 * 1000.0**2 + 0.25 * v_phi**2)
    assert c["g_left"][FERMIONS.index("mu")] == pytest.approx(0.6 * sine2, rel=1e-12)
    # physical masses, not those of the Lagrangian
    assert c["pair_m1"][4] == pytest.approx(1003.466, abs=1e-2)
    assert c["pair_m1"][7] == pytest.approx(1545.603, abs=1e-2)


def test_portal_mixing_conserves_the_trace_of_the_charge():
    """Left-handed charges of light and heavy states are a rotation of (0, 2 g_X)."""
    c = record("portal_scalar", PORTAL)
    light = c["g_left"][B] + c["g_left"][S]
    assert light + c["pair_left"][4] == pytest.approx(0.6, rel=1e-12)
    squares = light**2 + c["pair_left"][4] ** 2 + 2 * (c["pair_left"][0] ** 2 + c["pair_left"][1] ** 2)
    assert squares == pytest.approx(0.36, rel=1e-12)


def test_portal_size_and_sign_of_c9():
    """|C9| = 0.109 at the benchmark of 1503.06077 Fig. 3; positive for λ_b λ_s > 0 as λ_t < 0; printed negative."""
    assert record("portal_scalar", PORTAL)["C9"][MU].real == pytest.approx(0.109, rel=0.03)
    paper = record("portal_scalar", PORTAL, "paper")
    assert paper["C9"][MU].real == pytest.approx(-0.109, rel=0.03)
    assert paper["C10"][MU] == pytest.approx(-paper["C9"][MU])


@pytest.mark.parametrize(("m_x", "expected"), [(100.0, -0.1219), (400.0, -0.0869), (800.0, -0.0554)])
def test_loop_size_of_c9(m_x, expected):
    """C9/λ_μ² at λ_b λ_s = 0.15, m_L = 1 TeV, m_Q = 1.1 TeV (1803.04703 Fig. 5); λ_t differs by 2 %."""
    point = {"m_x": m_x, "m_q": 1100.0, "m_l": 1000.0, "lam_bs": 0.15, "lam_mu": 1.0}
    c = record("loop_scalar", point, "paper")
    assert c["C9"][MU].real == pytest.approx(expected, rel=0.025)
    assert c["CL"][MU] == c["C9"][MU]
    f = [(1 / (x - 1) - np.log(x) / (x - 1) ** 2) for x in ((m_x / 1100.0) ** 2, (m_x / 1000.0) ** 2)]
    degenerate = record("loop_scalar", point | {"m_l": 1100.0 * (1 - 1e-9)}, "paper")
    near = record("loop_scalar", point | {"m_l": 1100.0 * (1 - 1e-4)}, "paper")
    assert degenerate["C9"][MU] == pytest.approx(near["C9"][MU], rel=1e-3)
    other = record("loop_scalar", point | {"m_x": 1.001 * m_x}, "paper")
    g = [(1 / (x - 1) - np.log(x) / (x - 1) ** 2) for x in ((1.001 * m_x / 1100.0) ** 2, (1.001 * m_x / 1000.0) ** 2)]
    assert other["C9"][MU] / c["C9"][MU] == pytest.approx((g[0] - g[1]) / (f[0] - f[1]), rel=1e-9)


def test_loop_dipole():
    """C7 = 4π² N Q_d a/m² of a_μ's loop, N = √2/(4 G_F λ_t), the form of 1608.07832; b → sγ moves by a per cent."""
    point = {"m_x": 400.0, "m_q": 1100.0, "m_l": 1100.0, "lam_bs": 0.15, "lam_mu": np.sqrt(0.15)}
    c = record("loop_scalar", point)
    g_f, m_mu = (likelihoods.default_inputs().value(k) for k in ("G_F", "m_mu"))
    v = lambda_t(likelihoods.default_inputs().central[0])
    at_m_q = np.sqrt(2) / (4 * g_f * v) * 4 * np.pi**2 / 3 * c["delta_a_mu"] / m_mu**2
    assert at_m_q.real < 0  # as in the Standard Model
    # η^(16/23) + 8 (η^(16/23) - η^(14/23)) with η = α_s(1.1 TeV)/α_s(4.8 GeV) = 0.41
    eta = 0.0879 / 0.2145
    running = eta ** (16 / 23) + 8 * (eta ** (16 / 23) - eta ** (14 / 23))
    assert c["C7"] == pytest.approx(at_m_q * running, rel=0.05)
    assert 0.5 < (c["C8"] / (-3.0 * at_m_q)).real < 0.8  # (α_s(m_Q)/α_s(m_b))^(14/23)
    model = fitter.model("loop_scalar")
    rates = model.scan(["BR(B->Xsgamma)"], **(point | {"lam_bs": np.array([1e-9, 0.15])}))["BR(B->Xsgamma)"]
    assert 0 < abs(rates[1] / rates[0] - 1) < 0.01


def test_loop_moment_of_a_heavy_lepton():
    c = record("loop_scalar", {"m_x": 1.0, "m_q": 1100.0, "m_l": 1000.0, "lam_bs": 0.15, "lam_mu": 2.0})
    assert c["delta_a_mu"] == pytest.approx(4 * 0.1056584**2 / (96 * np.pi**2 * 1000.0**2), rel=1e-4)


def test_dark_matter_must_be_the_lightest():
    with pytest.raises(ValueError, match="not the lightest dark state"):
        fitter.model("loop_scalar").predict(["omega_h2"], m_x=900, m_q=1200, m_l=800, lam_bs=0.1, lam_mu=1)
    with pytest.raises(ValueError, match="masses must be positive"):
        fitter.model("portal_scalar").predict(["omega_h2"], **PORTAL | {"m_chi": -1.0})


def test_portal_dark_matter_is_stable_also_above_the_heavy_lepton():
    """Z₂ of odd charges: no veto; the relic density goes through the mass of L without a step, and pairs of L open."""
    model = fitter.model("portal_scalar")
    heavy = float(record("portal_scalar", PORTAL)["m_heavy_l"])
    density = lambda **other: model.predict("omega_h2", **PORTAL | {"m_q": 3000.0} | other)["omega_h2"]  # noqa: E731
    assert density(m_chi=1.001 * heavy) == pytest.approx(density(m_chi=0.999 * heavy), rel=0.05)
    assert density(m_chi=1.3 * heavy, m_l=1000.0) < 0.99 * density(m_chi=1.3 * heavy, m_l=3000.0)


def test_up_type_quarks_couple_through_the_ckm_matrix():
    """V is unitary: the trace of the charge stays, and ``ckm`` = 0 is the exchange t ↔ b, c ↔ s."""
    rotated, plain = record("portal_scalar", PORTAL), record("portal_scalar", PORTAL | {"ckm": 0.0})
    up, charm, top, strange, bottom = (FERMIONS.index(name) for name in ("u", "c", "t", "s", "b"))
    assert plain["g_left"][[up, charm, top]] == pytest.approx([0.0, *plain["g_left"][[strange, bottom]]])
    v_us = likelihoods.default_inputs().value("V_us")
    assert rotated["g_left"][up] == pytest.approx(v_us**2 * rotated["g_left"][strange], rel=0.05)
    assert abs(rotated["g_ct_left"]) == pytest.approx(abs(plain["g_ct_left"]), rel=0.06)
    for k in (2, 3):
        assert rotated["pair_left"][k] == pytest.approx(plain["pair_left"][k], rel=0.06)
    squares = [np.sum(c["pair_left"][[2, 3]] ** 2) for c in (rotated, plain)]
    assert squares[0] == pytest.approx(squares[1], rel=1e-4)
    # valence quarks at tree level: c_n = c_u, and no top quark below m_Z
    light = PORTAL | {"m_zp": 80.0}
    model, g_up = fitter.model("portal_scalar"), record("portal_scalar", light)["g_left"][up]
    plain_n, rotated_n = (model.predict(["c1_n"], **light | {"ckm": on})["c1_n"] for on in (0.0, 1.0))
    assert (rotated_n - plain_n) * 80.0**2 / (-0.3 * g_up / 2) == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize("name", ["portal_scalar", "loop_scalar"])
def test_a_phase_turns_coefficients_and_mixing(name):
    point = PORTAL if name == "portal_scalar" else LOOP
    real, turned = record(name, point), record(name, point | {"phase_bs": 0.4})
    assert turned["C9"][MU] == pytest.approx(real["C9"][MU] * np.exp(0.4j), rel=1e-12)
    assert turned["C10"][MU] == pytest.approx(-turned["C9"][MU], rel=1e-12)
    assert turned["mixing"][0] == pytest.approx(real["mixing"][0] * np.exp(0.8j), rel=1e-9)


LOOP = {"m_x": 400.0, "m_q": 1100.0, "m_l": 700.0, "lam_bs": 0.15, "lam_mu": 1.57}


@pytest.mark.parametrize(
    ("m_x", "m_l", "lam_mu", "printed", "ratio"),
    [(400.0, 700.0, 1.57, 4.48e-45, 2.1), (800.0, 900.0, 1.68, 2.33e-45, 18.2), (200.0, 300.0, 0.98, 1.64e-44, 2.97)],
)
def test_photon_exchange_of_the_loop_model(m_x, m_l, lam_mu, printed, ratio):
    """1803.04703 Fig. 6 with the limit m_X << m_L of 1402.6696; quark loops cancel 1 % of the muon's."""
    point = LOOP | {"m_x": m_x, "m_l": m_l, "lam_mu": lam_mu}
    model = fitter.model("loop_scalar")
    paper = model.predict(["sigma_si_xenon"], scheme="paper", **point)["sigma_si_xenon"]
    assert paper == pytest.approx(printed, rel=0.04)
    exact = model.predict(["sigma_si_xenon", "c1_n"], **point)
    assert exact["sigma_si_xenon"] == pytest.approx(ratio * paper, rel=0.02)
    assert exact["c1_n"] == 0.0


def test_higgs_portal_of_the_scalars():
    model = fitter.model("loop_scalar")
    closed, opened = (model.predict(["sigma_si_n", "sigmav_v0", "omega_h2"], lam_h=lam, **LOOP) for lam in (0.0, 0.1))
    assert closed["sigma_si_n"] == 0.0
    # λ² f² m_N² μ²/(4π m_χ² m_h⁴)
    m_n, f, m_h = 0.938272, likelihoods.default_inputs().value("f_nucleon"), 125.25
    reduced = 400.0 * m_n / (400.0 + m_n)
    expected = 0.01 * f**2 * m_n**2 * reduced**2 / (4 * np.pi * 400.0**2 * m_h**4) * 3.893794e-28
    assert opened["sigma_si_n"] == pytest.approx(expected, rel=1e-4)
    # σv -> λ²/(16π m²) into the four components of H far above the weak scale
    heavy = LOOP | {"m_x": 2e4, "m_q": 1e7, "m_l": 1e7, "lam_mu": 1e-3, "lam_bs": 1e-9, "lam_h": 0.1}
    got = model.predict(["sigmav_v0"], **heavy)["sigmav_v0"]
    assert got == pytest.approx(0.01 / (16 * np.pi * 4e8) * 1.16733e-17, rel=2e-3)
    assert opened["omega_h2"] < closed["omega_h2"]


def test_higgs_width_at_the_higgs_mass():
    """b b̄ and τ τ alone are 64 % of 4.1 MeV; at 400 GeV WW, ZZ and t t̄ make 29 GeV, radiative corrections included."""
    s, widths = likelihoods.default_inputs().central[0], np.empty(5)
    for mass, published, within in ((125.25, 2.6e-3, 0.2), (400.0, 29.0, 0.08)):
        higgs_widths(mass, s, widths)
        assert widths.sum() == pytest.approx(published, rel=within)


def test_heavy_portal_dark_matter_meets_four_scalars():
    """σv → λ²/(16π m²), shared as W : Z : h = 2 : 1 : 1, the Goldstone bosons and the Higgs boson of one doublet."""
    s, m, lam = likelihoods.default_inputs().central[0], 2e4, 0.5
    parts = np.empty(len(STATES))
    portal_sigma_v(m, s, lam, parts)
    got = dict(zip(STATES, parts * 64 * np.pi * m**2 / lam**2, strict=True))
    assert [got["W"], got["Z"], got["h"]] == pytest.approx([2.0, 1.0, 1.0], rel=2e-3)
    assert got["t"] + got["b"] + got["tau"] < 2e-3
