r"""Indirect detection: the counting of annihilations, energy injected at recombination, Sommerfeld enhancement.

With σv that of a particle and its antiparticle (``sigmav_v0``), the number of annihilations per volume and time is
:math:`κ σv ρ²/m²`, κ = 1/2 for self-conjugate dark matter and 1/4 where only half of all pairs can annihilate (Dirac,
complex scalar, in equal parts). Published limits assume κ = 1/2; this file is the one place where κ enters. The density
is taken to be all of dark matter, whatever the relic density of the point, unless the input ``thermal_share`` is 1.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.annihilation import CHANNELS, ROW
from likelihoods.amplitudes.sommerfeld import enhancement
from likelihoods.amplitudes.spectra import HIGHEST, STATES, final_states, place
from likelihoods.couplings import MAJORANA, NO_DM
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Pointwise, Request
from likelihoods.table import load_table
from likelihoods.units import CM3_PER_S

Array = npt.NDArray[np.float64]
#: Most probable velocities of a particle over c: haloes (1702.00395), dwarf galaxies (10 km/s per direction), and
#: recombination, where the enhancement has long saturated (its Eq. 48 has 2e-12).
HALO, DWARFS, RECOMBINATION = 1e-3, 4.7e-5, 2e-12
HADRONS = ("q", "b", "c", "t", "W", "Z", "h", "g")  #: final states that make hadrons
_X, _W = np.polynomial.legendre.leggauss(12)


@kernel
def self_conjugate(p):
    """2κ: 1 for self-conjugate dark matter, 1/2 for Dirac fermions and complex scalars."""
    return 1.0 if p.dm_spin == MAJORANA else 0.5


@kernel
def injection(c, sm, ln_mass, efficiency, out):
    """f σv/m [cm³/s/GeV] as for self-conjugate dark matter, efficiency f (STATES, masses); of a cascade, f in flight.

    Below 5 GeV f_eff is that at 5 GeV: too high by about a seventh for electrons and muons at 2 GeV, and below 1 GeV,
    where quarks are a few mesons, a guess for hadrons.
    """
    rows, parts = np.zeros(CHANNELS, ROW), np.zeros(CHANNELS)
    direct, cascade = np.zeros(efficiency.shape[0]), np.zeros(efficiency.shape[0])
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        out[i] = np.nan
        if p.veto != 0 or p.dm_spin == NO_DM or not (p.m_dm > 0.0 and p.m_dm <= HIGHEST):
            continue
        if not final_states(p, s, RECOMBINATION, rows, parts, direct, cascade) < np.inf:
            continue
        total = 0.0
        at, share = place(ln_mass, np.log(p.m_dm))
        for state in range(direct.size):
            if direct[state] > 0.0:
                f = (1.0 - share) * efficiency[state, at] + share * efficiency[state, at + 1]
                total += direct[state] * f
            if cascade[state] > 0.0:
                gamma = p.m_dm / p.m_med
                beta = np.sqrt(max(1.0 - 1.0 / gamma**2, 0.0))
                for n in range(_X.size):
                    boost = 1.0 + beta * _X[n]
                    k, w = place(ln_mass, np.log(0.5 * p.m_dm * boost))
                    f = (1.0 - w) * efficiency[state, k] + w * efficiency[state, k + 1]
                    total += 0.5 * _W[n] * boost * cascade[state] * f
        out[i] = self_conjugate(p) * total / (p.m_dm * CM3_PER_S)


@kernel
def sommerfeld(c, sm, out):
    """Enhancement of annihilation in the halo."""
    for i in range(c.size):
        p = c[i]
        out[i] = np.nan if p.veto != 0 or p.dm_spin == NO_DM else enhancement(p, HALO)


def injection_plan(requests: Sequence[Request], inputs: Inputs) -> Pointwise:
    """Plan of energy injected at recombination and during nucleosynthesis."""
    table = load_table("cmb_efficiency")
    ln_mass = np.log(table.column("mass"))
    efficiencies = {
        "p_ann": np.array([table.column(state) for state in STATES]),
        "hadronic_injection": np.array([np.full(ln_mass.size, float(state in HADRONS)) for state in STATES]),
    }
    return Pointwise(tuple((injection, (ln_mass, efficiencies[item.observable])) for item in requests))


OBSERVABLES = (
    Observable("p_ann", "cm^3/s/GeV", r"p_\mathrm{ann}", "1506.03811; 1807.06209 Sec. 7.6", plan=injection_plan),
    Observable("hadronic_injection", "cm^3/s/GeV", r"(\sigma v)_\mathrm{had}/m", "1509.03665", plan=injection_plan),
    Observable("sommerfeld", "", "S", "1702.00395 Eq. (47), corrected", fill=sommerfeld),
)
