r"""B_s mixing: QCD running of the eight ΔB = 2 coefficients, M12, Γ12 and q/p.

H = -Σ C O with O_VLL = (s̄ γ_μ P_L b)², O_VLR = (s̄ γ_μ P_L b)(s̄ γ^μ P_R b), O_SLL = (s̄ P_L b)²,
O_SLR = (s̄ P_L b)(s̄ P_R b), O_TLL = (s̄ σ_μν P_L b)² with σ = (i/2)[γ, γ], and L <-> R (order: ``couplings.MIXING``).
Anomalous dimensions to two loops in the NDR-MS scheme of Buras, Misiak, Urban, hep-ph/0005183, whose tensor operator
has σ = (1/2)[γ, γ], the opposite sign.
"""

import numpy as np

from likelihoods import qcd
from likelihoods.ckm import lambda_t, lambda_u
from likelihoods.couplings import MIXING
from likelihoods.kernel import kernel
from likelihoods.units import PS

VLL, VRR, VLR, SLL, SRR, SLR, TLL, TRR = range(len(MIXING))
#: Pairs that mix under renormalisation. No plain integers: a literal argument would be compiled once per value.
VECTOR, MIXED, SCALAR = np.int64(0), np.int64(1), np.int64(2)
_STEPS = 8


@kernel
def _anomalous(sector, nf):
    """One- and two-loop γ11, γ12, γ21, γ22 for N = 3: 0 VLL, 1 (VLR, SLR), 2 (SLL, TLL) (hep-ph/0005183 Sec. 3)."""
    if sector == VECTOR:
        return 4.0, 0.0, 0.0, 0.0, -7.0 + 4.0 * nf / 9.0, 0.0, 0.0, 0.0
    if sector == MIXED:
        return (
            2.0,
            12.0,
            0.0,
            -16.0,
            71.0 / 3.0 - 22.0 * nf / 9.0,
            198.0 - 44.0 * nf / 3.0,
            225.0 / 4.0 - 2.0 * nf,
            -1343.0 / 6.0 + 68.0 * nf / 9.0,
        )
    return (
        -10.0,
        1.0 / 6.0,
        -40.0,
        34.0 / 3.0,
        -1459.0 / 9.0 + 74.0 * nf / 9.0,
        -35.0 / 36.0 - nf / 54.0,
        -6332.0 / 9.0 + 584.0 * nf / 9.0,
        2065.0 / 9.0 - 394.0 * nf / 27.0,
    )


@kernel
def _slope(x, y, sector, alpha, nf):
    """d(x, y)/d ln α_s = -(γ0 + γ1 a)^T (x, y) / (2 β0 + 2 β1 a), a = α_s/(4π)."""
    a11, a12, a21, a22, b11, b12, b21, b22 = _anomalous(sector, nf)
    b0, b1, _ = qcd.beta(nf)
    a = alpha / (4.0 * np.pi)
    norm = -0.5 / (b0 + b1 * a)
    return (
        norm * ((a11 + b11 * a) * x + (a21 + b21 * a) * y),
        norm * ((a12 + b12 * a) * x + (a22 + b22 * a) * y),
    )


@kernel
def _evolve(x, y, sector, alpha_in, alpha_out, nf):
    """Next-to-leading-logarithmic running of a pair of coefficients between two values of α_s (Runge-Kutta)."""
    h = np.log(alpha_out / alpha_in) / _STEPS
    alpha, factor = alpha_in, np.exp(0.5 * h)
    for _ in range(_STEPS):
        middle, end = alpha * factor, alpha * factor * factor
        kx1, ky1 = _slope(x, y, sector, alpha, nf)
        kx2, ky2 = _slope(x + 0.5 * h * kx1, y + 0.5 * h * ky1, sector, middle, nf)
        kx3, ky3 = _slope(x + 0.5 * h * kx2, y + 0.5 * h * ky2, sector, middle, nf)
        kx4, ky4 = _slope(x + h * kx3, y + h * ky3, sector, end, nf)
        x = x + h * (kx1 + 2.0 * kx2 + 2.0 * kx3 + kx4) / 6.0
        y = y + h * (ky1 + 2.0 * ky2 + 2.0 * ky3 + ky4) / 6.0
        alpha = end
    return x, y


@kernel
def run_pair(x, y, sector, mu_in, mu_out, s):
    """Coefficients at ``mu_out`` of a pair given at ``mu_in``, through the top threshold.

    ``sector``: VECTOR (VLL, -), MIXED (VLR, SLR) or SCALAR (SLL, TLL); right-handed twins run alike.
    """
    if max(mu_in, mu_out) <= s.m_t:
        return _evolve(x, y, sector, qcd.alpha_s(mu_in, s), qcd.alpha_s(mu_out, s), 5.0)
    at_top = qcd.alpha_s(s.m_t, s)
    if mu_in > s.m_t:
        x, y = _evolve(x, y, sector, qcd.alpha_s(mu_in, s), at_top, 6.0)
        if mu_out >= s.m_t:
            return _evolve(x, y, sector, at_top, qcd.alpha_s(mu_out, s), 6.0)
        return _evolve(x, y, sector, at_top, qcd.alpha_s(mu_out, s), 5.0)
    x, y = _evolve(x, y, sector, qcd.alpha_s(mu_in, s), at_top, 5.0)
    return _evolve(x, y, sector, at_top, qcd.alpha_s(mu_out, s), 6.0)


@kernel
def top_box(x):
    """Inami-Lim function S0(x_t) (Prog. Theor. Phys. 65 (1981) 297)."""
    return (4.0 * x - 11.0 * x**2 + x**3) / (4.0 * (1.0 - x) ** 2) - 1.5 * x**3 * np.log(x) / (1.0 - x) ** 3


@kernel
def weights(s, out):
    """⟨O_k⟩ [GeV³] per unit of C_k at 4.8 GeV: matrix elements /(2 m_Bs) at 4.2 GeV times the running between.

    Bag parameters B1 ... B5 in the normalisation of hep-lat/0110091 with (m_Bs/(m_b + m_s))² as chiral factor.

    Parameters
    ----------
    s : record of inputs
    out : array (8,), overwritten
    """
    chiral = (s.m_Bs / (qcd.m_b_running(qcd.MU_BAG, s) + qcd.light_mass_running(s.m_s, qcd.MU_BAG, s))) ** 2
    norm = s.m_Bs * s.f_Bs**2
    bag = s.bag_Bs
    vll = norm * bag[0] / 3.0
    slr = norm * chiral * bag[3] / 4.0
    vlr = -norm * chiral * bag[4] / 6.0
    sll = -5.0 / 24.0 * norm * chiral * bag[1]
    tll = norm * chiral * (5.0 * bag[1] - 2.0 * bag[2]) / 6.0
    up, down = qcd.MU_B, qcd.MU_BAG
    x, _ = run_pair(1.0, 0.0, VECTOR, up, down, s)
    out[VLL] = out[VRR] = vll * x
    x, y = run_pair(1.0, 0.0, MIXED, up, down, s)
    out[VLR] = vlr * x + slr * y
    x, y = run_pair(0.0, 1.0, MIXED, up, down, s)
    out[SLR] = vlr * x + slr * y
    x, y = run_pair(1.0, 0.0, SCALAR, up, down, s)
    out[SLL] = out[SRR] = sll * x - tll * y
    x, y = run_pair(0.0, -1.0, SCALAR, up, down, s)
    out[TLL] = out[TRR] = sll * x - tll * y


@kernel
def standard_m12(s):
    """M12 of the Standard Model [GeV]: top box with η_B, and the renormalisation-group-invariant bag parameter.

    Buras, Jamin, Weisz, Nucl. Phys. B 347 (1990) 491; B̂ = B(μ) α_s^(-6/23) (1 + 5165/3174 α_s/(4π)).
    """
    a = qcd.alpha_s(qcd.MU_BAG, s)
    invariant = a ** (-6.0 / 23.0) * (1.0 + 5165.0 / 3174.0 * a / (4.0 * np.pi))
    element = s.m_Bs * s.f_Bs**2 * s.bag_Bs[0] / 3.0 * invariant
    box = top_box((qcd.m_t_msbar(s) / s.m_W) ** 2)
    return s.G_F**2 * s.m_W**2 / (4.0 * np.pi**2) * s.eta_B * box * lambda_t(s) ** 2 * element


@kernel
def standard_gamma12(m12, s):
    """Γ12 of the Standard Model from its M12 (1511.09466 Eq. 2.13); new physics in Γ12 is neglected."""
    return m12 * (s.Gamma12_c + s.Gamma12_a * lambda_u(s) / lambda_t(s)) * 1e-4


@kernel
def total_m12(coefficients, weight, m12):
    """M12 of Standard Model and new physics; ``coefficients`` (8,) at 4.8 GeV, ``weight`` from ``weights``."""
    for k in range(8):
        m12 = m12 - weight[k] * coefficients[k]
    return m12


@kernel
def q_over_p(m12, gamma12):
    """(q/p, ΔM): the sign of q/p is that of a positive mass difference [GeV]."""
    ratio = -np.sqrt((2.0 * np.conj(m12) - 1j * np.conj(gamma12)) / (2.0 * m12 - 1j * gamma12))
    delta = -2.0 * (ratio * (m12 - 0.5j * gamma12)).real
    if delta < 0.0:
        return -ratio, -delta
    return ratio, delta


@kernel
def delta_m_and_phase(coefficients, weight, m12, s):
    """(ΔM_s [ps^-1], S_ψφ) of one point; S_ψφ = -2 Im ξ/(1 + |ξ|²), ξ = (q/p) λ_c/λ_c^* (hep-ph/0201071)."""
    ratio, delta = q_over_p(total_m12(coefficients, weight, m12), standard_gamma12(m12, s))
    lambda_c = -lambda_t(s) - lambda_u(s)
    xi = ratio * lambda_c / np.conj(lambda_c)
    return delta * PS, -2.0 * xi.imag / (1.0 + abs(xi) ** 2)


@kernel
def flavour_specific_asymmetry(coefficients, weight, m12, s):
    """a_fs^s = Im(Γ12/M12) (1511.09466)."""
    return (standard_gamma12(m12, s) / total_m12(coefficients, weight, m12)).imag
