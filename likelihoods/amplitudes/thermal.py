r"""Thermally averaged annihilation cross section ⟨σv⟩(x), x = m/T, without expansion in velocity.

Gondolo and Gelmini, Nucl. Phys. B 360 (1991) 145, with √s = 2m(1 + ε):

.. math:: ⟨σv⟩ = \frac{8x}{[e^x K_2(x)]^2} ∫_0^∞ dε\, σ β^2 (1+ε)^4\, [e^z K_1(z)]_{z = 2x(1+ε)}\, e^{-2xε}.

One grid of energies serves all temperatures. Channels that open at the same energy ε_0 form a group, integrated by the
trapezoidal rule in u = ln η, η = ε - ε_0: every threshold, also that of χ χ̄ itself, lies at u = -∞, so the integrand
is analytic around the real axis and the error falls as exp(-π²/step), at every x at once. Three remarks make it fast:

* The only singularities nearby are the poles s = M² ± i M Γ of the mediator. The error of the trapezoidal rule due to a
  pole is known in closed form from its residue (Turing 1943; Chiarella and Reichel 1968), so resonances of any width
  need no further nodes; nodes are placed with the pole midway between two of them.
* The step is the logarithm of the golden ratio φ. Nodes then obey η_{i+1} = η_i + η_{i-1}, and the Boltzmann factors
  of a temperature follow by one multiplication each.
* K_1 is a polynomial in 1/z times its asymptotic form.

An energy-dependent width moves the pole and adds thresholds to the propagator; the grid is then refined instead.
"""

from typing import Any, NamedTuple

import numpy as np

from likelihoods.amplitudes.annihilation import (
    CHANNEL,
    CHANNELS,
    MEDIATORS,
    SQUARES,
    SUM,
    T_CHANNEL,
    channel_rows,
    energy_times_width,
    mediator_pair,
    s_channel,
    t_channel,
    total_width,
)
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC
from likelihoods.functions import k1_tail, k2_tail
from likelihoods.kernel import kernel

GOLDEN = float((1.0 + np.sqrt(5.0)) / 2.0)
STEP = float(np.log(GOLDEN))
GROUPS, NODES = CHANNELS, 96
_TOP = 20.0  # largest η: e^{-2xη} has fallen to 1e-17 already at x = 1
_FAR = 1.3  # phase of a pole in η beyond which its correction is below 1e-7


class EnergyGrid(NamedTuple):
    """Workspace of one point: nodes of every group, without the factors that depend on temperature.

    ``eta``, ``weight``, ``inverse`` (groups, nodes): η, step · η σβ² (1+ε)^{7/2}, 1/(1+ε); ``offset`` ε_0, ``finest``
    smallest η that matters and ``count`` of each group; ``pole`` η at the pole and ``residue`` its coefficient.
    ``rows`` and ``group`` are the table of channels and the group of each row.
    """

    eta: Any
    weight: Any
    inverse: Any
    offset: Any
    finest: Any
    count: Any
    pole: Any
    residue: Any
    rows: Any
    group: Any


@kernel
def energy_grid():
    """An empty workspace."""
    return EnergyGrid(
        np.zeros((GROUPS, NODES)),
        np.zeros((GROUPS, NODES)),
        np.zeros((GROUPS, NODES)),
        np.zeros(GROUPS),
        np.zeros(GROUPS),
        np.zeros(GROUPS, np.int64),
        np.zeros(GROUPS, np.complex128),
        np.zeros(GROUPS, np.complex128),
        np.zeros((CHANNELS, 7)),
        np.zeros(CHANNELS, np.int64),
    )


@kernel
def _group(grid, n_groups, r, m):
    """Assign row r to the group of its threshold; returns the number of groups."""
    offset = max(0.5 * (grid.rows[r, SUM] - 2.0 * m) / m, 0.0)
    for k in range(n_groups):
        if abs(offset - grid.offset[k]) < 1e-13:
            grid.group[r] = k
            return n_groups
    grid.offset[n_groups] = offset
    grid.group[r] = n_groups
    return n_groups + 1


@kernel
def _energy_width(grid, n_rows, k, m, eta, energy):
    """√s Γ(√s) of the group's channels at √s = ``energy`` [GeV²], real or complex."""
    total = 0.0 * energy
    for r in range(n_rows):
        if grid.group[r] == k and grid.rows[r, SQUARES] != 0.0:
            excess = 2.0 * m * (eta + (grid.offset[k] - 0.5 * (grid.rows[r, SUM] - 2.0 * m) / m))
            total += energy_times_width(energy, excess, grid.rows[r])
    return total


@kernel
def fill_grid(p, s, x_end, only, grid):
    """Prepare the grid of one point for 1 <= x <= ``x_end``; returns the number of groups.

    Parameters
    ----------
    only : channel to keep, -1 for all
    grid : workspace, overwritten
    """
    rows, m, m_med, g = grid.rows, p.m_dm, p.m_med, p.g_dm
    n_rows = channel_rows(p, s, rows)
    portal = m_med > 0.0 and g != 0.0 and (p.dm_spin == DIRAC or p.dm_spin == COMPLEX_SCALAR)
    width = total_width(p, rows, n_rows, m_med) if portal else 0.0
    if portal and p.dm_spin == DIRAC:
        rows[n_rows, :] = 0.0
        rows[n_rows, CHANNEL], rows[n_rows, SUM] = MEDIATORS, 2.0 * m_med
        n_rows += 1
    n_groups = 0
    for r in range(n_rows):
        if only >= 0 and rows[r, CHANNEL] != only:
            grid.group[r] = -1
        else:
            n_groups = _group(grid, n_groups, r, m)
    resonance = 0.5 * (m_med - 2.0 * m) / m  # ε at the mass of the mediator
    half = 0.25 * m_med * width / (m * m)  # M Γ / 4 m²
    coupling = g * g / (16.0 * m**4)
    sroot = np.sqrt(complex(m_med * m_med, m_med * width)) / (2.0 * m)
    epole = complex(resonance * (2.0 + resonance), half) / (1.0 + sroot)
    for k in range(n_groups):
        offset = grid.offset[k]
        resonant, has_t = False, False
        for r in range(n_rows):
            if grid.group[r] == k:
                resonant |= portal and rows[r, SQUARES] != 0.0
                has_t |= rows[r, CHANNEL] == MEDIATORS or rows[r, T_CHANNEL] != 0.0
        # nodes from far below the smallest scale to beyond the Boltzmann cut
        x_last = min(x_end, 40.0 / offset) if offset > 0.0 else x_end
        low = 5e-4 / x_last
        pole = epole - offset
        grid.finest[k] = 1.0
        grid.residue[k] = 0.0
        grid.pole[k] = 1.0
        if resonant:
            grid.finest[k] = max(1e-3 * abs(pole), 1e-16)
            low = max(min(low, grid.finest[k]), 1e-16)
        start = np.log(low)
        corrected = resonant and pole.real > 0.0 and half > 0.0 and pole.imag < np.tan(_FAR) * pole.real
        if corrected:
            upole = np.log(pole)
            start = upole.real - STEP * (np.ceil((upole.real - start) / STEP) + 0.5)
            grid.pole[k] = pole
            shat = (1.0 + epole) ** 2
            energy = 2.0 * m * (1.0 + epole)
            value = s_channel(p.dm_spin, shat, _energy_width(grid, n_rows, k, m, pole, energy))
            velocity = np.sqrt(epole * (2.0 + epole)) / (1.0 + epole)
            phase = np.exp(complex(0.0, -2.0 * np.pi / STEP) * (upole - start))
            grid.residue[k] = 0.5 * np.pi / half * coupling * value * velocity * (1.0 + epole) ** 2.5 / (1.0 - phase)
        count = min(int((np.log(_TOP) - start) / STEP) + 1, NODES)
        grid.count[k] = count
        eta = np.exp(start)
        for i in range(count):
            eps = offset + eta
            one = 1.0 + eps
            shat = one * one
            velocity = np.sqrt(eps * (2.0 + eps)) / one
            value = 0.0
            if resonant:
                distance = (eps - resonance) * (2.0 + eps + resonance)
                width_here = _energy_width(grid, n_rows, k, m, eta, 2.0 * m * one)
                value = coupling * s_channel(p.dm_spin, shat, width_here) / (distance * distance + half * half)
            if has_t:
                for r in range(n_rows):
                    if grid.group[r] == k:
                        excess = 2.0 * m * (eta + (offset - 0.5 * (rows[r, SUM] - 2.0 * m) / m))
                        if rows[r, CHANNEL] == MEDIATORS:
                            value += mediator_pair(g, m, m_med, shat, excess)
                        elif rows[r, T_CHANNEL] != 0.0:
                            value += t_channel(m, shat, velocity, excess, rows[r])
            grid.eta[k, i] = eta
            grid.inverse[k, i] = 1.0 / one
            grid.weight[k, i] = STEP * eta * value * velocity * one**3 * np.sqrt(one)
            eta *= GOLDEN
    return n_groups


@kernel
def thermal_average(grid, n_groups, x):
    """⟨σv⟩ [GeV^-2] of a χ χ̄ pair at x = m/T >= 1."""
    total = 0.0
    a, inverse_a = 2.0 * x, 0.5 / x
    for k in range(n_groups):
        shift = a * grid.offset[k]
        if shift > 700.0:
            continue
        eta, weight, inverse, count = grid.eta[k], grid.weight[k], grid.inverse[k], grid.count[k]
        smallest = min(1e-5 * inverse_a, grid.finest[k])
        i = max(int(np.log(smallest / eta[0]) / STEP), 0)
        part = 0.0
        while i < count and a * eta[i] < 0.02:
            z = a * eta[i]
            part += weight[i] * (1.0 - z * (1.0 - z * (0.5 - z / 6.0))) * k1_tail(inverse_a * inverse[i])
            i += 1
        if i < count - 1:
            last, now = np.exp(-a * eta[i]), np.exp(-a * eta[i + 1])
            part += weight[i] * last * k1_tail(inverse_a * inverse[i])
            i += 1
            while i < count and now > 1e-18:
                part += weight[i] * now * k1_tail(inverse_a * inverse[i])
                last, now = now, now * last
                i += 1
        if grid.residue[k] != 0.0:
            pole = grid.pole[k]
            one = 1.0 + (grid.offset[k] + pole)
            part += 2.0 * (grid.residue[k] * np.exp(-a * pole) * k1_tail(inverse_a / one)).real
        total += part * np.exp(-shift)
    return 8.0 / np.sqrt(np.pi) * x * np.sqrt(x) * total / k2_tail(1.0 / x) ** 2
