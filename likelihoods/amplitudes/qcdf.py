r"""QCD factorisation in B → V ℓℓ at low q²: spectator scattering, weak annihilation, chromomagnetic operator.

Beneke, Feldmann, Seidel, hep-ph/0106067 (BFS01) and hep-ph/0412400 (BFS05), with the four-quark coefficients C1 ... C6
of hep-ph/9612313 at 4.8 GeV and pole masses. Hard kernels are folded with the light meson's distribution amplitude
φ(u) = 6 u (1-u) [1 + a1 C1^{3/2}(2u-1) + a2 C2^{3/2}(2u-1)]; the folded kernels of each Gegenbauer polynomial
(``moments``) depend on quark masses, α_s and Standard Model coefficients only, so that λ_B, Gegenbauer moments, decay
constants and CKM elements may vary from point to point at the cost of ``spectator``.
Valid for q² below the charm threshold; conventionally used up to 6 GeV².
"""

import numpy as np

from likelihoods import qcd
from likelihoods.amplitudes.charm_loop import quark_loop
from likelihoods.ckm import lambda_t, lambda_u
from likelihoods.functions import dilog, scaled_ei
from likelihoods.kernel import kernel

#: Order of the meson index.
MESONS = ("B0->K*", "B+->K*", "Bs->phi")
#: Shape of ``moments``: kernels by Gegenbauer polynomial.
SHAPE = (9, 3)
# kernels: transverse, longitudinal plus and minus, each with its top and up part; transverse annihilation; those of C8
_PERP_T, _PERP_U, _PLUS_T, _PLUS_U, _MINUS_T, _MINUS_U, _PERP_WA, _PERP_8, _MINUS_8 = range(9)
_E_U, _E_D = 2.0 / 3.0, -1.0 / 3.0
_X, _W = np.polynomial.legendre.leggauss(24)
_TINY = 1e-10  # m² - iε [GeV²]


@kernel
def _l1(x):
    """BFS01 Eq. (32)."""
    return np.log((x - 1.0) / x) * np.log(1.0 - x) - np.pi**2 / 6.0 + dilog(x / (x - 1.0))


@kernel
def _l1_pair(ratio):
    """L1(x₊) + L1(x₋), x± = 1/2 ± (1/4 - ratio)^(1/2), BFS01 Eq. (31)."""
    root = np.sqrt(0.25 - ratio)
    return _l1(0.5 + root) + _l1(0.5 - root)


@kernel
def _b0(s, m2):
    """BFS01 Eq. (29), without its divergent constant."""
    root = np.sqrt(4.0 * m2 / s - 1.0)
    return -2.0 * root * np.arctan(1.0 / root)


@kernel
def quark_loops(u, q2, mass, m_b, energy):
    """(t_⊥, t_∥)(u, m) of BFS01 Eqs. (27), (28); ``m_b`` is the B meson's mass."""
    bar = 1.0 - u
    hard = bar * m_b**2 + u * q2
    if mass == 0.0:
        # ln of the ratio of the two massless bubbles; 0 · ln 0 = 0 in t_⊥
        triangle, bubble = 1.0 + 0j, 0j
        if q2 > 0.0:
            bubble = complex(np.log(q2 / hard), 0.0)
    else:
        m2 = complex(mass * mass, -_TINY)
        triangle, bubble = _l1_pair(m2 / hard), _b0(hard, m2)
        if q2 > 0.0:
            triangle = triangle - _l1_pair(m2 / q2)
            bubble = bubble - _b0(q2, m2)
        else:
            bubble = bubble + 2.0
        triangle = 1.0 + 2.0 * m2 / (bar * (m_b**2 - q2)) * triangle
    first = 2.0 * m_b / (bar * energy) * triangle
    second = bubble / (bar * energy) ** 2
    return first + q2 * second, first + hard * second


@kernel
def mesons(s, meson):
    """(m_B, m_V, charge of the spectator) of a meson index."""
    if meson == 0:
        return s.m_B0, s.m_Kstar0, _E_D
    if meson == 1:
        return s.m_Bu, s.m_Kstaru, _E_U
    return s.m_Bs, s.m_phi, _E_D


@kernel
def moments(q2, s, meson, out):
    """Hard kernels folded with the Gegenbauer polynomials of the light meson.

    Parameters
    ----------
    q2 : q² [GeV²], 0 <= q² < 9
    s : record of inputs (quark masses, α_s, Standard Model coefficients)
    meson : position in ``MESONS``
    out : complex array ``SHAPE``, overwritten
    """
    m_b, m_v, charge = mesons(s, meson)
    energy = (m_b**2 - q2 + m_v**2) / (2.0 * m_b)
    m_c, pole = qcd.m_c_pole(s), qcd.m_b_pole(s)
    strong = qcd.alpha_s(qcd.MU_B, s) / (3.0 * np.pi)  # α_s C_F/(4π)
    c1, c2, c3, c4, c5, c6 = s.C_sm[0], s.C_sm[1], s.C_sm[2], s.C_sm[3], s.C_sm[4], s.C_sm[5]
    c8 = s.C_sm[7]
    # combinations of BFS01 Eqs. (23), (25), (26) in the basis of hep-ph/9612313
    up = c2 - c1 / 6.0
    charm = up + 6.0 * c6
    light = c3 - c4 / 6.0 + 16.0 * c5 - 8.0 * c6 / 3.0
    bottom = light + 6.0 * c6
    bottom_perp = bottom - pole / m_b * (c3 - c4 / 6.0 + 4.0 * c5 - 2.0 * c6 / 3.0)
    out[:, :] = 0.0
    # weak annihilation at leading power, constant in u: BFS05 Eqs. (47), (48)
    tree_t, tree_u = annihilation(s, meson)
    out[_MINUS_T, 0] = -charge * 4.0 * m_b / pole * tree_t
    out[_MINUS_U, 0] = -charge * 4.0 * m_b / pole * tree_u
    edge = min(max((m_b**2 - 4.0 * m_c**2) / (m_b**2 - q2), 0.0), 1.0)
    for piece in range(2):
        low, high = (0.0, edge) if piece == 0 else (edge, 1.0)
        for k in range(_X.size):
            # the map x² (3 - 2x) softens the square-root edges at the charm threshold and the logarithms at 0 and 1
            x = 0.5 * (1.0 + _X[k])
            u = low + (high - low) * x * x * (3.0 - 2.0 * x)
            bar = 1.0 - u
            weight = 0.5 * _W[k] * (high - low) * 6.0 * x * (1.0 - x) * 6.0 * u * bar
            perp_c, para_c = quark_loops(u, q2, m_c, m_b, energy)
            perp_b, para_b = quark_loops(u, q2, pole, m_b, energy)
            perp_0, para_0 = quark_loops(u, q2, 0.0, m_b, energy)
            hard = bar * m_b**2 + u * q2
            h_c = quark_loop(hard, m_c)
            h_b = quark_loop(hard, pole)
            h_0 = quark_loop(hard, 0.0)
            perp = _E_U * perp_c * charm + _E_D * (perp_b * bottom_perp + perp_0 * light)
            plus = _E_U * para_c * charm + _E_D * (para_b * bottom + para_0 * light)
            minus = h_c * (up + c4 + 10.0 * c6)
            minus += h_b * (c3 + 5.0 * c4 / 6.0 + 16.0 * c5 + 22.0 * c6 / 3.0)
            minus += h_0 * (c3 + 17.0 * c4 / 6.0 + 16.0 * c5 + 82.0 * c6 / 3.0)
            minus -= 8.0 / 27.0 * (-7.5 * c4 + 12.0 * c5 - 32.0 * c6)
            # chromomagnetic operator, BFS01 Eqs. (23), (24)
            perp_8 = -4.0 * _E_D / (u + bar * q2 / m_b**2)
            minus_8 = 8.0 / (bar + u * q2 / m_b**2)
            t = 2.0 * u - 1.0
            for n in range(3):
                w = weight * (1.0, 3.0 * t, 7.5 * t * t - 1.5)[n]
                out[_PERP_8, n] += w * strong * perp_8
                out[_MINUS_8, n] += w * strong * charge * minus_8
                # BFS01 Eqs. (23)-(26); up-quark parts of BFS05
                out[_PERP_T, n] += w * strong * (0.5 * m_b / pole * perp + c8 * perp_8)
                out[_PERP_U, n] += w * strong * 0.5 * m_b / pole * _E_U * up * (perp_c - perp_0)
                out[_PERP_WA, n] += w / (bar + u * q2 / m_b**2)
                out[_PLUS_T, n] += w * strong * m_b / pole * plus
                out[_PLUS_U, n] += w * strong * m_b / pole * _E_U * up * (para_c - para_0)
                out[_MINUS_T, n] += w * strong * charge * (6.0 * m_b / pole * minus + c8 * minus_8)
                out[_MINUS_U, n] += w * strong * charge * 6.0 * m_b / pole * up * (h_c - h_0)


@kernel
def annihilation(s, meson):
    """Colour-allowed combinations of weak annihilation, (top, up) part: BFS05 Eqs. (47), (48)."""
    c = s.C_sm
    top = c[2] + 4.0 / 3.0 * (c[3] + 12.0 * c[4] + 16.0 * c[5])
    if meson == 2:
        top += 6.0 * (c[2] + 10.0 * c[4])
    return top, (-3.0 * c[1] if meson == 1 else 0.0)


@kernel
def inverse_lambda_minus(q2, lambda_b, m_b):
    """1/λ_{B,-}(q²) [GeV^-1] for φ_- ∝ exp(-ω/λ_B), BFS01 Eq. (55)."""
    x = q2 / (m_b * lambda_b)
    return complex(-scaled_ei(x), np.exp(-x) * np.pi) / lambda_b


@kernel
def perp_running(s):
    """f_⊥(4.8 GeV)/f_⊥(2 GeV) at leading order (BFS01 Eq. 53)."""
    from_2 = (qcd.alpha_s_4(s.m_b, s) / qcd.alpha_s_4(2.0, s)) ** (4.0 / 25.0)
    return from_2 * (qcd.alpha_s(qcd.MU_B, s) / qcd.alpha_s(s.m_b, s)) ** (4.0 / 23.0)


@kernel
def _sum(folded, k, ratio, a1, a2):
    """Top part ``k`` plus ratio times up part ``k + 1``, for Gegenbauer moments a1, a2."""
    top = folded[k, 0] + a1 * folded[k, 1] + a2 * folded[k, 2]
    return top + ratio * (folded[k + 1, 0] + a1 * folded[k + 1, 1] + a2 * folded[k + 1, 2])


@kernel
def _constants(s, meson, running):
    """Decay constants f_B, f_V, f_⊥(4.8 GeV) and λ_B."""
    if meson == 2:
        return s.f_Bs, s.f_phi, s.f_perp_phi * running, s.lambda_Bs
    return s.f_Bu if meson == 1 else s.f_B0, s.f_Kstar, s.f_perp_Kstar * running, s.lambda_B


@kernel
def _gegenbauer(s, meson):
    """a1, a2 of the transverse, then of the longitudinal meson."""
    if meson == 2:
        return s.a1_perp_phi, s.a2_perp_phi, s.a1_para_phi, s.a2_para_phi
    return s.a1_perp_Kstar, s.a2_perp_Kstar, s.a1_para_Kstar, s.a2_para_Kstar


@kernel
def spectator(folded, q2, s, meson, ratio, pole, running):
    """(q² H_-, √q² H_0) in units of N = (4 G_F/√2) λ_t α/(4π), N as in the form-factor amplitudes; H_+ = 0.

    Parameters
    ----------
    folded : complex array ``SHAPE`` from ``moments`` at the same q²
    q2 : q² [GeV²], > 0
    s : record of inputs (λ_B, Gegenbauer moments, decay constants)
    meson : position in ``MESONS``
    ratio : λ_u/λ_t, conjugated for B rather than B̄ decays
    pole, running : ``qcd.m_b_pole(s)`` and ``perp_running(s)``, the same for all q²

    Returns
    -------
    two complex numbers [GeV, 1]
    """
    m_b, m_v, charge = mesons(s, meson)
    energy = (m_b**2 - q2 + m_v**2) / (2.0 * m_b)
    f_b, f_v, f_perp, lambda_b = _constants(s, meson, running)
    perp1, perp2, para1, para2 = _gegenbauer(s, meson)
    c = s.C_sm
    # transverse: BFS01 Eq. (15), annihilation at order 1/m_b from BFS05 Eq. (51)
    tree_t, tree_u = annihilation(s, meson)
    broad = folded[_PERP_WA, 0] + perp1 * folded[_PERP_WA, 1] + perp2 * folded[_PERP_WA, 2]
    transverse = _sum(folded, _PERP_T, ratio, perp1, perp2) / lambda_b
    transverse -= charge * 4.0 / pole * (c[2] + 4.0 / 3.0 * (c[3] + 3.0 * c[4] + 4.0 * c[5])) * broad
    longer = f_v / f_perp * m_v / (1.0 - q2 / m_b**2) / lambda_b
    transverse += longer * charge * 2.0 / pole * (tree_t + ratio * tree_u)
    transverse *= np.pi**2 / 3.0 * f_b * f_perp / m_b
    # longitudinal
    longitudinal = _sum(folded, _PLUS_T, ratio, para1, para2) / lambda_b
    longitudinal += _sum(folded, _MINUS_T, ratio, para1, para2) * inverse_lambda_minus(q2, lambda_b, m_b)
    longitudinal *= np.pi**2 / 3.0 * f_b * f_v / m_b * m_v / energy
    minus = -2j * (m_b**2 - q2) * pole * transverse
    return minus, -0.5j * pole * (m_b**2 - q2) ** 2 / (m_b**2 * m_v) * longitudinal


@kernel
def octet_spectator(folded, q2, s, meson, pole, running):
    """The part of ``spectator`` that new physics C8 = 1 adds: the same for B̄ and B decays."""
    m_b, m_v, _ = mesons(s, meson)
    energy = (m_b**2 - q2 + m_v**2) / (2.0 * m_b)
    f_b, f_v, f_perp, lambda_b = _constants(s, meson, running)
    perp1, perp2, para1, para2 = _gegenbauer(s, meson)
    transverse = folded[_PERP_8, 0] + perp1 * folded[_PERP_8, 1] + perp2 * folded[_PERP_8, 2]
    longitudinal = folded[_MINUS_8, 0] + para1 * folded[_MINUS_8, 1] + para2 * folded[_MINUS_8, 2]
    norm = s.octet_spectator * np.pi**2 / 3.0 * f_b / m_b
    transverse *= norm * f_perp / lambda_b
    longitudinal *= norm * f_v * m_v / energy * inverse_lambda_minus(q2, lambda_b, m_b)
    minus = -2j * (m_b**2 - q2) * pole * transverse
    return minus, -0.5j * pole * (m_b**2 - q2) ** 2 / (m_b**2 * m_v) * longitudinal


@kernel
def qcdf_helicity(q2, s, meson, cp_conjugate):
    """Helicity amplitudes H_+, H_-, H_0 [GeV^-1] of the vector current at one q² [GeV²], of B decays if conjugate."""
    folded = np.empty(SHAPE, np.complex128)
    moments(q2, s, meson, folded)
    top, up = lambda_t(s), lambda_u(s)
    if cp_conjugate:
        top, up = np.conj(top), np.conj(up)
    minus, zero = spectator(folded, q2, s, meson, up / top, qcd.m_b_pole(s), perp_running(s))
    norm = 4.0 * s.G_F / np.sqrt(2.0) * s.alpha_em_mb / (4.0 * np.pi) * top
    return 0j, norm * minus / q2, norm * zero / np.sqrt(q2)
