"""Colliders: dimuon and dijet resonances from quark pairs, light vectors in dimuons.

The rate of a vector of mass M is Σ over the line shape: σ(pp → V) at each mass of a Breit-Wigner, times the branching
ratio at the pole. Ratios are normalised to an experiment's 95 % (90 %) limit, so that 1 is just excluded.
"""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

from likelihoods.amplitudes.production import luminosity, pair_couplings, production
from likelihoods.amplitudes.vector_decay import fermion_width, mediator_width
from likelihoods.couplings import FERMIONS, PAPER
from likelihoods.functions import interval
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Pointwise, Request
from likelihoods.table import load_table

Array = npt.NDArray[np.float64]

MU, B = FERMIONS.index("mu"), FERMIONS.index("b")
LUMINOSITY = 139e3  #: ATLAS 1903.06248 [1/pb]
WINGS = 3.0  #: the Breit-Wigner ends this many widths, or half the mass, from its peak; what lies beyond counts inside
FAR = 4.0  #: events are smeared over so many times √2 standard deviations; 2e-8 of them go further
_PER_UNIT = 512
_ERF = special.erf(np.arange(FAR * _PER_UNIT + 1) / _PER_UNIT)
_LINE = 24  # equal steps of the mass that represent it


@kernel
def interpolate(x, xs, ys):
    """Linear interpolation on increasing ``xs``, constant beyond the ends."""
    if x <= xs[0]:
        return ys[0]
    if x >= xs[-1]:
        return ys[-1]
    k = interval(xs, x)
    return ys[k] + (ys[k + 1] - ys[k]) * (x - xs[k]) / (xs[k + 1] - xs[k])


@kernel
def error_function(x):
    """erf(x) within 5e-7, from a table."""
    y = abs(x) * _PER_UNIT
    k = int(y)
    value = _ERF[k] + (y - k) * (_ERF[k + 1] - _ERF[k]) if k < _ERF.size - 1 else 1.0
    return math.copysign(value, x)


@kernel
def branching_ratio(p, s, width, flavour, mass, colours):
    """B(V → f f̄) at the pole."""
    return fermion_width(p.m_med, mass, mass, p.g_left[flavour], p.g_right[flavour], colours) / width


@kernel
def resonance_rate(c, sm, flavour, colours, log_m, log_sigma, out):
    """σ(p p → V) B(V → f f̄) [pb] in the narrow-width approximation; 0 below 10 GeV, where the table ends."""
    squares = np.empty(log_sigma.shape[0])
    for i in range(c.size):
        s, p = sm[i if sm.size > 1 else 0], c[i]
        out[i] = np.nan if p.veto != 0 else 0.0
        if p.veto == 0 and p.m_med >= 10.0:
            mass = s.m_mu if flavour == MU else s.m_b
            rate = branching_ratio(p, s, mediator_width(p, s), flavour, mass, colours)
            pair_couplings(p, s, squares)
            out[i] = production(squares, p.m_med, log_m, log_sigma) * rate


@kernel
def dimuon_events(c, sm, edges, log_m, log_sigma, resolution_m, resolution, efficiency_m, efficiency, out):
    """Expected events of a dimuon resonance in bins ``edges`` (k, 2) of the dimuon mass [GeV]: out (n, k).

    Each step of the Breit-Wigner is weighted by its share of M Γ ŝ/M²/((ŝ - M²)² + M² Γ²) and by its parton luminosity,
    and smeared by the detector's Gaussian resolution with the variance of the step. Beyond the wings the enhancement of
    light masses by the luminosity would be that of a line shape that is not known there.
    """
    squares = np.empty(log_sigma.shape[0])
    for i in range(c.size):
        s, p = sm[i if sm.size > 1 else 0], c[i]
        if p.veto != 0:
            out[i] = np.nan
            continue
        out[i] = 0.0
        if p.m_med < 100.0 or (p.g_left[MU] == 0.0 and p.g_right[MU] == 0.0):
            continue
        width = mediator_width(p, s)
        rate = branching_ratio(p, s, width, MU, s.m_mu, 1.0)
        pair_couplings(p, s, squares)
        wings = min(WINGS, 0.5 * p.m_med / width)
        step, turn = 2.0 * wings * width / _LINE, 2.0 * wings / _LINE
        for j in range(_LINE):
            mass = p.m_med - wings * width + (j + 0.5) * step
            if mass < 100.0:
                continue
            share = np.arctan(2.0 * ((j + 1) * turn - wings)) - np.arctan(2.0 * (j * turn - wings))
            share *= (mass / p.m_med) ** 2 / (2.0 * np.arctan(2.0 * wings))
            events = LUMINOSITY * rate * share * production(squares, mass, log_m, log_sigma)
            events *= interpolate(mass, efficiency_m, efficiency)
            detector = interpolate(mass, resolution_m, resolution)
            spread = np.sqrt(2.0 * (detector**2 + step**2 / 12.0))
            last, below = np.nan, 0.0
            for k in range(edges.shape[0]):
                low, high = (edges[k, 0] - mass) / spread, (edges[k, 1] - mass) / spread
                if low < FAR and high > -FAR:
                    below = below if edges[k, 0] == last else error_function(low)  # bins share edges
                    last, above = edges[k, 1], error_function(high)
                    out[i, k] += 0.5 * events * (above - below)
                    below = above


_CHANNELS = {
    "sigma_dimuon_13tev": (MU, 1.0, 13),
    "sigma_dimuon_8tev": (MU, 1.0, 8),
    "sigma_bb_13tev": (B, 3.0, 13),
}


def plan_resonance(requests: Sequence[Request], inputs: Inputs) -> Pointwise:
    """Plan of the narrow-width rates."""
    channels = [_CHANNELS[item.observable] for item in requests]
    return Pointwise(
        tuple((resonance_rate, (flavour, colours, *luminosity(energy))) for flavour, colours, energy in channels)
    )


def plan_dimuon_spectrum(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of the spectrum; a request's q² bin is the dimuon mass squared."""
    edges = np.sqrt(np.array([item.q2 for item in requests], float))
    resolution, efficiency = load_table("atlas_dimuon_resolution"), load_table("atlas_dimuon_efficiency")
    tables = (
        resolution.column("mass"),
        resolution.column("sigma"),
        efficiency.column("mass"),
        efficiency.column("efficiency"),
    )
    return Joint(dimuon_events, (edges, *luminosity(13), *tables))


@kernel
def drell_yan_ratio(c, sm, out):
    """√(g_V² + g_A²) over its 95 % CL bound from Drell-Yan dimuons, 5.6e-2 (1 + 0.13 m_V/GeV) (2002.11150 Eq. 26).

    The bound was derived for 1 to 5 GeV; ``scheme="paper"`` extends it up to 15 GeV as its Fig. 4 does.
    """
    for i in range(c.size):
        p = c[i]
        top = 15.0 if p.scheme == PAPER else 5.0
        out[i] = np.nan if p.veto != 0 else 0.0
        if p.veto == 0 and 1.0 <= p.m_med <= top:
            g_v, g_a = 0.5 * (p.g_right[MU] + p.g_left[MU]), 0.5 * (p.g_right[MU] - p.g_left[MU])
            out[i] = np.sqrt(g_v**2 + g_a**2) / (5.6e-2 * (1.0 + 0.13 * p.m_med))


@kernel
def top_to_charm(c, sm, out):
    """|g̃ g_μ^V| [GeV^-2], bounded by t → c μμ at 1e-6 (2002.11150 Eq. 30)."""
    for i in range(c.size):
        p = c[i]
        out[i] = np.nan if p.veto != 0 else abs(p.g_sb_q2) * abs(0.5 * (p.g_left[MU] + p.g_right[MU]))


OBSERVABLES = (
    Observable(
        "sigma_dimuon_13tev", "pb", r"\sigma(pp\to Z'\to\mu\mu)_{13}", "1803.04430 Sec. 3.3", plan=plan_resonance
    ),
    Observable("sigma_dimuon_8tev", "pb", r"\sigma(pp\to Z'\to\mu\mu)_{8}", "1803.04430 Sec. 3.3", plan=plan_resonance),
    Observable(
        "sigma_bb_13tev", "pb", r"\sigma(pp\to Z'\to b\bar b)_{13}", "1702.00395 Sec. 4.1.2", plan=plan_resonance
    ),
    Observable(
        "events(ATLAS:2019:dimuon)", "", r"N_{\mu\mu}", "1903.06248, 1912.06374", binned=True, plan=plan_dimuon_spectrum
    ),
    Observable("drell_yan_ratio", "", r"g_\mu/g_\mu^{95}", "2002.11150 Eq. (26)", fill=drell_yan_ratio),
    Observable("t_to_c_mumu", "GeV^-2", r"|\tilde g g_\mu^V|", "2002.11150 Eq. (30)", fill=top_to_charm),
)
