"""Mediator: branching ratios of the neutral vector boson, and the scale at which its coupling is strong."""

from collections.abc import Sequence

import numpy as np

from likelihoods.amplitudes.vector_decay import dark_width, fermion_mass, fermion_width, mediator_width
from likelihoods.couplings import COMPLEX_SCALAR, FERMIONS, NO_DM, PAPER
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request

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


_CHANNELS = {
    f"BR(V->{name}{name})": (k, rf"V \to {name}\bar {name}")
    for k, name in enumerate(FERMIONS)
    if not name.startswith("nu")
} | {
    "BR(V->nunu)": (NEUTRINOS, r"V \to \nu\bar\nu"),
    "BR(V->bs)": (BS, r"V \to b\bar s, s\bar b"),
    "BR(V->dark)": (DARK, r"V \to \chi\bar\chi"),
}


def plan(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of the branching ratios: the total width once per point."""
    return Joint(branching_ratios, (np.array([_CHANNELS[item.observable][0] for item in requests]),))


@kernel
def strong_scale(c, sm, out):
    """Λ [GeV] at which α of dark matter's coupling reaches 1; the mediator's mass if it is larger there already.

    dg/dlnμ = g Σ q² w/12π² with w = 1 for a Dirac fermion, ½ for a chiral one, ¼ for a complex scalar (1702.00395,
    text before Fig. 3, where dark matter alone runs: ``scheme="paper"``). All couplings run in proportion, so that
    ln(Λ/m) = 6π² (1 - α)/Σ. nan without dark matter or mediator.
    """
    for i in range(c.size):
        p = c[i]
        out[i] = np.nan
        if p.veto != 0 or p.dm_spin == NO_DM or p.g_dm == 0.0 or not p.m_med > 0.0:
            continue
        total = p.g_dm**2 * (0.25 if p.dm_spin == COMPLEX_SCALAR else 1.0)
        if p.scheme != PAPER:
            for k in range(p.g_left.size):
                total += 0.5 * (3.0 if k >= 6 else 1.0) * (p.g_left[k] ** 2 + p.g_right[k] ** 2)
            total += 3.0 * (abs(p.g_sb_left) ** 2 + abs(p.g_sb_right) ** 2 + abs(p.g_ct_left) ** 2)
            for k in range(p.pair_number.size):
                total += 0.5 * p.pair_number[k] * (p.pair_left[k] ** 2 + p.pair_right[k] ** 2)
        below = max(1.0 - p.g_dm**2 / (4.0 * np.pi), 0.0)
        out[i] = p.m_med * np.exp(6.0 * np.pi**2 * below / total)


OBSERVABLES = (
    *(
        Observable(name, "", rf"\mathcal{{B}}({latex})", "1803.04430 Eq. (3.8), corrected", plan=plan)
        for name, (_, latex) in _CHANNELS.items()
    ),
    Observable("Lambda_strong", "GeV", r"\Lambda_\mathrm{strong}", "1702.00395 Fig. 3", fill=strong_scale),
)
