"""Relic density of dark matter, width of the mediator, annihilation cross sections today and at freeze-out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.annihilation import CHANNELS, NAMES, ROW, sigma_v_at_rest
from likelihoods.amplitudes.effective_average import waves
from likelihoods.amplitudes.force_grid import fill_forces
from likelihoods.amplitudes.freeze_out import end_of_integration, integrate
from likelihoods.amplitudes.higgs_funnel import fill_funnel
from likelihoods.amplitudes.thermal import FIRST, LANES, energy_grid, fill_grid, thermal_average
from likelihoods.amplitudes.vector_decay import mediator_width
from likelihoods.couplings import COMPLEX_SCALAR, DIRAC, NO_DM
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request
from likelihoods.plasma import TABLES, load_plasma
from likelihoods.units import CM3_PER_S, OMEGA_PER_GEV

TOLERANCE = 1e-4  #: error of ln Y allowed per step
OMEGA, X_F, FREEZE_OUT = 0, 1, 2


@kernel
def freeze_out(c, sm, plasma, tolerance, rows, groups, nodes, out):
    """Ω h², x_f and ⟨σv⟩ [cm³/s] of a particle-antiparticle pair at x_f: ``out`` (n, 3)."""
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        for k in range(3):
            out[i, k] = np.nan
        if p.veto != 0 or p.dm_spin == NO_DM or not p.m_dm > 0.0:
            continue
        n_groups = fill_grid(p, s, end_of_integration(p.m_dm), -1, rows, groups, nodes)
        fill_forces(p, s, end_of_integration(p.m_dm), groups, nodes)
        fill_funnel(p, s, end_of_integration(p.m_dm), groups, nodes)
        abundance, x_f, average = integrate(p, s, groups, n_groups, nodes, plasma, tolerance)
        out[i, OMEGA] = OMEGA_PER_GEV * p.m_dm * abundance
        out[i, X_F] = x_f
        out[i, FREEZE_OUT] = 2.0 * average / CM3_PER_S


_COLUMNS = {"omega_h2": OMEGA, "x_f": X_F, "sigmav_fo": FREEZE_OUT}


def plan(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of relic-density observables; the input ``dof_table`` chooses among ``plasma.TABLES``."""
    prepared = load_plasma(TABLES[int(inputs.value("dof_table"))]), TOLERANCE
    reads = tuple(_COLUMNS[item.observable] for item in requests)
    return Joint(freeze_out, prepared, results=3, reads=reads, workspace=energy_grid)


def shares(inputs: Inputs) -> bool:
    """Whether rates are those of the share of dark matter that freeze-out leaves."""
    return inputs.value("thermal_share") != 0.0


def with_share(c: npt.NDArray[Any], sm: npt.NDArray[Any], inputs: Inputs) -> npt.NDArray[Any]:
    """The couplings (n,) with ``dm_share`` = min(Ω/Ω_dm, 1) where there is dark matter."""
    results = np.empty((c.size, 3))
    freeze_out(c, sm, load_plasma(TABLES[int(inputs.value("dof_table"))]), TOLERANCE, *energy_grid(), results)
    shared = c.copy()
    share = np.clip(results[:, OMEGA] / sm["omega_dm"], 1e-99, 1.0)
    shared["dm_share"] = np.where(c["dm_spin"] == NO_DM, 0.0, share)
    return shared


@kernel
def gamma_med(c, sm, out):
    """Total width of the vector mediator [GeV]."""
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        out[i] = np.nan
        if p.veto == 0 and p.m_med > 0.0:
            out[i] = mediator_width(p, s)


@kernel
def sigmav_v0(c, sm, out):
    """σv [cm³/s] of a particle-antiparticle pair at rest, all channels; for Majorana pairs of the lighter state."""
    rows, parts = np.zeros(CHANNELS, ROW), np.zeros(CHANNELS)
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        out[i] = np.nan
        if p.veto == 0 and p.dm_spin != NO_DM and p.m_dm > 0.0:
            total = p.sigmav_s[0]
            if p.dm_spin == DIRAC or p.dm_spin == COMPLEX_SCALAR:
                sigma_v_at_rest(p, s, rows, parts)
                total += parts.sum()
            out[i] = total / CM3_PER_S


@kernel
def _channels(c, sm, x, rows, groups, nodes, out):
    """⟨σv⟩ into each channel, then ``waves``, at ``x`` (n,); σv at rest where x is infinite: (n, CHANNELS + 1)."""
    temperatures, averages = np.empty(LANES), np.empty(LANES)
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        temperatures[:] = x[i]
        if np.isinf(x[i]):
            sigma_v_at_rest(p, s, rows, out[i, :CHANNELS])
            out[i, CHANNELS] = p.sigmav_s[0]
        else:
            for k in range(CHANNELS):
                n_groups = fill_grid(p, s, x[i], k, rows, groups, nodes)
                thermal_average(groups, FIRST, n_groups, nodes, temperatures, averages)
                out[i, k] = averages[0]
            fill_forces(p, s, x[i], groups, nodes)
            fill_funnel(p, s, x[i], groups, nodes)
            waves(p, groups, nodes, temperatures, averages)
            out[i, CHANNELS] = averages[0]


def channel_fractions(
    c: npt.NDArray[Any], sm: npt.NDArray[Any], x: npt.NDArray[np.float64]
) -> dict[str, npt.NDArray[np.float64]]:
    """Share of each channel of χ χ̄ annihilation, by name; channels that are closed left out.

    Names are those of ``annihilation.NAMES``, and ``waves``: the constant partial waves, of a scalar its Higgs portal.

    Parameters
    ----------
    c : couplings (n,) of Dirac or complex scalar dark matter
    sm : inputs (1,) or (n,)
    x : m/T, array (n,): ``x_f`` for freeze-out, infinity for annihilation at rest
    """
    parts = np.zeros((c.size, CHANNELS + 1))
    _channels(c, sm, np.broadcast_to(np.asarray(x, float), c.shape).copy(), *energy_grid(), parts)
    total = parts.sum(axis=1)
    return {name: parts[:, k] / total for k, name in enumerate((*NAMES, "waves")) if parts[:, k].any()}


_SOURCE = "Gondolo and Gelmini, Nucl. Phys. B360 (1991) 145"
OBSERVABLES = (
    Observable("omega_h2", "", r"\Omega h^2", _SOURCE, plan=plan),
    Observable("x_f", "", "x_f", _SOURCE, plan=plan),
    Observable("sigmav_fo", "cm^3/s", r"\langle\sigma v\rangle_\mathrm{fo}", _SOURCE, plan=plan),
    Observable("sigmav_v0", "cm^3/s", r"(\sigma v)_0", "formula sheet of 1803.04430 Eq. (4.4)", fill=sigmav_v0),
    Observable("gamma_med", "GeV", r"\Gamma_V", "1803.04430 Eq. (3.8), corrected", fill=gamma_med),
)
