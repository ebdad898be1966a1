"""Two-body decays of a neutral vector boson, on or off its mass shell."""

import numpy as np

from likelihoods.couplings import COMPLEX_SCALAR, DIRAC
from likelihoods.kernel import kernel


@kernel
def fermion_width(energy, m1, m2, g_left, g_right, colours):
    """Γ(V* -> f1 f̄2) [GeV] of a vector of mass ``energy``, L = V_μ f̄1 γ^μ (g_L P_L + g_R P_R) f2; zero below threshold.

    Formula sheet, own derivation checked there against an independent matrix-element generator; the limits are
    N_c g² E/(24π) (left-handed, massless) and g² E (1 + 2 m²/E²) β/(12π) (Dirac, vector coupling).
    """
    if energy <= m1 + m2:
        return 0.0
    x1, x2 = (m1 / energy) ** 2, (m2 / energy) ** 2
    kallen = (1.0 - x1 - x2) ** 2 - 4.0 * x1 * x2
    spin = (g_left**2 + g_right**2) * (1.0 - 0.5 * (x1 + x2) - 0.5 * (x1 - x2) ** 2)
    flip = 6.0 * g_left * g_right * np.sqrt(x1 * x2)
    return colours * energy / (24.0 * np.pi) * np.sqrt(max(kallen, 0.0)) * (spin + flip)


@kernel
def scalar_width(energy, m, g):
    """Γ(V* -> χ χ^*) [GeV] of a complex scalar, L = i g V_μ (χ^* ∂^μ χ - h.c.): g² E β³/(48π)."""
    if energy <= 2.0 * m:
        return 0.0
    beta2 = 1.0 - 4.0 * (m / energy) ** 2
    return g**2 * energy * beta2 * np.sqrt(beta2) / (48.0 * np.pi)


@kernel
def fermion_mass(k, s):
    """Mass [GeV] of the ``k``-th entry of ``FERMIONS``; neutrinos are massless."""
    if k == 0:
        return s.m_e
    if k == 1:
        return s.m_mu
    if k == 2:
        return s.m_tau
    if k == 6:
        return s.m_d
    if k == 7:
        return s.m_s
    if k == 8:
        return s.m_b
    if k == 9:
        return s.m_u
    if k == 10:
        return s.m_c
    if k == 11:
        return s.m_t
    return 0.0


@kernel
def visible_width(p, s, energy):
    """Γ(V* -> Standard Model fermions) [GeV] at mass ``energy``; both charge modes of b s̄."""
    total = 0.0
    for k in range(p.g_left.size):
        if p.g_left[k] != 0.0 or p.g_right[k] != 0.0:
            m = fermion_mass(k, s)
            total += fermion_width(energy, m, m, p.g_left[k], p.g_right[k], 3.0 if k >= 6 else 1.0)
    left, right = abs(p.g_sb_left), abs(p.g_sb_right)
    if left != 0.0 or right != 0.0:
        total += 2.0 * fermion_width(energy, s.m_b, s.m_s, left, right, 3.0)
    return total


@kernel
def dark_width(p, energy):
    """Γ(V* -> dark matter pair) [GeV] at mass ``energy``."""
    if p.dm_spin == DIRAC:
        return fermion_width(energy, p.m_dm, p.m_dm, p.g_dm, p.g_dm, 1.0)
    if p.dm_spin == COMPLEX_SCALAR:
        return scalar_width(energy, p.m_dm, p.g_dm)
    return 0.0


@kernel
def mediator_width(p, s):
    """Total width [GeV] of the vector mediator."""
    return visible_width(p, s, p.m_med) + dark_width(p, p.m_med)
