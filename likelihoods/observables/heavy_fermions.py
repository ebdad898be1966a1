"""Heavy fermions: how often vector-like quarks and leptons are pair-produced at the LHC.

Rates at 13 TeV relative to 1 TeV (quarks, by QCD) and 500 GeV (leptons, by Drell-Yan), so that a mass limit becomes an
upper limit of the rate: the likelihood then falls with the signal events, as the searches' own do.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likelihoods.functions import interval
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request
from likelihoods.table import load_table

Array = npt.NDArray[np.float64]
QUARK, LEPTON = 0, 1


@kernel
def relative_rate(ln_mass, ln_rate, mass):
    """Rate at ``mass`` [GeV]: logarithmic interpolation, continued as a power beyond the table."""
    x = np.log(mass)
    k = interval(ln_mass, x)
    slope = (ln_rate[k + 1] - ln_rate[k]) / (ln_mass[k + 1] - ln_mass[k])
    return np.exp(ln_rate[k] + slope * (x - ln_mass[k]))


@kernel
def pair_rates(c, sm, kinds, ln_mass, ln_rate, out):
    """Rates ``out`` (n, kinds) of pairs of vector-like fermions; 0 where the model has none."""
    for i in range(c.size):
        p = c[i]
        for k in range(kinds.size):
            mass = p.m_heavy_q if kinds[k] == QUARK else p.m_heavy_l
            out[i, k] = np.nan if p.veto != 0 else 0.0
            if p.veto == 0 and mass > 0.0:
                out[i, k] = relative_rate(ln_mass, ln_rate[kinds[k]], mass)


_KINDS = {"pair_rate(Q)": QUARK, "pair_rate(L)": LEPTON}


def plan(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of the pair production of heavy fermions."""
    table = load_table("heavy_pair_production")
    rates = np.log(np.array([table.column("quarks"), table.column("leptons")]))
    kinds = np.array([_KINDS[item.observable] for item in requests])
    return Joint(pair_rates, (kinds, np.log(table.column("mass")), rates))


OBSERVABLES = (
    Observable("pair_rate(Q)", "", r"\sigma_{QQ}/\sigma_{QQ}(1\,\mathrm{TeV})", "1803.04703 Sec. 5, 6", plan=plan),
    Observable("pair_rate(L)", "", r"\sigma_{LL}/\sigma_{LL}(500\,\mathrm{GeV})", "1803.04703 Sec. 5, 6", plan=plan),
)
