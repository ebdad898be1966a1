"""A Dirac particle with a vector portal, and its relic density: what several tests of freeze-out share."""

import numpy as np

from likelihoods import default_inputs
from likelihoods.amplitudes.thermal import LANES, energy_grid
from likelihoods.couplings import DIRAC, FERMIONS, empty
from likelihoods.observables.relic_density import freeze_out
from likelihoods.plasma import load_plasma

B, MU = FERMIONS.index("b"), FERMIONS.index("mu")


def portal(**fields):
    """A Dirac particle of 100 GeV coupled to b quarks and muons by a mediator of 500 GeV."""
    c = empty()
    c["dm_spin"], c["m_dm"], c["g_dm"], c["m_med"] = DIRAC, 100.0, 0.5, 500.0
    c["g_left"][0, B], c["g_left"][0, MU] = 0.3, 0.2
    for name, value in fields.items():
        c[name] = value
    return c


def average_at(x, average, *arguments):
    """One of the averages that ``effective_average`` or another kernel takes at many temperatures."""
    out = np.empty(LANES)
    average(*arguments, np.full(LANES, x), out)
    return out[0]


def omega(c, tolerance=1e-4):
    out = np.empty((c.size, 3))
    freeze_out(c, default_inputs().central, load_plasma(), tolerance, *energy_grid(), out)
    return out[:, 0]
