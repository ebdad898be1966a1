"""Sizes of the differences between the hidden Z′ models and their paper, recomputed."""

import numpy as np
import pytest
from differences import Sizes
from points import predict, record

import likelihoods
from fitter.figures import Settings, reproduce
from likelihoods.units import CM3_PER_S

HEAVY = {"g_q": 0.4, "g_l": 0.2, "g_chi": 2.0, "theta_d": 0.008, "m_zp": 1e3, "m_chi": 70.0}
LIGHT = {
    "g_q": 0.005,
    "g_l": 0.0025,
    "g_chi": 0.9,
    "f": 0.5,
    "m_phi": 8.0,
    "m_zp": 12.0,
    "m_chi": 1950.0,
    "theta_d": 0.002,
}
INPUTS = likelihoods.default_inputs()
sizes = Sizes()


@sizes.of("hidden_zprime_heavy", "Eqs. (14), (20)")
def sign_of_the_hidden_c9():
    c = record("hidden_zprime_heavy", **HEAVY)
    assert c["C9"][1].real < 0
    assert c["CL"][1].real < 0
    return "C9 < 0 for θ_D > 0 either way by Eq. (15)"


def mixing_shift(name, point):
    alone = likelihoods.predict("DeltaM_s")
    paper, here = (predict(name, "DeltaM_s", scheme=scheme, **point) - alone for scheme in ("paper", "corrected"))
    return f"ΔM_s shift smaller by {paper / here:.2f}"


@sizes.of("hidden_zprime_heavy", "Eqs. (16), (17)")
def mixing_of_the_heavy():
    return mixing_shift("hidden_zprime_heavy", HEAVY)


@sizes.of("hidden_zprime_light", "Eqs. (16), (17)")
def mixing_of_the_light():
    return mixing_shift("hidden_zprime_light", LIGHT)


@sizes.of("hidden_zprime_heavy", "Eq. (34)")
def muon_fraction():
    def larger(m_zp):
        x = (INPUTS.value("m_t") / m_zp) ** 2
        printed = 0.25 / (3.5 + 3 * (1 + 7 * x / 17) * np.sqrt(1 - 4 * x * x) + 50)
        corrected = 0.25 / (3.5 + 3 * (1 - x) * np.sqrt(1 - 4 * x) + 50)
        got = predict("hidden_zprime_heavy", "BR(V->mumu)", **(HEAVY | {"m_zp": m_zp, "m_chi": 30.0, "theta_d": 1e-4}))
        assert got == pytest.approx(corrected, rel=2e-3)
        return 100 * (corrected / printed - 1)

    return f"B(μμ) {larger(360.0):.0f} % at 360 GeV, {larger(1e3):.1f} % at 1 TeV for n_χ = 5"


@sizes.of("hidden_zprime_heavy", "Fig. 3")
def strong_scale():
    at = "Lambda at 1 TeV [TeV]"
    paper, here = (reproduce("003-3", Settings(scheme, points=8)).numbers[at] for scheme in ("paper", "corrected"))
    return f"Λ at m_Z′ = 1 TeV smaller by {100 * (1 - here / paper):.0f} %"


@sizes.of("hidden_zprime_heavy", "footnote 3")
def top_quarks():
    point = HEAVY | {"g_q": 0.04, "g_l": 0.0, "g_chi": 0.2, "m_chi": 200.0, "m_zp": 1e5, "theta_d": 1e-6}
    sigma = predict("hidden_zprime_heavy", "sigmav_v0", inputs={"m_t": 173.0}, **point) * CM3_PER_S
    share = sigma / ((0.04 * 0.2 * 200.0) ** 2 / (2 * np.pi * 1e20)) / 10.1
    return f"annihilation to b and t {share:.2f} as large at 200 GeV"


@sizes.of("hidden_zprime_heavy", "Eqs. (37), (39)")
def neutrons():
    """At the couplings of Eq. (33)."""

    def larger(m_zp):
        point = HEAVY | {"m_zp": m_zp} | {key: HEAVY[key] * m_zp / 1e3 for key in ("g_q", "g_l", "g_chi")}
        here, paper = (
            predict("hidden_zprime_heavy", "sigma_si_xenon", scheme=scheme, **point)
            for scheme in ("corrected", "paper")
        )
        return here / paper

    return (
        f"σ of xenon larger by {larger(200.0):.0f} at m_Z′ = 200 GeV, by {larger(500.0):.0f} at 500 GeV, "
        f"smaller by {1 / larger(92.0):.1f} at 92 GeV"
    )


@sizes.of("hidden_zprime_light", "Sec. 3.7")
def light_propagator():
    m_b = INPUTS.value("m_b")
    c = record("hidden_zprime_light", **LIGHT)
    low, high = (
        100 * (1 - abs(c["pole_a"][0, 1] / (q2 - 144.0)) / abs(c["pole_a"][0, 1] / (m_b**2 - 144.0)))
        for q2 in (1.0, 6.0)
    )
    return f"C9 smaller by {low:.0f} to {high:.0f} % at q² = 1 to 6 GeV²"


@sizes.of("hidden_zprime_light", "Eq. (47)")
def sommerfeld():
    """α is four times as large, and S depends on v/α and m_φ/(α m) alone: exact at v → 0."""
    point = LIGHT | {"f": 0.5}
    paper, here = (
        record("hidden_zprime_light", scheme=scheme, **point)["alpha_yukawa"] for scheme in ("paper", "corrected")
    )
    # masses of 003.F7 in tests/papers, at the coupling of the relic density
    large = [
        label
        for label, g_chi, m_phi in (("MIN", 0.8226, 30.34), ("MED", 0.8512, 43.61), ("MAX", 0.8512, 64.76))
        if record("hidden_zprime_light", **(point | {"g_chi": g_chi, "m_phi": m_phi}))["veto"]
    ]
    factor = f"m_φ for a given enhancement larger by about {here / paper:.0f}"
    return f"{factor}: λ' > 4π for {' and '.join(large)} at f = 0.5"


@sizes.of("hidden_zprime_light", "Eq. (46)")
def enhanced_freeze_out():
    ratios = []
    for f in (0.2, 0.5, 0.9):
        point = LIGHT | {"f": f}
        plain, enhanced = (
            predict("hidden_zprime_light", "omega_h2", inputs={"sommerfeld": on}, **point) for on in (0.0, 1.0)
        )
        ratios.append(plain / enhanced)
    return f"Ω h² smaller by {ratios[0]:.2f}, {ratios[1]:.1f}, {ratios[2]:.1f} at f = 0.2, 0.5, 0.9"


@sizes.of("hidden_zprime_light", "text after Eq. (42)")
def quartic_coupling():
    def allowed(m_phi):
        point = LIGHT | {"g_q": 0.004, "f": 0.9, "g_chi": 0.93, "m_phi": m_phi}
        return record("hidden_zprime_light", **point)["veto"] == 0

    masses = np.linspace(20, 40, 401)
    return f"m_φ < {masses[[allowed(m) for m in masses]][-1]:.0f} GeV at g_χ = 0.93, f = 0.9"


@sizes.of("hidden_zprime_light", "Table II")
def antiprotons():
    numbers, unit = reproduce("003-II").numbers, "[1e-26 cm^3/s]"
    fewer = numbers[f"MAX: sigma v of as many antiprotons {unit}"] / numbers[f"MAX: sigma v at 1950 GeV {unit}"]
    return f"σv lower by {fewer:.2f} for as many antiprotons"


@sizes.of("hidden_zprime_light", "Eq. (49)")
def recombination():
    (row,) = likelihoods.Likelihood.of(["cmb"], data="2017-02").rows
    return f"CMB limit stronger by {8.2e-28 / row.limit:.0f}"


def test_every_size_that_is_a_number_is_recomputed():
    sizes.check_entries()


@pytest.mark.parametrize("entry", sizes, ids=" ".join)
def test_size(entry):
    sizes.check(entry)
