"""QCD factorisation against flavio 2.7.1, a brute-force folding with mpmath, and limits."""

import numpy as np
import pytest
from mpmath import fp
from scipy.integrate import quad
from scipy.special import expi

from likelihoods import qcd
from likelihoods.amplitudes import qcdf
from likelihoods.amplitudes.charm_loop import quark_loop
from likelihoods.couplings import empty
from likelihoods.functions import scaled_ei
from likelihoods.inputs import default_inputs
from likelihoods.prediction import Predictions, request

# flavio 2.7.1 without its interpolation table, default parameters: meson, conjugate, q², H_-, H_0 [GeV^-1]
FLAVIO = (
    (0, False, 0.1, 4.743645e-09 - 7.264686e-09j, 1.762397e-09 - 6.923953e-10j),
    (0, False, 1, 4.919202e-10 - 6.256054e-10j, 2.822487e-10 + 2.398741e-10j),
    (0, False, 4, 1.443820e-10 - 1.108236e-10j, -1.283524e-11 + 1.238357e-10j),
    (0, False, 8, 9.336592e-11 - 2.424691e-11j, -4.324876e-11 + 6.105823e-11j),
    (0, True, 0.1, 4.437373e-09 - 7.263925e-09j, 1.897935e-09 - 6.154968e-10j),
    (0, True, 1, 4.705173e-10 - 6.255325e-10j, 2.902593e-10 + 2.490417e-10j),
    (0, True, 4, 1.408698e-10 - 1.108037e-10j, -1.182332e-11 + 1.238141e-10j),
    (0, True, 8, 9.197048e-11 - 2.423460e-11j, -4.273621e-11 + 6.086631e-11j),
    (1, False, 0.1, 6.972233e-09 - 1.248719e-09j, -4.578094e-09 - 5.370683e-10j),
    (1, False, 1, 7.110785e-10 - 2.107085e-10j, -4.265626e-10 - 4.829753e-10j),
    (1, False, 4, 1.975299e-10 - 7.469785e-11j, 5.580755e-12 - 6.033923e-11j),
    (1, True, 0.1, 2.022040e-09 - 1.245160e-09j, -1.303728e-09 + 3.841566e-09j),
    (1, True, 1, 2.317810e-10 - 2.103597e-10j, -5.864783e-10 + 3.140112e-10j),
    (1, True, 4, 8.192003e-11 - 7.461052e-11j, -1.128276e-10 + 1.272155e-12j),
    (2, False, 0.1, 6.279997e-09 - 9.225646e-09j, 2.301751e-09 - 1.062064e-09j),
    (2, False, 1, 6.475284e-10 - 7.769782e-10j, 4.057598e-10 + 2.613089e-10j),
    (2, False, 4, 1.861074e-10 - 1.318908e-10j, -3.189356e-13 + 1.583194e-10j),
    (2, False, 8, 1.184989e-10 - 2.772312e-11j, -4.903775e-11 + 7.437984e-11j),
)


@pytest.fixture(scope="module")
def s():
    return default_inputs().central.view(np.recarray)[0]


@pytest.mark.parametrize(("meson", "conjugate", "q2", "minus", "zero"), FLAVIO)
def test_flavio(s, meson, conjugate, q2, minus, zero):
    """The difference is that of the charm pole mass (6e-4), largest near the charm threshold."""
    plus, h_minus, h_zero = qcdf.qcdf_helicity(q2, s, meson, conjugate)
    assert plus == 0
    assert abs(h_minus - minus) < 4e-3 * abs(minus)
    assert abs(h_zero - zero) < 4e-3 * abs(zero)


def _l1(x):
    x = complex(x)
    return fp.log((x - 1) / x) * fp.log(1 - x) - np.pi**2 / 6 + fp.polylog(2, x / (x - 1))


def _triangle(u, q2, m2, m_b):
    def pair(s):
        root = fp.sqrt(0.25 - m2 / s)
        return _l1(0.5 + root) + _l1(0.5 - root)

    return 1 + 2 * m2 / ((1 - u) * (m_b**2 - q2)) * (pair((1 - u) * m_b**2 + u * q2) - pair(q2))


@pytest.mark.parametrize("q2", [0.5, 6.0])
def test_folding_by_brute_force(s, q2):
    """Up-quark part of the transverse kernel, folded with each polynomial by adaptive quadrature."""
    folded = np.empty(qcdf.SHAPE, complex)
    qcdf.moments(q2, s, 0, folded)
    m_b, m_c = s.m_B0, qcd.m_c_pole(s)
    energy = (m_b**2 - q2 + s.m_Kstar0**2) / (2 * m_b)
    norm = qcd.alpha_s(4.8, s) / (3 * np.pi) * m_b / (2 * qcd.m_b_pole(s)) * 2 / 3 * (s.C_sm[1] - s.C_sm[0] / 6)

    def bubble(s_, m2):
        root = fp.sqrt(4 * m2 / s_ - 1)
        return -2 * root * fp.atan(1 / root)

    def kernel(u, n):
        hard = (1 - u) * m_b**2 + u * q2
        m2 = complex(m_c**2, -1e-12)
        first = 2 * m_b / ((1 - u) * energy) * (_triangle(u, q2, m2, m_b) - 1)
        second = bubble(hard, m2) - bubble(q2, m2) - fp.log(q2 / hard)
        t = 2 * u - 1
        wave = 6 * u * (1 - u) * (1, 3 * t, 7.5 * t * t - 1.5)[n]
        return complex(wave * (first + q2 * second / ((1 - u) * energy) ** 2))

    edge = (m_b**2 - 4 * m_c**2) / (m_b**2 - q2)
    for n in range(3):
        parts = [
            sum(
                quad(lambda u, n=n, f=f: getattr(kernel(u, n), f), *piece, epsabs=1e-7, epsrel=1e-6)[0]
                for piece in ((1e-9, edge), (edge, 1 - 1e-9))
            )
            for f in ("real", "imag")
        ]
        assert abs(folded[1, n] - norm * complex(*parts)) < 1e-5 * abs(folded[1, 0])


def test_light_quark_loop_is_massless(s):
    """A quark of 0.1 MeV gives the massless kernels."""
    for u in (0.1, 0.6, 0.95):
        light = qcdf.quark_loops(u, 3.0, 1e-4, s.m_B0, 2.3)
        assert light == pytest.approx(qcdf.quark_loops(u, 3.0, 0.0, s.m_B0, 2.3), rel=1e-4)
        assert quark_loop(3.0, 1e-4) == pytest.approx(quark_loop(3.0, 0.0), rel=1e-4)


def test_photon_pole_limit(s):
    """q² H_- is continuous at q² = 0, where t_⊥ is BFS01 Eq. (33)."""
    at, near = np.empty(qcdf.SHAPE, complex), np.empty(qcdf.SHAPE, complex)
    qcdf.moments(0.0, s, 0, at)
    qcdf.moments(1e-5, s, 0, near)
    assert np.allclose(at[:2], near[:2], rtol=1e-3)
    u = 0.3
    m2 = complex(qcd.m_c_pole(s) ** 2, -1e-10)
    root = np.sqrt(0.25 - m2 / ((1 - u) * s.m_B0**2))
    limit = 4 / (1 - u) * (1 + 2 * m2 / ((1 - u) * s.m_B0**2) * complex(_l1(0.5 + root) + _l1(0.5 - root)))
    perp, _ = qcdf.quark_loops(u, 0.0, qcd.m_c_pole(s), s.m_B0, 0.5 * s.m_B0)
    assert perp == pytest.approx(limit, rel=1e-9)


def test_dependence_on_hadronic_inputs(s):
    """Spectator scattering falls as 1/λ_B; Gegenbauer moments enter linearly; B decays have conjugate CKM phases."""
    inputs = default_inputs()

    def minus(**values):
        return qcdf.qcdf_helicity(2.0, inputs.records(values).view(np.recarray)[0], 0, False)[1]

    a, b, c = (minus(lambda_B=x) for x in (0.2, 0.4, 0.8))
    assert a - b == pytest.approx(2 * (b - c), rel=1e-9)
    a, b, c = (minus(a2_perp_Kstar=x) for x in (0.0, 0.1, 0.2))
    assert a - b == pytest.approx(b - c, rel=1e-9)
    real = {"gamma": 0.0}
    record = inputs.records(real).view(np.recarray)[0]
    for meson in range(3):
        assert qcdf.qcdf_helicity(2.0, record, meson, True) == qcdf.qcdf_helicity(2.0, record, meson, False)


def test_spectator_charge(s):
    """Isospin: with the charge of the spectator only, B⁺ and B⁰ differ by annihilation and the hard-collinear minus."""
    neutral, charged = np.empty(qcdf.SHAPE, complex), np.empty(qcdf.SHAPE, complex)
    qcdf.moments(3.0, s, 0, neutral)
    qcdf.moments(3.0, s, 1, charged)
    assert np.allclose(neutral[:4], charged[:4], rtol=1e-3)
    assert np.allclose(charged[4], -2 * neutral[4], rtol=1e-3)


@pytest.mark.parametrize("x", [1e-6, 0.3, 5.0, 39.0, 41.0, 200.0])
def test_exponential_integral(x):
    assert scaled_ei(x) == pytest.approx(float(np.exp(-x) * expi(x)), rel=1e-11)


def test_hadronic_inputs_reach_the_angular_observables():
    """λ_B, Gegenbauer moments and decay constants sampled point by point equal overridden inputs."""
    inputs = default_inputs()
    wanted = [request("P5p(B0->K*mumu)", (1.1, 2.5)), request("FL(Bs->phimumu)", (1.1, 6.0))]
    values = {
        "lambda_B": np.array([0.25, 0.32, 0.5]),
        "a2_para_phi": np.array([0.1, 0.2, 0.3]),
        "f_perp_Kstar": np.array([0.13, 0.145, 0.16]),
    }
    sampled = Predictions(wanted, inputs)(empty(3), inputs.records(values, 3))
    for k in range(3):
        chosen = inputs.replace({name: value[k] for name, value in values.items()})
        assert np.allclose(Predictions(wanted, chosen)(empty(1))[0], sampled[k], rtol=1e-10)
    assert abs(sampled[0, 0] - sampled[2, 0]) > 0.005
