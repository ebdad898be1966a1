"""Two-body decays of a neutral vector boson, on or off its mass shell."""

import numpy as np

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
