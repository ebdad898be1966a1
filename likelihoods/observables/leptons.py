"""Leptons: anomalous magnetic moment of the muon, neutrino trident production."""

import numpy as np

from likelihoods.couplings import FERMIONS
from likelihoods.kernel import kernel
from likelihoods.observable import Observable

MU, NU_MU = FERMIONS.index("mu"), FERMIONS.index("nu_mu")
_X, _W = np.polynomial.legendre.leggauss(64)


@kernel
def vector_moment(g_v, g_a, m_v, m_mu):
    """Contribution of a neutral vector boson to a_μ (1803.04430 Eq. 3.12 corrected; 2002.11150 Eq. 24).

    L = V_μ μ̄ γ^μ (g_V + g_A γ_5) μ, masses in GeV. For m_V >> m_μ this is m_μ² (g_V² - 5 g_A²) / (12 π² m_V²).
    """
    x2 = (m_mu / m_v) ** 2
    total = 0.0
    for k in range(_X.size):
        # z = 1 - t² resolves the edge z -> 1, where the integrand of a light mediator peaks
        t = 0.5 * (_X[k] + 1.0)
        z = 1.0 - t * t
        one = t * t  # 1 - z
        vector = 2.0 * z * z * one
        axial = 2.0 * z * one * (z - 4.0) - 4.0 * x2 * z**3
        total += _W[k] * t * (g_v**2 * vector + g_a**2 * axial) / (x2 * z * z + one)
    return total * m_mu**2 / (8.0 * np.pi**2 * m_v**2)


@kernel
def a_mu(c, sm, out):
    """Anomalous magnetic moment of the muon, new-physics part: the mediator's loop plus the model's own."""
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        p = c[i]
        out[i] = p.delta_a_mu
        if p.m_med > 0.0:
            g_v = 0.5 * (p.g_left[MU] + p.g_right[MU])
            g_a = 0.5 * (p.g_right[MU] - p.g_left[MU])
            if g_v != 0.0 or g_a != 0.0:
                out[i] += vector_moment(g_v, g_a, p.m_med, s.m_mu)


OBSERVABLES = (Observable("a_mu", "", r"\Delta a_\mu", "2002.11150 Eq. (24)", fill=a_mu),)
