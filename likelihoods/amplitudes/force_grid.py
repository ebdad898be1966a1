r"""Force grid: the Sommerfeld enhancement of constant partial waves at finite temperature, on grids of ``thermal``."""

import numpy as np

from likelihoods.amplitudes.annihilation import CHANNELS
from likelihoods.amplitudes.sommerfeld import hulthen
from likelihoods.amplitudes.thermal import EQUAL, ETA, FORCES, GOLDEN, INVERSE, NODES, STEP, TOP, WEIGHT, close
from likelihoods.kernel import kernel


@kernel
def fill_forces(p, s, x_end, groups, nodes):
    r"""Grids of the mean enhancement ⟨S⟩ of a constant σv, for the two forces, if the input ``sommerfeld`` is 1.

    σ v_lab = S(β), that is σβ = ½ (1 + β²) S, in the average of the channels; without S it is exactly 1. All nodes
    count at every temperature, since S may rise as 1/β².
    """
    for k in range(FORCES):
        group, alpha = groups[CHANNELS + k], p.alpha_yukawa if k == EQUAL else p.alpha_mixed
        group.count = 0
        if s.sommerfeld == 0.0 or alpha == 0.0 or not p.m_yukawa > 0.0:
            continue
        eta = 5e-4 / x_end
        group.offset, group.pole, group.residue = 0.0, 0.0, 0.0
        group.start = group.finest = np.log(eta)
        group.count = min(int((np.log(TOP) - group.start) / STEP) + 1, NODES)
        for i in range(group.count):
            one = 1.0 + eta
            velocity = np.sqrt(eta * (2.0 + eta)) / one
            value = 0.5 * (1.0 + velocity * velocity) * hulthen(alpha, p.m_dm, p.m_yukawa, velocity)
            nodes[CHANNELS + k, ETA, i], nodes[CHANNELS + k, INVERSE, i] = eta, 1.0 / one
            nodes[CHANNELS + k, WEIGHT, i] = STEP * eta * value * velocity * one**3 * np.sqrt(one)
            eta *= GOLDEN
        close(nodes[CHANNELS + k, WEIGHT])
