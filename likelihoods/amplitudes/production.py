"""Production of a neutral vector boson from quark pairs at the LHC, leading order and narrow width.

σ(q q̄' → V) = (π/6)(g_L² + g_R²)(1/S) 2∫dx/x q(x) q̄'(τ/x) of each ordered pair of flavours (formula sheet 0.8, derived
from Γ). The b b̄ luminosity is that of NNPDF31_lo (``bb_to_zprime``), that of other pairs relative to it comes from the
evolution of a benchmark input (``quark_pairs_to_zprime``): 20 to 30 % each; K = 1 within 10-30 % (1702.00395 §4.1.2).
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from likelihoods.couplings import FERMIONS
from likelihoods.functions import interval
from likelihoods.kernel import kernel
from likelihoods.table import load_table

Array = npt.NDArray[np.float64]

#: Pairs of quarks, the rows of a luminosity.
PAIRS = ("bb", "bs", "ss", "cc", "uu", "dd")
D, S, B, U, C = (FERMIONS.index(name) for name in ("d", "s", "b", "u", "c"))


@kernel
def pair_couplings(p, s, out):
    """g_L² + g_R² of each of ``PAIRS`` into ``out`` (6,): b s̄ and s b̄ count both, kinetic mixing adds ε e Q."""
    mixing = p.kinetic_mixing * np.sqrt(4.0 * np.pi * s.alpha_em_mZ)
    out[1] = 2.0 * (abs(p.g_sb_left) ** 2 + abs(p.g_sb_right) ** 2)
    for k, flavour in ((0, B), (2, S), (3, C), (4, U), (5, D)):
        shift = mixing * (2.0 / 3.0 if flavour >= U else -1.0 / 3.0)
        out[k] = (p.g_left[flavour] + shift) ** 2 + (p.g_right[flavour] + shift) ** 2


@kernel
def production(squares, mass, log_m, log_sigma):
    """σ(p p → V) [pb] at ``mass`` [GeV] for couplings ``squares`` of the pairs; 0 above the table.

    Parameters
    ----------
    log_m : (n,) logarithms of the masses
    log_sigma : (6, n) logarithms of the unit cross sections
    """
    x = np.log(mass)
    if x > log_m[-1]:
        return 0.0
    k = interval(log_m, x)
    share = max((x - log_m[k]) / (log_m[k + 1] - log_m[k]), 0.0)
    total = 0.0
    for pair in range(squares.size):
        if squares[pair] != 0.0:
            low = log_sigma[pair, k]
            total += squares[pair] * np.exp(low + share * (log_sigma[pair, k + 1] - low))
    return total


@cache
def luminosity(energy: int) -> tuple[Array, Array]:
    """Logarithms of masses (n,) and of unit cross sections (6, n) at 8 or 13 TeV."""
    bottom, others = load_table("bb_to_zprime"), load_table("quark_pairs_to_zprime")
    unit = bottom.column(f"sigma_{energy}tev_nnpdf")
    rows = [unit, *(unit * others.column(f"{pair}_{energy}tev") for pair in PAIRS[1:])]
    return np.log(bottom.column("mass")), np.log(np.array(rows))
