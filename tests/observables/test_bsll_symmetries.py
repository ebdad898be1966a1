"""b → s ℓ ℓ: limits, symmetries and relations between observables."""

import numpy as np
import pytest
from semileptonic import fill, random_couplings

from likelihoods import predict
from likelihoods.amplitudes.angular import J_COUNT, J_NAMES
from likelihoods.amplitudes.channels import Bin, Channels


def test_contact_and_quadrature_agree(plan, inputs):
    """Quadratic forms equal the quadrature at random complex coefficients to 1e-10."""
    c = random_couplings(5)
    contact = fill(plan, c, inputs.central)
    sampled = fill(plan, c, inputs.records({}, 5))
    np.testing.assert_allclose(contact, sampled, rtol=1e-10, atol=1e-12)


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
