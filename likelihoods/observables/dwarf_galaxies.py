r"""Dwarf galaxies: likelihood of their gamma rays from the profiles of each target and energy bin, J profiled."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.annihilation import CHANNELS, ROW
from likelihoods.amplitudes.spectra import HIGHEST, LOWEST, final_states, photon_energies
from likelihoods.couplings import NO_DM
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Request
from likelihoods.observables.indirect_detection import DWARFS, self_conjugate
from likelihoods.table import load_grid
from likelihoods.units import CM3_PER_S

Array = npt.NDArray[np.float64]
_LN10 = float(np.log(10.0))
_WIDE = 5.0  # J factors are profiled within this many standard deviations


@kernel
def target_log_l(ln_flux, shift, ln_grid, values, slopes):
    """ln L of one target and its derivative with respect to ``shift`` of ln(flux): values, slopes (bins, fluxes).

    Cubic Hermite in ln(flux) between nodes, ``ln_grid`` uniform; linear in the flux below the first node, where the
    zeroth column is that of no flux, and above the last one.
    """
    first, step, last = ln_grid[0], ln_grid[1] - ln_grid[0], ln_grid.size - 1
    total = slope = 0.0
    for j in range(ln_flux.size):
        x = (ln_flux[j] + shift - first) / step
        if x < 0.0:
            share = np.exp(x * step)
            rise = share * (values[j, 1] - values[j, 0])
            total += values[j, 0] + rise
            slope += rise
        elif x >= last:
            rise = slopes[j, last] * (np.exp((x - last) * step) - 1.0)
            total += values[j, last + 1] + rise
            slope += rise + slopes[j, last]
        else:
            k = int(x)
            t = x - k
            y0, y1 = values[j, k + 1], values[j, k + 2]
            d0, d1 = slopes[j, k] * step, slopes[j, k + 1] * step
            total += y0 + t * (d0 + t * (3.0 * (y1 - y0) - 2.0 * d0 - d1 + t * (2.0 * (y0 - y1) + d0 + d1)))
            slope += (d0 + t * (2.0 * (3.0 * (y1 - y0) - 2.0 * d0 - d1) + 3.0 * t * (2.0 * (y0 - y1) + d0 + d1))) / step
    return total, slope


@kernel
def profiled(ln_flux, error, ln_grid, values, slopes):
    """ln L of one target, its ln J (log-normal, ``error``) profiled: bracketed secant steps on the derivative."""
    low, high = -_WIDE * error, _WIDE * error
    shift, best = 0.0, -np.inf
    for _ in range(30):
        value, slope = target_log_l(ln_flux, shift, ln_grid, values, slopes)
        value -= 0.5 * (shift / error) ** 2
        gradient = slope - shift / error**2
        best = max(best, value)
        if gradient > 0.0:
            low = shift
        else:
            high = shift
        # what the log-normal alone would ask for, kept inside the bracket
        step = min(max(shift + gradient * error**2 / (1.0 + abs(slope) * error**2), low), high)
        if step in (low, high):
            step = 0.5 * (low + high)
        if abs(step - shift) < 1e-3 * error:
            break
        shift = step
    return best


@kernel
def dwarfs(c, sm, ln_edges, ln_mass, log10_x, energy, ln_j, error, ln_grid, values, slopes, background, out):
    """ln L of all targets, relative to no signal."""
    rows, parts = np.zeros(CHANNELS, ROW), np.zeros(CHANNELS)
    direct, cascade = np.zeros(energy.shape[0]), np.zeros(energy.shape[0])
    flux, ln_flux = np.zeros(ln_edges.size - 1), np.zeros(ln_edges.size - 1)
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        out[i] = np.nan
        if p.veto != 0 or p.dm_spin == NO_DM or not (p.m_dm >= LOWEST and p.m_dm <= HIGHEST):
            continue
        if not final_states(p, s, DWARFS, rows, parts, direct, cascade) < np.inf:
            continue
        photon_energies(p.m_dm, p.m_med, direct, cascade, ln_edges, ln_mass, log10_x, energy, flux)
        # κ/4π m² σv E [GeV cm³/s] times J [GeV² cm^-5], as MeV cm^-2 s^-1
        scale = self_conjugate(p) / (8.0 * np.pi * p.m_dm**2) * 1e3 / CM3_PER_S
        total = 0.0
        for j in range(flux.size):
            ln_flux[j] = np.log(max(flux[j] * scale, 1e-80))
        for k in range(ln_j.size):
            for j in range(flux.size):
                ln_flux[j] += ln_j[k] - (ln_j[k - 1] if k > 0 else 0.0)
            total += profiled(ln_flux, error[k], ln_grid, values[k], slopes[k]) - background[k]
        out[i] = total


@cache
def dwarf_profiles() -> tuple[Array, ...]:
    """ln(bin edges), ln J, its error, ln(flux) nodes, ln L (targets, bins, no flux + nodes), derivatives, background.

    The derivatives at the nodes are those of a parabola in the flux through three nodes.
    """
    grid = load_grid("fermi_dwarfs")
    flux, values = grid["flux"], np.asarray(grid["log_likelihood"], float)
    slopes = np.gradient(values, flux, axis=2, edge_order=2)[:, :, 1:] * flux[1:]
    width = _LN10 * grid["error"]
    background = values[:, :, 0].sum(axis=1)
    return np.log(grid["edges"]), _LN10 * grid["log10_j"], width, np.log(flux[1:]), values, slopes, background


@dataclass(frozen=True)
class Dwarfs:
    """Plan of the likelihood of dwarf galaxies."""

    columns: int

    def fill(self, c: npt.NDArray[Any], sm: npt.NDArray[Any], out: Array) -> None:
        spectra = load_grid("photon_energy")
        ln_edges, *profiles = dwarf_profiles()
        energy = np.asarray(spectra["energy"], float)
        result = np.empty(c.size)
        dwarfs(c, sm, ln_edges, np.log(spectra["mass"]), spectra["log10_x"], energy, *profiles, result)
        out[:] = result[:, None]


def dwarf_plan(requests: Sequence[Request], inputs: Inputs) -> Dwarfs:
    return Dwarfs(len(requests))


OBSERVABLES = (
    Observable("log_l(Fermi-LAT:2016:dwarfs)", "", r"\ln L_\mathrm{dSph}", "1611.03184; 1503.02641", plan=dwarf_plan),
)
