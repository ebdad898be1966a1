"""Hidden-sector Z′ against the numbers of 1702.00395."""

import numpy as np
import pytest

import fitter
from likelihoods import Predictions, default_inputs, request
from likelihoods.couplings import FERMIONS
from likelihoods.units import CM2, CM3_PER_S

HEAVY, LIGHT = fitter.model("hidden_zprime_heavy"), fitter.model("hidden_zprime_light")
INPUTS = default_inputs()
SCALE = 1.09  # 1702.00395 Eq. (33) as printed; 1.084 recomputed
POINT = {
    "g_q": SCALE / np.sqrt(5),
    "g_l": SCALE / np.sqrt(5) / 2,
    "g_chi": SCALE * np.sqrt(5),
    "theta_d": 0.008,
    "m_zp": 1000.0,
    "m_chi": 70.0,
}
LIGHT_POINT = {
    "g_q": 0.005,
    "g_l": 0.0025,
    "g_chi": 0.85,
    "f": 0.7,
    "m_phi": 20.0,
    "m_zp": 12.0,
    "m_chi": 1950.0,
    "theta_d": 0.006,
}


def couplings(model, values, scheme="corrected"):
    values = model.defaults | values
    return model.evaluate(np.array([[values[name] for name in model.names]]), scheme=scheme)[0]


def test_c9_of_figure_2():
    """g_q g_l/m² = 0.12 TeV^-2, θ_D = 0.008: C9 = -0.61 with the K = Λ_v²/|λ_t| = 634 TeV² of Table I."""
    c = couplings(HEAVY, POINT | {"g_q": np.sqrt(0.24), "g_l": np.sqrt(0.06)})
    g_f, alpha = INPUTS.value("G_F"), INPUTS.value("alpha_em_mb")
    k_here = np.pi / (np.sqrt(2) * g_f * alpha) / 0.0412 / 1e6
    assert c["C9"][1].real == pytest.approx(-0.61 * k_here / 634, rel=5e-3)
    assert c["C10"][1] == pytest.approx(-c["C9"][1])
    assert c["CL"][1] == pytest.approx(c["C9"][1])


def test_up_quark_coupling():
    """Eq. (35): g_u/g_q = |θ_D V_us - V_ub|²; the phase between them, neglected in the paper, is kept."""
    c, theta = couplings(HEAVY, POINT), POINT["theta_d"]
    v_us, v_ub, gamma = (INPUTS.value(k) for k in ("V_us", "V_ub", "gamma"))
    expected = abs(np.sin(theta) * v_us - np.cos(theta) * v_ub * np.exp(-1j * gamma)) ** 2
    assert c["g_left"][FERMIONS.index("u")] / POINT["g_q"] == pytest.approx(expected, rel=1e-12)
    aligned = couplings(HEAVY, POINT | {"theta_d": 1e-9})["g_left"][FERMIONS.index("u")]
    assert aligned / POINT["g_q"] == pytest.approx(v_ub**2, rel=1e-6)


def test_up_quarks_scatter_at_tree_level():
    """Eq. (36): c_n = -g_χ g_u/(2 m²), and twice that of protons; kinetic mixing, which protons see, is far larger."""
    c = couplings(HEAVY, POINT | {"m_zp": 80.0, "g_q": 0.04, "g_l": 0.02, "g_chi": 0.2}).reshape(1)
    predictions = Predictions([request("c1_p"), request("c1_n")], INPUTS)
    whole, up = predictions(c)[0], FERMIONS.index("u")
    others = np.arange(len(FERMIONS)) != up
    c["g_left"][:, others], c["kinetic_mixing"] = 0.0, 0.0
    proton, neutron = predictions(c)[0]
    assert neutron == pytest.approx(-0.2 * c["g_left"][0, up] / 2 / 80.0**2, rel=1e-3)
    assert proton == pytest.approx(2 * neutron, rel=0.01)
    assert abs(whole[0]) > 100 * abs(proton)


def test_couplings_conserve_the_trace():
    """U† P3 U and D† P3 D are projectors: the diagonal couplings of each sector add to g_q (down: all generations)."""
    c = couplings(HEAVY, POINT | {"theta_d": 0.2})
    down = sum(c["g_left"][FERMIONS.index(k)] for k in ("d", "s", "b"))
    up = sum(c["g_left"][FERMIONS.index(k)] for k in ("u", "c", "t"))
    assert down == pytest.approx(POINT["g_q"], rel=1e-12)
    assert up == pytest.approx(POINT["g_q"], rel=2e-4)  # V_cs real up to λ^6


def test_kinetic_mixing_of_equation_37():
    """ε = (e g_q/24π²) ln(m_t⁴/(m_b² m_μ m_F)) = 0.0358 e g_q: the part above m_Z′ plus the logarithms below it."""
    c, e = couplings(HEAVY, POINT | {"theta_d": 1e-9}), np.sqrt(4 * np.pi * INPUTS.value("alpha_em_0"))
    g, m_zp = POINT["g_q"], POINT["m_zp"]
    m_t, m_b, m_mu = (INPUTS.value(k) for k in ("m_t", "m_b", "m_mu"))
    g_t = c["g_left"][FERMIONS.index("t")]  # g |V_tb|², equal to g in the paper
    below = 2 * g_t * np.log(m_zp / m_t) - g * np.log(m_zp / m_b) - 0.5 * g * np.log(m_zp / m_mu)
    total = c["kinetic_mixing"] - e / (12 * np.pi**2) * below
    printed = e * g / (24 * np.pi**2) * np.log(m_t**4 / (m_b**2 * m_mu * 1e5))
    missing = e / (12 * np.pi**2) * 2 * (g - g_t) * np.log(1e5 / m_t)
    assert total == pytest.approx(printed + missing, rel=1e-10)
    assert printed / (e * g) == pytest.approx(0.0358, rel=0.01)
    paper = couplings(HEAVY, POINT | {"theta_d": 1e-9}, "paper")
    assert paper["kinetic_mixing"] == pytest.approx(printed + missing, rel=1e-10)


def test_protons_alone_scatter_in_the_paper():
    """Eq. (39), and (Z/A)² of it from xenon; elsewhere the Higgs current of the top loop makes neutrons scatter."""
    g = POINT["g_chi"] * 0.0358 * np.sqrt(4 * np.pi * INPUTS.value("alpha_em_0")) * POINT["g_q"]
    e = np.sqrt(4 * np.pi * INPUTS.value("alpha_em_0"))
    reduced = 0.938272 * 70 / 70.938272
    expected = (g * e * reduced) ** 2 / (np.pi * POINT["m_zp"] ** 4) / CM2
    point = POINT | {"theta_d": 1e-6}
    got = HEAVY.predict(["sigma_si_p", "sigma_si_xenon"], scheme="paper", **point)
    assert got["sigma_si_p"] == pytest.approx(expected, rel=0.02)
    assert got["sigma_si_xenon"] == pytest.approx(expected * (54 / 131.3) ** 2, rel=0.03)
    here = HEAVY.predict(["c1_n"], **(point | {"m_zp": 130.0}))
    # leading logarithm: Higgs current -2 N_c y_t²/16π² of q_3's, times -½ of the Z's coupling to a neutron
    logarithm = 3 * INPUTS.value("y_t_mZ") ** 2 / (16 * np.pi**2) * np.log(130 / INPUTS.value("m_Z"))
    assert here["c1_n"] == pytest.approx(-logarithm * POINT["g_q"] * POINT["g_chi"] / 130**2, rel=0.05)


def test_heavy_relic_density():
    """Eq. (33) was chosen for σv = 4.4e-26 cm³/s: the contact estimate holds at 1 TeV within the resonance's tail."""
    got = HEAVY.predict(["omega_h2", "sigmav_fo"], **POINT)
    assert got["sigmav_fo"] == pytest.approx(4.4e-26, rel=0.06)
    assert got["omega_h2"] == pytest.approx(0.1126, rel=5e-3)  # micrOMEGAs 5.3.41, reference masses


@pytest.mark.parametrize(("g", "f"), [(0.783, 1e-3), (0.931, 0.931)])
def test_light_relic_density_curve(g, f):
    """Fig. 6 (formula sheet): g_χ(0) = 0.783 and the turning point g = f = 0.931 give σv_eff = 2.3e-26 cm³/s."""
    c = couplings(LIGHT, LIGHT_POINT | {"g_chi": g, "f": f})
    effective = 0.25 * c["sigmav_s"][0] + 0.5 * c["sigmav_s"][1] + 0.25 * c["sigmav_s"][2]
    assert effective / CM3_PER_S == pytest.approx(2.3e-26, rel=0.02)


def test_light_pole_replaces_the_contact_term():
    """-1/m² → 1/(q² - m²): at q² = 0 the light model gives the heavy model's C9; §3.7's m_b² makes 12 %."""
    c = couplings(LIGHT, LIGHT_POINT)
    pole = c["pole_a"][0, 1] / (-(12.0**2) + 1j * 12.0 * c["pole_width"][0, 1])
    heavy = couplings(HEAVY, POINT | {k: LIGHT_POINT[k] for k in ("g_q", "g_l", "theta_d", "m_zp")})
    assert pole.real == pytest.approx(heavy["C9"][1].real, rel=1e-6)
    m_b = INPUTS.value("m_b")
    shifted = c["pole_a"][0, 1] / (m_b**2 - 12.0**2)
    assert 1 - heavy["C9"][1].real / shifted.real == pytest.approx(0.12, abs=0.005)


def test_light_masses():
    """m_Z′² = (2 g_χ w)² + (g_q Φ_q)² and δm = 2 f w (Eq. 42, text): 2 g_χ w ≈ 11 GeV for the paper's values."""
    c = couplings(LIGHT, LIGHT_POINT)
    assert c["splitting"] * LIGHT_POINT["g_chi"] / LIGHT_POINT["f"] == pytest.approx(11.2, abs=0.1)


def test_higgs_portal_of_equation_50():
    """σ = (f θ y_h)² m_N²/(π m_φ⁴) for m_φ ≪ m_h, θ = κ v w/m_h²; the text has κ = 0.025 at f θ = 1e-3, f = 0.4."""
    kappa, f_n, m_h, v = 0.0256, INPUTS.value("f_nucleon"), INPUTS.value("m_h"), 246.22
    point = LIGHT_POINT | {"f": 0.4, "g_chi": 0.9, "m_phi": 2.0, "kappa": kappa}
    w = couplings(LIGHT, point)["splitting"] / 0.8
    theta = kappa * v * w / m_h**2
    assert 0.4 * theta == pytest.approx(1e-3, rel=0.03)
    y_h = f_n * 0.93892 / v
    expected = (0.4 * theta * y_h * 0.93892) ** 2 / (np.pi * 2.0**4) * 3.8937937e-28
    assert LIGHT.predict(["sigma_si_p"], **point)["sigma_si_p"] == pytest.approx(expected, rel=2e-3)
    assert LIGHT.predict(["sigma_si_p"], **(point | {"kappa": 0.0}))["sigma_si_p"] == 0.0


def test_size_of_the_propagators_difference():
    """What ``differences`` says of Sec. 3.7, at q² = 1 and 6 GeV² for m_Z′ = 12 GeV."""
    m_b = INPUTS.value("m_b")
    for q2, smaller in ((1.0, 0.12), (6.0, 0.08)):
        assert 1 - (144 - m_b**2) / (144 - q2) == pytest.approx(smaller, abs=0.006)


def test_unphysical_points_are_refused():
    with pytest.raises(ValueError, match="vev_q"):
        LIGHT.predict(["a_mu"], **(LIGHT_POINT | {"g_q": 0.05}))
    with pytest.raises(ValueError, match="50 keV"):
        LIGHT.predict(["a_mu"], **(LIGHT_POINT | {"f": 1e-6}))
    with pytest.raises(ValueError, match="dark Higgs is not perturbative"):
        LIGHT.predict(["a_mu"], **(LIGHT_POINT | {"m_phi": 60.0}))
    with pytest.raises(ValueError, match="kinetic mixing"):
        HEAVY.predict(["a_mu"], **(POINT | {"m_f": 100.0}))
    with pytest.raises(ValueError, match="lighter state"):
        LIGHT.predict(["a_mu"], **(LIGHT_POINT | {"f": -0.5}))
    with pytest.raises(ValueError, match="theta_d=small must be a finite number"):
        HEAVY.predict(["a_mu"], **(POINT | {"theta_d": "small"}))
