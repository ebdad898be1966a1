"""Numbers quoted in 1803.04430, the flavourful Z′ (``flavourful_zprime.yaml``)."""

import numpy as np
import pytest
from paper import DEFAULT, G_F, TEV, Paper, solve, trident_mass_per_coupling, with_v
from points import predict, record, scan

import likelihoods
from likelihoods.ckm import lambda_t
from likelihoods.units import CM3_PER_S

paper = Paper("flavourful_zprime")

FLAVOURFUL = {"g_bb": 0.1, "g_mumu": 0.1, "g_nunu": 0.1, "m_zp": 1e3, "m_nu": 5e3}


def flavourful(**values):
    return FLAVOURFUL | values


@paper.number("002.3.3")
def scale_of_r_k():
    c = record("flavourful_zprime", inputs=with_v(0.041), **FLAVOURFUL)
    return 31.5 * np.sqrt(abs(c["g_sb_left"]) / 0.1)


@paper.number("002.lat")
def quark_coupling_of_r_k():
    return (0.5 / scale_of_r_k()) ** 2 / 0.5


@paper.number("002.RL")
def standard_model_loop():
    """C_SM of mixing at m_b over (4 G_F/√2) λ_t²: where an aligned C_VLL doubles ΔM_s."""
    size = lambda_t(DEFAULT.central[0]) ** 2
    phase = -size / abs(size)
    small = 1e-12
    twice = [likelihoods.predict("DeltaM_s", CVLL_bsbs=sign * small * phase) for sign in (1, -1)]
    c_sm = likelihoods.predict("DeltaM_s") / ((max(twice) - min(twice)) / (2 * small))
    return c_sm / (4 * G_F / np.sqrt(2) * abs(size))


@paper.number("002.3.7")
def trident_average():
    return trident_mass_per_coupling(0.968 + 1.96 * 0.251)


@paper.number("002.3.11")
def mu_e_gamma_coefficient():
    return predict("flavourful_zprime", "BR(mu->egamma)", **flavourful(g_mumu=1.0, v21=1e-3)) / 1e-6


@paper.number("002.3.11b")
def mixing_at_the_edges():
    coefficient = mu_e_gamma_coefficient()
    return [float(np.sqrt(4.2e-13 / coefficient)) * edge**2 for edge in (0.37, 1.2)]


@paper.number("002.tau3mu")
def tau_decay_bound():
    def scale(m_zp):
        return predict("flavourful_zprime", "BR(tau->3mu)", **flavourful(g_mumu=1.0, v32=1e-2, m_zp=m_zp)) / 2e-8 - 1

    return solve(scale, 100.0, 1e4) / np.sqrt(1e-2) / TEV


@paper.number("002.4.8mu")
def muon_loop():
    point = flavourful(g_bb=0.0, m_zp=MZP, g_mumu=0.1)
    return abs(predict("flavourful_zprime", "c1_p", None, "paper", **point)) * MZP**2 / 0.01


MZP = 91.1


@paper.number("002.4.8b")
def bottom_loop():
    point = flavourful(g_bb=0.1, m_zp=MZP, g_mumu=0.0)
    return abs(predict("flavourful_zprime", "c1_p", None, "paper", **point)) * MZP**2 / 0.01


@paper.number("002.4.9mu")
def muon_loop_at_a_tev():
    point = flavourful(g_bb=0.0, g_mumu=0.1)
    return abs(predict("flavourful_zprime", "c1_p", None, "paper", **point)) * 1e6 / 0.01


@paper.number("002.4.4")
def contact_cross_section():
    """Coefficient of g² g² m²/M⁴ in σv(χ χ̄ → one left-handed fermion); μ and ν_μ."""
    sigma = predict("flavourful_zprime", "sigmav_v0", **flavourful(g_bb=0.0, m_nu=1.0))
    return sigma * CM3_PER_S * 1e12 / 1e-4 / 2


@paper.number("002.3.15")
def upsilon_bounds():
    """√(M²/|g_bb g_μμ|) [GeV] at the two ends of R = 1.008 ± 1.96 · 0.023 (Eq. 3.14)."""

    def scale(sign, limit):
        def excess(g):
            point = flavourful(g_bb=sign * g, g_mumu=g, m_zp=100.0)
            return predict("flavourful_zprime", "R_taumu(Upsilon(1S))", {"alpha_em_mb": 1 / 137.036}, **point) - limit

        return 100.0 / solve(excess, 0.1, 1.5)

    return [scale(1, 1.008 + 1.96 * 0.023), scale(-1, 1.008 - 1.96 * 0.023)]


@paper.number("002.F4")
def sigma_v_of_figure_4():
    masses = (20, 50, 90, 99, 100, 101, 110, 150, 300, 450, 490, 500, 510, 600, 1000, 3000)
    return {
        m_zp: dict(
            zip(
                masses,
                scan("flavourful_zprime", "sigmav_v0", **flavourful(m_zp=m_zp, m_nu=np.array(masses, float))),
                strict=True,
            )
        )
        for m_zp in (200, 1000)
    }


def test_every_entry_is_computed_or_says_why_not():
    paper.check_entries()


@pytest.mark.parametrize("name", paper.numbers)
def test_number(name):
    paper.check(name)
