r"""Effective number of neutrinos with a thermal relic of some MeV (Boehm, Dolan, McCabe, 1303.6270).

Neutrinos leave the plasma around T_D. A relic in equilibrium with one of the two sectors gives its entropy to that
sector alone, as it annihilates afterwards: N_eff falls if that is the electrons', rises if it is the neutrinos'. With
h T³ 2π²/45 the entropy of the relic at T_D, instantaneous decoupling has

.. math:: N_{eff} = N_{SM} \left(1 + \frac{h}{11/2}\right)^{-4/3} (e^±), \qquad
          N_{eff} = N_{SM} \left(1 + \frac{h}{21/4}\right)^{4/3} (ν).

The table N_eff_relics is the integration of both temperatures with their weak rates (1812.05605), scaled to N_SM. It
approaches this for light relics and differs by up to 0.16 (e±) and 0.4 (ν) at 5 MeV. Lighter relics than the table's
have its first value, heavier ones N_SM.

In equilibrium is a relic whose rate n σv exceeds the Hubble rate at T_D, with σv at the mean collision energy and the
vector exchanged in the s channel. Electrons are reached through their own coupling and through the vector's mixing with
the photon, loops of the charged fermions it couples to included. Of two sectors the faster counts; a relic that holds
both together would share its entropy between them, and below m_e that of the electrons as well. A relic that has left
both before has no entropy to give: N_eff is N_SM (light and decoupled early, the relic density excludes it).
"""

from collections.abc import Sequence

import numpy as np

from likelihoods.amplitudes.nucleon import HADRONIC
from likelihoods.amplitudes.spectra import place
from likelihoods.amplitudes.vector_decay import fermion_mass, fermion_width, mediator_width
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC
from likelihoods.functions import bessel_k
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Pointwise, Request
from likelihoods.table import load_table
from likelihoods.units import M_PLANCK

STANDARD = 3.044  #: 2008.01074, 2012.02726
DECOUPLING = 2.3e-3  #: T_D of neutrinos [GeV], Enqvist, Kainulainen, Semikoz, Nucl. Phys. B 374 (1992) 392
#: Columns of the table: spin and sector of the relic.
RELICS = ("dirac_e", "dirac_nu", "scalar_e", "scalar_nu")
_CHARGE = np.array([-1.0] * 3 + [0.0] * 3 + [-1 / 3] * 3 + [2 / 3] * 3)


@kernel
def photon_mixing(p, s):
    """ε of the vector with the photon at small momentum: that at its mass, and loops below it."""
    loops = 0.0
    for k in range(_CHARGE.size):
        vector = p.g_left[k] + p.g_right[k]
        mass = HADRONIC if k in (6, 7, 9) else fermion_mass(s, k)  # loops of light quarks end there
        if _CHARGE[k] != 0.0 and vector != 0.0 and mass < p.m_med:
            loops += (3.0 if k >= 6 else 1.0) * _CHARGE[k] * vector * np.log(p.m_med / mass)
    return p.kinetic_mixing - np.sqrt(4.0 * np.pi * s.alpha_em_0) / (12.0 * np.pi**2) * loops


@kernel
def equilibrium(p, s, out):
    """Rates over the Hubble rate at T_D of one particle's annihilation into e± and into neutrinos: ``out`` (2,)."""
    t, m = DECOUPLING, p.m_dm
    fermion = p.dm_spin == DIRAC
    # two particles of mean energy √(m² + (3.15 T)²) at a right angle
    energy2 = 4.0 * m * m + 20.0 * t * t
    energy, beta2 = np.sqrt(energy2), 20.0 * t * t / energy2
    spin = 1.0 + 2.0 * m * m / energy2 if fermion else beta2
    off_shell = (energy2 - p.m_med**2) ** 2 + (p.m_med * mediator_width(p, s)) ** 2
    charge = np.sqrt(4.0 * np.pi * s.alpha_em_0) * photon_mixing(p, s)
    density = (1.0 if fermion else 0.5) * t**3 / np.pi**2
    if m > 1e-3 * t:
        density *= 0.5 * (m / t) ** 2 * bessel_k(2.0, m / t) * np.exp(-m / t)
    scale = 2.0 * density * p.g_dm**2 * spin * energy / off_shell * M_PLANCK / (1.66 * np.sqrt(10.75) * t * t)
    out[0] = scale * fermion_width(energy, s.m_e, s.m_e, p.g_left[0] - charge, p.g_right[0] - charge, 1.0)
    out[1] = 0.0
    for k in range(3, 6):
        out[1] += scale * fermion_width(energy, 0.0, 0.0, p.g_left[k], p.g_right[k], 1.0)


@kernel
def fill(c, sm, ln_mass, numbers, out):
    """N_eff; of dark matter without a vector mediator that of the Standard Model.

    Parameters
    ----------
    ln_mass, numbers : of the table, with m in GeV; (masses,), (RELICS, masses)
    """
    rates = np.zeros(2)
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        out[i] = np.nan
        if p.veto != 0:
            continue
        out[i] = STANDARD
        if p.dm_spin not in (DIRAC, COMPLEX_SCALAR) or not p.m_med > 0.0 or p.g_dm == 0.0:
            continue
        ln_m = np.log(max(p.m_dm, 1e-300))
        if ln_m >= ln_mass[-1]:
            continue
        equilibrium(p, s, rates)
        if max(rates[0], rates[1]) > 1.0:
            relic = (0 if p.dm_spin == DIRAC else 2) + (1 if rates[1] > rates[0] else 0)
            k, w = place(ln_mass, ln_m)
            out[i] = (1.0 - w) * numbers[relic, k] + w * numbers[relic, k + 1]


def plan(requests: Sequence[Request], inputs: Inputs) -> Pointwise:
    """Plan of N_eff."""
    table = load_table("N_eff_relics")
    prepared = np.log(1e-3 * table.column("mass")), np.array([table.column(relic) for relic in RELICS])
    return Pointwise(((fill, prepared),) * len(requests))


OBSERVABLES = (Observable("N_eff", "", r"N_\mathrm{eff}", "1303.6270; 1812.05605", plan=plan),)
