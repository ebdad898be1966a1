"""Light vectors at e⁺e⁻ colliders and LHCb: rates over published limits, so that 1 is just excluded.

Muons radiate V (couplings g_μ^V, g_μ^A), or a photon turns into it (kinetic mixing ε); it decays invisibly or to μμ.
The searches assume a V narrower than their resolution: for a broader one the ratios are upper bounds.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.vector_decay import fermion_width, invisible_width, mediator_width
from likelihoods.couplings import FERMIONS
from likelihoods.functions import geometric
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Pointwise, Request
from likelihoods.table import load_table

Array = npt.NDArray[np.float64]

MU = FERMIONS.index("mu")
#: e⁺e⁻ → μμV with V → invisible and V → μμ; e⁺e⁻ → γV with V → invisible; pp → V → μμ.
MUONS_INVISIBLE, FOUR_MUONS, PHOTON_INVISIBLE, DIMUONS = (np.int64(k) for k in range(4))
_OPEN = 1.1  # GeV, above which quarks count: two flavours less, the limit of a dark photon is the weaker one


@kernel
def dark_photon_to_muons(s, mass):
    """B(V → μμ) of a dark photon of given mass [GeV]: open leptons, and R = 2, 10/3, 11/3 of three to five quarks."""
    muons = fermion_width(mass, s.m_mu, s.m_mu, 1.0, 1.0, 1.0)
    total = (
        muons + fermion_width(mass, s.m_e, s.m_e, 1.0, 1.0, 1.0) + fermion_width(mass, s.m_tau, s.m_tau, 1.0, 1.0, 1.0)
    )
    ratio = 0.0 if mass < _OPEN else (2.0 if mass < 3.7 else (10.0 / 3.0 if mass < 10.5 else 11.0 / 3.0))
    return muons / (total + ratio * mass / (12.0 * np.pi))


@kernel
def muon_tau_to_muons(s, mass):
    """B(V → μμ) of a gauge boson of L_μ - L_τ of given mass [GeV]."""
    muons = fermion_width(mass, s.m_mu, s.m_mu, 1.0, 1.0, 1.0)
    neutrinos = 2.0 * fermion_width(mass, 0.0, 0.0, 1.0, 0.0, 1.0)
    return muons / (muons + neutrinos + fermion_width(mass, s.m_tau, s.m_tau, 1.0, 1.0, 1.0))


@kernel
def over_limit(c, sm, search, masses, limits, out):
    """Rate over its limit at the mediator's mass; 0 outside the masses searched, and where the limit is not a number.

    ``limits`` (k,) are those of g' of L_μ - L_τ (muons radiate V) or of ε (mixing with the photon). Axial couplings
    count like vector ones, up to (m_μ/√s)².
    """
    for i in range(c.size):
        s, p = sm[i if sm.size > 1 else 0], c[i]
        out[i] = np.nan if p.veto != 0 else 0.0
        limit = geometric(masses, limits, p.m_med)
        if p.veto != 0 or np.isnan(limit):
            continue
        width = mediator_width(p, s)
        left, right = p.g_left[MU], p.g_right[MU]
        if search in (MUONS_INVISIBLE, FOUR_MUONS):
            squared = 0.5 * (left**2 + right**2)
        else:
            squared = p.kinetic_mixing**2
        if search in (MUONS_INVISIBLE, PHOTON_INVISIBLE):
            out[i] = squared / limit**2 * (invisible_width(p, p.m_med) / width if width > 0.0 else 1.0)
            continue
        if width > 0.0:
            muons = fermion_width(p.m_med, s.m_mu, s.m_mu, left, right, 1.0) / width
            if search == FOUR_MUONS:
                out[i] = squared / limit**2 * muons / muon_tau_to_muons(s, p.m_med)
            else:
                out[i] = squared / limit**2 * muons / dark_photon_to_muons(s, p.m_med)


#: Search, table, and factor on its coupling: 50 /ab against 79.7 /fb of a search limited by background, g' ∝ L^(-1/4).
_SEARCHES = {
    "rate_ratio(BelleII:2019:mumu_invisible)": (MUONS_INVISIBLE, "belle2_2019_mumu_invisible", 1.0),
    "rate_ratio(BelleII:2022:mumu_invisible)": (MUONS_INVISIBLE, "belle2_2022_mumu_invisible", 1.0),
    "rate_ratio(BelleII:50ab:mumu_invisible)": (
        MUONS_INVISIBLE,
        "belle2_2022_mumu_invisible",
        (79.7 / 5e4) ** 0.25,
    ),
    "rate_ratio(BaBar:2016:4mu)": (FOUR_MUONS, "babar_2016_4mu", 1.0),
    "rate_ratio(BaBar:2017:photon_invisible)": (PHOTON_INVISIBLE, "babar_2017_photon_invisible", 1.0),
    "rate_ratio(LHCb:2019:dimuon)": (DIMUONS, "lhcb_2019_dark_photon", 1.0),
}


def plan(requests: Sequence[Request], inputs: Inputs) -> Pointwise:
    """Plan of the ratios."""
    columns = []
    for item in requests:
        search, name, factor = _SEARCHES[item.observable]
        table = load_table(name)
        columns.append((over_limit, (search, table.column("mass"), factor * table.values[:, 1])))
    return Pointwise(tuple(columns))


_MUON, _MIXING = r"g_\mu^2\mathcal{B}/(g_\mu^2\mathcal{B})^{90}", r"\epsilon^2\mathcal{B}/(\epsilon^2\mathcal{B})^{90}"
OBSERVABLES = (
    Observable("rate_ratio(BelleII:2019:mumu_invisible)", "", _MUON, "1912.11276", plan=plan),
    Observable("rate_ratio(BelleII:2022:mumu_invisible)", "", _MUON, "2212.03066", plan=plan),
    Observable("rate_ratio(BelleII:50ab:mumu_invisible)", "", _MUON, "2212.03066, scaled by luminosity", plan=plan),
    Observable("rate_ratio(BaBar:2016:4mu)", "", _MUON, "1606.03501", plan=plan),
    Observable("rate_ratio(BaBar:2017:photon_invisible)", "", _MIXING, "1702.03327", plan=plan),
    Observable("rate_ratio(LHCb:2019:dimuon)", "", _MIXING, "1910.06926", plan=plan),
)
