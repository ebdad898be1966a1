"""b → s ℓ ℓ: flavio 2.7.1, second implementations by brute force, what is refused or warned of."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad
from semileptonic import REFERENCE, REQUESTS, fill

import likelihoods
from likelihoods import default_inputs, predict, request
from likelihoods.amplitudes.angular import J_COUNT
from likelihoods.amplitudes.channels import Bin, Channels
from likelihoods.ckm import lambda_t
from likelihoods.couplings import empty
from likelihoods.form_factors import scalar_form_factors, vector_form_factors
from likelihoods.observables.bsll import OBSERVABLES, CharmoniumWarning, Semileptonic
from likelihoods.prediction import couplings
from likelihoods.qcd import light_mass_running, m_b_running
from likelihoods.units import PS

POINTS = [
    {name: complex(*value) if isinstance(value, list) else value for name, value in point.items()}
    for point in REFERENCE["points"]
]
IS_RATE = np.array([item.observable.startswith("dBR") for item in REQUESTS])
PROCESS = {"B0->K*mumu": 0, "Bs->phimumu": 2}


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
    off |= {"f_B0": 1e-30}  # no spectator scattering
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
