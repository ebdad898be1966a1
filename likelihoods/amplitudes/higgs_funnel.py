r"""Higgs funnel: annihilation through the Higgs portal at finite temperature, across the resonance.

σβ = λ² v² Γ_h^*(√s)/(√s D), D = (s - m_h²)² + m_h² Γ_h², into fermions, WW and ZZ, and |𝓜|² β_h/(32π s) into h h, with
the t-channel of the latter taken at right angles. At rest it is ``higgs_portal.portal_sigma_v``. Grids of energies are
those of ``thermal``: one for what is open at rest, one for each state that is not, the pole corrected in the same way.
The bottom mass runs as a power of √s around 2m.
"""

import numpy as np

from likelihoods.amplitudes.higgs_portal import WIDTH, invisible_width
from likelihoods.amplitudes.thermal import (
    ETA,
    FAR,
    FUNNEL,
    GOLDEN,
    INVERSE,
    LOW,
    NODES,
    SLOTS,
    STEP,
    TOP,
    WEIGHT,
    close,
)
from likelihoods.couplings import COMPLEX_SCALAR
from likelihoods.kernel import kernel
from likelihoods.qcd import m_b_running

_H = 5  # place of h h among the states of ``higgs_portal``


@kernel
def width_over_energy(k, energy, excess, mass, m2, s):
    """Γ_h^*/√s at √s = ``energy``, real or complex, into the k-th state, ``excess`` above its threshold.

    Parameters
    ----------
    mass, m2 : of the final particle, and the square of the running one in its Yukawa coupling
    """
    beta = np.sqrt(excess * (energy + 2.0 * mass)) / energy
    if k < 3:
        return (1.0 if k == 2 else 3.0) * s.G_F * m2 * beta * beta * beta / (4.0 * np.sqrt(2.0) * np.pi)
    x = (mass / energy) * (mass / energy)
    shape = beta * (1.0 - 4.0 * x + 12.0 * x * x) * energy * energy
    return (1.5 - 0.5 * (k - 2)) * s.G_F * shape / (8.0 * np.sqrt(2.0) * np.pi)


@kernel
def higgs_pair(lam, m_h, vev2, energy, excess):
    """σβ [GeV^-2] into h h."""
    s, h2 = energy * energy, m_h * m_h
    amplitude = lam * (1.0 + 3.0 * h2 / (s - h2) - 2.0 * lam * vev2 / (0.5 * s - h2))
    return amplitude * amplitude * np.sqrt(excess * (energy + 2.0 * m_h)) / energy / (32.0 * np.pi * s)


@kernel
def fill_funnel(p, s, x_end, groups, nodes):
    """Grids of the portal for 1 <= x <= ``x_end``, in the last ``SLOTS`` groups; empty where it is closed."""
    for slot in range(SLOTS):
        groups[FUNNEL + slot].count = 0
    if p.dm_spin != COMPLEX_SCALAR or p.higgs_portal == 0.0:
        return
    m, m_h = p.m_dm, s.m_h
    lam = 2.0 * m * m_h * m_h * p.higgs_portal
    vev2 = 1.0 / (np.sqrt(2.0) * s.G_F)
    m_b = m_b_running(max(2.0 * m, s.m_b), s)
    power = np.log(m_b / m_b_running(max(4.0 * m, s.m_b), s)) / np.log(2.0)
    masses = np.array([m_b, s.m_t, s.m_tau, s.m_W, s.m_Z, m_h])
    gamma = WIDTH + invisible_width(m, s, lam)
    strength = lam * lam * vev2 / (16.0 * m**4)
    resonance = 0.5 * (m_h - 2.0 * m) / m
    half = 0.25 * m_h * gamma / (m * m)
    root = np.sqrt(complex(m_h * m_h, m_h * gamma)) / (2.0 * m)
    eps_pole = complex(resonance * (2.0 + resonance), half) / (1.0 + root)
    for slot in range(SLOTS):
        first, last = (0, 6) if slot == 0 else (slot - 1, slot)
        offset = 0.0 if slot == 0 else (masses[slot - 1] - m) / m
        some = False
        for k in range(first, last):
            some |= masses[k] < m if slot == 0 else masses[k] >= m
        if not some:
            continue
        group = groups[FUNNEL + slot]
        pole = eps_pole - offset
        near = max(1e-3 * abs(pole), 1e-16)
        low = max(min(LOW / min(x_end, 40.0 / max(offset, 1e-300)), near), 1e-16)
        group.offset, group.finest, group.pole, group.residue = offset, np.log(near), pole, 0.0
        group.start = np.log(low)
        if pole.real > 0.0 and pole.imag < np.tan(FAR) * pole.real:
            log_pole = np.log(pole)
            group.start = log_pole.real - STEP * (np.ceil((log_pole.real - group.start) / STEP) + 0.5)
            one = 1.0 + eps_pole
            energy = 2.0 * m * one
            value = 0.0j
            for k in range(first, min(last, _H)):
                if slot > 0 or masses[k] < m:
                    m2 = masses[k] ** 2 * (one ** (-2.0 * power) if k == 0 else 1.0 + 0.0j)
                    value += width_over_energy(k, energy, energy - 2.0 * masses[k], masses[k], m2, s)
            velocity = np.sqrt(eps_pole * (2.0 + eps_pole)) / one
            phase = np.exp(complex(0.0, -2.0 * np.pi / STEP) * (log_pole - group.start))
            group.residue = 0.5 * np.pi / half * strength * value * velocity * one * one * np.sqrt(one) / (1.0 - phase)
        group.count = min(int((np.log(TOP) - group.start) / STEP) + 1, NODES)
        eta = np.exp(group.start)
        for i in range(group.count):
            eps = offset + eta
            one = 1.0 + eps
            energy = 2.0 * m * one
            distance = (eps - resonance) * (2.0 + eps + resonance)
            value = 0.0
            for k in range(first, last):
                if slot == 0 and masses[k] >= m:
                    continue
                excess = 2.0 * m * eta if slot > 0 else 2.0 * (m - masses[k]) + 2.0 * m * eta
                if k == _H:
                    value += higgs_pair(lam, m_h, vev2, energy, excess)
                else:
                    m2 = masses[k] ** 2 * (one ** (-2.0 * power) if k == 0 else 1.0)
                    through = width_over_energy(k, energy, excess, masses[k], m2, s)
                    value += strength * through / (distance * distance + half * half)
            velocity = np.sqrt(eps * (2.0 + eps)) / one
            nodes[FUNNEL + slot, ETA, i], nodes[FUNNEL + slot, INVERSE, i] = eta, 1.0 / one
            nodes[FUNNEL + slot, WEIGHT, i] = STEP * eta * value * velocity * one**3 * np.sqrt(one)
            eta *= GOLDEN
        close(nodes[FUNNEL + slot, WEIGHT])
