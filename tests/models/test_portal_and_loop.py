"""Portal and loop models of scalar dark matter against their papers and limits."""

import numpy as np
import pytest

import fitter
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


def test_loop_moment_of_a_heavy_lepton():
    c = record("loop_scalar", {"m_x": 1.0, "m_q": 1100.0, "m_l": 1000.0, "lam_bs": 0.15, "lam_mu": 2.0})
    assert c["delta_a_mu"] == pytest.approx(4 * 0.1056584**2 / (96 * np.pi**2 * 1000.0**2), rel=1e-4)


def test_dark_matter_must_be_the_lightest():
    with pytest.raises(ValueError, match="not the lightest dark state"):
        fitter.model("loop_scalar").predict(["omega_h2"], m_x=900, m_q=1200, m_l=800, lam_bs=0.1, lam_mu=1)
    with pytest.raises(ValueError, match="masses must be positive"):
        fitter.model("portal_scalar").predict(["omega_h2"], **PORTAL | {"m_chi": -1.0})
