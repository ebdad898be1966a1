r"""Spectra: what annihilation at rest injects, by final state, and the energy of its photons per energy bin.

Dark matter annihilates into pairs of fermions, and into pairs of mediators that decay in flight (one-step cascade).
Of a constant partial wave (``sigmav_s``), whose final state the couplings do not tell, the mediator pair is assumed
where it is open, paper 1702.00395 Eq. (43); that of a scalar with a Higgs portal is the portal's, into heavy fermions,
WW, ZZ and hh. Vector-like heavy fermions count as dark: their share of photons, which would be that of their decays, is
left out.

For a final state f at dark-matter mass m let :math:`G_f(m, x) = ∫_0^x x' dN/dx' dx'` be the share of m that photons
below x = E/m carry. A mediator of mass M at rest is a pair at m = M/2. In flight with γ = m/M, its photon of energy E'
at angle c has E = γ (1 + βc) E', so that the energy between two edges is the average over c of that at rest, with the
edges divided by b = γ (1 + βc) and the energy multiplied by b.
"""

import numpy as np

from likelihoods.amplitudes.annihilation import NAMES, sigma_v_at_rest
from likelihoods.amplitudes.freeze_out import share
from likelihoods.amplitudes.higgs_portal import STATES as PORTAL_STATES
from likelihoods.amplitudes.higgs_portal import portal_sigma_v
from likelihoods.amplitudes.sommerfeld import enhancement
from likelihoods.amplitudes.vector_decay import fermion_mass, fermion_width, pair_width
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC, FERMIONS
from likelihoods.functions import interval
from likelihoods.kernel import kernel

#: Final states of the tables, in their order; the spectra of light quarks are one.
STATES = ("e", "mu", "tau", "nue", "numu", "nutau", "q", "b", "c", "t", "W", "Z", "h", "g", "gamma")
_SPECTRUM = {"nu_e": "nue", "nu_mu": "numu", "nu_tau": "nutau", "d": "q", "s": "q", "u": "q"}
#: Place among ``STATES`` of each of ``FERMIONS``.
STATE_OF = np.array([STATES.index(_SPECTRUM.get(fermion, fermion)) for fermion in FERMIONS])
#: Place among ``STATES`` of the final states of the Higgs portal.
PORTAL = np.array([STATES.index(name) for name in PORTAL_STATES])
QUARK, BOTTOM, CHARM, TOP = (STATES.index(name) for name in ("q", "b", "c", "t"))
BS, CT, MEDIATORS = (NAMES.index(name) for name in ("bs", "ct", "mediators"))
#: Masses covered [GeV]. Below 5 GeV e, μ and τ follow from final-state radiation and the boost of the τ; hadrons keep
#: the spectrum in x of 5 GeV, which is a guess below 3 GeV. Lighter dark matter and mediators keep that of ``LOWEST``;
#: photons above a threshold need a mass above it, whatever the spectrum.
LOWEST, HIGHEST = 1.0, 1e5

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@kernel
def final_states(p, s, beta0, rows, parts, direct, cascade):
    """σv [GeV^-2] of a pair at rest into ``STATES``: direct, and by pairs of mediators; returns the total.

    Times the square of the share of dark matter, so that rates follow with the full density.

    Parameters
    ----------
    beta0 : most probable velocity of a particle, for the Sommerfeld enhancement of constant partial waves
    rows, parts : work space of ``annihilation.sigma_v_at_rest``
    direct, cascade : (STATES,), filled
    """
    direct[:] = 0.0
    cascade[:] = 0.0
    portal = p.dm_spin == COMPLEX_SCALAR and p.higgs_portal != 0.0
    total = p.sigmav_s[0] * enhancement(p, beta0)
    if portal:
        through = np.empty(PORTAL.size)
        portal_sigma_v(p.m_dm, s, 2.0 * p.m_dm * s.m_h * s.m_h * p.higgs_portal, through)
        for k in range(PORTAL.size):
            direct[PORTAL[k]] += through[k]
    pair = total if p.m_med > 0.0 and p.m_med < p.m_dm and not portal else 0.0
    if p.dm_spin == DIRAC or p.dm_spin == COMPLEX_SCALAR:
        sigma_v_at_rest(p, s, rows, parts)
        for k in range(STATE_OF.size):
            direct[STATE_OF[k]] += parts[k]
        direct[BOTTOM] += 0.5 * parts[BS]
        direct[QUARK] += 0.5 * parts[BS]
        direct[CHARM] += 0.5 * parts[CT]
        direct[TOP] += 0.5 * parts[CT]
        pair += parts[MEDIATORS]
        total += parts.sum()
    if pair > 0.0:
        width = p.extra_width
        for k in range(p.dark_pairs):
            width += pair_width(p, p.m_med, k)
        for k in range(STATE_OF.size):
            if p.g_left[k] != 0.0 or p.g_right[k] != 0.0:
                mass = fermion_mass(s, k)
                own = fermion_width(p.m_med, mass, mass, p.g_left[k], p.g_right[k], 3.0 if k >= 6 else 1.0)
                cascade[STATE_OF[k]] += own
                width += own
        left, right = abs(p.g_sb_left), abs(p.g_sb_right)
        if left != 0.0 or right != 0.0:
            own = 2.0 * fermion_width(p.m_med, s.m_b, s.m_s, left, right, 3.0)
            cascade[BOTTOM] += 0.5 * own
            cascade[QUARK] += 0.5 * own
            width += own
        for k in range(cascade.size):
            cascade[k] *= pair / width if width > 0.0 else 0.0
    density2 = share(p) ** 2
    for k in range(cascade.size):
        direct[k] *= density2
        cascade[k] *= density2
    return total * density2


@kernel
def place(grid, x):
    """Cell of an ascending grid and the fraction of it below ``x``; outside, the edge of the end cell."""
    k = interval(grid, x)
    return k, min(max((x - grid[k]) / (grid[k + 1] - grid[k]), 0.0), 1.0)


@kernel
def mixture(weights, m, ln_mass, energy, out):
    """Σ_f ``weights`` G_f(m, x) of ``energy`` (STATES, masses, x): ``out`` (x,); returns whether there is any."""
    out[:] = 0.0
    i, w = place(ln_mass, np.log(m))
    some = False
    for state in range(weights.size):
        if weights[state] > 0.0:
            some = True
            low, high = energy[state, i], energy[state, i + 1]
            for k in range(out.size):
                out[k] += weights[state] * ((1.0 - w) * low[k] + w * high[k])
    return some


@kernel
def add_photons(cumulative, m, boost, weight, ln_edges, log10_x, out):
    """Add ``weight`` times the photon energy [GeV] in each bin of a pair at rest, ``boost`` times more energetic.

    Parameters
    ----------
    cumulative : G at the mass m, (x,)
    ln_edges : ascending logarithms of the bin edges [GeV], (bins + 1,)
    """
    first, step = log10_x[0], log10_x[1] - log10_x[0]
    last = log10_x.size - 1
    shift = np.log(m * boost)
    before = 0.0
    for j in range(ln_edges.size):
        place_x = ((ln_edges[j] - shift) / np.log(10.0) - first) / step
        if place_x <= 0.0:
            below = 0.0
        elif place_x >= last:
            below = cumulative[last]
        else:
            k = int(place_x)
            below = cumulative[k] + (place_x - k) * (cumulative[k + 1] - cumulative[k])
        if j > 0:
            out[j - 1] += weight * m * boost * (below - before)
        before = below


@kernel
def photon_energies(m, m_med, direct, cascade, ln_edges, ln_mass, log10_x, energy, cumulative, out):
    """Σ_f σv_f × photon energy per bin [GeV^-1] of a pair at rest: ``out`` (bins,); work space ``cumulative`` (x,)."""
    out[:] = 0.0
    if mixture(direct, m, ln_mass, energy, cumulative):
        add_photons(cumulative, m, 1.0, 1.0, ln_edges, log10_x, out)
    if m_med > 0.0 and mixture(cascade, 0.5 * m_med, ln_mass, energy, cumulative):
        gamma = m / m_med
        beta = np.sqrt(max(1.0 - 1.0 / gamma**2, 0.0))
        for n in range(_NODES.size):
            # two mediators, hence twice the average over the angle
            boost = gamma * (1.0 + beta * _NODES[n])
            add_photons(cumulative, 0.5 * m_med, boost, _WEIGHTS[n], ln_edges, log10_x, out)
