r"""Sommerfeld: annihilation at small velocity in an attractive or repulsive Yukawa force, Hulthén approximation.

1702.00395 Eq. (47) with x = α/β, β the velocity of each particle in the centre of mass, and u = 6βm/(π² m_φ):

.. math:: S = \left|\frac{Γ(a_+) Γ(a_-)}{Γ(1 + 2iu)}\right|^2, \quad a_± = 1 + iu (1 ± \sqrt{1 - x/u})
            = \frac{π x \sinh 2πu}{\cosh 2πu - \cos(2πu \sqrt{x/u - 1})}

by Γ(1 + iz)Γ(1 - iz) = πz/sinh πz. Coupling: of L = -½ f φ χ̄χ with Majorana χ each vertex is f (two contractions cancel
the ½), the exchange gives V = -f²/(4π) e^{-m_φ r}/r, hence α = f²/4π; the paper's x = f²/(16πβ) has half the vertex.
A repulsive force is the same with α < 0, where the cosine turns hyperbolic.
"""

import numpy as np

from likelihoods.couplings import PAPER
from likelihoods.kernel import kernel

#: Nodes of ∫ √t e^{-t} dt, the Maxwell distribution in t = β²/β0² (generalised Gauss-Laguerre, tested against scipy).
_T, _W = np.polynomial.laguerre.laggauss(24)
_W = _W * np.sqrt(_T)
_W = _W / _W.sum()


@kernel
def hulthen(alpha, m, m_phi, beta):
    """S at one velocity; tends to π x/(1 - e^{-πx}) for a massless mediator and to a constant for β → 0.

    Parameters
    ----------
    alpha : of the force, positive if attractive
    m, m_phi : masses of the particle and the mediator [GeV]
    beta : velocity of each particle
    """
    if alpha == 0.0:
        return 1.0
    x, u = alpha / beta, 6.0 * beta * m / (np.pi**2 * m_phi)
    y = 2.0 * np.pi * u
    ratio = x / u - 1.0
    # numerator and denominator divided by e^y/2, so that nothing overflows; the latter as a product or sum of squares
    if ratio >= 0.0:
        wave = np.sin(0.5 * y * np.sqrt(ratio))
        below = np.expm1(-y) ** 2 + 4.0 * np.exp(-y) * wave * wave
    else:
        root = np.sqrt(-ratio)
        below = np.expm1(-y * (1.0 + root)) * np.expm1(-y * (x / u) / (1.0 + root))  # 1 - root without cancellation
    return np.pi * x * -np.expm1(-2.0 * y) / below


@kernel
def enhancement(p, beta0):
    """⟨S⟩ over a Maxwell distribution of most probable velocity ``beta0``; 1 without a force.

    The paper's scheme takes this one velocity instead.
    """
    if p.alpha_yukawa <= 0.0 or p.m_yukawa <= 0.0:
        return 1.0
    if p.scheme == PAPER:
        return hulthen(p.alpha_yukawa, p.m_dm, p.m_yukawa, beta0)
    total = 0.0
    for k in range(_T.size):
        total += _W[k] * hulthen(p.alpha_yukawa, p.m_dm, p.m_yukawa, beta0 * np.sqrt(_T[k]))
    return total
