r"""Coannihilation of complex scalar dark matter χ with the vector-like fermion F of its t-channel.

L = λ F̄_R χ f_L + h.c. with F a copy of the doublet f. As U(1)_X is exact, what annihilates besides χ χ* is χ* F -> f V
and F F̄ -> V V, f' f̄', H H* (gauge couplings) and f f̄ (χ exchange as well). Gauge bosons V and the light fermions are
massless: exact up to m_Z²/(4 m_F²), with the couplings of the unbroken group at m_Z, α_s at m_F (or m_Z). All |𝓜|² are
summed over spins and components of the multiplet, and averaged over the angle. With g_a² C_a the squared charge of F
under the group a, E = Σ g_a² C_a, d the dimension of F, Λ² = Σ λ² over generations, z = m_F² - t (own derivation,
checked in the tests with explicit Dirac matrices; V V of a colour triplet is the inverse of gg -> Q Q̄, Combridge, Nucl.
Phys. B151 (1979) 429):

* χ* F -> f V, f in the s- and F in the t-channel, D = m_F² - m_χ², a = s + D:
  Σ|𝓜|² = Λ² d E [2z/s - 4a/s + (2a - 2D + 4aD/s)/z - 4m_F² D/z²],
* χ* Q -> t_R H*: Σ|𝓜|² = λ_b² y_t² d z/s,
* F F̄ -> V V, τ = (1 ∓ β cos θ)/2, ρ = 4m_F²/s, N = Σ g_a⁴ C_a C_A:
  Σ|𝓜|² = 4d [E²/(τ1 τ2) - N] [τ1² + τ2² + ρ - ρ²/(4 τ1 τ2)], ½ for identical bosons included,
* F F̄ -> f' f̄', H H*: Σ|𝓜|² = (8/3)(1 + ρ/2) Σ g_a⁴ d_A T(F) [Σ T(Weyl) + ½ Σ T(scalar)],
* F F̄ -> f f̄: χ exchange Λ⁴ d² z²/(m_χ² - t)², and interference -4 Λ² d E (z² + m_F² s)/(s (m_χ² - t)).

Relative to χ χ* with one internal state each, χ* F and its conjugate count twice, F F̄ once. Left out: pairs of a quark-
and a lepton-like F, forces between the F, bound states, and what happens where χ and F lose chemical equilibrium.
"""

import numpy as np

from likelihoods.functions import k2_tail
from likelihoods.kernel import kernel
from likelihoods.qcd import alpha_s

# Σ T of the Standard Model's Weyl fermions, and half that of the Higgs doublet
_SU3, _SU2, _U1 = 6.0, 6.25, 10.25


@kernel
def gauge_factors(p, s, coloured):
    """(d, E, N, Σ g_a⁴ d_A T(F) ΣT) of a doublet of leptons, or of quarks."""
    e2 = 4.0 * np.pi * s.alpha_em_mZ
    g1, g2 = e2 / (1.0 - s.sin2_theta_w), e2 / s.sin2_theta_w
    if not coloured:
        pairs = 0.5 * g1 * g1 * _U1 + 1.5 * g2 * g2 * _SU2
        return 2.0, 0.25 * g1 + 0.75 * g2, 1.5 * g2 * g2, pairs
    g3 = 4.0 * np.pi * alpha_s(max(p.m_heavy_q, s.m_Z), s)
    pairs = g1 * g1 * _U1 / 6.0 + 4.5 * g2 * g2 * _SU2 + 8.0 * g3 * g3 * _SU3
    return 6.0, g1 / 36.0 + 0.75 * g2 + 4.0 / 3.0 * g3, 1.5 * g2 * g2 + 4.0 * g3 * g3, pairs


@kernel
def relative_abundance(states, m, heavy, x):
    """n_F/n_χ in equilibrium, particles and antiparticles, for ``states`` g_F/g_χ."""
    d = (heavy - m) / m
    ratio = 1.0 + d
    return states * ratio * np.sqrt(ratio) * np.exp(-x * d) * k2_tail(1.0 / (x * ratio)) / k2_tail(1.0 / x)


@kernel
def _atanh_over(b):
    """atanh(b)/b."""
    return 1.0 + b * b / 3.0 if b < 1e-4 else np.arctanh(b) / b


@kernel
def mixed_amplitude(m, heavy, energy, momentum):
    """(1, 2): Σ|𝓜|² of χ* F -> f V over Λ² d E, and of χ* Q -> t_R H* over λ_b² y_t² d, at √s = ``energy``."""
    s, gap = energy * energy, (heavy - m) * (heavy + m)
    a = s + gap
    log = _atanh_over(2.0 * energy * momentum / a)
    return (4.0 - 4.0 * gap / a + 8.0 * gap / s) * log - (3.0 * a + 4.0 * gap) / s, 0.5 * a / s


@kernel
def pair_amplitude(m, heavy, energy, momentum):
    """Σ|𝓜|² of F F̄: V V over 4d E², over -4d N; gauge pairs over their factor; χ exchange over Λ⁴ d², over Λ² d E."""
    s = energy * energy
    rho, beta = 4.0 * heavy * heavy / s, 2.0 * momentum / energy
    log = _atanh_over(beta)
    abelian = (4.0 + 4.0 * rho - 2.0 * rho * rho) * log - 2.0 * (1.0 + rho)
    adjoint = 2.0 / 3.0 + 5.0 / 6.0 * rho - rho * rho * log
    delta = 2.0 * (m - heavy) * (m + heavy) / s
    one = 1.0 + delta
    inverse = _atanh_over(beta / one) / one
    exchange = 1.0 - 2.0 * delta * inverse + delta * delta / ((one - beta) * (one + beta))
    interference = -2.0 * (1.0 - delta + (delta * delta + rho) * inverse)
    return abelian, adjoint, 8.0 / 3.0 * (1.0 + 0.5 * rho), exchange, interference


@kernel
def coannihilation(m, energy, excess, row, pair):
    r"""Σ|𝓜|² p/(64π E³), E = √s/2: σ p²/E² [GeV^-2] summed over internal states, relative to χ χ* with one each.

    Parameters
    ----------
    m : mass of χ
    energy, excess : √s, and √s less the masses of the initial particles, which cancels at threshold
    row : of the channel; its ``heavy`` is the mass of F
    pair : F F̄ instead of χ* F and χ F̄
    """
    s, half = energy * energy, 0.5 * energy
    momentum = np.sqrt(excess * (energy + row.m_sum) * (s - row.m_difference**2)) / (2.0 * energy)
    if pair:
        abelian, adjoint, gauge, exchange, interference = pair_amplitude(m, row.heavy, energy, momentum)
        total = 4.0 * row.states * (row.charge**2 * abelian - row.adjoint * adjoint) + row.gauge * gauge
        total += row.yukawa * row.states * (row.yukawa * row.states * exchange + row.charge * interference)
    else:
        to_vector, to_higgs = mixed_amplitude(m, row.heavy, energy, momentum)
        total = 2.0 * row.states * (row.yukawa * row.charge * to_vector + row.top * to_higgs)
    return total * momentum / (64.0 * np.pi * half**3)
