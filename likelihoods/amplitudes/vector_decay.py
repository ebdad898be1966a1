"""Two-body decays of a neutral vector boson, on or off its mass shell."""

import numpy as np

from likelihoods.couplings import COMPLEX_SCALAR, DIRAC, FERMIONS
from likelihoods.kernel import kernel

NU_E = FERMIONS.index("nu_e")


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
def fermion_mass(s, k):
    """Mass [GeV] of the k-th of ``FERMIONS``; neutrinos are massless."""
    if k < 3:
        return s.m_e if k == 0 else (s.m_mu if k == 1 else s.m_tau)
    if k < 6:
        return 0.0
    if k < 9:
        return s.m_d if k == 6 else (s.m_s if k == 7 else s.m_b)
    return s.m_u if k == 9 else (s.m_c if k == 10 else s.m_t)


@kernel
def dark_width(p, energy):
    """Γ(V* -> χ χ̄) [GeV] of a vector of mass ``energy``; written so that nothing cancels at threshold."""
    if p.dm_spin not in (DIRAC, COMPLEX_SCALAR) or energy <= 2.0 * p.m_dm:
        return 0.0
    beta2 = (1.0 - 2.0 * p.m_dm / energy) * (1.0 + 2.0 * p.m_dm / energy)
    if p.dm_spin == DIRAC:
        return p.g_dm**2 * energy * (1.5 - 0.5 * beta2) * np.sqrt(beta2) / (12.0 * np.pi)
    return p.g_dm**2 * energy * beta2 * np.sqrt(beta2) / (48.0 * np.pi)


@kernel
def invisible_width(p, energy):
    """Γ(V* → dark matter, neutrinos, dark pairs) [GeV] at mass ``energy``."""
    total = dark_width(p, energy)
    for k in range(NU_E, NU_E + 3):
        total += fermion_width(energy, 0.0, 0.0, p.g_left[k], 0.0, 1.0)
    for k in range(p.dark_pairs):
        total += pair_width(p, energy, k)
    return total


@kernel
def pair_width(p, energy, k):
    """Γ(V* → f1 f̄2) [GeV] of the k-th further pair."""
    return fermion_width(energy, p.pair_m1[k], p.pair_m2[k], p.pair_left[k], p.pair_right[k], p.pair_number[k])


@kernel
def vector_width(p, s, energy):
    """Total width [GeV] at mass ``energy``: fermions, both charge modes of b s̄ and t c̄, further pairs, χ χ̄.

    Without the loop-induced vertex, whose square is two loops higher.
    """
    total = dark_width(p, energy) + p.extra_width * energy / p.m_med
    for k in range(p.g_left.size):
        if p.g_left[k] != 0.0 or p.g_right[k] != 0.0:
            mass = fermion_mass(s, k)
            total += fermion_width(energy, mass, mass, p.g_left[k], p.g_right[k], 3.0 if k >= 6 else 1.0)
    left, right = abs(p.g_sb_left), abs(p.g_sb_right)
    if left != 0.0 or right != 0.0:
        total += 2.0 * fermion_width(energy, s.m_b, s.m_s, left, right, 3.0)
    if p.g_ct_left != 0.0:
        total += 2.0 * fermion_width(energy, s.m_t, s.m_c, abs(p.g_ct_left), 0.0, 3.0)
    for k in range(p.pair_number.size):
        if p.pair_number[k] > 0.0:
            total += pair_width(p, energy, k)
    return total


@kernel
def mediator_width(p, s):
    """Total width [GeV] of the vector mediator on its mass shell."""
    return vector_width(p, s, p.m_med)
