r"""HEPfit: the hadronic conventions of HEPfit's snapshot of May 2019, the code of 1903.09632 and 2002.11150.

Chosen by the input ``hadronic_scheme`` = 1, with the values of ``data/hadronic/hepfit-2019.yaml``. Against the default:

* the dipole carries m_b(m_b), not m_b(4.8 GeV), and C7′ of the Standard Model has the opposite sign, without C4;
* of the loops ΔC7, ΔC9 only the real part is kept, without up quarks; Y has no constant, and MS-bar masses in B → K;
* spectator scattering off charm and chromomagnetic operator only, without weak annihilation; the transverse part has
  the opposite sign, and the longitudinal one is 2 m_V √q² f_⊥/f_∥ times that of hep-ph/0106067; both logarithms of L_1
  lie on the same side of the cut;
* f_⊥ does not run, transverse and longitudinal mesons share Gegenbauer moments, and all B mesons λ_B;
* new physics in C8 acts through quark loops alone;
* B → K form factors of 1509.06235.

HEPfit interpolates the two-loop functions between ten values of q², the last of them above the charm threshold, which
is felt from 7 GeV² on; so it is here. Spectator scattering is interpolated too, but there its quadrature puts the
logarithms of L_1 on either side of the cut as rounding falls (± 0.009 in S_7), so that nothing can be copied.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline, lagrange

from likelihoods import qcd
from likelihoods.amplitudes.charm_loop import F_19, Loops, quark_loop, scale_logarithms, tabulate, two_loop_at
from likelihoods.amplitudes.qcdf import inverse_lambda_minus, mesons, quark_loops
from likelihoods.kernel import kernel

_E_U, _E_D = 2.0 / 3.0, -1.0 / 3.0
_X, _W = np.polynomial.legendre.leggauss(24)
_PERP, _PLUS, _MINUS = range(3)
_KNOTS = np.linspace(0.001, 8.91, 10)  # [GeV²] of HEPfit's splines


def tabulate_2019(q2: npt.NDArray[Any], m_b: float) -> Loops:
    """The loop functions as ``charm_loop.tabulate``, two-loop parts by natural cubic splines over ten values of q².

    F^(9), which the table does not give below ŝ = 0.03, is continued there by a parabola.
    """
    exact, knots = tabulate(q2, m_b), tabulate(_KNOTS, m_b)
    first = np.array([0.03, 0.06, 0.09])
    low = tabulate(first * m_b**2, m_b).two_loop
    below = first[0] * m_b**2 > _KNOTS
    two_loop = knots.two_loop.copy()
    weights = np.array([lagrange(first, row)(_KNOTS[below] / m_b**2) for row in np.eye(3)])
    two_loop[below, :, F_19:] = np.einsum("kb,kzf->bzf", weights, low[:, :, F_19:])
    inside = np.clip(q2, _KNOTS[0], _KNOTS[-1])
    spline = {
        name: CubicSpline(_KNOTS, values, bc_type="natural")(inside)
        for name, values in (("two_loop", two_loop), ("octet", knots.octet))
    }
    return exact._replace(**spline)


@kernel
def flipped_dipole(s, ratio):
    """C7′ of the Standard Model for m_s/m_b = ``ratio``."""
    c = s.C_sm
    return -ratio * (c[6] + c[2] / 3.0 + 20.0 / 3.0 * c[4] + 80.0 / 9.0 * c[5])


@kernel
def loops(q2, node, s, coupling, pole_b, pole_c, pseudoscalar):
    """Shifts of C7eff and C9 at a node: real loops and Y."""
    c = s.C_sm
    z = (pole_c / pole_b) ** 2
    f_17, f_27, f_19, f_29 = two_loop_at(node.two_loop, z, z)
    # the table is of μ = 1.0005 m_b
    l_17, l_27, l_19, l_29 = scale_logarithms(np.log(qcd.MU_B / (1.0005 * pole_b)), q2 / pole_b**2, z)
    scale = -coupling / (4.0 * np.pi)
    d7 = scale * (c[7] * node.octet[0] + c[0] * (f_17 + l_17) + c[1] * (f_27 + l_27)).real
    d9 = scale * (c[7] * node.octet[1] + c[0] * (f_19 + l_19) + c[1] * (f_29 + l_29)).real
    charm, bottom = quark_loop(q2, pole_c), node.bottom
    if pseudoscalar:
        charm, bottom = quark_loop(q2, s.m_c), quark_loop(q2, s.m_b)
    y = charm * (4.0 / 3.0 * c[0] + c[1] + 6.0 * c[2] + 60.0 * c[4])
    y -= 0.5 * bottom * (7.0 * c[2] + 4.0 / 3.0 * c[3] + 76.0 * c[4] + 64.0 / 3.0 * c[5])
    y -= 0.5 * node.massless * (c[2] + 4.0 / 3.0 * c[3] + 16.0 * c[4] + 64.0 / 3.0 * c[5])
    return d7, d9 + y


@kernel
def _other_cut(hard, bar, m_c, m_b, q2):
    """What L_1(x_-) of ``hard`` > 4 m_c² gains on the other side of the cut, in the triangle of ``quark_loops``."""
    ratio = m_c * m_c / hard
    if ratio >= 0.25:
        return 0j
    x = 0.5 + np.sqrt(0.25 - ratio)  # 1 - x_-
    return 2j * np.pi * np.log(x) * 2.0 * m_c * m_c / (bar * (m_b**2 - q2))


@kernel
def moments_2019(q2, s, meson, cut, out):
    """Kernels folded with the first three Gegenbauer polynomials; parameters as in ``qcdf.moments``.

    ``cut`` = 1 puts both logarithms of L_1 on the same side of their cut, 0 does not (B → V γ).
    """
    m_b, m_v, charge = mesons(s, meson)
    energy = (m_b**2 - q2 + m_v**2) / (2.0 * m_b)
    m_c, pole = qcd.m_c_pole(s), qcd.m_b_pole(s)
    strong = qcd.alpha_s(qcd.MU_B, s) / (3.0 * np.pi)
    c = s.C_sm
    tree = c[1] - c[0] / 6.0
    out[:, :] = 0.0
    edge = min(max((m_b**2 - 4.0 * m_c**2) / (m_b**2 - q2), 0.0), 1.0)
    for piece in range(2):
        low, high = (0.0, edge) if piece == 0 else (edge, 1.0)
        if low == high:  # above the charm threshold
            continue
        for k in range(_X.size):
            x = 0.5 * (1.0 + _X[k])  # map as in ``qcdf.moments``
            u = low + (high - low) * x * x * (3.0 - 2.0 * x)
            bar = 1.0 - u
            weight = 0.5 * _W[k] * (high - low) * 6.0 * x * (1.0 - x) * 6.0 * u * bar
            hard = bar * m_b**2 + u * q2
            transverse, longitudinal = quark_loops(u, q2, m_c, m_b, energy)
            more = cut * 2.0 * m_b / (bar * energy) * _other_cut(hard, bar, m_c, m_b, q2)
            perp = m_b / (2.0 * pole) * _E_U * (transverse + more) * (tree + 6.0 * c[5])
            perp -= 4.0 * _E_D * c[7] / (u + bar * q2 / m_b**2)
            plus = m_b / pole * _E_U * (longitudinal + more) * (tree + 6.0 * c[5])
            minus = 6.0 * m_b / pole * quark_loop(hard, m_c) * (tree + c[3] + 10.0 * c[5])
            minus = charge * (minus + 8.0 * c[7] / (bar + u * q2 / m_b**2))
            t = 2.0 * u - 1.0
            for n in range(3):
                w = strong * weight * (1.0, 3.0 * t, 7.5 * t * t - 1.5)[n]
                out[_PERP, n] += w * perp
                out[_PLUS, n] += w * plus
                out[_MINUS, n] += w * minus


@kernel
def spectator_amplitudes(folded, q2, s, meson):
    """(T_⊥, T_∥) of hep-ph/0106067, normalised with f_⊥."""
    m_b, m_v, _ = mesons(s, meson)
    f_b, f_perp, a1, a2 = s.f_B0, s.f_perp_Kstar, s.a1_perp_Kstar, s.a2_perp_Kstar
    if meson == 2:
        f_b, f_perp, a1, a2 = s.f_Bs, s.f_perp_phi, s.a1_perp_phi, s.a2_perp_phi
    norm = np.pi**2 / 3.0 * f_b * f_perp / m_b
    perp = (folded[_PERP, 0] + a1 * folded[_PERP, 1] + a2 * folded[_PERP, 2]) / s.lambda_B
    para = (folded[_PLUS, 0] + a1 * folded[_PLUS, 1] + a2 * folded[_PLUS, 2]) / s.lambda_B
    minus = folded[_MINUS, 0] + a1 * folded[_MINUS, 1] + a2 * folded[_MINUS, 2]
    para += minus * inverse_lambda_minus(q2, s.lambda_B, m_b)
    energy = (m_b**2 - q2 + m_v**2) / (2.0 * m_b)
    return norm * perp, norm * m_v / energy * para


@kernel
def spectator_2019(folded, q2, s, meson, pole):
    """(q² H_-, √q² H_0) as ``qcdf.spectator``."""
    m_b, _, _ = mesons(s, meson)
    perp, para = spectator_amplitudes(folded, q2, s, meson)
    difference = m_b**2 - q2
    return 2j * difference * pole * perp, -1j * np.sqrt(q2) * pole * (difference / m_b) ** 2 * para
