"""Resonance limits: rates of narrow resonances at the LHC over published limits, so that 1 is just excluded.

Decays to dark matter and neutrinos lower the branching ratios to jets and muons, and with them both rates.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.production import luminosity, pair_couplings, production
from likelihoods.amplitudes.vector_decay import fermion_mass, fermion_width, mediator_width
from likelihoods.couplings import FERMIONS
from likelihoods.functions import geometric
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Pointwise, Request
from likelihoods.table import load_table

Array = npt.NDArray[np.float64]

MU, D, C = (FERMIONS.index(name) for name in ("mu", "d", "c"))
ACCEPTANCE = 0.6  #: of CMS's dijet selection, 1702.00395 Fig. 4
DIJETS, DIMUONS = np.int64(0), np.int64(1)


@kernel
def dijet_width(p, s):
    """Width [GeV] to quarks but the top, b s̄ and its conjugate included."""
    total = 2.0 * fermion_width(p.m_med, s.m_b, s.m_s, abs(p.g_sb_left), abs(p.g_sb_right), 3.0)
    for k in range(D, C + 1):
        mass = fermion_mass(s, k)
        total += fermion_width(p.m_med, mass, mass, p.g_left[k], p.g_right[k], 3.0)
    return total


@kernel
def over_limit(c, sm, final, masses, limits, log_m, log_sigma, out):
    """Rate over its limit at the mediator's mass; 0 outside the masses searched.

    ``final`` DIJETS: ``limits`` are σ B A [pb]. DIMUONS: ε of a dark photon, L = ε e Q_f V f̄γf, produced by the same
    quark pairs and with B(μμ) = 1/(3 + 11/3), three leptons and five quarks; a nan limit was not searched. Above the Z
    boson this leaves out the photon's own mixing with it.
    """
    squares, photon = np.empty(log_sigma.shape[0]), np.zeros(log_sigma.shape[0])
    for i in range(c.size):
        s, p = sm[i if sm.size > 1 else 0], c[i]
        out[i] = np.nan if p.veto != 0 else 0.0
        limit = geometric(masses, limits, p.m_med)
        if p.veto != 0 or np.isnan(limit):
            continue
        width = mediator_width(p, s)
        if width == 0.0:
            continue
        pair_couplings(p, s, squares)
        rate = production(squares, p.m_med, log_m, log_sigma) / width
        if final == DIJETS:
            out[i] = ACCEPTANCE * rate * dijet_width(p, s) / limit
            continue
        for j in range(photon.size):
            charge = 2.0 / 3.0 if j in (3, 4) else -1.0 / 3.0
            photon[j] = 0.0 if j == 1 else 8.0 * np.pi * s.alpha_em_mZ * (limit * charge) ** 2
        allowed = production(photon, p.m_med, log_m, log_sigma) * 3.0 / 20.0
        muons = fermion_width(p.m_med, s.m_mu, s.m_mu, p.g_left[MU], p.g_right[MU], 1.0)
        out[i] = rate * muons / allowed


_FINALS = {
    "dijet_ratio": (DIJETS, "cms_dijet_limit"),
    "light_dimuon_ratio": (DIMUONS, "cms_scouting_dimuon_limit"),
}


def plan(requests: Sequence[Request], inputs: Inputs) -> Pointwise:
    """Plan of the ratios."""
    columns = []
    for item in requests:
        final, name = _FINALS[item.observable]
        table = load_table(name)
        columns.append((over_limit, (final, table.column("mass"), table.values[:, 1].copy(), *luminosity(13))))
    return Pointwise(tuple(columns))


OBSERVABLES = (
    Observable("dijet_ratio", "", r"\sigma_{jj}/\sigma_{jj}^{95}", "1806.00843; 1702.00395 Sec. 4.1.2", plan=plan),
    Observable("light_dimuon_ratio", "", r"\sigma_{\mu\mu}/\sigma_{\mu\mu}^{90}", "CMS-PAS-EXO-19-018", plan=plan),
)
