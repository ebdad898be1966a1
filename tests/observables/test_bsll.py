"""b → s ℓ ℓ: flavio 2.7.1, a second implementation by brute force, limits, symmetries, light mediators, errors."""

import itertools
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.integrate import quad

import likelihoods
from likelihoods import default_inputs, predict, request
from likelihoods.amplitudes.angular import J_COUNT, J_NAMES
from likelihoods.amplitudes.channels import Bin, Channels
from likelihoods.ckm import lambda_t
from likelihoods.couplings import empty
from likelihoods.form_factors import scalar_form_factors, vector_form_factors
from likelihoods.observables.bsll import OBSERVABLES, CharmoniumWarning, Semileptonic
from likelihoods.prediction import couplings
from likelihoods.qcd import light_mass_running, m_b_running
from likelihoods.units import PS

REFERENCE = yaml.safe_load((Path(__file__).parent / "flavio_bsll.yaml").read_text())
POINTS = [
    {name: complex(*value) if isinstance(value, list) else value for name, value in point.items()}
    for point in REFERENCE["points"]
]
REQUESTS = [request(name, tuple(q2)) for name, q2, _ in REFERENCE["predictions"]]
IS_RATE = np.array([item.observable.startswith("dBR") for item in REQUESTS])
PROCESS = {"B0->K*mumu": 0, "Bs->phimumu": 2}
#: Ends of phase space and of the photon pole, where integration is hardest.
HARD = [
    request("dBR/dq2(B0->K*ee)", (0.0008, 0.257)),
    request("P1(B0->K*ee)", (0.0008, 0.257)),
    request("dBR/dq2(B0->K*mumu)", (15, 19.3)),
    request("dBR/dq2(B+->Kmumu)", (15, 23)),
]
IS_RATE_OR_HARD = np.array([item.observable.startswith("dBR") for item in REQUESTS + HARD])


@pytest.fixture(scope="module")
def inputs():
    return default_inputs()


@pytest.fixture(scope="module")
def plan(inputs):
    return Semileptonic(REQUESTS, inputs)


def fill(plan, c, sm):
    out = np.empty((c.size, len(plan.readings)))
    plan.fill(c, sm, out)
    return out


def random_couplings(n, seed=0):
    rng = np.random.default_rng(seed)
    c = empty(n)
    for name, size in (("C7", 0.1), ("C7p", 0.1), ("C9", 1), ("C9p", 1), ("C10", 1), ("C10p", 1), ("CS", 0.05)):
        c[name] = size * (rng.normal(size=c[name].shape) + 1j * rng.normal(size=c[name].shape))
    for name in ("CSp", "CP", "CPp", "C8", "C8p"):
        c[name] = 0.05 * (rng.normal(size=c[name].shape) + 1j * rng.normal(size=c[name].shape))
    return c


@pytest.mark.parametrize("k", range(len(POINTS)))
def test_flavio(plan, inputs, k):
    """0.002 for angular observables and ratios, 0.5 % for rates, at Standard Model and new-physics points."""
    got = fill(plan, couplings(POINTS[k]), inputs.central)[0]
    expected = np.array([values[k] for *_, values in REFERENCE["predictions"]])
    deviation = np.where(IS_RATE, np.abs(got / expected - 1) / 0.005, np.abs(got - expected) / 0.002)
    assert deviation.max() < 1, REQUESTS[deviation.argmax()]


@pytest.mark.parametrize(("process", "q2", "j", "j_bar"), REFERENCE["angular"])
def test_angular_coefficients(inputs, process, q2, j, j_bar):
    """Every J_i and its CP conjugate to 1e-3 of the largest (narrow bin; B_s without time integration)."""
    inputs = inputs.replace({"DeltaGamma_Bs": 0.0})
    half = 1e-4
    row = Channels([Bin(PROCESS[process], 1, q2 - half, q2 + half)], inputs)(empty(), inputs.central)[0, 0]
    tau = inputs.value("tau_B0" if process == "B0->K*mumu" else "tau_Bs") * PS
    row = row / (2 * half * tau)
    largest = max(np.abs(j))
    np.testing.assert_allclose(row[:J_COUNT] + row[J_COUNT:], j, rtol=0, atol=1e-3 * largest)
    np.testing.assert_allclose(row[:J_COUNT] - row[J_COUNT:], j_bar, rtol=0, atol=1e-3 * largest)


@pytest.mark.parametrize(("q2", "rate"), REFERENCE["rate"])
def test_scalar_rate(q2, rate):
    assert predict("dBR/dq2(B+->Kmumu)", q2=(q2 - 1e-4, q2 + 1e-4)) == pytest.approx(rate, rel=1e-3)


def test_scalar_rate_second_implementation(inputs):
    """dΓ/dq² of 0709.4174 Eqs. 2.8-2.12 from F_A, F_V, F_P, F_S and adaptive quadrature, C9 and C7 constant."""
    s = inputs.central[0]
    # loops off: bare C7eff and C9; everything else as in the amplitudes
    off = {f"C_sm_{k}": 0.0 for k in ("1", "2", "3", "4", "5", "6", "8eff")}
    new = {"C9_bsmumu": -0.7 + 0.2j, "C10_bsmumu": 0.4, "C10p_bsmumu": -0.1j, "CS_bsmumu": 0.05, "CPp_bsmumu": 0.03}
    got = predict("dBR/dq2(B+->Kmumu)", q2=(1.1, 6), inputs=off, **new)
    m_b, m_k, m = s["m_Bu"], s["m_Ku"], s["m_mu"]
    running = m_b_running(4.8, s)
    c7 = s["C_sm"][6] * (1 + light_mass_running(s["m_s"], 4.8, s) / running)
    c9 = s["C_sm"][8] + new["C9_bsmumu"]
    c10 = s["C_sm"][9] * (s["m_t"] / 173.1) ** 1.53 + new["C10_bsmumu"] + new["C10p_bsmumu"]
    f = np.empty(3)

    def rate(q2):
        scalar_form_factors(q2, s["m_B0"], s["m_K0"], s["ff_BK"], f)
        lam = (m_b**2 - m_k**2 - q2) ** 2 - 4 * m_k**2 * q2
        beta = np.sqrt(1 - 4 * m**2 / q2)
        c_0 = s["G_F"] ** 2 * s["alpha_em_mb"] ** 2 * abs(lambda_t(s)) ** 2 / (512 * np.pi**5 * m_b**3)
        f_a = c10 * f[0]
        f_v = c9 * f[0] + 2 * running * c7 * f[2] / (m_b + m_k)
        difference = m_b**2 - m_k**2
        density = difference / 2 * f[1]
        f_p = density * new["CPp_bsmumu"] + m * c10 * (difference / q2 * (f[1] - f[0]) - f[0])
        f_s = density * new["CS_bsmumu"]
        a = q2 * (beta**2 * abs(f_s) ** 2 + abs(f_p) ** 2) + lam / 4 * (abs(f_a) ** 2 + abs(f_v) ** 2)
        a += 2 * m * (difference + q2) * (f_p * np.conj(f_a)).real + 4 * m**2 * m_b**2 * abs(f_a) ** 2
        c = -lam / 4 * beta**2 * (abs(f_a) ** 2 + abs(f_v) ** 2)
        return 2 * c_0 * np.sqrt(lam) * beta * (a + c / 3)

    expected = quad(rate, 1.1, 6, epsrel=1e-10)[0] / 4.9 * s["tau_Bu"] * PS
    assert got == pytest.approx(expected, rel=1e-6)


def test_p5p_second_implementation(inputs):
    """<P5'> from the seven form factors by adaptive quadrature in A^{L,R} (0811.1214 Eqs. 3.19-3.41), loops off."""
    s = inputs.central[0]
    off = {f"C_sm_{k}": 0.0 for k in ("1", "2", "3", "4", "5", "6", "8eff")}
    off |= {"f_B0": 0.0}  # no spectator scattering
    got = predict("P5p(B0->K*mumu)", q2=(4, 6), inputs=off, C9_bsmumu=-1.0, C10p_bsmumu=0.3, C7p_bs=0.05)
    m_b, m_v, m, running = s["m_B0"], s["m_Kstar0"], s["m_mu"], m_b_running(4.8, s)
    c7 = s["C_sm"][6]
    c7p = c7 * light_mass_running(s["m_s"], 4.8, s) / running + 0.05
    c9, c10 = s["C_sm"][8] - 1.0, s["C_sm"][9] * (s["m_t"] / 173.1) ** 1.53
    f = np.empty(7)

    def angular(q2, kind):
        vector_form_factors(q2, m_b, m_v, s["ff_BKstar"], f)
        _a_0, a_1, a_12, v, t_1, t_2, t_23 = f
        lam = (m_b**2 - m_v**2 - q2) ** 2 - 4 * m_v**2 * q2
        beta = np.sqrt(1 - 4 * m**2 / q2)
        amplitude = {}
        for side, sign in (("L", -1), ("R", 1)):
            plus, minus = c9 + sign * (c10 + 0.3), c9 + sign * (c10 - 0.3)
            perp = plus * v / (m_b + m_v) + 2 * running / q2 * (c7 + c7p) * t_1
            para = minus * a_1 / (m_b - m_v) + 2 * running / q2 * (c7 - c7p) * t_2
            amplitude["perp", side] = np.sqrt(2 * lam) * perp
            amplitude["para", side] = -np.sqrt(2) * (m_b**2 - m_v**2) * para
            # A12 and T23 in place of A2 and T3
            first = 16 * m_b * m_v**2 * a_12 * minus
            second = 2 * running * (c7 - c7p) * 8 * m_b * m_v**2 / (m_b + m_v) * t_23
            amplitude["0", side] = -(first + second) / (2 * m_v * np.sqrt(q2))
        weight = q2 * np.sqrt(lam) * beta
        left, right = ({k[0]: a for k, a in amplitude.items() if k[1] == side} for side in "LR")
        if kind == "5":
            return weight * np.sqrt(2) * beta * (left["0"] * left["perp"] - right["0"] * right["perp"])
        if kind == "2s":
            total = sum(side[name] ** 2 for side in (left, right) for name in ("perp", "para"))
            return weight * beta**2 / 4 * total
        return -weight * beta**2 * (left["0"] ** 2 + right["0"] ** 2)

    j5, j2s, j2c = (quad(angular, 4, 6, args=(kind,), epsrel=1e-10)[0] for kind in ("5", "2s", "2c"))
    assert got == pytest.approx(j5 / (2 * np.sqrt(-j2s * j2c)), rel=1e-6)


def test_contact_and_quadrature_agree(plan, inputs):
    """Quadratic forms equal the quadrature at random complex coefficients to 1e-10."""
    c = random_couplings(5)
    contact = fill(plan, c, inputs.central)
    sampled = fill(plan, c, inputs.records({}, 5))
    np.testing.assert_allclose(contact, sampled, rtol=1e-10, atol=1e-12)


def test_integration_converged(inputs):
    """Twice the nodes change nothing by more than 1e-4, relatively for rates, with and without a light mediator."""
    requests = REQUESTS + HARD
    coarse, fine = Semileptonic(requests, inputs), Semileptonic(requests, inputs, refine=2)
    points = [empty()]
    for mass in (0.05, 0.2, 0.22, 0.6, 1.05, 1.2, 2.5, 4.2, 8.0):
        for relative in (1e-6, 1e-2, 0.5):
            pole = (0.0, 0.5 * (1 if mass > 0.5 else 0.02), mass, relative * mass)
            points.append(couplings({"C9_bsmumu_pole": pole, "C10_bsmumu_pole": (0.02, -0.004, *pole[2:])}))
    c = np.concatenate(points)
    a, b = fill(coarse, c, inputs.central), fill(fine, c, inputs.central)
    # next to a narrow resonance ratios are large numbers, to be compared relatively
    assert (np.abs(a - b) < 1e-4 * np.maximum(np.abs(b), ~IS_RATE_OR_HARD)).all()


@pytest.mark.parametrize("running", [0, 1])
@pytest.mark.parametrize(("mass", "width"), [(1.8, 0.01), (2.2, 0.4), (0.7, 0.2), (6.0, 0.1)])
def test_light_mediator_by_brute_force(inputs, mass, width, running):
    """Two poles of different masses in C9 and C10 against piecewise constant coefficients on narrow bins."""
    edges = np.linspace(4.0, 6.0, 401)
    other = mass + 0.3
    poles = {
        "C9_bsmumu_pole": (0.3 + 0.2j, 0.4, mass, width),
        "C10p_bsmumu_pole": (0.1, -0.2j, other, width),
        "pole_running": running,
    }
    wanted = [
        request(name, (4, 6)) for name in ("dBR/dq2(B0->K*mumu)", "P5p(B0->K*mumu)", "S9(B0->K*mumu)", "A8(B0->K*mumu)")
    ]
    plan = Semileptonic(wanted, inputs)
    got = fill(plan, couplings(poles), inputs.central)[0]
    # the propagator of the B decay has the same strong phase: J and J̄ need each its own coefficient
    q2 = (edges[1:] + edges[:-1]) / 2
    value = {}
    for name, (a, b, m, gamma) in {"C9": poles["C9_bsmumu_pole"], "C10p": poles["C10p_bsmumu_pole"]}.items():
        propagator = 1 / (q2 - m**2 + 1j * (q2 / m if running else m) * gamma)
        value[name] = (a + b * q2) * propagator, (np.conj(a) + np.conj(b) * q2) * propagator
    channels = Channels([Bin(0, 1, x, y) for x, y in itertools.pairwise(edges)], inputs)
    total = np.zeros(2 * J_COUNT)
    for bar in range(2):
        for k in range(0, 400, 100):
            c = empty(100)
            for name, pair in value.items():
                coefficient = pair[bar][k : k + 100]
                c[name][:, 1] = np.conj(coefficient) if bar else coefficient
            j = channels(c, inputs.central)[np.arange(100), np.arange(k, k + 100)].sum(axis=0)
            mine = j[:J_COUNT] + (1 - 2 * bar) * j[J_COUNT:]
            total[:J_COUNT] += mine / 2
            total[J_COUNT:] += (1 - 2 * bar) * mine / 2
    j = {name: total[i] for i, name in enumerate(J_NAMES)}
    rate = 1.5 * j["1s"] + 0.75 * j["1c"] - 0.5 * j["2s"] - 0.25 * j["2c"]
    a8 = total[J_COUNT + J_NAMES.index("8")]
    expected = [rate / 2, j["5"] / (2 * np.sqrt(-j["2s"] * j["2c"])), -j["9"] / rate, a8 / rate]
    np.testing.assert_allclose(got, expected, rtol=2e-4, atol=2e-5)


def test_heavy_pole_is_contact(plan, inputs):
    mass = 1e4
    pole = couplings({"C9_bsmumu_pole": (0.8 * mass**2, 0.0, mass, 1e-5 * mass)})
    contact = couplings({"C9_bsmumu": -0.8})
    np.testing.assert_allclose(
        fill(plan, pole, inputs.central), fill(plan, contact, inputs.central), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("flavour", ["ee", "mumu"])
@pytest.mark.parametrize("decay", ["B+->K", "B0->K*", "Bs->phi"])
@pytest.mark.parametrize("name", ["C9", "C9p", "C10"])
def test_narrow_width_is_on_shell(decay, flavour, name):
    """For Γ -> 0 the bin holds dB of a unit coefficient at the pole times |a|² π/(m Γ): production times decay."""
    mass, width, q2 = 2.0, 2e-6, (3.5, 4.5)
    a, rate, name = 1e-2, f"dBR/dq2({decay}{flavour})", f"{name}_bs{flavour}"
    # both signs: the interference with the Standard Model drops out
    resonant = [predict(rate, q2=q2, **{f"{name}_pole": (x, 0, mass, width)}) for x in (a, -a)]
    on_shell = sum(resonant) / 2 - predict(rate, q2=q2)
    at_pole = [predict(rate, q2=(3.9999, 4.0001), **{name: x}) for x in (0.0, 1.0, -1.0)]
    square = (at_pole[1] + at_pole[2]) / 2 - at_pole[0]
    assert on_shell == pytest.approx(square * a**2 * np.pi / (mass * width), rel=1e-3)


def test_massless_relations():
    """For massless leptons J_1s = 3 J_2s and J_1c = -J_2c; electrons at 5 GeV² are massless."""
    s1c, s2c, s1s, s2s = (predict(f"S{k}(B0->K*ee)", q2=(4, 6)) for k in ("1c", "2c", "1s", "2s"))
    assert s1c == pytest.approx(-s2c, rel=1e-6)
    assert s1s == pytest.approx(3 * s2s, rel=1e-6)


def test_electrons_and_muons_meet():
    """At high q² lepton masses do not matter."""
    assert predict("Rmue(B0->K*ll)", q2=(15, 19)) == pytest.approx(1.0, abs=3e-3)
    assert predict("Rmue(B+->Kll)", q2=(15, 22)) == pytest.approx(1.0, abs=3e-3)


def test_inverse_ratio_and_differences():
    q2 = {"q2": (1.1, 6)}
    assert predict("1/Rmue(Bs->phill)", **q2) == pytest.approx(1 / predict("Rmue(Bs->phill)", **q2))
    difference = predict("P5p(B0->K*mumu)", C9_bsmumu=-1.0, **q2) - predict("P5p(B0->K*ee)", **q2)
    assert predict("Dmue_P5p(B0->K*ll)", C9_bsmumu=-1.0, **q2) == pytest.approx(difference)
    electron, both, muon = (predict(f"P5p(B0->K*{ll})", C9_bsmumu=-1.0, **q2) for ll in ("ee", "ll", "mumu"))
    assert electron < both < muon


def test_axial_sign_symmetry(inputs):
    """C10 -> -C10 flips S5, S6s and S7 and nothing else."""
    sm = 2 * inputs.value("C_sm_10") * (inputs.value("m_t") / 173.1) ** 1.53
    for name, sign in (("FL", 1), ("S3", 1), ("S4", 1), ("S8", 1), ("S9", 1), ("AFB", -1), ("S5", -1), ("S7", -1)):
        full = f"{name}(B0->K*mumu)"
        assert predict(full, q2=(4, 6), C10_bsmumu=-sm) == pytest.approx(sign * predict(full, q2=(4, 6)), rel=1e-9)


def test_kinematic_endpoint():
    """At zero recoil one helicity amplitude remains: F_L = 1/3, P1 = -1, A_FB = S8 = S9 = 0 (1312.1923)."""
    q2 = {"q2": (19.2, 19.3)}
    assert predict("FL(B0->K*mumu)", **q2) == pytest.approx(1 / 3, abs=0.015)
    assert predict("P1(B0->K*mumu)", **q2) == pytest.approx(-1, abs=0.02)
    assert abs(predict("AFB(B0->K*mumu)", **q2)) < 0.05


def test_photon_pole():
    """At q² -> 0 the electron rate is the photon's: dB/dq² ∝ |C7|²/q² and F_L -> 0."""
    rates = [predict("dBR/dq2(B0->K*ee)", q2=(x, 1.01 * x)) for x in (1e-4, 2e-4)]
    assert rates[0] / rates[1] == pytest.approx(2.0, rel=0.02)
    assert predict("FL(B0->K*ee)", q2=(1e-4, 2e-4)) < 5e-3


def test_positivity(inputs):
    """J_2s >= |J_3|/2, J_1s, J_1c, -J_2c >= 0 and |S4|, |S8| below their Cauchy-Schwarz limit, with poles."""
    bins = [Bin(0, 1, 0.1, 0.98), Bin(1, 0, 1.1, 6.0), Bin(2, 1, 15.0, 18.0)]
    c = random_couplings(200)
    rng = np.random.default_rng(1)
    resonant = rng.random(c["pole_a"].shape) < 0.5
    c["pole_a"], c["pole_b"] = 0.3 * resonant * rng.normal(size=(2, *resonant.shape))
    c["pole_mass"], c["pole_width"] = rng.uniform(0.1, 5, resonant.shape), 10 ** rng.uniform(-6, 0, resonant.shape)
    j = Channels(bins, inputs)(c, inputs.central)[..., :J_COUNT]
    i = {name: j[..., k] for k, name in enumerate(J_NAMES)}
    assert (i["2s"] >= np.abs(i["3"]) / 2).all()
    assert (i["1s"] >= 0).all()
    assert (i["1c"] >= -i["2c"] * (1 - 1e-12)).all()
    assert (i["2c"] <= 0).all()
    assert (i["4"] ** 2 <= -2 * i["2s"] * i["2c"]).all()
    assert (i["8"] ** 2 <= -2 * i["2s"] * i["2c"]).all()


def test_no_cp_violation_without_weak_phases():
    """Real V_CKM (γ = 0): no CP asymmetry for real coefficients, also with a mediator's width; a phase makes one."""
    real = {"q2": (4, 6), "inputs": {"gamma": 0.0}}
    pole = (0.0, 0.5, 2.2, 0.3)
    for name in ("ACP", "A3", "A5", "A7", "A9"):
        assert abs(predict(f"{name}(B0->K*mumu)", C9_bsmumu=-1.0, **real)) < 1e-12
        assert abs(predict(f"{name}(B0->K*mumu)", C9_bsmumu_pole=pole, **real)) < 1e-12
    assert abs(predict("ACP(B0->K*mumu)", C9_bsmumu_pole=(0.0, 0.5j, 2.2, 0.3), **real)) > 0.01


def test_conjugate_couplings_exchange_decays(inputs):
    """With γ -> -γ and C -> C*, B and B̄ exchange: S_i stays, A_i changes sign."""
    c = random_couplings(3)
    mirrored = c.copy()
    for name in ("C7", "C7p", "C8", "C8p", "C9", "C9p", "C10", "C10p", "CS", "CSp", "CP", "CPp"):
        mirrored[name] = np.conj(c[name])
    bins = [Bin(1, 1, 1.1, 6.0)]
    here = Channels(bins, inputs)(c, inputs.central)[:, 0]
    opposite = inputs.replace({"gamma": -inputs.value("gamma")})
    there = Channels(bins, opposite)(mirrored, opposite.central)[:, 0]
    np.testing.assert_allclose(there[:, :J_COUNT], here[:, :J_COUNT], rtol=1e-10)
    np.testing.assert_allclose(there[:, J_COUNT:], -here[:, J_COUNT:], rtol=1e-8, atol=1e-12 * here.max())


def test_inputs_move_predictions():
    """Form factors, power corrections, λ_B and Gegenbauer moments act through ``inputs`` as through sampled records."""
    inputs = default_inputs()
    wanted = [request("P5p(B+->K*mumu)", (4, 6)), request("dBR/dq2(Bs->phimumu)", (1.1, 2.5))]
    for name in (
        "ff_BKstar_V_0",
        "ff_Bsphi_A12_1",
        "power_BuKstar_C7_minus_b_re",
        "lambda_B",
        "a1_para_Kstar",
        "m_c_loop",
    ):
        value = inputs.value(name) + inputs.sigma[name]
        replaced = [predict(item.observable, q2=item.q2, inputs={name: value}) for item in wanted]
        sampled = fill(Semileptonic(wanted, inputs), empty(2), inputs.records({name: value}, 2))
        np.testing.assert_allclose(sampled[1], replaced, rtol=1e-12)
        assert replaced != [predict(item.observable, q2=item.q2) for item in wanted]


def test_vetoed_points_are_nan(plan, inputs):
    c = empty(2)
    c["veto"][1] = 1
    out = fill(plan, c, inputs.central)
    assert np.isfinite(out[0]).all()
    assert np.isnan(out[1]).all()


def test_every_observable():
    """All names give finite predictions."""
    for observable in OBSERVABLES:
        assert np.isfinite(predict(observable.name, q2=(1.1, 6))), observable.name


def test_bin_outside_phase_space():
    with pytest.raises(ValueError, match=r"dBR/dq2\(B0->K\*mumu\)\[20,22\].*0.04465 to 19.22"):
        predict("dBR/dq2(B0->K*mumu)", q2=(20, 22))


def test_charmonium_policy():
    """A bin across the charmonia warns; the user's warning filter is the policy."""
    with pytest.warns(CharmoniumWarning, match=r"FL\(B0->K\*mumu\)\[6,10\] overlaps"):
        predict("FL(B0->K*mumu)", q2=(6, 10))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CharmoniumWarning)
        predict("FL(B0->K*mumu)", q2=(6, 10))


def test_width_must_be_positive():
    with pytest.raises(ValueError, match="C9_bsmumu_pole"):
        predict("R_K", q2=(1.1, 6), C9_bsmumu_pole=(0.0, 1.0, 2.0, 0.0))


def test_without_compilation(tmp_path):
    """Plain Python gives the same numbers."""
    code = (
        "import likelihoods as l;"
        "print(l.predict('P5p(B0->K*mumu)', q2=(4, 6), C9_bsmumu=-1, C10_bsmumu_pole=(.1, .2, 2.2, .1)))"
    )
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "DARKFLAVOUR_CACHE": str(tmp_path)}
    root = Path(likelihoods.__file__).parents[1]
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=root, capture_output=True, text=True, check=True
    )
    expected = predict("P5p(B0->K*mumu)", q2=(4, 6), C9_bsmumu=-1, C10_bsmumu_pole=(0.1, 0.2, 2.2, 0.1))
    assert float(run.stdout) == pytest.approx(expected, rel=1e-11)
