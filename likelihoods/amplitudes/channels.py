"""Channels: bins of (process, lepton), cut into panels, with all that depends on q² alone tabulated at the nodes."""

import itertools
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes import drift
from likelihoods.amplitudes.angular import J_COUNT
from likelihoods.amplitudes.b_to_v import VALUES
from likelihoods.amplitudes.charm_loop import tabulate
from likelihoods.amplitudes.hadronic import LEPTON_MASSES, MASSES, NODE, fold_kernels
from likelihoods.amplitudes.hepfit import tabulate_2019
from likelihoods.amplitudes.integration import BIN, fill_bins, fill_values
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
    inputs : defaults; masses of hadrons and leptons at the nodes are those of the central values
    refine : every panel is cut into this many
    """

    def __init__(self, wanted: Sequence[Bin], inputs: Inputs, refine: int = 1):
        self.wanted, self.inputs = tuple(wanted), inputs
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
        self.q2 = q2
        self.nodes = self._tables(inputs.central)

    def _tables(self, sm: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Tables (panels, NODES) of ``NODE`` at inputs (1,)."""
        nodes = np.zeros(self.q2.shape, NODE)
        nodes["q2"] = self.q2
        pole_b = float(m_b_pole(sm.view(np.recarray)[0]))
        loops = tabulate_2019 if sm["hadronic_scheme"][0] == 1 else tabulate
        for name, values in loops(self.q2.ravel(), pole_b)._asdict().items():
            nodes[name] = values.reshape(nodes[name].shape)
        fold_kernels(sm, self.panels, nodes)
        return nodes

    @cached_property
    def _slopes(self) -> npt.NDArray[np.float64]:
        """Slopes of the tables, (inputs, numbers)."""
        return drift.slopes(lambda sm: self._tables(sm).ravel().view(np.float64), self.inputs)

    def tables(self, sm: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], ...]:
        """Tables of one record of inputs ``sm``, to be filled, and what ``drift.displaced`` fills them from."""
        table = self.nodes.ravel().view(np.float64)
        centre = drift.values(self.inputs.central)
        if not drift.follows(sm, self.inputs):
            return self.nodes, centre, table, np.empty((0, table.size)), table
        nodes = self.nodes.copy()
        return nodes, centre, table, self._slopes, nodes.ravel().view(np.float64)

    def __call__(
        self, c: npt.NDArray[Any], sm: npt.NDArray[Any], leptons: npt.NDArray[np.bool_] = BOTH
    ) -> npt.NDArray[np.float64]:
        """S_i and A_i, (n, bins, 24): lifetime included, integrated over the bin; zero for ``leptons`` not wanted."""
        out = np.empty((c.size, len(self.wanted), 2 * J_COUNT))
        fill_bins(c, sm, leptons, self.panels, *self.tables(sm), self.slopes, self.bins, out)
        return out

    def values(self, sm: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        """What the nodes hold at inputs ``sm`` (n,): (n, panels, NODES, VALUES)."""
        out = np.empty((sm.size, *self.q2.shape, VALUES))
        fill_values(sm, self.panels, *self.tables(sm), out)
        return out
