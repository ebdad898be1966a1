"""Numbers quoted in 1803.04703, the loop (``loop_scalar.yaml``)."""

import numpy as np
import pytest
from paper import DEFAULT, G_F, MU, TEV, Paper, solve, with_v
from points import predict, record

import likelihoods
from likelihoods import Likelihood
from likelihoods.amplitudes.annihilation import ROW, t_channel
from likelihoods.amplitudes.mixing import VECTOR, VLL, run_pair
from likelihoods.ckm import lambda_t
from likelihoods.couplings import empty
from likelihoods.qcd import MU_B

paper = Paper("loop_scalar")

REVIEW = {"m_q": 1100.0, "m_l": 1000.0, "lam_bs": 0.15}


@paper.number("001.pull")
def lepton_universality():
    """Standard deviations of R_K, R_K* [0.045, 1.1] and [1.1, 6] from the Standard Model."""
    return list(Likelihood.of(["R_K", "R_Kstar"], data="paper-001").pulls(empty())[0])


@paper.number("001.3")
def ratios_of_the_standard_model():
    bins = (("R_K", (1, 6)), ("R_Kstar", (0.045, 1.1)), ("R_Kstar", (1.1, 6)))
    return [likelihoods.predict(name, q2=q2) for name, q2 in bins]


@paper.number("001.C_SM")
def coefficients_of_the_standard_model():
    return [DEFAULT.value("C_sm_9"), DEFAULT.value("C_sm_10")]


def loop_c9(scheme="paper", **values):
    return record("loop_scalar", scheme, with_v(0.0405), **(REVIEW | {"lam_mu": 1.0} | values))["C9"][MU].real


@paper.number("001.22")
def box_function():
    inputs = with_v(0.0405)
    chosen = DEFAULT.replace(inputs).central[0]
    scale = np.pi / (np.sqrt(2) * G_F * DEFAULT.value("alpha_em_mZ"))
    c9 = record("loop_scalar", "paper", inputs, **REVIEW, lam_mu=1.0, m_x=400.0)["C9"][MU]
    return (c9 * lambda_t(chosen) * 64 * np.pi**2 / (scale * 0.15)).real * TEV**2


@paper.number("001.F5")
def c9_of_figure_5():
    return {m_x: [loop_c9(m_x=m_x), *lambdas(m_x)] for m_x in (100, 400, 800)}


def lambdas(m_x):
    """λ_μ of C9 = -0.5 and -0.62; C9 ∝ λ_μ²."""
    unit = loop_c9(m_x=m_x)
    return [float(np.sqrt(c9 / unit)) for c9 in (-0.5, -0.62)]


@paper.number("001.F5RK")
def lambda_of_r_k():
    """λ_μ of C9 = -0.55, at m_X = 0.1, 0.4, 0.8 TeV, and the least of -0.45 anywhere."""
    return [
        *(float(np.sqrt(-0.55 / loop_c9(m_x=m_x))) for m_x in (100.0, 400.0, 800.0)),
        float(np.sqrt(-0.45 / loop_c9(m_x=1.0))),
    ]


@paper.number("001.F5lm")
def lambda_of_the_text():
    return lambdas(400.0)[0]


@paper.number("001.F5mix")
def mixing_edge():
    def c_bb(m_x, m_q):
        c = record("loop_scalar", "paper", m_x=m_x, m_l=5e3, m_q=m_q, lam_bs=0.15, lam_mu=1.0)
        running, _ = run_pair(1.0, 0.0, VECTOR, m_q, MU_B, DEFAULT.central[0])
        return -c["mixing"][VLL].real / running * TEV**2

    return {
        bound: [
            solve(lambda m, m_q=m_q, bound=bound: c_bb(m, m_q) - bound, 5.0, 0.999 * m_q) / TEV
            for m_q in (1100.0, 1000.0)
        ]
        for bound in (1.3e-5, 0.6e-5)
    }


@paper.number("001.pw")
def p_wave():
    """σv/v² of χ χ̄ → μμ for λ = 1, masses 400 and 480 GeV."""
    row, velocity = np.zeros(1, ROW), 1e-3
    row["squares"], row["t_channel"], row["heavy"] = 0.0, 1.0, 480.0
    beta = velocity / 2
    return 2 * t_channel(400.0, 1 / (1 - beta**2), beta, 800.0, row.view(np.recarray)[0]) / velocity**2


@paper.number("001.F6")
def relic_lambda():
    rows = {}
    for m_x, m_l in (
        (200, 300),
        (400, 480),
        (400, 700),
        (600, 800),
        (800, 900),
        (200, 400),
        (300, 600),
        (400, 800),
        (50, 400),
        (50, 800),
    ):
        point = REVIEW | {"m_x": float(m_x), "m_l": float(m_l)}
        lam = solve(
            lambda lam, point=point: predict("loop_scalar", "omega_h2", lam_mu=lam, **point) / 0.12 - 1, 0.3, 6.0
        )
        rows[f"{m_x}, {m_l}"] = [lam, loop_c9(m_x=float(m_x), m_l=float(m_l), lam_mu=lam)]
    return rows


@paper.number("001.DD")
def photon_exchange():
    return cross_sections((400.0, 700.0, 1.57), (800.0, 900.0, 1.68), (200.0, 300.0, 0.98))


@paper.number("001.DD03")
def photon_exchange_on_the_contour():
    return cross_sections((200.0, 400.0, 1.214), (300.0, 600.0, 1.495), (400.0, 800.0, 1.735))


def cross_sections(*points):
    """σ_N of xenon at (m_X, m_L, λ_μ)."""
    point = {key: REVIEW[key] for key in ("m_q", "lam_bs")}
    return [
        predict("loop_scalar", "sigma_si_xenon", None, "paper", m_x=m_x, m_l=m_l, lam_mu=lam, **point)
        for m_x, m_l, lam in points
    ]


@paper.number("001.a_mu")
def magnetic_moment():
    return predict("loop_scalar", "a_mu", m_x=1.0, lam_mu=2.0, **REVIEW)


@paper.number("001.LHC")
def collider_limits():
    """m_L and m_Q [GeV] at the limits on pairs of vector-like fermions."""
    limits = [Likelihood.of([term], data="2018-03").rows[0].limit for term in ("heavy_lepton", "heavy_quark")]

    def excess(mass, which, limit):
        point = REVIEW | {"m_x": 100.0, "lam_mu": 1.0} | {"m_" + which.lower(): mass}
        return predict("loop_scalar", f"pair_rate({which})", **point) / limit - 1

    return [
        solve(lambda m, which=which, limit=limit: excess(m, which, limit), 200, 2000)
        for which, limit in zip("LQ", limits, strict=True)
    ]


def test_every_entry_is_computed_or_says_why_not():
    paper.check_entries()


@pytest.mark.parametrize("name", paper.numbers)
def test_number(name):
    paper.check(name)
