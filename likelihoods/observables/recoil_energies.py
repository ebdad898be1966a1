r"""Recoil energies: likelihood of the energies of nuclear recoils in XENON1T.

The exposure of 2018 as 80 bins of reconstructed energy, each with its own -2 ln L of expected signal events in which
the backgrounds are profiled (2210.07231): unlike counts below the median of nuclear recoils it uses the whole exposure
and knows where the events lie.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.freeze_out import share
from likelihoods.amplitudes.nucleon import nucleon_couplings, response
from likelihoods.couplings import MAJORANA, NO_DM
from likelihoods.functions import four_points
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Pointwise, Request
from likelihoods.recoil import HEAVIEST, LIGHTEST, mean_inverse_speed, nodes, weights
from likelihoods.table import load_grid
from likelihoods.units import CM2

Array = npt.NDArray[np.float64]

_MASSES = 512  # of the interpolation of events at fixed halo
_PER_CM3 = CM2**-1.5  # [GeV^3]


@kernel
def fill_spectra(detector, q, halo, out):
    """Events · m per unit couplings and ρ: ``out`` (masses, 3, bins) from weights (bins, 3, nodes)."""
    eta = np.empty(q.size)
    for k in range(out.shape[0]):
        m = LIGHTEST * (HEAVIEST / LIGHTEST) ** (k / (out.shape[0] - 1))
        mean_inverse_speed(m, 0.0, halo[0], halo[1], halo[2], q, eta)
        for b in range(out.shape[2]):
            for j in range(3):
                out[k, j, b] = np.sum(detector[b, j] * eta)


@kernel
def add_tabulated(spectra, m_dm, pp, pn, nn, rule, events):
    """Add the events of each bin from the table; they fall as 1/m beyond it. ``rule`` (4,) is scratch."""
    position = np.log(m_dm / LIGHTEST) / np.log(HEAVIEST / LIGHTEST) * (_MASSES - 1)
    if position < 0.0:
        return
    k = four_points(min(position, _MASSES - 1.0), _MASSES, rule)
    for n in range(4):
        weight = rule[n] / m_dm
        a, b, c = weight * pp, 2.0 * weight * pn, weight * nn
        row = spectra[k - 1 + n]
        for j in range(events.size):
            events[j] += a * row[0, j] + b * row[1, j] + c * row[2, j]


@kernel
def add_exact(detector, eta, m_dm, pp, pn, nn, events):
    """Add the events of each bin from the weights (bins, 3, nodes) and η at the nodes."""
    for b in range(events.size):
        for k in range(eta.size):
            weight = detector[b, 0, k] * pp + 2.0 * detector[b, 1, k] * pn + detector[b, 2, k] * nn
            events[b] += eta[k] * weight / m_dm


@kernel
def log_likelihood_ratio(events, step, penalty):
    """ln L relative to no signal; ``penalty`` (bins, n) is -2 ln L at multiples of ``step``, continued linearly."""
    total = 0.0
    for b in range(events.size):
        position = max(events[b], 0.0) / step
        k = min(int(position), penalty.shape[1] - 2)
        total += penalty[b, k] + (position - k) * (penalty[b, k + 1] - penalty[b, k]) - penalty[b, 0]
    return -0.5 * total


@kernel
def recoil_energies(c, sm, below, above, ln_m_z, q, detector, spectra, halo, step, penalty, out):
    """ln L relative to no signal: ``out`` (n,).

    Parameters
    ----------
    below, above, ln_m_z : see ``nucleon_couplings``
    q, detector : nodes, and weights of the bins (bins, 3, nodes)
    spectra, halo : table of ``fill_spectra`` at v0, v_esc, v_earth = halo
    step, penalty : see ``log_likelihood_ratio``
    """
    coupling, rule = np.empty(4), np.empty(4)
    eta, events = np.empty(q.size), np.empty(detector.shape[0])
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        m = p.m_dm
        if p.veto != 0 or (p.dm_spin != NO_DM and not m > 0.0):
            out[i] = np.nan
            continue
        out[i] = 0.0
        if p.dm_spin == NO_DM:
            continue
        nucleon_couplings(p, s, below, above, ln_m_z, coupling)
        rho = share(p) * s.rho_dm * _PER_CM3
        vp, vn, sp, sn = coupling
        events[:] = 0.0
        if p.dm_spin == MAJORANA and p.splitting > 0.0:  # only the scalar part is elastic
            if mean_inverse_speed(m, p.splitting, s.v0, s.v_esc, s.v_earth, q, eta):
                add_exact(detector, eta, m, rho * vp * vp, rho * vp * vn, rho * vn * vn, events)
            vp, vn = 0.0 * vp, 0.0 * vn
        pp, pn, nn = rho * (vp * vp + sp * sp), rho * (vp * vn + sp * sn), rho * (vn * vn + sn * sn)
        if s.v0 == halo[0] and s.v_esc == halo[1] and s.v_earth == halo[2]:
            add_tabulated(spectra, m, pp, pn, nn, rule, events)
        else:
            mean_inverse_speed(m, 0.0, s.v0, s.v_esc, s.v_earth, q, eta)
            add_exact(detector, eta, m, pp, pn, nn, events)
        out[i] = log_likelihood_ratio(events, step, penalty)


@cache
def _xenon1t() -> tuple[Array, float, Array]:
    """Weights (bins, 3, nodes), step of the expected events, -2 ln L (bins, n)."""
    grid = load_grid("xenon1t_2018_energies")
    energy, efficiency = (np.asarray(grid[key], float) for key in ("energy", "efficiency"))
    detector = weights(energy, efficiency, str(grid["exposure"]), "xenon1t_2018_energies")
    return detector, float(grid["expected"][1]), np.asarray(grid["minus_two_log_l"], float)


def plan(requests: Sequence[Request], inputs: Inputs) -> Pointwise:
    """Plan of the likelihood: tables of running and of events are made here."""
    halo = np.array([inputs.value(name) for name in ("v0", "v_esc", "v_earth")])
    detector, step, penalty = _xenon1t()
    spectra = np.empty((_MASSES, 3, len(detector)))
    fill_spectra(detector, nodes(), halo, spectra)
    physical, cut = response(inputs, False), response(inputs, True)
    below, above = np.stack([physical[0], cut[0]]), np.stack([physical[1], cut[1]])
    running = below, above, float(np.log(inputs.value("m_Z")))
    prepared = *running, nodes(), detector, spectra, halo, step, penalty
    return Pointwise(((recoil_energies, prepared),) * len(requests))


OBSERVABLES = (
    Observable("log_l(XENON1T:2018:energies)", "", r"\ln L_\mathrm{XENON1T}", "2210.07231; 1805.12562", plan=plan),
)
