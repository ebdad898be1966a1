r"""Annihilation of dark matter: cross sections of every channel, and the mediator's partial widths.

Channels are rows of a small table, filled once per point and integrated by ``thermal``. A cross section enters as σβ,
with β the velocity of χ in the centre of mass, so that σ v = 2 σβ is finite at threshold. Formulas: formula sheet
(own derivation, checked there against an independent matrix-element generator). Breit-Wigner with constant width,
M Γ(M), or √s Γ(√s) if the input ``running_width`` is 1. Where channels open just above the pole the latter is wider:
for ``portal_scalar`` at m_Z' = 2 m_χ it leaves 1.3, 3.3, 11 times the Ω h² at g_X = 0.3, 0.5, 0.8 (and 0.95, 0.77, 0.51
times at 2.2 m_χ).

The s- and t-channel of one final state do not interfere here: no model has both.
"""

import numpy as np

from likelihoods.amplitudes.coannihilation import gauge_factors
from likelihoods.amplitudes.vector_decay import fermion_mass, mediator_width
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC, FERMIONS, PAIRS
from likelihoods.kernel import kernel

#: Channels: the fermions in the order of ``FERMIONS``, then these; last, χ* F and F F̄ of heavy leptons and quarks.
BS, CT, FIRST_PAIR, MEDIATORS = 12, 13, 14, 14 + PAIRS
CHANNELS = MEDIATORS + 5
#: Names of the channels, in order.
NAMES = (
    *(*FERMIONS, "bs", "ct", *(f"pair_{k}" for k in range(PAIRS)), "mediators"),
    *("dm_heavy_lepton", "heavy_leptons", "dm_heavy_quark", "heavy_quarks"),
)
#: One channel: N (g_L² + g_R²), N g_L g_R and N λ1² λ2² with the multiplicity N; mass of the t-channel fermion; of
#: coannihilation the factors of ``coannihilation``: d, E, N, those of gauge pairs, Σ λ² and λ_b² y_t².
ROW = np.dtype(
    [
        ("channel", np.int64),
        ("group", np.int64),  # of equal thresholds, see ``thermal``
        ("m_sum", np.float64),  # m1 + m2
        ("m_difference", np.float64),  # m1 - m2
        ("squares", np.float64),
        ("flip", np.float64),
        ("t_channel", np.float64),
        ("heavy", np.float64),
        ("states", np.float64),
        ("charge", np.float64),
        ("adjoint", np.float64),
        ("gauge", np.float64),
        ("yukawa", np.float64),
        ("top", np.float64),
    ],
    align=True,
)


@kernel
def add_row(rows, n, channel, m1, m2, squares, flip, t_channel, heavy):
    """Append a channel unless all its couplings vanish; returns the number of rows."""
    if squares == 0.0 and t_channel == 0.0 and channel < MEDIATORS:
        return n
    row = rows[n]
    row.channel, row.group, row.m_sum, row.m_difference = channel, 0, m1 + m2, m1 - m2
    row.squares, row.flip, row.t_channel, row.heavy = squares, flip, t_channel, heavy
    return n + 1


@kernel
def _mixed_quarks(rows, n, channel, m1, m2, left, right, t_channel, heavy):
    """A pair of different quarks and its charge conjugate."""
    squares = 6.0 * (abs(left) ** 2 + abs(right) ** 2)
    return add_row(rows, n, channel, m1, m2, squares, 6.0 * (left * np.conj(right)).real, 6.0 * t_channel, heavy)


@kernel
def coannihilation_rows(p, s, rows, n):
    """Append χ* F and F F̄ of each vector-like doublet that couples; returns the number of rows."""
    for coloured in range(2):
        first, heavy = (6, p.m_heavy_q) if coloured else (0, p.m_heavy_l)
        yukawa = p.lam_t[first] ** 2 + p.lam_t[first + 1] ** 2 + p.lam_t[first + 2] ** 2
        if yukawa == 0.0 or not heavy > 0.0:
            continue
        factors = gauge_factors(p, s, coloured)
        for pair in range(2):
            row = rows[n]
            n = add_row(
                rows, n, MEDIATORS + 1 + 2 * coloured + pair, heavy, heavy if pair else p.m_dm, 0.0, 0.0, 0.0, heavy
            )
            row.states, row.charge, row.adjoint, row.gauge = factors
            row.yukawa = yukawa
            row.top = (s.y_t_mZ * p.lam_t[8]) ** 2 if coloured else 0.0
    return n


@kernel
def channel_rows(p, s, rows):
    """Fill the table of the fermionic channels that are switched on; returns their number (at most CHANNELS)."""
    n = 0
    scalar = p.dm_spin == COMPLEX_SCALAR
    for k in range(12):
        colours = 3.0 if k >= 6 else 1.0
        m = fermion_mass(s, k)
        heavy = p.m_heavy_q if k >= 6 else p.m_heavy_l
        t_channel = colours * p.lam_t[k] ** 4 if scalar else 0.0
        left, right = p.g_left[k], p.g_right[k]
        n = add_row(rows, n, k, m, m, colours * (left**2 + right**2), colours * left * right, t_channel, heavy)
    lam_bs = (p.lam_t[7] * p.lam_t[8]) ** 2 if scalar else 0.0
    lam_ct = (p.lam_t[10] * p.lam_t[11]) ** 2 if scalar else 0.0
    n = _mixed_quarks(rows, n, np.int64(BS), s.m_b, s.m_s, p.g_sb_left, p.g_sb_right, lam_bs, p.m_heavy_q)
    n = _mixed_quarks(rows, n, np.int64(CT), s.m_t, s.m_c, p.g_ct_left, 0.0j, lam_ct, p.m_heavy_q)
    for k in range(PAIRS):
        number, left, right = p.pair_number[k], p.pair_left[k], p.pair_right[k]
        squares = number * (left**2 + right**2)
        n = add_row(rows, n, FIRST_PAIR + k, p.pair_m1[k], p.pair_m2[k], squares, number * left * right, 0.0, 0.0)
    return n


@kernel
def _energy_times_width(energy, excess, m_sum, m_difference, squares, flip):
    s = energy * energy
    inverse = 1.0 / s
    plus, minus = m_sum * m_sum, m_difference * m_difference
    root = np.sqrt(excess * (energy + m_sum) * (s - minus))
    spin = squares * (1.0 - 0.25 * (plus + minus) * inverse - 0.5 * plus * minus * inverse * inverse)
    return root * (spin + 1.5 * flip * (plus - minus) * inverse) / (24.0 * np.pi)


@kernel
def energy_times_width(energy, excess, row):
    r"""√s Γ(√s) [GeV²] of a vector of mass √s = ``energy`` (real or complex) into the fermion pair of ``row``.

    Γ = N E/(24π) √λ {(g_L²+g_R²)[1 - (x1+x2)/2 - (x1-x2)²/2] + 6 g_L g_R √(x1 x2)}, x_i = m_i²/s, for an ordered pair.
    ``excess`` is energy - m1 - m2, passed because it cancels near threshold.
    """
    return _energy_times_width(energy, excess, row.m_sum, row.m_difference, row.squares, row.flip)


@kernel
def add_energy_times_width(scale, offset, above, eta, row, count, out):
    """Add the same at √s = ``scale`` (1 + offset + eta), ``scale`` (above + eta) above threshold: it vectorises."""
    m_sum, m_difference, squares, flip = row.m_sum, row.m_difference, row.squares, row.flip
    for i in range(count):
        energy = scale * (1.0 + (offset + eta[i]))
        out[i] += _energy_times_width(energy, scale * (above + eta[i]), m_sum, m_difference, squares, flip)


@kernel
def running_width(p, rows, n, energy, cut):
    """√s Γ(√s) [GeV²] of the mediator at √s = ``energy``, real or complex, into what opens below ``cut``."""
    total = p.extra_width * energy * energy / p.m_med
    for r in range(n):
        row = rows[r]
        if row.squares != 0.0 and cut > row.m_sum:
            total += energy_times_width(energy, energy - row.m_sum, row)
    if cut > 2.0 * p.m_dm:
        x = (p.m_dm / energy) ** 2
        beta = np.sqrt(1.0 - 4.0 * x)
        spin = 4.0 * (1.0 + 2.0 * x) if p.dm_spin == DIRAC else beta * beta
        total += p.g_dm**2 * energy * energy * beta * spin / (48.0 * np.pi)
    return total


@kernel
def s_channel(spin, shat, energy_width):
    """Numerator of σβ through the mediator: σβ = g² numerator / [(s - M²)² + M² Γ²].

    Parameters
    ----------
    spin : of the dark matter
    shat : s/(4 m²), real or complex
    energy_width : √s Γ(√s) into the final state [GeV²]
    """
    if spin == DIRAC:
        return (1.0 + 0.5 / shat) * energy_width
    return (1.0 - 1.0 / shat) * energy_width


@kernel
def _atanh_excess(r):
    """(atanh r - r)/r³."""
    if abs(r) < 0.05:
        r2 = r * r
        return 1.0 / 3.0 + r2 * (1.0 / 5.0 + r2 * (1.0 / 7.0 + r2 / 9.0))
    return (np.arctanh(r) - r) / (r * r * r)


@kernel
def t_channel(m, shat, beta, excess, row):
    r"""σβ [GeV^-2] of χ χ^* -> f1 f̄2 through a heavy fermion of mass M.

    From Σ|𝓜|² = λ1² λ2² [-(m²-m1²-t)(m²-m2²-t) - t (s-m1²-m2²)]/(t-M²)² (equal masses: formula sheet). With
    A = M² - m² - μ + s/2, B = s β √λ/2, μ = (m1²+m2²)/2, Δ = m1² - m2², r = B/A:
    ∫dt Σ|𝓜|² = 4A (atanh r - r) + 4μ atanh r - 2B (2μM² - Δ²m²/s)/(A² - B²).
    """
    s = 4.0 * m * m * shat
    energy = 2.0 * m * np.sqrt(shat)
    plus, minus, heavy2 = row.m_sum**2, row.m_difference**2, row.heavy**2
    mu = 0.25 * (plus + minus)
    a = heavy2 - m * m - mu + 0.5 * s
    per_beta = 0.5 * np.sqrt(excess * (energy + row.m_sum) * (s - minus))  # B/β
    b = beta * per_beta
    r = b / a
    gap = (a - b) * (a + b)
    tail = _atanh_excess(r) * r * r
    flip = (
        4.0 * mu * per_beta / a * (1.0 + tail) - 2.0 * per_beta * (2.0 * mu * heavy2 - plus * minus * m * m / s) / gap
    )
    return row.t_channel * (4.0 * per_beta * tail + flip) / (16.0 * np.pi * s * s)


@kernel
def mediator_pair(g, m, m_med, shat, excess):
    r"""σβ [GeV^-2] of χ χ̄ -> V V for a Dirac χ with vector coupling (t and u channel, identical-particle 1/2).

    σ = g⁴/(4π s² β²) {ln[(a+b)/(a-b)] [a + 2(m²+M²) + 2(M⁴-m⁴)/a] - b - b (M²+2m²)²/(a²-b²)}, a = (s-2M²)/2,
    b = s β β_V/2. ``excess`` is √s - 2M.
    """
    s = 4.0 * m * m * shat
    m2, v2 = m * m, m_med * m_med
    a = 0.5 * s - v2
    per_beta = 0.5 * np.sqrt(s * excess * (np.sqrt(s) + 2.0 * m_med))  # b/β
    beta2 = 1.0 - 1.0 / shat
    r2 = beta2 * (per_beta / a) ** 2
    r = np.sqrt(r2)
    gap = m2 * (s - 4.0 * v2) + v2 * v2  # a² - b²
    if r < 0.5:
        tail = r2 * _atanh_excess(r)
    else:
        tail = 0.5 * np.log((a + r * a) ** 2 / gap) / r - 1.0
    bracket = 2.0 * (1.0 + tail) * (1.0 + 2.0 * (m2 + v2) / a + 2.0 * (v2 * v2 - m2 * m2) / (a * a))
    return g**4 / (4.0 * np.pi * s * s) * per_beta * (bracket - 1.0 - (v2 + 2.0 * m2) ** 2 / gap)


@kernel
def sigma_v_at_rest(p, s, rows, out):
    """σv [GeV^-2] of a χ χ̄ pair at v -> 0 into each channel: ``out`` (CHANNELS,); Dirac or complex scalar."""
    out[:] = 0.0
    m, m_med = p.m_dm, p.m_med
    n = channel_rows(p, s, rows)
    portal = m_med > 0.0 and p.g_dm != 0.0
    propagator = 0.0
    if portal:
        distance = (2.0 * m - m_med) * (2.0 * m + m_med)
        propagator = p.g_dm**2 / (distance**2 + (m_med * mediator_width(p, s)) ** 2)
    for r in range(n):
        row = rows[r]
        excess = 2.0 * m - row.m_sum
        if excess <= 0.0:
            continue
        value = 0.0
        if portal and row.squares != 0.0:
            value = propagator * s_channel(p.dm_spin, 1.0, energy_times_width(2.0 * m, excess, row))
        if row.t_channel != 0.0:
            value += t_channel(m, 1.0, 0.0, excess, row)
        out[row.channel] = 2.0 * value
    if portal and p.dm_spin == DIRAC and m > m_med:
        out[MEDIATORS] = 2.0 * mediator_pair(p.g_dm, m, m_med, 1.0, 2.0 * (m - m_med))
