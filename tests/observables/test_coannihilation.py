"""Coannihilation with the t-channel fermion: Dirac matrices, published heavy-quark production, scipy."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.special import kve
from scipy_freeze_out import omega, pair_integral

import fitter
from likelihoods import default_inputs
from likelihoods.amplitudes.annihilation import CHANNELS, ROW, coannihilation_rows
from likelihoods.amplitudes.coannihilation import gauge_factors, mixed_amplitude, pair_amplitude
from likelihoods.amplitudes.effective_average import heavy_states, internal_states
from likelihoods.amplitudes.vector_decay import fermion_width
from likelihoods.couplings import COMPLEX_SCALAR, empty
from likelihoods.qcd import alpha_s

SM = default_inputs().central.view(np.recarray)[0]
ON = {"coannihilation": 1.0}
SIGMA = [np.array(rows, complex) for rows in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]
GAMMA = [np.kron([[0, 1], [1, 0]], np.eye(2)), *(np.kron([[0, 1], [-1, 0]], s) for s in SIGMA)]
METRIC = np.array([1.0, -1.0, -1.0, -1.0])
RIGHT, LEFT = np.diag([0, 0, 1, 1]).astype(complex), np.diag([1, 1, 0, 0]).astype(complex)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)


def slash(p):
    return sum(METRIC[k] * p[k] * GAMMA[k] for k in range(4))


def bar(matrix):
    return GAMMA[0] @ matrix.conj().T @ GAMMA[0]


def collision(m1, m2, energy, cosine):
    """Momenta p1, p2 of the initial particles and k1, k2 of two massless ones."""
    e1 = (energy**2 + m1**2 - m2**2) / (2 * energy)
    p, k = np.sqrt(e1**2 - m1**2), energy / 2
    sine = np.sqrt(1 - cosine**2)
    k1 = k * np.array([1, sine, 0, cosine])
    return np.array([e1, 0, 0, p]), np.array([energy - e1, 0, 0, -p]), k1, np.array([2 * k, 0, 0, 0]) - k1, p


def averaged(function):
    return 0.5 * sum(w * function(c) for c, w in zip(_NODES, _WEIGHTS, strict=True))


def square(p):
    return float(np.sum(METRIC * p * p))


POINTS = [(100.0, 100.0 + 1e-6, 1.02), (100.0, 130.0, 1.1), (100.0, 300.0, 1.5), (100.0, 110.0, 4.0)]


@pytest.mark.parametrize(("m", "heavy", "rise"), POINTS)
def test_mixed_amplitude(m, heavy, rise):
    """χ* F -> f V with both diagrams, which conserve the current; χ* Q -> t_R H* with the s-channel."""
    energy = rise * (m + heavy)

    def vector(cosine):
        p1, _, k1, k2, _ = collision(heavy, m, energy, cosine)
        q = p1 - k2
        heavy_line = RIGHT @ (slash(q) + heavy * np.eye(4)) / (square(q) - heavy**2)
        vertex = [g @ slash(k1 + k2) @ RIGHT / energy**2 + heavy_line @ g for g in GAMMA]
        momentum = slash(p1) + heavy * np.eye(4)
        current = sum(METRIC[mu] * k2[mu] * vertex[mu] for mu in range(4))
        assert abs(np.trace(slash(k1) @ current @ momentum @ bar(current))) < 1e-9 * energy**2
        return -sum(METRIC[mu] * np.trace(slash(k1) @ v @ momentum @ bar(v)) for mu, v in enumerate(vertex)).real

    def higgs(cosine):
        p1, _, k1, k2, _ = collision(heavy, m, energy, cosine)
        vertex = LEFT @ slash(k1 + k2) @ RIGHT / energy**2
        return np.trace(slash(k1) @ vertex @ (slash(p1) + heavy * np.eye(4)) @ bar(vertex)).real

    p = collision(heavy, m, energy, 0.0)[-1]
    assert mixed_amplitude(m, heavy, energy, p) == pytest.approx((averaged(vector), averaged(higgs)), rel=1e-9)


def spinors(p, mass, sign):
    """Columns that span u (sign 1) or v (sign -1): normalised projections of unit vectors."""
    values, vectors = np.linalg.eigh((slash(p) + sign * mass * np.eye(4)) @ GAMMA[0])
    return [np.sqrt(abs(value)) * vector for value, vector in zip(values, vectors.T, strict=True) if abs(value) > 1e-9]


@pytest.mark.parametrize(("m", "heavy", "rise"), POINTS)
def test_pair_amplitude_of_light_leptons(m, heavy, rise):
    """F F̄ -> f f̄: vector exchange with left-handed f, χ exchange, and their interference, of relative sign -1."""
    energy = 2 * rise * heavy

    def amplitudes(cosine, vector, scalar):
        p1, p2, k1, k2, _ = collision(heavy, heavy, energy, cosine)
        t, total = square(p1 - k1), 0.0
        for u1 in spinors(p1, heavy, 1):
            for v2 in spinors(p2, heavy, -1):
                for u in spinors(k1, 0.0, 1):
                    for v in spinors(k2, 0.0, -1):
                        left, right, first, second = v2.conj() @ GAMMA[0], u.conj() @ GAMMA[0], u1, LEFT @ v
                        s_channel = sum(
                            METRIC[mu] * (left @ GAMMA[mu] @ first) * (right @ GAMMA[mu] @ second) for mu in range(4)
                        )
                        t_channel = (right @ RIGHT @ u1) * (left @ LEFT @ v)
                        total += abs(vector * s_channel / energy**2 + scalar * t_channel / (t - m**2)) ** 2
        return total

    p = collision(heavy, heavy, energy, 0.0)[-1]
    _, _, gauge, exchange, interference = pair_amplitude(m, heavy, energy, p)
    assert gauge == pytest.approx(averaged(lambda c: amplitudes(c, 1.0, 0.0)), rel=1e-8)
    assert exchange == pytest.approx(averaged(lambda c: amplitudes(c, 0.0, 1.0)), rel=1e-8)
    both = averaged(lambda c: amplitudes(c, 1.0, 1.0))
    assert interference == pytest.approx(both - gauge - exchange, rel=1e-7)
    assert interference < 0


def test_gauge_pairs_are_the_off_shell_width():
    """σ = e² (s + 2M²)/(s β) √s Γ/s² of a massless vector (formula sheet), Γ of one left-handed fermion."""
    heavy, energy = 100.0, 260.0
    s = energy**2
    beta = np.sqrt(1 - 4 * heavy**2 / s)
    width = fermion_width(energy, 0.0, 0.0, 1.0, 0.0, 1.0)
    expected = (s + 2 * heavy**2) / (s * beta) * energy * width / s**2
    # spin average 1/4, flux 2sβ, phase space 1/8π
    got = pair_amplitude(50.0, heavy, energy, beta * energy / 2)[2] / (4 * 16 * np.pi * s * beta)
    assert got == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("energy", [210.0, 300.0, 2000.0])
def test_gluons_are_the_inverse_of_heavy_quark_production(energy):
    """Detailed balance, (16)² ½-identical gg against (6)² Q Q̄: g² p² σ; σ(gg -> Q Q̄) of Combridge 1979 Eq. 12."""
    heavy, alpha = 100.0, 0.1
    s, rho = energy**2, 4 * heavy**2 / energy**2
    beta = np.sqrt(1 - rho)
    log = np.log((1 + beta) / (1 - beta))
    production = np.pi * alpha**2 / (3 * s) * ((1 + rho + rho**2 / 16) * log - beta * (7 / 4 + 31 * rho / 16))
    abelian, adjoint, *_ = pair_amplitude(50.0, heavy, energy, beta * energy / 2)
    g2 = 4 * np.pi * alpha
    squared = 4 * 3 * ((4 / 3 * g2) ** 2 * abelian - 4 / 3 * 3 * g2**2 * adjoint)  # E = g² C_F, N = g⁴ C_F C_A, d = 3
    annihilation = squared / (36 * 16 * np.pi * s * beta)
    assert 36 * beta**2 * annihilation == pytest.approx(0.5 * 256 * production, rel=1e-10)


def test_gauge_factors():
    """Σ T of quarks and leptons counted state by state; E and N of the multiplets."""
    e2 = 4 * np.pi * SM.alpha_em_mZ
    g1, g2, g3 = e2 / (1 - SM.sin2_theta_w), e2 / SM.sin2_theta_w, 4 * np.pi * alpha_s(1000.0, SM)
    generation = [(6, 1 / 6), (3, 2 / 3), (3, -1 / 3), (2, -1 / 2), (1, -1.0)]
    hyper = 3 * sum(n * y**2 for n, y in generation) + 0.5 * 2 * 0.25
    weak = 3 * (3 + 1) * 0.5 + 0.5 * 0.5
    strong = 3 * 4 * 0.5
    p = empty().view(np.recarray)[0]
    p.m_heavy_q = 1000.0
    expected = (2, g1 / 4 + 3 * g2 / 4, g2**2 * 0.75 * 2, g1**2 * 0.5 * hyper + g2**2 * 1.5 * weak)
    assert gauge_factors(p, SM, 0) == pytest.approx(expected, rel=1e-12)
    charge = g1 / 36 + 0.75 * g2 + 4 / 3 * g3
    pairs = g1**2 * 6 / 36 * hyper + g2**2 * 3 * 0.5 * 3 * weak + g3**2 * 8 * 0.5 * 2 * strong
    expected = (6, charge, g2**2 * 1.5 + g3**2 * 4 / 3 * 3, pairs)
    assert gauge_factors(p, SM, 1) == pytest.approx(expected, rel=1e-12)


def test_far_fermions_change_nothing():
    model = fitter.model("loop_scalar")
    point = {"m_x": 400.0, "m_q": 2000.0, "lam_bs": 0.02, "lam_mu": 1.5}
    ratio = []
    for m_l in (410.0, 500.0, 600.0, 3000.0):
        alone, together = (
            model.predict(["omega_h2"], inputs={"coannihilation": on}, m_l=m_l, **point)["omega_h2"]
            for on in (0.0, 1.0)
        )
        ratio.append(together / alone)
    assert ratio[0] < 0.5
    # at 500 GeV more states that annihilate less than χ χ*
    assert ratio[1:] == pytest.approx([1.0002, 1.0, 1.0], abs=1e-4)
    assert ratio[-1] == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("m_l", "m_q", "lam_mu", "lam_bs"),
    [
        (430.0, 450.0, 0.1, 0.01),
        pytest.param(420.0, 2000.0, 0.5, 1e-6, marks=pytest.mark.long),
        pytest.param(440.0, 2000.0, 1.0, 1e-6, marks=pytest.mark.long),
        pytest.param(900.0, 440.0, 0.7, 0.02, marks=pytest.mark.long),
    ],
)
def test_relic_density_against_scipy(m_l, m_q, lam_mu, lam_bs):
    """Sum over ordered pairs of Gondolo and Gelmini's integrals, and scipy's stiff solver."""
    m = 400.0
    point = {"m_x": m, "m_l": m_l, "m_q": m_q, "lam_mu": lam_mu, "lam_bs": lam_bs}
    model = fitter.model("loop_scalar")
    got = model.predict(["omega_h2"], inputs=ON, **point)["omega_h2"]
    values = model.defaults | point
    c = model.evaluate(np.array([[values[name] for name in model.names]])).view(np.recarray)
    rows = np.zeros(CHANNELS, ROW)
    assert coannihilation_rows(c[0], SM, rows, 0) == 4
    rows = rows.view(np.recarray)
    heavies = ((m_l, 4.0), (m_q, 12.0))

    def light(energy):
        """p² σ of χ χ*, massless fermions, particles with one state each."""
        p, total = np.sqrt(energy**2 / 4 - m**2), 0.0
        for heavy, weight in ((m_l, 2 * lam_mu**4), (m_q, 6 * (2 * lam_bs) ** 2)):
            a, b = heavy**2 - m**2 + energy**2 / 2, energy * p
            r = b / a
            wave = np.where(r < 1e-3, r**3 / 3, np.arctanh(r) - r)
            total += weight / (32 * np.pi * energy**2) * 2 * a * wave
        return total

    def heavy_pair(row, pair):
        """p² σ of F F̄ or χ* F, summed over states: p Σ|M|²/(32π √s)."""

        def square(energy, p):
            if pair:
                abelian, adjoint, gauge, exchange, interference = pair_amplitude(m, row.heavy, energy, p)
                total = 4 * row.states * (row.charge**2 * abelian - row.adjoint * adjoint) + row.gauge * gauge
                return total + row.yukawa * row.states * (
                    row.yukawa * row.states * exchange + row.charge * interference
                )
            vector, higgs = mixed_amplitude(m, row.heavy, energy, p)
            return row.states * (row.yukawa * row.charge * vector + row.top * higgs)

        def p2_sigma(energy):
            p = np.sqrt((energy**2 - row.m_sum**2) * (energy**2 - row.m_difference**2)) / (2 * energy)
            return p / (32 * np.pi * energy) * [square(e, k) for e, k in zip(energy, p, strict=True)]

        return p2_sigma

    def effective(x):
        t = m / x
        # ordered pairs over (Σ g m² T K2/2π²)², in units of T/8π⁴, Boltzmann factors relative to χ χ*
        total = 2 * pair_integral(light, m, m, t)
        for k, (heavy, _) in enumerate(heavies):
            for pair in (0, 1):
                row = rows[2 * k + pair]
                fall = np.exp(-(row.m_sum - 2 * m) / t)
                # χ* F has a conjugate
                total += (
                    (2 if pair else 4)
                    * fall
                    * pair_integral(heavy_pair(row, bool(pair)), heavy, heavy if pair else m, t)
                )
        density = 2 * m**2 * kve(2, x)
        for heavy, states in heavies:
            density += 2 * states * heavy**2 * kve(2, heavy / t) * np.exp(-(heavy - m) / t)
        return total / (8 * np.pi**4) * t / (density * t / (2 * np.pi**2)) ** 2

    grid = np.linspace(np.log(12.0), np.log(4e5), 36)
    table = np.log([effective(np.exp(u)) for u in grid])
    spline = CubicSpline(grid, table)

    def log_equilibrium(x):
        total = 2 * kve(2, x)
        for heavy, states in heavies:
            ratio = heavy / m
            total += 2 * states * ratio**2 * kve(2, ratio * x) * np.exp(-(ratio - 1) * x)
        return np.log(x**2 * total) - x

    expected = omega(m, log_equilibrium, lambda x: np.exp(spline(np.log(x))), 18.0, m / 1e-3)
    assert got == pytest.approx(expected, rel=5e-3)


def test_weight_of_the_fermions_in_equilibrium():
    """Degenerate states: n_F/n_χ = 4 for a lepton doublet, 12 for a quark doublet."""
    c = empty().view(np.recarray)
    c.dm_spin, c.m_dm = COMPLEX_SCALAR, 500.0
    c.lam_t[0, 1], c.m_heavy_l = 0.3, 500.0
    sm = default_inputs().replace(ON).central.view(np.recarray)[0]
    assert heavy_states(c[0], sm, 25.0) == pytest.approx(4.0, rel=1e-12)
    assert internal_states(c[0], sm, 25.0) == pytest.approx(2.0 * (1 + 4.0))  # χ, χ*; 2 × 2 × 2 of F, F̄
    c.lam_t[0, 8], c.m_heavy_q = 0.3, 500.0
    assert internal_states(c[0], sm, 25.0) == pytest.approx(2 + 8 + 24)
    assert heavy_states(c[0], SM, 25.0) == 0.0
