r"""B → V ℓℓ: transversity amplitudes at one q² as linear functions of the Wilson coefficients.

With C± = C ± C′ and ΔX what does not depend on new physics (0811.1214 Eqs. 3.19-3.23; A12 and T23 of 1310.3722):

* V_⊥ = N √(2λ) [C9+ V/(m_B + m_V) + C7+ 2 m_b T1/q²] + ΔV_⊥, A_⊥ = N √(2λ) C10+ V/(m_B + m_V)
* V_∥ = -N √2 [C9- (m_B + m_V) A1 + C7- 2 m_b (m_B² - m_V²) T2/q²] + ΔV_∥, A_∥ with C10- likewise
* V_0 = -8 N m_B m_V/√q² [C9- A12 + C7- m_b T23/(m_B + m_V)] + ΔV_0, A_0 with C10- likewise
* T = √(1 - β²) A_t = N √λ A0 [4 m C10-/q² + 2 (C_P - C_P′)], S = -2 N √λ A0 (C_S - C_S′)

so that A^{L,R} = V ∓ A, and N² = τ G_F² α² |λ_t|² q² √λ β/(3·2^10 π^5 m_B³) includes the lifetime: the J_i are
branching fractions per GeV². V is linear in C8± too (``octet``).
"""

import numpy as np

from likelihoods.amplitudes.panels import CHARM_HIGH, CHARM_LOW
from likelihoods.form_factors import A0, A1, A12, T1, T2, T23, V, vector_form_factors
from likelihoods.kernel import kernel

#: Columns of a node's values: β, m/√q², factors of the coefficients, C10 of the SM, y of the time integration, and
#: Re, Im of ΔV_⊥, ΔV_∥, ΔV_0 of the b → s transition and of its CP conjugate, and Re, Im of the factors of C8.
BETA, MASS, PERP_9, PERP_7, PARA_9, PARA_7, LONG_9, LONG_7, TIME_10, TIME_P, SCALAR, SM_10, MIXING = range(13)
DELTA = 13
OCTET = DELTA + 12
VALUES = OCTET + 6


@kernel
def normalisation(q2, beta, root_lambda, m_b, tau, common):
    """N; ``common`` = G_F² α² |λ_t|²/(3·2^10 π^5), ``tau`` in GeV^-1."""
    return np.sqrt(tau * common * q2 * root_lambda * beta / m_b**3)


@kernel
def add_complex(out, k, x):
    """Add a complex number to columns k, k + 1."""
    out[k] += x.real
    out[k + 1] += x.imag


@kernel
def vector_values(
    q2, m, m_b, m_v, ff_masses, a, power, running, n_0, c7, c9, c7_bar, c9_bar, c7_flipped, ff, hard, out
):
    """Fill ``out`` (VALUES,) at one node, but for C10 of the SM and y.

    Parameters
    ----------
    m, m_b, m_v : lepton, B and V masses; ``ff_masses`` those of the form factors
    a, power : form-factor coefficients, power corrections
    running : m_b(μ)
    n_0 : N
    c7, c9, c7_bar, c9_bar : SM coefficients with quark loops, and those of the CP conjugate
    c7_flipped : C7′ of the SM
    ff : scratch (7,)
    hard : (2, 2) q² H_-, √q² H_0 of QCD factorisation in units of N, and of the CP conjugate
    """
    vector_form_factors(q2, ff_masses[0], ff_masses[1], a, ff)
    root_lambda = np.sqrt(max((m_b**2 - m_v**2 - q2) ** 2 - 4.0 * m_v**2 * q2, 0.0))
    plus, difference = m_b + m_v, m_b**2 - m_v**2
    out[PERP_9] = n_0 * np.sqrt(2.0) * root_lambda * ff[V] / plus
    out[PERP_7] = n_0 * np.sqrt(2.0) * root_lambda * 2.0 * running * ff[T1] / q2
    out[PARA_9] = -n_0 * np.sqrt(2.0) * plus * ff[A1]
    out[PARA_7] = -n_0 * np.sqrt(2.0) * difference * 2.0 * running * ff[T2] / q2
    out[LONG_9] = -8.0 * n_0 * m_b * m_v / np.sqrt(q2) * ff[A12]
    out[LONG_7] = -8.0 * n_0 * m_b * m_v / np.sqrt(q2) * running * ff[T23] / plus
    out[TIME_10] = 4.0 * n_0 * root_lambda * ff[A0] * m / q2
    out[TIME_P] = 2.0 * n_0 * root_lambda * ff[A0]
    out[SCALAR] = -2.0 * n_0 * root_lambda * ff[A0]
    # power corrections: (helicities -, +) = V_∥ ∓ V_⊥
    perp = para = longitudinal = 0j
    if q2 < CHARM_LOW:
        x = q2 / m_b**2
        scale = 0.5 * m_b / running
        c7_long = scale * complex(power[0] + power[1] * x, power[6] + power[7] * x)
        c7_plus = scale * complex(power[2] + power[3] * x, power[8] + power[9] * x)
        c7_minus = scale * complex(power[4] + power[5] * x, power[10] + power[11] * x)
        minus = 0.5 * c7_minus * (out[PARA_7] - out[PERP_7])
        helicity_plus = 0.5 * c7_plus * (out[PERP_7] - out[PARA_7])
        perp, para = helicity_plus - minus, helicity_plus + minus
        longitudinal = c7_long * out[LONG_7]
    elif q2 > CHARM_HIGH:
        minus = 0.5 * complex(power[16], power[17]) * (out[PARA_9] - out[PERP_9])
        helicity_plus = 0.5 * complex(power[14], power[15]) * (out[PARA_9] + out[PERP_9])
        perp, para = helicity_plus - minus, helicity_plus + minus
        longitudinal = complex(power[12], power[13]) * out[LONG_9]
    for bar in range(2):
        # H_- = (i/√8)(V_∥ - V_⊥)/N and H_0 = -(i/2) V_0/N of the spectator contribution
        minus = -1j * np.sqrt(2.0) * n_0 * hard[bar, 0] / q2
        seven, nine = (c7, c9) if bar == 0 else (c7_bar, c9_bar)
        k = DELTA + 6 * bar
        add_complex(out, k, perp - minus + out[PERP_9] * nine + out[PERP_7] * (seven + c7_flipped))
        add_complex(out, k + 2, para + minus + out[PARA_9] * nine + out[PARA_7] * (seven - c7_flipped))
        zero = longitudinal + 2j * n_0 * hard[bar, 1] / np.sqrt(q2)
        add_complex(out, k + 4, zero + out[LONG_9] * nine + out[LONG_7] * (seven - c7_flipped))
