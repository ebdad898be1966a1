r"""Cherenkov telescopes: gamma rays of the inner Galactic halo above their threshold, from single published numbers.

No limit curves of H.E.S.S. (1607.08142) and CTA are at hand, but the cross section each reaches in one channel at one
mass, its anchor. Other masses and channels follow from the significance of their photons over the cosmic-ray
background, of which only the shape enters, N_k ∝ ∫ E^-2.7 dE in bins of a tenth of a decade with a constant area:

.. math:: \hat σ = σv_{anchor} \frac{S}{S_{anchor}}, \qquad S^2 = \sum_k \frac{1}{N_k}
          \Bigl(\sum_f \frac{2κ\,σv_f}{m^2} \frac{dN_f}{dE}ΔE_k\Bigr)^2

is the cross section into the anchor's channel at its mass with the significance of the model, and the published number
is its limit. From its anchor in W pairs H.E.S.S.'s second one, τ pairs, comes out within 10 %, and b pairs, of which
1803.04430 has ≲ 1e-25 cm³/s, at 8e-26. The halo is the experiment's (Einasto).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.annihilation import CHANNELS, ROW
from likelihoods.amplitudes.spectra import HIGHEST, STATES, final_states, photon_energies
from likelihoods.couplings import NO_DM
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Pointwise, Request
from likelihoods.observables.indirect_detection import HALO, self_conjugate
from likelihoods.table import load_grid
from likelihoods.units import CM3_PER_S

Array = npt.NDArray[np.float64]
_BACKGROUND = 2.7  # index of the cosmic rays that pass for photons


@dataclass(frozen=True)
class Telescope:
    """Threshold [GeV], and the channel and mass [GeV] of the anchor, in whose cross section its limit is given."""

    threshold: float
    state: str
    mass: float


TELESCOPES = {"sigmav(HESS)": Telescope(160.0, "W", 1500.0), "sigmav(CTA)": Telescope(30.0, "b", 100.0)}


@kernel
def equivalent(c, sm, ln_edges, per_energy, anchor, ln_mass, log10_x, energy, out):
    """Cross section [cm³/s] into the anchor's channel at its mass that is as significant; 0 below the threshold.

    Parameters
    ----------
    per_energy : 1/(E √N) of each bin, with E its mean energy
    anchor : significance of σv = 1 GeV^-2 at the anchor
    """
    rows, parts = np.zeros(CHANNELS, ROW), np.zeros(CHANNELS)
    direct, cascade = np.zeros(energy.shape[0]), np.zeros(energy.shape[0])
    share, bins = np.zeros(log10_x.size), np.zeros(ln_edges.size - 1)
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        out[i] = np.nan
        if p.veto != 0 or p.dm_spin == NO_DM or not (p.m_dm > 0.0 and p.m_dm <= HIGHEST):
            continue
        if np.log(p.m_dm) <= ln_edges[0]:
            out[i] = 0.0
            continue
        if not final_states(p, s, HALO, rows, parts, direct, cascade) < np.inf:
            continue
        photon_energies(p.m_dm, p.m_med, direct, cascade, ln_edges, ln_mass, log10_x, energy, share, bins)
        total = 0.0
        for k in range(bins.size):
            total += (bins[k] * per_energy[k]) ** 2
        out[i] = self_conjugate(p) * np.sqrt(total) / (p.m_dm**2 * anchor * CM3_PER_S)


@cache
def prepared(name: str) -> tuple[Array, Array, float, Array, Array, Array]:
    """Arguments of ``equivalent`` for one of ``TELESCOPES``, ``ln_edges`` to ``energy``."""
    telescope, spectra = TELESCOPES[name], load_grid("photon_energy")
    decades = np.log10(HIGHEST / telescope.threshold)
    edges = np.geomspace(telescope.threshold, HIGHEST, int(10 * decades) + 1)
    background = edges[:-1] ** (1 - _BACKGROUND) - edges[1:] ** (1 - _BACKGROUND)
    per_energy = 1 / np.sqrt(edges[1:] * edges[:-1] * background)
    grids = np.log(spectra["mass"]), spectra["log10_x"], np.asarray(spectra["energy"], float)
    direct, share, bins = np.zeros(len(STATES)), np.empty(grids[1].size), np.empty(edges.size - 1)
    direct[STATES.index(telescope.state)] = 1.0
    photon_energies(telescope.mass, 0.0, direct, np.zeros(len(STATES)), np.log(edges), *grids, share, bins)
    anchor = float(np.sqrt(np.sum((bins * per_energy) ** 2))) / telescope.mass**2
    return np.log(edges), per_energy, anchor, *grids


def plan(requests: Sequence[Request], inputs: Inputs) -> Pointwise:
    """Plan of Cherenkov telescopes' cross sections."""
    return Pointwise(tuple((equivalent, prepared(item.observable)) for item in requests))


OBSERVABLES = tuple(
    Observable(name, "cm^3/s", rf"\hat\sigma v_\mathrm{{{label}}}", source, plan=plan)
    for name, label, source in (
        ("sigmav(HESS)", "H.E.S.S.", "1607.08142, anchor"),
        ("sigmav(CTA)", "CTA", "1305.0302, anchor"),
    )
)
