"""Leptons: magnetic moment of the muon, lepton-flavour violation, universality of Υ decays.

All with L = V_μ ℓ̄ γ^μ (g_L P_L + g_R P_R) ℓ of the mediator; lepton mixing gives the couplings g_L v21 (μ-e) and
g_L v32 (τ-μ) of left-handed leptons.
"""

from collections.abc import Sequence

import numpy as np

from likelihoods.amplitudes.vector_decay import mediator_width
from likelihoods.couplings import FERMIONS
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request

MU, TAU, B = (FERMIONS.index(name) for name in ("mu", "tau", "b"))
# double-exponential nodes on (0, 1): z, 1 - z and weight; they resolve structure at 1 - z ~ x² and at z ~ 1/x alike
_T = 0.08 * np.arange(-44, 45)
_Z = 1.0 / (1.0 + np.exp(-np.pi * np.sinh(_T)))
_ONE = 1.0 / (1.0 + np.exp(np.pi * np.sinh(_T)))
_W = 0.08 * np.pi * np.cosh(_T) * _Z * _ONE
_X16, _W16 = np.polynomial.legendre.leggauss(16)


@kernel
def vector_moment(g_v, g_a, m_v, m_mu):
    """Contribution of a neutral vector boson of any mass to a_μ (2002.11150 Eq. 24).

    L = V_μ μ̄ γ^μ (g_V + g_A γ_5) μ, masses in GeV. For m_V >> m_μ this is m_μ² (g_V² - 5 g_A²) / (12 π² m_V²), which
    corrects the sign of 1803.04430 Eq. 3.12; for m_V << m_μ it is g_V²/(8 π²) - g_A² m_μ²/(4 π² m_V²).
    """
    x2 = (m_mu / m_v) ** 2
    total = 0.0
    for k in range(_Z.size):
        z, one = _Z[k], _ONE[k]
        vector = 2.0 * z * z * one
        axial = 2.0 * z * one * (z - 4.0) - 4.0 * x2 * z**3
        total += _W[k] * (g_v**2 * vector + g_a**2 * axial) / (x2 * z * z + one)
    return total * m_mu**2 / (8.0 * np.pi**2 * m_v**2)


@kernel
def a_mu(c, sm, out):
    """Anomalous magnetic moment of the muon, new-physics part: the mediator's loop plus the model's own."""
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        p = c[i]
        if p.veto != 0:
            out[i] = np.nan
            continue
        out[i] = p.delta_a_mu
        if p.m_med > 0.0:
            g_v = 0.5 * (p.g_left[MU] + p.g_right[MU])
            g_a = 0.5 * (p.g_right[MU] - p.g_left[MU])
            if g_v != 0.0 or g_a != 0.0:
                out[i] += vector_moment(g_v, g_a, p.m_med, s.m_mu)


@kernel
def mu_e_gamma(c, sm, out):
    """BR(μ → e γ) for m_V >> m_μ: α X²/(12 π G_F² m_V⁴), X = g_L v21 (3 g_R - g_L).

    1803.04430 Eq. (3.10) with F = 2/3 is the left-handed part; its numerical form Eq. (3.11) is 13 % low. The part of
    g_R follows from a_μ ∝ 3 g_L g_R - g_L² - g_R², where g_R² needs a mass insertion on the electron.
    """
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        p = c[i]
        if p.veto != 0:
            out[i] = np.nan
        elif p.v21 == 0.0 or p.m_med == 0.0:
            out[i] = 0.0
        else:
            x = p.g_left[MU] * p.v21 * (3.0 * p.g_right[MU] - p.g_left[MU]) / p.m_med**2
            out[i] = s.alpha_em_0 * x**2 / (12.0 * np.pi * s.G_F**2)


@kernel
def tau_propagators(ratio):
    """Dalitz averages (A_LL, A_LR) of the propagator factor of τ → 3μ, massless muons; 1 in the contact limit.

    Weights s12 (1 - s12) with both assignments of the like-sign muons 1, 2, and s13 (1 - s13) with one.

    Parameters
    ----------
    ratio : (m_V/m_τ)² > 1
    """
    left = right = 0.0
    for i in range(_X16.size):
        s12 = 0.5 * (1.0 + _X16[i])
        for j in range(_X16.size):
            s13 = 0.5 * (1.0 + _X16[j]) * (1.0 - s12)
            s23 = 1.0 - s12 - s13
            weight = 3.0 * _W16[i] * _W16[j] * (1.0 - s12)
            f13, f23 = ratio / (ratio - s13), ratio / (ratio - s23)
            left += weight * s12 * (1.0 - s12) * (0.5 * (f13 + f23)) ** 2
            right += weight * s13 * (1.0 - s13) * f23**2
    return left, right


@kernel
def tau_3mu(c, sm, out):
    """BR(τ → 3μ) by exchange of the mediator, m_V > m_τ (NaN below, where it is produced on its mass shell).

    Γ = (g_L v32)² (g_L² A_LL + g_R² A_LR/2) m_τ⁵/(768 π³ m_V⁴), linear in the mixing (formula sheet for 1803.04430,
    whose text has |V32|² and a bound stronger by two), over Γ(τ → μνν) = G_F² m_τ⁵/(192 π³).
    """
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        p = c[i]
        if p.veto != 0:
            out[i] = np.nan
        elif p.v32 == 0.0 or p.m_med == 0.0:
            out[i] = 0.0
        elif p.m_med <= s.m_tau:
            out[i] = np.nan
        else:
            left, right = tau_propagators((p.m_med / s.m_tau) ** 2)
            g2 = (p.g_left[MU] * p.v32) ** 2 * (p.g_left[MU] ** 2 * left + 0.5 * p.g_right[MU] ** 2 * right)
            out[i] = s.BR_tau_munu * g2 / (4.0 * s.G_F**2 * p.m_med**4)


@kernel
def upsilon_rate(p, s, lepton, m_l, m_y, width):
    """Υ → ℓℓ rate up to a common factor: photon and mediator, vector and axial lepton current (1702.07356)."""
    x = (m_l / m_y) ** 2
    beta = np.sqrt(1.0 - 4.0 * x)
    vector, axial = complex(4.0 * np.pi * s.alpha_em_mb / (3.0 * m_y**2)), 0j
    g_b = 0.5 * (p.g_left[B] + p.g_right[B])
    if g_b != 0.0:
        propagator = g_b / complex(m_y**2 - p.m_med**2, p.m_med * width)
        vector += 0.5 * (p.g_left[lepton] + p.g_right[lepton]) * propagator
        axial += 0.5 * (p.g_right[lepton] - p.g_left[lepton]) * propagator
    return beta * ((1.0 + 2.0 * x) * abs(vector) ** 2 + beta**2 * abs(axial) ** 2)


@kernel
def upsilon_ratio(p, s, m_y):
    """Γ(Υ → ττ)/Γ(Υ → μμ) of one point; ``m_y`` the mass of the Υ state."""
    if p.veto != 0:
        return np.nan
    width = mediator_width(p, s) if p.m_med > 0.0 else 0.0
    return upsilon_rate(p, s, TAU, s.m_tau, m_y, width) / upsilon_rate(p, s, MU, s.m_mu, m_y, width)


@kernel
def upsilon_ratios(c, sm, out):
    """Γ(Υ → ττ)/Γ(Υ → μμ) of Υ(1S), Υ(2S) and Υ(3S): ``out`` (n, 3)."""
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        out[i, 0] = upsilon_ratio(c[i], s, s.m_Upsilon1S)
        out[i, 1] = upsilon_ratio(c[i], s, s.m_Upsilon2S)
        out[i, 2] = upsilon_ratio(c[i], s, s.m_Upsilon3S)


_STATES = tuple(f"R_taumu(Upsilon({n}S))" for n in (1, 2, 3))


def plan_upsilon(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of the universality of Υ decays."""
    return Joint(upsilon_ratios, (), results=3, reads=tuple(_STATES.index(item.observable) for item in requests))


OBSERVABLES = (
    Observable("a_mu", "", r"\Delta a_\mu", "2002.11150 Eq. (24)", fill=a_mu),
    Observable("BR(mu->egamma)", "", r"\mathrm{BR}(\mu\to e\gamma)", "1803.04430 Eq. (3.10)", fill=mu_e_gamma),
    Observable("BR(tau->3mu)", "", r"\mathrm{BR}(\tau\to3\mu)", "1803.04430 §3", fill=tau_3mu),
    Observable("R_taumu(Upsilon(1S))", "", r"R^{\tau/\mu}_{\Upsilon(1S)}", "1702.07356", plan=plan_upsilon),
    Observable("R_taumu(Upsilon(2S))", "", r"R^{\tau/\mu}_{\Upsilon(2S)}", "1702.07356", plan=plan_upsilon),
    Observable("R_taumu(Upsilon(3S))", "", r"R^{\tau/\mu}_{\Upsilon(3S)}", "1702.07356", plan=plan_upsilon),
)
