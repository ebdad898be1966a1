"""Z decays: four muons through a light vector mediator radiated off one of them."""

import numpy as np

from likelihoods.amplitudes.vector_decay import fermion_width, mediator_width
from likelihoods.couplings import FERMIONS
from likelihoods.kernel import kernel
from likelihoods.observable import Observable

MU = FERMIONS.index("mu")
_X, _W = np.polynomial.legendre.leggauss(32)


@kernel
def radiation(m_v, m_z, low):
    """∫ds dt of |M|²/(4/3 g_Z² g²) for Z → μ μ V with a left-handed massless muon [GeV²].

    |M|² ∝ t/u + u/t + 2 s (m_Z² + m_V²)/(t u) - m_Z² m_V² (1/t² + 1/u²) (formula sheet 0.7, by crossing of
    f f̄ → V V), with t + u = Σ = m_Z² + m_V² - s and t u >= m_Z² m_V²; the integral over t is
    2 Σ L - 4 Δ + 4 s (m_Z² + m_V²) L/Σ, Δ = (Σ² - 4 m_Z² m_V²)^(1/2), L = ln((Σ + Δ)/(Σ - Δ)).

    Parameters
    ----------
    m_v, m_z : masses [GeV]
    low : least mass of the muon pair that recoils against V [GeV]
    """
    top = (m_z - m_v) ** 2
    bottom = low**2
    if m_v >= m_z or bottom >= top:
        return 0.0
    total = 0.0
    for k in range(_X.size):
        # s = top - (top - bottom) z² takes the square root at the upper end
        z = 0.5 * (1.0 + _X[k])
        s = top - (top - bottom) * z * z
        sum_tu = m_z**2 + m_v**2 - s
        delta = np.sqrt(max(sum_tu**2 - 4.0 * (m_z * m_v) ** 2, 0.0))
        log = 2.0 * np.log((sum_tu + delta) / (2.0 * m_z * m_v))
        total += _W[k] * z * (2.0 * sum_tu * log - 4.0 * delta + 4.0 * s * (m_z**2 + m_v**2) * log / sum_tu)
    return total * (top - bottom)


@kernel
def four_muons(p, s, low):
    """New-physics part of BR(Z → 4μ) of one point: Γ(Z → μμV) B(V → μμ)/Γ_Z, without interference with the SM."""
    if p.m_med == 0.0 or p.m_med >= s.m_Z or (p.g_left[MU] == 0.0 and p.g_right[MU] == 0.0):
        return 0.0
    weak = np.sqrt(4.0 * np.pi * s.alpha_em_mZ / (s.sin2_theta_w * (1.0 - s.sin2_theta_w)))
    left, right = weak * (s.sin2_theta_w - 0.5), weak * s.sin2_theta_w
    coupling = (left * p.g_left[MU]) ** 2 + (right * p.g_right[MU]) ** 2
    rate = 4.0 / 3.0 * coupling * radiation(p.m_med, s.m_Z, low) / ((2.0 * np.pi) ** 3 * 32.0 * s.m_Z**3)
    partial = fermion_width(p.m_med, s.m_mu, s.m_mu, p.g_left[MU], p.g_right[MU], 1.0)
    return rate * partial / mediator_width(p, s) / s.Gamma_Z


@kernel
def inclusive(c, sm, out):
    """All phase space."""
    for i in range(c.size):
        out[i] = np.nan if c[i].veto != 0 else four_muons(c[i], sm[i if sm.size > 1 else 0], 0.0)


@kernel
def fiducial(c, sm, out):
    """The muon pair that recoils against V, and V itself, heavier than 4 GeV: the phase space of CMS and ATLAS."""
    for i in range(c.size):
        p = c[i]
        if p.veto != 0:
            out[i] = np.nan
        elif p.m_med < 4.0:
            out[i] = 0.0
        else:
            out[i] = four_muons(p, sm[i if sm.size > 1 else 0], 4.0)


_REFERENCE = "1702.00395 Eq. (25); formula sheet 0.7"
OBSERVABLES = (
    Observable("BR(Z->4mu)", "", r"\mathrm{BR}(Z\to4\mu)_\mathrm{NP}", _REFERENCE, fill=inclusive),
    Observable("BR(Z->4mu)_fiducial", "", r"\mathrm{BR}(Z\to4\mu)_\mathrm{NP}", _REFERENCE, fill=fiducial),
)
