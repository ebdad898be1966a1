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

With an energy-dependent width the pole is continued analytically from the channels open at M; thresholds that open
within the resonance then cost some per mille.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.annihilation import (
    CHANNELS,
    MEDIATORS,
    ROW,
    add_energy_times_width,
    add_row,
    channel_rows,
    coannihilation_rows,
    energy_times_width,
    mediator_pair,
    running_width,
    s_channel,
    t_channel,
)
from likelihoods.amplitudes.coannihilation import coannihilation
from likelihoods.amplitudes.vector_decay import mediator_width
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC
from likelihoods.functions import k1_tail, k2_tail
from likelihoods.kernel import kernel

GOLDEN = float((1.0 + np.sqrt(5.0)) / 2.0)
STEP = float(np.log(GOLDEN))
NODES = 96  #: room for one group's nodes
TOP = 9.5  #: largest η: e^{-2xη} has fallen to 1e-8 already at x = 1
LOW = 0.02  #: smallest η times the largest x: below, the integrand is a power of η
LANES = 16  #: temperatures of one average
_LOG_SMALL, _LOG_LARGE = float(np.log(5e-3)), float(np.log(18.0))  # of z = 2xη
FAR = 1.3  #: phase of a pole in η beyond which its correction is below 1e-7

#: Channels of one threshold: ε_0, ln η of the first node and of the smallest that matters next to a pole, number of
#: nodes, η at the mediator's pole and the coefficient of its correction (zero: none).
GROUP = np.dtype(
    [
        ("offset", np.float64),
        ("start", np.float64),
        ("finest", np.float64),
        ("count", np.int64),
        ("pole", np.complex128),
        ("residue", np.complex128),
    ],
    align=True,
)
#: Forces between two particles of dark matter: equal states, and the two states of a Majorana pair.
EQUAL, MIXED, FORCES = np.int64(0), np.int64(1), 2
FIRST = np.int64(0)  #: group of the first channel
FUNNEL, SLOTS = np.int64(CHANNELS + FORCES), 7  #: groups of the Higgs portal, ``higgs_funnel``
#: One node: η, step · η σβ² (1+ε)^{7/2}, 1/(1+ε).
ETA, WEIGHT, INVERSE = range(3)


def energy_grid() -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.float64]]:
    """Workspace of one thread: table of channels, groups (then forces and Higgs portal), nodes (groups, 3, nodes)."""
    groups = CHANNELS + FORCES + SLOTS
    return np.zeros(CHANNELS, ROW), np.zeros(groups, GROUP), np.zeros((groups, 3, NODES))


@kernel
def _threshold(row, m):
    """ε where a channel opens, negative below 2m."""
    return 0.5 * (row.m_sum - 2.0 * m) / m


@kernel
def _assign(rows, n_rows, groups, m, only):
    """Sort the channels into groups of equal threshold; returns the number of groups."""
    n_groups = 0
    for r in range(n_rows):
        row = rows[r]
        row.group = -1
        if only >= 0 and row.channel != only:
            continue
        offset = max(_threshold(row, m), 0.0)
        for k in range(n_groups):
            if abs(offset - groups[k].offset) < 1e-13:
                row.group = k
        if row.group < 0:
            groups[n_groups].offset = offset
            row.group = n_groups
            n_groups += 1
    return n_groups


@kernel
def _energy_width(rows, n_rows, k, m, offset, eta):
    """√s Γ(√s) [GeV²] into the group's channels at √s = 2m (1 + offset + eta), real or complex."""
    energy = 2.0 * m * (1.0 + (offset + eta))
    total = 0.0 * energy
    for r in range(n_rows):
        row = rows[r]
        if row.group == k and row.squares != 0.0:
            total += energy_times_width(energy, 2.0 * m * (eta + (offset - _threshold(row, m))), row)
    return total


@kernel
def _pole(p, rows, n_rows, width, running):
    """ε of the mediator's pole, where s - M² = i M Γ or i √s Γ(√s), and that over 4 m² for its residue."""
    m, m_med = p.m_dm, p.m_med
    resonance, half = 0.5 * (m_med - 2.0 * m) / m, 0.25 * m_med * width / (m * m)
    strength = complex(half)
    root = np.sqrt(complex(m_med * m_med, m_med * width)) / (2.0 * m)
    eps_pole = complex(resonance * (2.0 + resonance), half) / (1.0 + root)
    if running:
        scale = 0.25 / (m * m)
        for _ in range(40):
            energy = 2.0 * m * (1.0 + eps_pole)
            strength = scale * running_width(p, rows, n_rows, energy, m_med)
            root = np.sqrt((1.0 + resonance) ** 2 + 1j * strength)
            eps_pole = (resonance * (2.0 + resonance) + 1j * strength) / (1.0 + root)
        # the residue takes the derivative as well
        near = scale * running_width(p, rows, n_rows, 2.0 * m * (1.0 + 1e-5) * (1.0 + eps_pole), m_med)
        shat = (1.0 + eps_pole) ** 2
        strength *= 1.0 - 1j * (near - strength) / (2e-5 * shat)
    return eps_pole, strength


@kernel
def _direct(p, rows, n_rows, k, offset, eta, one, velocity):
    """σβ of the group's channels without the s-channel: mediator pairs, coannihilation, exchange of heavy fermions."""
    m, total = p.m_dm, 0.0
    for r in range(n_rows):
        row = rows[r]
        if row.group != k:
            continue
        excess = 2.0 * m * (eta + (offset - _threshold(row, m)))
        if row.channel == MEDIATORS:
            total += mediator_pair(p.g_dm, m, p.m_med, one * one, excess)
        elif row.channel > MEDIATORS:
            pair = (row.channel - MEDIATORS) % 2 == 0
            total += coannihilation(m, 2.0 * m * one, excess, row, pair) / velocity
        elif row.t_channel != 0.0:
            total += t_channel(m, one * one, velocity, excess, row)
    return total


@kernel
def close(weight):
    """Add what lies below the first node of a grid, where the weights go on as a power."""
    if weight[1] > weight[0]:
        weight[0] /= 1.0 - weight[0] / weight[1]


@kernel
def fill_grid(p, s, x_end, only, rows, groups, nodes):
    """Prepare the grid of one point for 1 <= x <= ``x_end``; returns the number of groups.

    Parameters
    ----------
    only : channel to keep, -1 for all
    rows, groups, nodes : workspace, overwritten
    """
    m, m_med, g = p.m_dm, p.m_med, p.g_dm
    if p.dm_spin != DIRAC and p.dm_spin != COMPLEX_SCALAR:
        return 0
    n_rows = channel_rows(p, s, rows)
    portal = m_med > 0.0 and g != 0.0
    width = mediator_width(p, s) if portal else 0.0
    if s.coannihilation != 0.0 and p.dm_spin == COMPLEX_SCALAR:
        n_rows = coannihilation_rows(p, s, rows, n_rows)
    if portal and p.dm_spin == DIRAC:
        n_rows = add_row(rows, n_rows, np.int64(MEDIATORS), m_med, m_med, 0.0, 0.0, 0.0, 0.0)
    n_groups = _assign(rows, n_rows, groups, m, only)
    resonance = 0.5 * (m_med - 2.0 * m) / m  # ε at the mass of the mediator
    half = 0.25 * m_med * width / (m * m)  # M Γ / 4 m²
    coupling = g * g / (16.0 * m**4)
    running = (s.running_width != 0.0 or p.pole_running != 0) and half > 0.0
    eps_pole, strength = _pole(p, rows, n_rows, width, running)
    for k in range(n_groups):
        group = groups[k]
        offset = group.offset
        resonant, direct = False, False
        for r in range(n_rows):
            if rows[r].group == k:
                resonant |= portal and rows[r].squares != 0.0
                direct |= rows[r].channel >= MEDIATORS or rows[r].t_channel != 0.0
        # nodes from below the smallest scale to beyond the Boltzmann cut
        low = LOW / min(x_end, 40.0 / max(offset, 1e-300))
        pole = eps_pole - offset
        group.finest, group.pole, group.residue = 0.0, 0.0, 0.0
        if resonant:
            near = max(1e-3 * abs(pole), 1e-16)
            group.finest = np.log(near)
            low = max(min(low, near), 1e-16)
        group.start = np.log(low)
        if resonant and half > 0.0 and pole.real > 0.0 and pole.imag < np.tan(FAR) * pole.real:
            log_pole = np.log(pole)
            group.start = log_pole.real - STEP * (np.ceil((log_pole.real - group.start) / STEP) + 0.5)
            group.pole = pole
            one = 1.0 + eps_pole
            value = s_channel(p.dm_spin, one * one, _energy_width(rows, n_rows, k, m, offset, pole))
            velocity = np.sqrt(eps_pole * (2.0 + eps_pole)) / one
            phase = np.exp(complex(0.0, -2.0 * np.pi / STEP) * (log_pole - group.start))
            group.residue = (
                0.5 * np.pi / strength * coupling * value * velocity * one * one * np.sqrt(one) / (1.0 - phase)
            )
        group.count = min(int((np.log(TOP) - group.start) / STEP) + 1, NODES)
        node = np.exp(group.start)
        eta, inverse, weight = nodes[k, ETA], nodes[k, INVERSE], nodes[k, WEIGHT]
        for i in range(group.count):
            eta[i], inverse[i], weight[i] = node, 1.0 / (1.0 + (offset + node)), 0.0
            node *= GOLDEN
        if resonant:
            for r in range(n_rows):
                row = rows[r]
                if row.group == k and row.squares != 0.0:
                    above = offset - _threshold(row, m)
                    add_energy_times_width(2.0 * m, offset, above, eta, row, group.count, weight)
            for i in range(group.count):
                eps = offset + eta[i]
                distance = (eps - resonance) * (2.0 + eps + resonance)
                if running:
                    energy = 2.0 * m * (1.0 + eps)
                    half = 0.25 * running_width(p, rows, n_rows, energy, energy) / (m * m)
                through = s_channel(p.dm_spin, (1.0 + eps) * (1.0 + eps), weight[i])
                weight[i] = coupling * through / (distance * distance + half * half)
        if direct:
            for i in range(group.count):
                one = 1.0 + (offset + eta[i])
                velocity = np.sqrt((offset + eta[i]) * (1.0 + one)) / one
                weight[i] += _direct(p, rows, n_rows, k, offset, eta[i], one, velocity)
        for i in range(group.count):
            one = 1.0 + (offset + eta[i])
            weight[i] *= STEP * eta[i] * one * one * np.sqrt((offset + eta[i]) * (1.0 + one) * one)
        close(weight)
    return n_groups


@kernel
def _nodes_below(log_limit, log_first):
    """Number of nodes below a limit, given the logarithm of the first."""
    return max(int(np.ceil((log_limit - log_first) / STEP)), 0)


@kernel
def thermal_average(groups, first_group, n_groups, nodes, x, out):
    """⟨σv⟩ [GeV^-2] of a χ χ̄ pair from the groups ``first_group`` to ``n_groups`` - 1, at many temperatures at once.

    Parameters
    ----------
    x : m/T >= 1, array (LANES,) in any order: the innermost loops run over it, so that they vectorise
    out : array (LANES,)
    """
    work = np.empty((4, LANES))
    inverse, now, after, part = work[0], work[1], work[2], work[3]
    x_low = x_high = x[0]
    for j in range(LANES):
        x_low, x_high = min(x_low, x[j]), max(x_high, x[j])
        inverse[j], out[j] = 0.5 / x[j], 0.0
    log_low, log_high = np.log(2.0 * x_low), np.log(2.0 * x_high)
    for k in range(first_group, n_groups):
        group = groups[k]
        offset, pole, residue = group.offset, group.pole, group.residue
        if group.count == 0 or 2.0 * x_low * offset > 700.0:
            continue
        # by z = 2xη: a power below first, negligible from last
        first = min(_nodes_below(_LOG_SMALL, log_high + group.start), _nodes_below(group.finest, group.start))
        last = min(_nodes_below(_LOG_LARGE, log_low + group.start), group.count)
        if first + 1 < last:
            below, one = 0.0, nodes[k, INVERSE, first]
            if first > 0 and nodes[k, WEIGHT, first] < nodes[k, WEIGHT, first + 1]:
                below = nodes[k, WEIGHT, first] / (nodes[k, WEIGHT, first + 1] / nodes[k, WEIGHT, first] - 1.0)
            for j in range(LANES):
                z = 2.0 * x[j] * nodes[k, ETA, first]
                now[j], after[j] = np.exp(-z), np.exp(-z * GOLDEN)
                part[j] = below * now[j] * k1_tail(inverse[j] * one)
            for i in range(first, last):
                weight, one = nodes[k, WEIGHT, i], nodes[k, INVERSE, i]
                for j in range(LANES):
                    part[j] += weight * now[j] * k1_tail(inverse[j] * one)
                    now[j], after[j] = after[j], after[j] * now[j]
            for j in range(LANES):
                out[j] += part[j] if offset == 0.0 else part[j] * np.exp(-2.0 * x[j] * offset)
        if residue != 0.0:
            pole_inverse = 1.0 / (1.0 + (offset + pole))
            for j in range(LANES):
                decay, angle = 2.0 * x[j] * pole.real, 2.0 * x[j] * pole.imag
                if decay < 50.0:
                    factor = residue * k1_tail(inverse[j] * pole_inverse)
                    wave = factor.real * np.cos(angle) + factor.imag * np.sin(angle)
                    out[j] += 2.0 * wave * np.exp(-decay - 2.0 * x[j] * offset)
    for j in range(LANES):
        out[j] *= 8.0 / np.sqrt(np.pi) * x[j] * np.sqrt(x[j]) / k2_tail(1.0 / x[j]) ** 2
