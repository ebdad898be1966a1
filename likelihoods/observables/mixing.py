"""Mixing: mass difference and mixing-induced CP asymmetry of the B_s system."""

import numpy as np

from likelihoods.amplitudes.mixing import delta_m_and_phase, flavour_specific_asymmetry, standard_m12, weights
from likelihoods.kernel import kernel
from likelihoods.observable import Observable


@kernel
def mass_difference(c, sm, out):
    """ΔM_s [ps^-1]."""
    weight = np.empty(8)
    m12 = 0j
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        if i == 0 or sm.size > 1:
            weights(s, weight)
            m12 = standard_m12(s)
        if c[i].veto != 0:
            out[i] = np.nan
            continue
        out[i], _ = delta_m_and_phase(c[i].mixing, weight, m12, s)


@kernel
def s_psiphi(c, sm, out):
    """Mixing-induced CP asymmetry of B_s → J/ψ φ."""
    weight = np.empty(8)
    m12 = 0j
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        if i == 0 or sm.size > 1:
            weights(s, weight)
            m12 = standard_m12(s)
        if c[i].veto != 0:
            out[i] = np.nan
            continue
        _, out[i] = delta_m_and_phase(c[i].mixing, weight, m12, s)


@kernel
def a_fs(c, sm, out):
    """CP asymmetry in flavour-specific B_s decays."""
    weight = np.empty(8)
    m12 = 0j
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        if i == 0 or sm.size > 1:
            weights(s, weight)
            m12 = standard_m12(s)
        if c[i].veto != 0:
            out[i] = np.nan
            continue
        out[i] = flavour_specific_asymmetry(c[i].mixing, weight, m12, s)


_REFERENCE = "hep-ph/0005183; 1907.01025"
OBSERVABLES = (
    Observable("DeltaM_s", "ps^-1", r"\Delta M_s", _REFERENCE, fill=mass_difference),
    Observable("S_psiphi", "", r"S_{\psi\phi}", _REFERENCE, fill=s_psiphi),
    Observable("a_fs_s", "", r"a_\mathrm{fs}^s", "1511.09466", fill=a_fs),
)
