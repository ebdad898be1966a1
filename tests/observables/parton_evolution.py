"""Leading-order evolution of parton distributions in Mellin space, behind ``data/tables/quark_pairs_to_zprime.txt``.

Input at μ² = 2 GeV² and α_s = 0.35 of the Les Houches benchmark (hep-ph/0204316), four flavours from there and five
from m_b = 4.5 GeV on. Distributions are pure exponentials of the anomalous dimensions; the luminosity of two partons is
the inverse transform of the product of their moments.
"""

from itertools import pairwise

import numpy as np
from scipy.special import digamma, loggamma

FLAVOURS = ("u", "d", "s", "c", "b")
PAIRS = (("b", "s"), ("s", "s"), ("c", "c"), ("u", "u"), ("d", "d"))
PB = 0.3893794e9  # GeV^-2 in pb
M_C, M_B = np.sqrt(2.0), 4.5

_X, _W = np.polynomial.legendre.leggauss(64)
_EDGES = np.array([0, 1, 3, 6, 10, 16, 25, 40, 60])
_Z = np.concatenate([0.5 * ((b - a) * _X + a + b) for a, b in pairwise(_EDGES)])
_WEIGHT = np.concatenate([0.5 * (b - a) * _W for a, b in pairwise(_EDGES)])
_TURN = np.exp(0.75j * np.pi)
N = 1.9 + _Z * _TURN  #: contour of the inverse transform


def moments(power, end):
    """∫ x^(N-1) x^(power-1) (1-x)^end dx."""
    a, b = N + power - 1, end + 1
    return np.exp(loggamma(a) + loggamma(b) - loggamma(a + b))


def anomalous_dimensions(flavours):
    """γ_qq, γ_qg, γ_gq, γ_gg."""
    qq = 4 / 3 * (4 * (digamma(N + 1) + np.euler_gamma) - 3 - 2 / (N * (N + 1)))
    top = N * N + N + 2
    gg = 3 * (4 * (digamma(N + 1) + np.euler_gamma) - 11 / 3 - 4 / (N * (N - 1)) - 4 / ((N + 1) * (N + 2)))
    return (
        qq,
        -2 * flavours * top / (N * (N + 1) * (N + 2)),
        -8 / 3 * top / ((N - 1) * N * (N + 1)),
        gg + 2 * flavours / 3,
    )


def evolve(f, a, low, high, flavours):
    """Moments ``f`` at scale ``high`` from those at ``low``, and the coupling α_s/4π there."""
    b0 = 11 - 2 * flavours / 3
    end = 1 / (1 / a + b0 * np.log(high**2 / low**2))
    step = np.log(end / a) / b0
    qq, qg, gq, gg = anomalous_dimensions(flavours)
    names = FLAVOURS[:flavours]
    singlet, gluon = sum(f[k + "+"] for k in names), f["g"]
    root = np.sqrt((qq - gg) ** 2 + 4 * qg * gq)
    plus, minus = 0.5 * (qq + gg + root), 0.5 * (qq + gg - root)
    grow, fall = np.exp(plus * step), np.exp(minus * step)
    first, second = qq * singlet + qg * gluon, gq * singlet + gg * gluon
    after = (grow * (first - minus * singlet) - fall * (first - plus * singlet)) / root
    out = f | {"g": (grow * (second - minus * gluon) - fall * (second - plus * gluon)) / root}
    alone = np.exp(qq * step)
    out |= {k + "+": (f[k + "+"] - singlet / flavours) * alone + after / flavours for k in names}
    return out | {k: f[k] * alone for k in ("u-", "d-")}, end


def distributions(scale):
    """Moments of q + q̄ ("u+"), q - q̄ ("u-") and the gluon ("g") at ``scale`` [GeV]."""
    down, up = 0.1939875 * moments(-0.1, 6), 0.1939875 * moments(-0.1, 7)
    f = {"u-": 5.1072 * moments(0.8, 3), "d-": 3.06432 * moments(0.8, 4), "g": 1.7 * moments(-0.1, 5)}
    f |= {"u+": f["u-"] + 2 * up, "d+": f["d-"] + 2 * down, "s+": 0.4 * (up + down), "c+": 0 * N, "b+": 0 * N}
    a = 0.35 / (4 * np.pi)
    f, a = evolve(f, a, M_C, min(scale, M_B), 4)
    return evolve(f, a, M_B, scale, 5)[0] if scale > M_B else f


def invert(values, x):
    """Function at x of its moments on the contour."""
    return float(np.sum(_WEIGHT * np.imag(_TURN * np.exp(-N * np.log(x)) * values)) / np.pi)


def production(mass, energy, pairs):
    """σ(q q̄' → V) [pb] of each pair for a unit left-handed coupling at p p of ``energy`` [GeV], μ_F = mass."""
    f = distributions(mass)
    quark = {k: 0.5 * (f[k + "+"] + f.get(k + "-", 0)) for k in FLAVOURS}
    anti = {k: 0.5 * (f[k + "+"] - f.get(k + "-", 0)) for k in FLAVOURS}
    unit = np.pi / 6 / energy**2 * 2 * PB
    return [unit * invert(quark[one] * anti[two], (mass / energy) ** 2) for one, two in pairs]
