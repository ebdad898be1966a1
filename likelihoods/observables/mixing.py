"""Mixing: mass difference and CP asymmetries of the B_s system."""

from collections.abc import Sequence

import numpy as np

from likelihoods.amplitudes.mixing import delta_m_and_phase, flavour_specific_asymmetry, standard_m12, weights
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request

MASS_DIFFERENCE, S_PSIPHI, A_FS = range(3)


@kernel
def mixing(c, sm, out):
    """ΔM_s [ps^-1], asymmetry S_ψφ of B_s → J/ψ φ, and a_fs of flavour-specific decays: ``out`` (n, 3)."""
    weight = np.empty(8)
    m12 = 0j
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        if i == 0 or sm.size > 1:
            weights(s, weight)
            m12 = standard_m12(s)
        if c[i].veto != 0:
            out[i, :] = np.nan
            continue
        out[i, MASS_DIFFERENCE], out[i, S_PSIPHI] = delta_m_and_phase(c[i].mixing, weight, m12, s)
        out[i, A_FS] = flavour_specific_asymmetry(c[i].mixing, weight, m12, s)


_READS = {"DeltaM_s": MASS_DIFFERENCE, "S_psiphi": S_PSIPHI, "a_fs_s": A_FS}


def plan(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of the mass difference and the asymmetries."""
    return Joint(mixing, (), results=3, reads=tuple(_READS[item.observable] for item in requests))


_REFERENCE = "hep-ph/0005183; 1907.01025"
OBSERVABLES = (
    Observable("DeltaM_s", "ps^-1", r"\Delta M_s", _REFERENCE, plan=plan),
    Observable("S_psiphi", "", r"S_{\psi\phi}", _REFERENCE, plan=plan),
    Observable("a_fs_s", "", r"a_\mathrm{fs}^s", "1511.09466", plan=plan),
)
