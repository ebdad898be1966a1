"""Channels: bins of (process, lepton), cut into panels, with all that depends on q² alone tabulated at the nodes."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.angular import J_COUNT
from likelihoods.amplitudes.charm_loop import tabulate
from likelihoods.amplitudes.hadronic import LEPTON_MASSES, MASSES, NODE, fold_kernels
from likelihoods.amplitudes.hepfit import tabulate_2019
from likelihoods.amplitudes.integration import BIN, fill_bins
from likelihoods.amplitudes.panels import CHARM_HIGH, CHARM_LOW, edges_to_panels, node_positions
from likelihoods.inputs import Inputs
from likelihoods.qcd import m_b_pole

BOTH = np.ones(len(LEPTON_MASSES), bool)


class Bin(NamedTuple):
    """A q² interval [GeV²] of a process (index in ``PROCESSES``) and lepton (0: e, 1: μ)."""

    process: int
    lepton: int
    low: float
    high: float


def phase_space(process: int, lepton: int, inputs: Inputs) -> tuple[float, float]:
    """Kinematic limits of q² [GeV²]."""
    m_b, m_m = (inputs.value(name) for name in MASSES[process])
    return 4 * inputs.value(LEPTON_MASSES[lepton]) ** 2, (m_b - m_m) ** 2


class Channels:
    """Bins prepared for integration.

    Parameters
    ----------
    wanted : the bins, in the order of the rows of the result
    inputs : defaults; masses of hadrons and leptons, and the tables at the nodes, are those of the central values
    refine : every panel is cut into this many
    """

    def __init__(self, wanted: Sequence[Bin], inputs: Inputs, refine: int = 1):
        self.wanted, self.inputs = tuple(wanted), inputs
        pole_b = float(m_b_pole(inputs.central.view(np.recarray)[0]))
        panels, bins = [], np.zeros(len(self.wanted), BIN)
        total = 0
        for process, lepton in sorted({(item.process, item.lepton) for item in self.wanted}):
            m = inputs.value(LEPTON_MASSES[lepton])
            low, high = phase_space(process, lepton, inputs)
            here = [k for k, item in enumerate(self.wanted) if (item.process, item.lepton) == (process, lepton)]
            ends = {k: (max(self.wanted[k].low, low), min(self.wanted[k].high, high)) for k in here}
            inner = {edge for pair in ends.values() for edge in pair}
            edges = sorted(inner | {q2 for q2 in (CHARM_LOW, CHARM_HIGH) if min(inner) < q2 < max(inner)})
            if refine > 1:
                fine = [np.linspace(a, b, refine, endpoint=False) for a, b in itertools.pairwise(edges)]
                edges = [*np.concatenate(fine), edges[-1]]
            block, first = edges_to_panels(process, lepton, edges, m, high)
            position = dict(zip(edges, [*first, len(block)], strict=True))
            for k, (start, stop) in ends.items():
                bins[k] = (total + position[start], total + position[stop], process, lepton)
            panels.append(block)
            total += len(block)
        self.panels, self.bins = np.concatenate(panels), bins
        q2, self.slopes = node_positions(self.panels)
        self.nodes = np.zeros(q2.shape, NODE)
        self.nodes["q2"] = q2
        loops = tabulate_2019 if inputs.value("hadronic_scheme") == 1 else tabulate
        for name, values in loops(q2.ravel(), pole_b)._asdict().items():
            self.nodes[name] = values.reshape(self.nodes[name].shape)
        fold_kernels(inputs.central, self.panels, self.nodes)

    def __call__(
        self, c: npt.NDArray[Any], sm: npt.NDArray[Any], leptons: npt.NDArray[np.bool_] = BOTH
    ) -> npt.NDArray[np.float64]:
        """S_i and A_i, (n, bins, 24): lifetime included, integrated over the bin; zero for ``leptons`` not wanted."""
        out = np.empty((c.size, len(self.wanted), 2 * J_COUNT))
        fill_bins(c, sm, leptons, self.panels, self.nodes, self.slopes, self.bins, out)
        return out
