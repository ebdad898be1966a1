r"""Dwarf galaxies: likelihood of their gamma rays from the profiles of each target and energy bin.

A target sends the energy flux :math:`F_j = J κ σv E_j/(4π m²)` in energy bin j, E_j being the photon energy of one
annihilation in that bin and J the integral of ρ² along the lines of sight within 0.5 degrees. The Fermi-LAT
collaboration released ln L of each target and bin against F_j (1611.03184). Its sum over bins is that of the target at
given J; ln J is a nuisance of its own for each target, normal around the measured value, and is profiled or integrated
out.

Samples of targets, cumulative:

* the 19 with J from stellar kinematics (default);
* ``predicted``: 26 more, with :math:`\log_{10} J` = ``log10_J_100kpc`` - 2 log10(d/100 kpc) and the error
  ``log10_J_error`` in dex (inputs; 1611.03184 takes 0.6, with 0.4 and 0.8 as variations): the 45 with published limits;
* ``all``: also Canis Major, Sagittarius and Segue 2, whose nature or surroundings keep them out of these limits.

Single targets reproduce the published limits (tests). The combined limits of 1503.02641 are weaker than what these
profiles and its fifteen targets give: by 1.1 at 10 GeV, 1.4 to 1.6 above 50 GeV. Of the fifteen, Willman 1 has an
excess (without it the factor is 2.6 at 80 GeV). The rest grows with the mass as an angular resolution does: that
analysis is known for extended templates and the released profiles for point sources (neither stated in the data), and
extension weakens a combination by up to 1.5 to 1.8 (2212.06850).

Electroweak radiation, which the published limits leave out, adds soft photons to leptons of many TeV: at 5 TeV limits
on e, μ, τ pairs are stronger by 1.6, 2.2, 1.5 with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.annihilation import CHANNELS, ROW
from likelihoods.amplitudes.j_factor import marginal, peak, straight_lines, straight_peak
from likelihoods.amplitudes.spectra import HIGHEST, final_states, photon_energies
from likelihoods.couplings import NO_DM
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Pointwise, Request
from likelihoods.observables.indirect_detection import DWARFS, self_conjugate
from likelihoods.table import load_grid
from likelihoods.units import CM3_PER_S

Array = npt.NDArray[np.float64]
_LN10 = float(np.log(10.0))
_ROUNDING = 0.6e-3  # of the released ln L
SAMPLES = ("kinematic", "predicted", "all")


@kernel
def log_likelihood(
    c, sm, ln_edges, ln_mass, log10_x, energy, targets, ln_flux, lines, ends, cubics, nodes, weights, out
):
    """ln L of all targets relative to no signal; J is profiled where there are no ``nodes``.

    0 below the lowest energy of the bins, 0.5 GeV: no photon is seen.
    """
    rows, parts = np.zeros(CHANNELS, ROW), np.zeros(CHANNELS)
    direct, cascade = np.zeros(energy.shape[0]), np.zeros(energy.shape[0])
    flux, place = np.zeros(ln_edges.size - 1), np.zeros(ln_edges.size - 1)
    cumulative = np.zeros(log10_x.size)
    ln_j, errors, slopes = np.zeros(targets.shape[0]), np.zeros(targets.shape[0]), np.zeros(targets.shape[0])
    beyond = np.zeros(targets.shape[0], np.int64)
    turned_lines, turned_ends = lines.T.copy(), ends.T.copy()
    step, top = ln_flux[1] - ln_flux[0], np.exp(ln_flux[-1])
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        out[i] = np.nan
        if p.veto != 0 or p.dm_spin == NO_DM or not (p.m_dm > 0.0 and p.m_dm <= HIGHEST):
            continue
        if np.log(p.m_dm) <= ln_edges[0]:
            out[i] = 0.0
            continue
        if not final_states(p, s, DWARFS, rows, parts, direct, cascade) < np.inf:
            continue
        photon_energies(p.m_dm, p.m_med, direct, cascade, ln_edges, ln_mass, log10_x, energy, cumulative, flux)
        # κ/4π m² σv E [GeV cm³/s] in MeV, to be multiplied by J [GeV² cm^-5]
        scale = self_conjugate(p) / (8.0 * np.pi * p.m_dm**2) * 1e3 / CM3_PER_S
        used = 0
        for j in range(flux.size):
            flux[j] *= scale
            if flux[j] > 1e-80:
                used = j + 1
            place[j] = (np.log(max(flux[j], 1e-80)) - ln_flux[0]) / step
        for k in range(targets.shape[0]):
            ln_j[k], errors[k] = targets[k, 0], targets[k, 1]
            if errors[k] == 0.0:  # no kinematics: ln_j is the distance's part
                ln_j[k] += _LN10 * s.log10_J_100kpc
                errors[k] = _LN10 * max(s.log10_J_error, 1e-6)
        straight_lines(flux[:used], place, ln_j, step, turned_lines, turned_ends, slopes, beyond)
        total = 0.0
        for k in range(targets.shape[0]):
            here, error = ln_j[k], errors[k]
            if nodes.size == 0:
                value = straight_peak(slopes[k], error, 0.03) if beyond[k] == 0 else np.nan
                if np.isnan(value):
                    value = peak(flux[:used], place, here, error, 0.03, step, top, lines[k], ends[k], cubics[k])[1]
                total += value
            else:
                total += marginal(
                    flux[:used], place, here, error, step, top, lines[k], ends[k], cubics[k], nodes, weights
                )
        out[i] = total


@dataclass(frozen=True)
class Targets:
    """Profiles of some targets as cubics in ln(flux) between nodes.

    Attributes
    ----------
    names : of the targets
    ln_edges : of the energy bins [GeV]
    ln_j : ln J [GeV² cm^-5] and its error; without kinematics -2 ln(d/100 kpc) and 0, (targets, 2)
    ln_flux : nodes of the energy flux [MeV cm^-2 s^-1], uniform
    lines, ends, cubics : as in ``j_factor.target_log_l``, for each target
    """

    names: tuple[str, ...]
    ln_edges: Array
    ln_j: Array
    ln_flux: Array
    lines: Array
    ends: Array
    cubics: Array

    def only(self, names: Sequence[str]) -> "Targets":
        """The same for some of the targets."""
        k = [self.names.index(name) for name in names]
        return Targets(
            tuple(names), self.ln_edges, self.ln_j[k], self.ln_flux, self.lines[k], self.ends[k], self.cubics[k]
        )


@cache
def all_targets() -> Targets:
    """The 48 targets.

    The derivatives at the nodes are those of a parabola in the flux through three nodes. At small flux ln L is linear:
    up to the last node to which a straight line stays within the rounding of the released numbers.
    """
    grid = load_grid("fermi_dwarfs")
    flux, values = grid["flux"], np.asarray(grid["log_likelihood"], float)
    values -= values[:, :, :1]
    ln_flux = np.log(flux[1:])
    slope = np.gradient(values, flux, axis=2, edge_order=2)[:, :, 1:] * flux[1:] * (ln_flux[1] - ln_flux[0])
    ends, lines = np.zeros(values.shape[:2]), values[:, :, 1] / flux[1]
    for n in range(1, flux.size):
        chord = values[:, :, n, None] / flux[n] * flux[:n]
        straight = (np.abs(values[:, :, :n] - chord) < _ROUNDING).all(axis=2)
        ends[straight], lines[straight] = n - 1, values[straight][:, n] / flux[n]
    low, high = values[:, :, 1:-1], values[:, :, 2:]
    cubics = np.zeros((*slope.shape, 4))
    cubics[:, :, :-1, 0], cubics[:, :, :-1, 1] = low, slope[:, :, :-1]
    cubics[:, :, :-1, 2] = 3.0 * (high - low) - 2.0 * slope[:, :, :-1] - slope[:, :, 1:]
    cubics[:, :, :-1, 3] = 2.0 * (low - high) + slope[:, :, :-1] + slope[:, :, 1:]
    final = slope[:, :, -1] / (ln_flux[1] - ln_flux[0])
    cubics[:, :, -1, 0], cubics[:, :, -1, 1] = values[:, :, -1] - final, final
    measured = np.isfinite(grid["log10_j"])
    ln_j = np.where(measured, _LN10 * grid["log10_j"], -2.0 * np.log(grid["distance"] / 100.0))
    error = np.where(measured, _LN10 * grid["error"], 0.0)
    names = tuple(map(str, grid["target"]))
    return Targets(names, np.log(grid["edges"]), np.column_stack([ln_j, error]), ln_flux, lines, ends, cubics)


@cache
def sample(name: str) -> Targets:
    """The targets of one of ``SAMPLES``."""
    grid = load_grid("fermi_dwarfs")
    return all_targets().only([str(t) for t in grid["target"][grid["sample"] <= SAMPLES.index(name)]])


@cache
def quadrature() -> tuple[Array, Array]:
    """Gauss-Hermite rules for a concave ln L and for an excess: nodes and weights (2, 11), filled up with zeros."""
    nodes, weights = np.zeros((2, 11)), np.zeros((2, 11))
    for row, number in enumerate((7, 11)):
        nodes[row, :number], weights[row, :number] = np.polynomial.hermite_e.hermegauss(number)
    return nodes, weights / np.sqrt(2.0 * np.pi)


def prepared(targets: Targets, marginalised: bool) -> tuple[Array, ...]:
    """Arguments of ``log_likelihood``, ``ln_edges`` to ``weights``: J is marginalised, or profiled."""
    grid, t = load_grid("photon_energy"), targets
    spectra = np.log(grid["mass"]), grid["log10_x"], np.asarray(grid["energy"], float)
    rules = quadrature() if marginalised else (np.empty((2, 0)), np.empty((2, 0)))
    return t.ln_edges, *spectra, t.ln_j, t.ln_flux, t.lines, t.ends, t.cubics, *rules


def dwarf_plan(requests: Sequence[Request], inputs: Inputs) -> Pointwise:
    """The plan; ``ValueError`` if the error of predicted J is negative."""
    if inputs.value("log10_J_error") < 0.0:
        raise ValueError(f"input log10_J_error={inputs.value('log10_J_error'):g} must not be negative")
    columns = []
    for request in requests:
        words = request.observable.rstrip(")").split(":")
        chosen = next((name for name in SAMPLES if name in words), SAMPLES[0])
        columns.append((log_likelihood, prepared(sample(chosen), "marginalised" in words)))
    return Pointwise(tuple(columns))


def _observable(*words: str) -> Observable:
    name = ":".join(("Fermi-LAT:2016:dwarfs", *words))
    return Observable(f"log_l({name})", "", r"\ln L_\mathrm{dSph}", "1611.03184", plan=dwarf_plan)


OBSERVABLES = (
    _observable(),
    _observable("predicted"),
    _observable("all"),
    _observable("marginalised"),
    _observable("predicted", "marginalised"),
    _observable("all", "marginalised"),
)
