"""Numbers quoted in 2002.11150, the split dark sector: loops and couplings (``split_dark_sector.yaml``)."""

import numpy as np
import pytest
from paper import DEFAULT, MU, TEV, Paper, with_v
from points import predict, record

from likelihoods.amplitudes.mixing import VECTOR, VLL, run_pair
from likelihoods.loop_functions import box, penguin
from likelihoods.qcd import MU_B

paper = Paper("split_dark_sector")

SPLIT = {"m_v": 5.0, "g_mu_v": 0.03, "r_av": 0.0, "g_d": 1.0, "r": 1.0}


def split(scheme="paper", inputs=None, **values):
    return record("split_dark_sector", scheme, inputs, **(SPLIT | values))


@paper.number("004.Y")
def yukawas_of_mixing():
    """|y_b y_s| at C_BB = 0.6e-5 TeV^-2, from the box alone (V decoupled)."""
    c = split(m_v=1e6)
    running, _ = run_pair(1.0, 0.0, VECTOR, 1e3, MU_B, DEFAULT.central[0])
    return np.sqrt(0.6e-5 / (abs(c["mixing"][VLL]) / running * TEV**2))


@paper.number("004.10")
def penguin_function():
    return penguin(1e-12)


@paper.number("004.gt")
def effective_coupling():
    return split()["g_sb_q2"].real


@paper.number("004.12")
def coupling_of_c9():
    c = split(inputs=with_v(0.0405))
    per_coupling = abs(c["pole_b"][0, MU]) / (abs(c["g_sb_q2"]) * 0.03)
    return 0.6 / 3.5 / per_coupling


@paper.number("004.18")
def box_functions():
    light, heavy = 1e-12, 1e-4
    return [box(light, heavy), box(light, light) - 2 * box(light, heavy) + box(heavy, heavy)]


@paper.number("004.29")
def loop_of_kinetic_mixing():
    return split(g_d=3.0, ln_uv=1.0)["kinetic_mixing"]


@paper.number("004.2")
def box_prefactor():
    """C9 of the box, Eq. (2), at F = 1: a scalar, a lepton of 429 GeV each, a quark of 1 TeV; and F at other masses."""
    unit = {"m_q": 1e3, "lam_bs": 1.0, "lam_mu": 1.0}

    def size(m):
        point = unit | {"m_x": m, "m_l": m * (1 + 1e-6)}
        return -record("loop_scalar", "paper", with_v(0.0405, alpha_em_mZ=1 / 137.036), **point)["C9"][MU].real

    return [size(429.0), *[size(m) / size(429.0) for m in (100.0, 200.0, 300.0, 500.0)]]


@paper.number("004.2Y")
def muon_yukawa():
    """|Y_μ| of C9 = -0.6 with |Y_b Y_s| = 0.09 and F = 1."""
    return float(np.sqrt(0.6 / (0.09 * box_prefactor()[0])))


@paper.number("004.4")
def yukawa_of_the_moment():
    """|Y|/m of Δa_μ = 4e-9 from a charged fermion and a neutral scalar: equal masses, light scalar."""
    point = {"m_q": 2e3, "lam_bs": 0.01, "lam_mu": 1.0}
    sizes = []
    for m_x, m_l in ((500.0, 500.0 * (1 + 1e-6)), (1.0, 500.0)):
        sizes.append(float(np.sqrt(4e-9 / predict("loop_scalar", "a_mu", **point, m_x=m_x, m_l=m_l))) / 500.0)
    return sizes


@paper.number("004.9")
def width():
    """Γ_V/m_V at g_D = 1 and 3."""
    return [predict("split_dark_sector", "gamma_med", **(SPLIT | {"g_mu_v": 1e-4, "g_d": g})) / 5.0 for g in (1.0, 3.0)]


@paper.number("004.F2")
def size_of_the_coupling():
    """g_Vbs(3.5 GeV²) at 1 TeV and coupling 1 for m_χ = 1 MeV and 1 GeV; the largest of the scan."""
    sizes = [3.5 * abs(split(m_chi=m)["g_sb_q2"]) for m in (1e-3, 1.0)]
    return [*sizes, 10 * sizes[0]]


@paper.number("004.7g")
def coupling_of_each_mass():
    """g̃ g_V [GeV^-2] of C9(3.5 GeV²) = -0.7 at m_V = 0.8, 3, 5, 15 GeV."""
    c = split(inputs=with_v(0.0405))
    per_coupling = c["pole_b"][0, MU].real / (c["g_sb_q2"].real * 0.03)
    return [-0.7 * (3.5 - m_v**2) / 3.5 / per_coupling for m_v in (0.8, 3.0, 5.0, 15.0)]


def test_every_entry_is_computed_or_says_why_not():
    paper.check_entries()


@pytest.mark.parametrize("name", paper.numbers)
def test_number(name):
    paper.check(name)
