"""Mediator: branching ratios of the neutral vector boson."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.vector_decay import dark_width, fermion_mass, fermion_width, mediator_width
from likelihoods.couplings import FERMIONS
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Request

#: Final states after the twelve f f̄: all neutrinos, b s̄ with its conjugate, dark matter.
NEUTRINOS, BS, DARK = range(12, 15)


@kernel
def partial_width(p, s, channel):
    """Width [GeV] of the mediator into one final state."""
    if channel == DARK:
        return dark_width(p, p.m_med)
    if channel == BS:
        return 2.0 * fermion_width(p.m_med, s.m_b, s.m_s, abs(p.g_sb_left), abs(p.g_sb_right), 3.0)
    first, last = (3, 6) if channel == NEUTRINOS else (channel, channel + 1)
    total = 0.0
    for k in range(first, last):
        mass = fermion_mass(s, k)
        total += fermion_width(p.m_med, mass, mass, p.g_left[k], p.g_right[k], 3.0 if k >= 6 else 1.0)
    return total


@kernel
def branching_ratios(c, sm, channels, out):
    """Branching ratios ``out`` (n, channels); 0 if the mediator is stable, nan if there is none."""
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        out[i, :] = np.nan
        if p.veto != 0 or not p.m_med > 0.0:
            continue
        total = mediator_width(p, s)
        for k in range(channels.size):
            out[i, k] = partial_width(p, s, channels[k]) / total if total > 0.0 else 0.0


@dataclass(frozen=True)
class BranchingRatios:
    """Plan: the total width once per point."""

    channels: npt.NDArray[np.int64]

    def fill(self, c: npt.NDArray[Any], sm: npt.NDArray[Any], out: npt.NDArray[np.float64]) -> None:
        branching_ratios(c, sm, self.channels, out)


_CHANNELS = {
    f"BR(V->{name}{name})": (k, rf"V \to {name}\bar {name}")
    for k, name in enumerate(FERMIONS)
    if not name.startswith("nu")
} | {
    "BR(V->nunu)": (NEUTRINOS, r"V \to \nu\bar\nu"),
    "BR(V->bs)": (BS, r"V \to b\bar s, s\bar b"),
    "BR(V->dark)": (DARK, r"V \to \chi\bar\chi"),
}


def plan(requests: Sequence[Request], inputs: Inputs) -> BranchingRatios:
    """Plan of the branching ratios."""
    return BranchingRatios(np.array([_CHANNELS[item.observable][0] for item in requests]))


OBSERVABLES = tuple(
    Observable(name, "", rf"\mathcal{{B}}({latex})", "1803.04430 Eq. (3.8), corrected", plan=plan)
    for name, (_, latex) in _CHANNELS.items()
)
