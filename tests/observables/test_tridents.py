"""Neutrino tridents: contact limit, structure functions from Dirac matrices, light mediators."""

import numpy as np
import pytest
from scipy.optimize import brentq

from likelihoods.amplitudes.trident import BEAMS, structure_functions, transfer_density, transfer_spectrum
from likelihoods.couplings import FERMIONS, empty
from likelihoods.inputs import default_inputs
from likelihoods.prediction import Predictions, request

M_MU = 0.105658376
MU, NU_MU = FERMIONS.index("mu"), FERMIONS.index("nu_mu")


def ratio(m_med, left, right, nu, name="trident_ratio", **inputs):
    c = empty()
    c["m_med"], c["g_left"][0, MU], c["g_right"][0, MU], c["g_left"][0, NU_MU] = m_med, left, right, nu
    return Predictions([request(name)], default_inputs().replace(inputs))(c)[0, 0]


def contact(delta_v, delta_a, s2=0.23121):
    c_v = 1 + 4 * s2
    return ((c_v + delta_v) ** 2 + (1 + delta_a) ** 2) / (c_v**2 + 1)


@pytest.mark.parametrize("name", ["trident_ratio", "trident_ratio(CHARM-II)"])
def test_contact_limit(name):
    """1406.2332 Eq. (9): left-handed δ_V = δ_A = g²v²/M²; vector δ_V = 2 g² v²/M²; axial δ_A = -2 g² v²/M²."""
    v2 = 1 / (np.sqrt(2) * 1.1663788e-5)
    x = v2 * 0.3**2 / 1000.0**2
    assert ratio(1e3, 0.3, 0.0, 0.3, name) == pytest.approx(contact(x, x), rel=1e-5)
    assert ratio(1e3, 0.3, 0.3, 0.3, name) == pytest.approx(contact(2 * x, 0.0), rel=1e-5)
    assert ratio(1e3, -0.3, 0.3, 0.3, name) == pytest.approx(contact(0.0, -2 * x), rel=1e-5)
    assert ratio(1e3, 0.3, 0.3, 0.0, name) == 1.0


def test_paper_bounds():
    """1503.06077 Eq. (27): M/g > 466 GeV from CCFR at 2σ; 2002.11150 Eq. (27): g_ν/m_V < 0.00186 GeV^-1."""
    assert ratio(466.0, 1.0, 0.0, 1.0, sin2_theta_w=0.2315) == pytest.approx(0.82 + 2 * 0.28, rel=1e-3)
    assert ratio(500.0, 0.93, 0.93, 0.93) == pytest.approx(0.82 + 2 * 0.28, rel=6e-3)


@pytest.mark.parametrize(("size", "average"), [(426.94321, 0.968 + 1.96 * 0.251), (344.118054, 0.968 - 1.96 * 0.251)])
def test_average_of_two_experiments(size, average):
    """1803.04430 Eq. (3.7), recomputed from 0.968(251): the printed 370 and 390 GeV come from a wider fit."""
    sign = 1.0 if average > 1 else -1.0
    # the first in the constructive, the second in the destructive direction of a contact term
    assert ratio(size, 1.0, 0.0, sign) == pytest.approx(average, rel=0.02)


def test_light_mediators():
    """The bound on a vector coupling saturates near 1e-3, up to logarithms, and is 540 GeV · g for heavy ones."""

    def bound(m_med):
        return np.exp(brentq(lambda x: ratio(m_med, np.exp(x), np.exp(x), np.exp(x)) - 1.38, -12, 3))

    assert bound(0.01) == pytest.approx(1e-3, rel=0.1)
    assert 100.0 / bound(100.0) == pytest.approx(540, rel=0.01)
    assert bound(1e-3) == pytest.approx(bound(0.01), rel=0.2)


def test_suppression_grows_as_the_mediator_gets_lighter():
    for beam in BEAMS:
        q2, weight = transfer_spectrum(beam, M_MU)
        assert weight.sum() == pytest.approx(1.0, rel=1e-12)
        means = [(weight / (1 + q2 / m**2)).sum() for m in (0.01, 0.1, 1.0, 10.0, 1e3)]
        assert np.all(np.diff(means) > 0)
        assert means[-1] == pytest.approx(1.0, abs=1e-4)
        fine_q2, fine = transfer_spectrum(beam, M_MU, 160)
        for m in (0.01, 0.1, 1.0, 10.0):
            assert (weight / (1 + q2 / m**2)).sum() == pytest.approx((fine / (1 + fine_q2 / m**2)).sum(), rel=3e-4)


def test_total_cross_section():
    """For s >> m² the integral is (2/9) s (ln(s/m²) - 8/3), by hand from massless structure functions."""
    x, w = np.polynomial.legendre.leggauss(200)
    s = 1e6
    low, high = np.log(1e-10 * M_MU**2), np.log(s)
    q2 = np.exp(0.5 * (high - low) * x + 0.5 * (high + low))
    total = (w * 0.5 * (high - low) * transfer_density(q2, np.array(s), M_MU, 200)).sum()
    assert total == pytest.approx(2 / 9 * s * (np.log(s / M_MU**2) - 8 / 3), rel=1e-4)


def _traced(x, q2, m):
    """(F2, F_L) from the squared amplitude of γ γ* → μμ with explicit Dirac matrices, integrated over the angle."""
    pauli = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
    zero = np.zeros((2, 2))
    gamma = [np.diag([1, 1, -1, -1]).astype(complex)] + [np.block([[zero, p], [-p, zero]]) for p in pauli]
    metric, one = np.diag([1.0, -1, -1, -1]), np.eye(4)

    def slash(p):
        return sum(metric[i, i] * p[i] * gamma[i] for i in range(4))

    w = np.sqrt(q2 * (1 / x - 1))
    k = (w**2 + q2) / (2 * w)
    photon = np.array([k, 0, 0, k])
    beta = np.sqrt(1 - 4 * m**2 / w**2)
    trace = along = 0.0
    for node, weight in zip(*np.polynomial.legendre.leggauss(40), strict=True):
        rapidity = node * np.arctanh(beta)
        cosine = np.tanh(rapidity) / beta
        sine = np.sqrt(max(0.0, 1 - cosine**2))
        minus, plus = (w / 2 * np.array([1, sign * beta * sine, 0, sign * beta * cosine]) for sign in (1, -1))
        a, b = minus - photon, photon - plus
        amplitude = np.empty((4, 4, 4, 4), complex)
        for mu in range(4):
            for al in range(4):
                amplitude[mu, al] = gamma[al] @ (slash(a) + m * one) @ gamma[mu] / (a @ metric @ a - m**2)
                amplitude[mu, al] += gamma[mu] @ (slash(b) + m * one) @ gamma[al] / (b @ metric @ b - m**2)
        tensor = np.zeros((4, 4))
        left, right = slash(minus) + m * one, slash(plus) - m * one
        for mu in range(4):
            for nu in range(4):
                for al in range(4):
                    barred = gamma[0] @ amplitude[nu, al].conj().T @ gamma[0]
                    tensor[mu, nu] -= metric[al, al] * np.trace(left @ amplitude[mu, al] @ right @ barred).real
        jacobian = weight * (1 - np.tanh(rapidity) ** 2)
        trace += jacobian * np.sum(metric * tensor)
        along += jacobian * (metric @ photon) @ tensor @ (metric @ photon)
    norm = np.arctanh(beta) / 32
    f_l = 2 * x * norm * along * q2 / (q2 / (2 * x)) ** 2
    return 0.5 * (3 * f_l - 2 * x * norm * trace), f_l


@pytest.mark.parametrize(("x", "q2"), [(0.3, 1.0), (0.1, 0.05), (0.7, 10.0)])
def test_structure_functions_by_traces(x, q2):
    exact = _traced(x, q2, M_MU)
    ours = structure_functions(np.array(x), np.array(q2), M_MU)
    assert [float(f) for f in ours] == pytest.approx(exact, rel=1e-8)


def test_ratio_of_vector_and_axial_weights():
    """1702.00395 Eq. (24): C_V/C_A = 1.8892 with the on-shell mixing angle 0.2223."""
    vector = ratio(1e3, 1e-4, 1e-4, 1e-2, sin2_theta_w=0.2223) - 1
    axial = ratio(1e3, 1e-4, -1e-4, 1e-2, sin2_theta_w=0.2223) - 1
    assert vector / axial == pytest.approx(1.8892, rel=1e-3)


def test_allowed_coupling_at_twelve_gev():
    """1702.00395 §4.2: g_l = 0.025 at 12 GeV by the contact formula (the paper: 0.02); the propagator relaxes it."""
    bound = 0.82 + 1.96 * 0.28
    assert contact(*[0.02518107850**2 / 144 / (np.sqrt(2) * 1.1663787e-5)] * 2, 0.2223) == pytest.approx(
        bound, rel=1e-3
    )
    assert 1.0 < ratio(12.0, 0.02518107850, 0.0, 0.02518107850, sin2_theta_w=0.2223) < bound
