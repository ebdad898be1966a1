r"""Antiprotons of dark matter in the halo: how many annihilation makes, with which energy, and their prompt spectrum.

A mediator of mass M in flight with γ = m/M makes of an antiproton of energy E', momentum p' and angle c at rest one of
E = γ (E' + βc p'): flat between γ (E' ± β p'). The two mediators of an annihilation hence give Eq. (40) of 1702.00395,

.. math:: \frac{dN}{dE} = 2 \int \frac{dE'}{2γβp'} \frac{dN}{dE'}, \qquad E' between γ (E ± β p),

and a mean energy of γ⟨E'⟩. Antineutrons, which decay, are counted. What reaches the Earth is proportional to the
annihilations per time at a given density, κ σv/m² (``indirect_detection`` has the convention for κ): of those
``antiproton_rate`` counts the antiprotons, ``antiproton_energy`` is their mean energy. Together they stand for the
prompt spectrum: final states, masses and mediators that share both fit the same data, as in Table II of that paper.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.annihilation import CHANNELS, ROW
from likelihoods.amplitudes.spectra import HIGHEST, STATES, final_states, place
from likelihoods.couplings import NO_DM
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request
from likelihoods.observables.indirect_detection import HALO, self_conjugate
from likelihoods.table import load_grid
from likelihoods.units import CM3_PER_S

Array = npt.NDArray[np.float64]
M_PROTON = 0.938272  #: [GeV]
RATE, ENERGY = 0, 1


@kernel
def production(c, sm, ln_mass, number, share, out):
    """Antiproton rate [cm³/s/GeV²] and mean energy [GeV], 0 where there are none: ``out`` (n, 2).

    Parameters
    ----------
    number, share : antiprotons of a pair, and their kinetic energy over the mass of one of it, (STATES, masses)
    """
    rows, parts = np.zeros(CHANNELS, ROW), np.zeros(CHANNELS)
    direct, cascade = np.zeros(number.shape[0]), np.zeros(number.shape[0])
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        out[i, RATE] = out[i, ENERGY] = np.nan
        if p.veto != 0 or p.dm_spin == NO_DM or not (p.m_dm > 0.0 and p.m_dm <= HIGHEST):
            continue
        if not final_states(p, s, HALO, rows, parts, direct, cascade) < np.inf:
            continue
        count = energy = 0.0
        for state in range(direct.size):
            if direct[state] > 0.0:
                k, w = place(ln_mass, np.log(p.m_dm))
                made = direct[state] * ((1.0 - w) * number[state, k] + w * number[state, k + 1])
                count += made
                kinetic = (1.0 - w) * share[state, k] + w * share[state, k + 1]
                energy += direct[state] * kinetic * p.m_dm + made * M_PROTON
            if cascade[state] > 0.0:
                half = 0.5 * p.m_med
                k, w = place(ln_mass, np.log(half))
                made = 2.0 * cascade[state] * ((1.0 - w) * number[state, k] + w * number[state, k + 1])
                count += made
                kinetic = (1.0 - w) * share[state, k] + w * share[state, k + 1]
                energy += (2.0 * cascade[state] * kinetic * half + made * M_PROTON) * p.m_dm / p.m_med
        out[i, RATE] = self_conjugate(p) * count / (p.m_dm**2 * CM3_PER_S)
        out[i, ENERGY] = energy / count if count > 0.0 else 0.0


@cache
def sums() -> tuple[Array, Array, Array]:
    """ln m, and number and share of energy of the antiprotons of each state, (STATES, masses)."""
    grid = load_grid("antiprotons")
    number = np.asarray(grid["number"], float)
    middle = 10.0 ** (0.5 * (grid["log10_x"][1:] + grid["log10_x"][:-1]))
    return np.log(grid["mass"]), np.ascontiguousarray(number[:, :, -1]), np.diff(number, axis=2) @ middle


def pair_at_rest(state: str, m: float) -> tuple[float, float]:
    """Antiprotons of a pair of particles of energy ``m`` [GeV] each, and the sum of their energies [GeV].

    Raises
    ------
    ValueError : as ``prompt_spectrum``
    """
    _, number, share = sums()
    row, k, w = _place(state, m)
    count = (1.0 - w) * number[row, k] + w * number[row, k + 1]
    kinetic = (1.0 - w) * share[row, k] + w * share[row, k + 1]
    return float(count), float(kinetic * m + count * M_PROTON)


def _place(state: str, m: float) -> tuple[int, int, float]:
    """Row of a state, and cell and fraction of a mass in the table."""
    masses = load_grid("antiprotons")["mass"]
    if state not in STATES:
        raise ValueError(f"state={state!r} is none of {', '.join(STATES)}")
    if not masses[0] <= m <= masses[-1]:
        raise ValueError(f"a pair of {m:g} GeV each: the table has {masses[0]:g} to {masses[-1]:g} GeV")
    return STATES.index(state), *place(np.log(masses), np.log(m))


def prompt_spectrum(state: str, m: float, energy: npt.ArrayLike, m_med: float | None = None) -> Array:
    """dN/dE [GeV^-1] of the antiprotons of one annihilation into ``state``, or into two mediators that decay to it.

    Parameters
    ----------
    state : one of ``spectra.STATES``
    m : mass of dark matter [GeV]
    energy : total energies [GeV], array
    m_med : mass of the mediator [GeV]; None for direct annihilation

    Raises
    ------
    ValueError : unknown state, mass outside the table, mediator heavier than dark matter
    """
    grid = load_grid("antiprotons")
    rest = m if m_med is None else 0.5 * m_med
    if m_med is not None and m_med > m:
        raise ValueError(f"m_med={m_med:g} GeV exceeds m={m:g} GeV")
    row, k, w = _place(state, rest)
    number = np.asarray(grid["number"][row], float)
    cumulative = (1.0 - w) * number[k] + w * number[k + 1]
    edges = M_PROTON + rest * 10.0 ** grid["log10_x"]
    e = np.asarray(energy, float)
    p = np.sqrt(np.maximum(e**2 - M_PROTON**2, 0.0))
    if m_med is None:
        middle = np.sqrt((edges[1:] - M_PROTON) * (edges[:-1] - M_PROTON))
        density = np.diff(cumulative) / np.diff(edges)
        return np.interp(np.log(np.maximum(e - M_PROTON, 1e-300)), np.log(middle), density, left=0.0, right=0.0)
    gamma = m / m_med
    beta = np.sqrt(1.0 - 1.0 / gamma**2)
    momenta = np.sqrt((0.5 * (edges[1:] + edges[:-1])) ** 2 - M_PROTON**2)
    over_momentum = np.concatenate([[0.0], np.cumsum(np.diff(cumulative) / momenta)])
    high, low = (np.interp(gamma * (e + sign * beta * p), edges, over_momentum) for sign in (1.0, -1.0))
    return np.where(e > M_PROTON, (high - low) / (gamma * beta), 0.0)


_COLUMNS = {"antiproton_rate": RATE, "antiproton_energy": ENERGY}


def plan(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of antiproton observables."""
    return Joint(production, sums(), results=2, reads=tuple(_COLUMNS[item.observable] for item in requests))


OBSERVABLES = (
    Observable("antiproton_rate", "cm^3/s/GeV^2", r"N_{\bar p}\sigma v/m^2", "1702.00395 Table II, text", plan=plan),
    Observable("antiproton_energy", "GeV", r"\langle E_{\bar p}\rangle", "1702.00395 Eq. (40)", plan=plan),
)
