"""Higgs boson: its coupling to muons."""

import numpy as np

from likelihoods.kernel import kernel
from likelihoods.observable import Observable


@kernel
def coupling(c, sm, out):
    """κ_μ = g_hμμ/g_SM."""
    for i in range(c.size):
        out[i] = np.nan if c[i].veto != 0 else 1.0 + c[i].higgs_muon


@kernel
def signal_strength(c, sm, out):
    """Rate of h → μμ over the Standard Model's, production unchanged: κ_μ²."""
    for i in range(c.size):
        out[i] = np.nan if c[i].veto != 0 else (1.0 + c[i].higgs_muon) ** 2


OBSERVABLES = (
    Observable("kappa_mu", "", r"\kappa_\mu", "1503.06077 Sec. VI", fill=coupling),
    Observable("mu(h->mumu)", "", r"\mu_{h\to\mu\mu}", "1503.06077 Sec. VI", fill=signal_strength),
)
