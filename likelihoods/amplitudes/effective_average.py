r"""Effective thermal average of all annihilating states, and a table of its logarithm in t = ln x, x = m/T.

⟨σv⟩_eff = ⟨σv⟩/2 (Dirac, complex scalar) or ⟨σv⟩ (Majorana). A Majorana pair split by δ has weights 1, 2w, w² over
(1 + w)², w = (1 + δ/m)^{3/2} e^{-xδ/m} (1/4, 1/2, 1/4 when degenerate; 1702.00395 Eqs. 43-46). A complex scalar may
share its abundance with its t-channel fermions (``coannihilation``).

A Yukawa force between the annihilating particles multiplies the s waves of ``sigmav_s`` by its mean enhancement, if the
input ``sommerfeld`` is 1; p waves and the channels of the mediator are left as they are.

Averages are analytic in x > 0, so one polynomial through Chebyshev points serves a wide range of temperatures: the
sixteen averages cost as much as four, see ``thermal``.
"""

import numpy as np

from likelihoods.amplitudes.annihilation import CHANNELS
from likelihoods.amplitudes.coannihilation import relative_abundance
from likelihoods.amplitudes.thermal import EQUAL, FIRST, FUNNEL, LANES, MIXED, SLOTS, thermal_average
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC
from likelihoods.kernel import kernel

RESOLVED, ROUGH = 1e-5, 0.3  #: errors of ln ⟨σv⟩ allowed in an integration, and in a search
_WIDTH = float(np.log(7.0))  # of a table in t, at most
_NOTHING = 1e-60  # ⟨σv⟩ [GeV^-2] of no consequence
# Chebyshev points, and what turns values there into coefficients of powers
_POINTS = np.cos((np.arange(LANES) + 0.5) * np.pi / LANES)
_TO_POWERS = np.ascontiguousarray(np.linalg.inv(np.vander(_POINTS, increasing=True)).T)
_MIDDLE, _HALF, _ERROR, TABLE = LANES, LANES + 1, LANES + 2, LANES + 3  # places in a table after the coefficients, size


@kernel
def _second_state(p, x):
    """Abundance of the heavier Majorana state relative to the lighter, zero if nothing annihilates with it."""
    if p.sigmav_s[1] == 0.0 and p.sigmav_s[2] == 0.0 and p.sigmav_p[1] == 0.0 and p.sigmav_p[2] == 0.0:
        return 0.0
    d = p.splitting / p.m_dm
    return (1.0 + d) * np.sqrt(1.0 + d) * np.exp(-x * d)


@kernel
def heavy_states(p, s, x):
    """Abundance of the t-channel fermions relative to a complex scalar, zero unless they coannihilate."""
    total = 0.0
    if s.coannihilation != 0.0 and p.dm_spin == COMPLEX_SCALAR:
        if p.m_heavy_l > 0.0 and (p.lam_t[0] != 0.0 or p.lam_t[1] != 0.0 or p.lam_t[2] != 0.0):
            total += relative_abundance(4.0, p.m_dm, p.m_heavy_l, x)
        if p.m_heavy_q > 0.0 and (p.lam_t[6] != 0.0 or p.lam_t[7] != 0.0 or p.lam_t[8] != 0.0):
            total += relative_abundance(12.0, p.m_dm, p.m_heavy_q, x)
    return total


@kernel
def mean_enhancement(groups, nodes, force, x, out):
    """⟨S⟩ of one force at temperatures ``x`` (LANES,) into ``out``; 1 without it."""
    out[:] = 1.0
    k = CHANNELS + force
    if groups[k].count > 0:
        thermal_average(groups, k, k + 1, nodes, x, out)


@kernel
def waves(p, groups, nodes, x, out):
    """⟨σv⟩ [GeV^-2] of the constant partial waves of equal particles; of a scalar, of its Higgs portal: (LANES,)."""
    if p.dm_spin == COMPLEX_SCALAR and p.higgs_portal != 0.0:  # at rest this is ``sigmav_s``
        thermal_average(groups, FUNNEL, FUNNEL + SLOTS, nodes, x, out)
        s_wave = 1.0
    else:
        mean_enhancement(groups, nodes, EQUAL, x, out)
        s_wave = p.sigmav_s[0]
    for j in range(LANES):
        out[j] = s_wave * out[j] + 6.0 * p.sigmav_p[0] / x[j]


@kernel
def effective_average(p, s, groups, n_groups, nodes, x, out):
    """⟨σv⟩_eff [GeV^-2], the average over all annihilating states (particles and antiparticles).

    Parameters
    ----------
    groups, n_groups, nodes : filled by ``thermal.fill_grid``
    x, out : m/T and the result, (LANES,)
    """
    other = np.empty(LANES)
    if p.dm_spin == DIRAC or p.dm_spin == COMPLEX_SCALAR:
        thermal_average(groups, FIRST, n_groups, nodes, x, out)
        waves(p, groups, nodes, x, other)
        for j in range(LANES):
            out[j] = 0.5 * (out[j] + other[j]) / (1.0 + heavy_states(p, s, x[j])) ** 2
        return
    mixed = np.empty(LANES)
    mean_enhancement(groups, nodes, EQUAL, x, other)
    mean_enhancement(groups, nodes, MIXED, x, mixed)
    for j in range(LANES):
        w = _second_state(p, x[j])
        equal = other[j] * (p.sigmav_s[0] + w * w * p.sigmav_s[2]) + 2.0 * w * mixed[j] * p.sigmav_s[1]
        momentum = p.sigmav_p[0] + 2.0 * w * p.sigmav_p[1] + w * w * p.sigmav_p[2]
        out[j] = (equal + 6.0 * momentum / x[j]) / (1.0 + w) ** 2


@kernel
def internal_states(p, s, x):
    """Degrees of freedom g of the dark matter, particles and antiparticles."""
    if p.dm_spin == DIRAC:
        return 4.0
    if p.dm_spin == COMPLEX_SCALAR:
        return 2.0 * (1.0 + heavy_states(p, s, x))
    return 2.0 * (1.0 + _second_state(p, x))


@kernel
def _tabulate(p, s, groups, n_groups, nodes, t, allowed, table):
    """Fill ``table`` with a polynomial of ln ⟨σv⟩_eff around ``t``, on as wide an interval as it resolves."""
    x, values = np.empty(LANES), np.empty(LANES)
    width = min(_WIDTH, 4.0 * table[_HALF]) if table[_HALF] > 0.0 else _WIDTH
    for _ in range(8):
        low, half = max(t - 0.55 * width, 0.0), 0.5 * width
        for j in range(LANES):
            x[j] = np.exp(low + half * (1.0 + _POINTS[j]))
        effective_average(p, s, groups, n_groups, nodes, x, values)
        table[:LANES] = 0.0
        for j in range(LANES):
            value = np.log(max(values[j], _NOTHING))
            for k in range(LANES):
                table[k] += _TO_POWERS[j, k] * value
        # by the last two coefficients of the Chebyshev series
        error = (abs(table[LANES - 1]) + 2.0 * abs(table[LANES - 2])) / 2.0 ** (LANES - 2)
        table[_MIDDLE], table[_HALF], table[_ERROR] = low + half, half, error
        if error <= allowed:
            return
        width *= 0.5
    table[_ERROR] = 0.0  # nothing better to be had


@kernel
def log_average(p, s, groups, n_groups, nodes, t, allowed, table):
    """ln ⟨σv⟩_eff at t = ln x, from a table that is renewed where it is too short or errs by more than ``allowed``."""
    u = (t - table[_MIDDLE]) / table[_HALF]
    if not (abs(u) <= 1.0 and table[_ERROR] <= allowed):
        _tabulate(p, s, groups, n_groups, nodes, t, allowed, table)
        u = (t - table[_MIDDLE]) / table[_HALF]
    value = table[LANES - 1]
    for k in range(LANES - 2, -1, -1):
        value = table[k] + u * value
    return value
