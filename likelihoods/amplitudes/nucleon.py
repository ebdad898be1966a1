r"""Nucleon: vector couplings of a heavy mediator run from its mass to the nucleon.

The current J_μ that the mediator couples to is a spurion gauge field with charges c_i, so one-loop running follows
from two facts. Its mixing with hypercharge (with the photon below m_Z) is a vacuum polarisation, and Yukawa
couplings renormalise the charges only as far as they break the spurion's symmetry:

.. math::
    16π² \frac{dc_i}{d\ln μ} &= g'^2 y_i \Big[\tfrac43 \sum_f y_f c_f + \tfrac23 \sum_H y_H c_H\Big]
        + γ_i y_t^2 (c_q - c_u + c_H) σ_i + ..., \quad γ_q = 1, γ_u = 2, γ_H = 2 N_c, σ = (+, -, +)

(equivalent to 1411.3342 Eqs. 23-25 and 1605.04917 App. A). At m_Z the Higgs current is matched on the Z,
c_f -> c_f + 2 c_H (T_3 - s² Q); below, photon penguins and the Z mixing induced by fermion masses remain until each
fermion's threshold; the latter, ∝ m_b²(μ), is all that the neutron sees of a b quark (the running under QCD of the
four-quark operators of Z exchange, some 2 % of it, is left out). The nucleon sees
c_p = 2 c_u + c_d, c_n = c_u + 2 c_d of the quarks' vector parts.

The adjoint is integrated: the row vector w with c_N = w(μ) · c(μ) starts at the nucleon and grows with ln μ, so one
pass gives the response to every chiral coupling for every mediator mass.
"""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from likelihoods.couplings import FERMIONS, MAJORANA
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.qcd import m_b_running

#: Mediator masses of the table [GeV]; the couplings vanish below, the logarithm is continued above.
LOWEST, HIGHEST = 0.1, 1e6
#: Hadronic scale [GeV]: loops of light quarks end here, and in the scheme "paper" those of all fermions.
HADRONIC = 2.0
#: Typical momentum transfer to a heavy nucleus [GeV], where the electron's logarithm ends.
TRANSFER = 0.05

M_NUCLEON = 0.938272  #: [GeV]
_LN_LOWEST, _LN_HIGHEST = float(np.log(LOWEST)), float(np.log(HIGHEST))
_CHARGE = np.array([-1.0] * 3 + [0.0] * 3 + [-1 / 3] * 3 + [2 / 3] * 3)
_ISOSPIN = np.array([-0.5] * 3 + [0.5] * 3 + [-0.5] * 3 + [0.5] * 3)
_COLOUR = np.array([1.0] * 6 + [3.0] * 6)
_N = len(FERMIONS)
_E, _NU, _D, _U = 0, 3, 6, 9  # first generation of each kind in FERMIONS
# state above m_Z: q_i, l_i (doublets), u_i, d_i, e_i, H
_Q, _L, _UR, _DR, _ER, _H = 0, 3, 6, 9, 12, 15
_HYPERCHARGE = np.array([1 / 6] * 3 + [-1 / 2] * 3 + [2 / 3] * 3 + [-1 / 3] * 3 + [-1.0] * 3 + [1 / 2])
_STATES = np.array([6.0] * 3 + [2.0] * 3 + [3.0] * 6 + [1.0] * 3 + [2.0])


def thresholds(inputs: Inputs, paper: bool) -> npt.NDArray[np.float64]:
    """Scale [GeV] at which each fermion's loop ends, in the order of ``FERMIONS``."""
    names = ("m_e", "m_mu", "m_tau", "", "", "", "", "", "m_b", "", "m_c", "m_t")
    masses = np.array([inputs.value(name) if name else 0.0 for name in names])
    masses[_D : _D + 2] = masses[_U] = HADRONIC
    return np.maximum(masses, HADRONIC if paper else TRANSFER)


def gauge_couplings(inputs: Inputs, ratio: float) -> tuple[float, float, float]:
    """(g'², g², g_s²) of the Standard Model at ``ratio`` times m_Z, one loop."""
    e2 = 4 * np.pi * inputs.value("alpha_em_mZ")
    s2 = inputs.value("sin2_theta_w")
    start = (e2 / (1 - s2), e2 / s2, 4 * np.pi * inputs.value("alpha_s"))
    t = np.log(ratio)
    g1, g2, g3 = (
        g / (1 - 2 * b * g * t / (16 * np.pi**2)) for g, b in zip(start, (41 / 6, -19 / 6, -7.0), strict=True)
    )
    return g1, g2, g3


def top_yukawa_slope(y: float, gauge: tuple[float, float, float]) -> float:
    """dy_t/dlnμ at one loop for (g'², g², g_s²)."""
    g1, g2, g3 = gauge
    return y * (4.5 * y**2 - 8.0 * g3 - 2.25 * g2 - 17.0 / 12.0 * g1) / (16 * np.pi**2)


def _unbroken(g1: float, y_t: float, y_b: float, y_tau: float, y_mu: float) -> npt.NDArray[np.float64]:
    """Γ (16, 16) of dc/dlnμ = Γ c above m_Z."""
    loop = _STATES * _HYPERCHARGE * np.where(np.arange(16) == _H, 2 / 3, 4 / 3)
    gamma = g1 * np.outer(_HYPERCHARGE, loop)
    for y, left, right, sign, colour in (
        (y_t, _Q + 2, _UR + 2, 1.0, 3.0),
        (y_b, _Q + 2, _DR + 2, -1.0, 3.0),
        (y_tau, _L + 2, _ER + 2, -1.0, 1.0),
        (y_mu, _L + 1, _ER + 1, -1.0, 1.0),
    ):
        broken = np.zeros(16)  # charge of the Yukawa term
        broken[left], broken[right], broken[_H] = 1.0, -1.0, sign
        gamma[left] += y**2 * broken
        gamma[right] -= 2 * y**2 * broken
        gamma[_H] += sign * 2 * colour * y**2 * broken
    return gamma / (16 * np.pi**2)


def _z_response(w: npt.NDArray[np.float64], s2: float) -> npt.NDArray[np.float64]:
    """Response of the nucleons to a Higgs current: Z exchange with all fermions, (2,)."""
    left, right = w[:, :_N], w[:, _N:]
    result: npt.NDArray[np.float64] = 2 * (left @ (_ISOSPIN - s2 * _CHARGE) - right @ (s2 * _CHARGE))
    return result


def bottom_logarithm(mass: npt.NDArray[np.float64], inputs: Inputs) -> npt.NDArray[np.float64]:
    """∫ dlnμ (m_b(μ)/m_b)² from m_b to ``mass``, as DirectDM 2.2.2 has it when it starts at ``mass``; scheme "paper".

    One loop, with two peculiarities: α_s(m_Z) is the coupling at the start, wherever that is, and m_b(m_b) is taken for
    the bottom mass at 2 GeV, where the light quarks' masses are given. With m_b and α_s run, as outside the scheme
    "paper", the logarithm is 7 % larger at 10 GeV and 15 % at m_Z: a hundredth of the proton's coupling.
    """
    m_b, start = inputs.value("m_b"), 1 / inputs.value("alpha_s")
    five, four = 23 / (6 * np.pi), 25 / (6 * np.pi)
    at_b = start - five * np.log(np.maximum(mass / m_b, 1.0))
    at_2 = at_b - four * np.log(m_b / 2.0)
    logarithm: npt.NDArray[np.float64] = (
        (at_2 / at_b) ** (24 / 25) * at_b / five * 23 * (1 - (at_b / start) ** (1 / 23))
    )
    return logarithm


@lru_cache(maxsize=8)
def response(inputs: Inputs, paper: bool, steps: int = 96) -> tuple[npt.NDArray[np.float64], ...]:
    """Nucleon couplings per unit of each chiral coupling of the mediator, against its mass.

    Parameters
    ----------
    inputs : masses, α, sin²θ_W, α_s
    paper : as runDM and DirectDM in 1803.04430: all loops end at 2 GeV instead of at the fermion's mass, and the weak
        loop of the bottom quark is ``bottom_logarithm``
    steps : Runge-Kutta steps per unit of ln μ

    Returns
    -------
    below : (n, 2, 24) for M from ``LOWEST`` to m_Z, uniform in ln M; rows p, n; columns g_left, g_right
    above : (m, 2, 24) for M from m_Z to ``HIGHEST``
    """
    m_z, s2 = inputs.value("m_Z"), inputs.value("sin2_theta_w")
    vev = (np.sqrt(2.0) * inputs.value("G_F")) ** -0.5
    y_t, y_b = inputs.value("y_t_mZ"), inputs.value("y_b_mZ")
    y_tau, y_mu = (np.sqrt(2.0) * inputs.value(name) / vev for name in ("m_tau", "m_mu"))
    s = inputs.central.view(np.recarray)[0]
    ends = thresholds(inputs, paper)
    massive = np.zeros(_N)
    massive[_E + 2], massive[_E + 1] = y_tau**2, y_mu**2

    w = np.zeros((2, 2 * _N))
    for side in (0, _N):
        w[0, side + _U], w[0, side + _D] = 1.0, 0.5
        w[1, side + _U], w[1, side + _D] = 0.5, 1.0
    tree = w
    count = int(np.ceil(steps * np.log(m_z / LOWEST)))
    h = np.log(m_z / LOWEST) / count
    # fraction of each step in which a fermion is active: thresholds need not fall on nodes
    upper = np.log(LOWEST) + h * np.arange(1, count + 1)
    active = np.clip((upper[:, None] - np.log(ends)) / h, 0.0, 1.0) * _COLOUR
    inverse = 1 / inputs.value("alpha_em_mZ") + 2 / (3 * np.pi) * h * np.cumsum((active @ _CHARGE**2)[::-1])[::-1]
    alpha = 1 / inverse
    if paper:  # one value for five flavours, one for four
        alpha = np.where(upper > np.log(inputs.value("m_b")), *(inputs.value(f"alpha_em_{at}") for at in ("mZ", "mb")))
    below = np.empty((count + 1, 2, 2 * _N))
    for k in range(count):
        below[k] = w
        half = w
        mass_b = m_b_running(np.exp(upper[k] - 0.5 * h), s) if active[k, _D + 2] > 0.0 and not paper else 0.0
        massive[_D + 2] = 2.0 * (mass_b / vev) ** 2
        for step in (0.5 * h, h):  # midpoint rule
            photon = ((tree if paper else half) @ np.tile(_CHARGE, 2))[:, None]
            penguin = -alpha[k] / (3 * np.pi) * photon * (active[k] * _CHARGE)
            mixing = _z_response(half, s2)[:, None] * (active[k] * massive) / (8 * np.pi**2)
            half = w + step * np.hstack([penguin + mixing, penguin - mixing])
        w = half
    below[count] = w
    if paper:
        mass = np.exp(np.linspace(np.log(LOWEST), np.log(m_z), count + 1))
        mixing = 6.0 * (inputs.value("m_b") / vev) ** 2 / (8 * np.pi**2) * _z_response(tree, s2)
        mixing = bottom_logarithm(mass, inputs)[:, None] * mixing
        below[:, :, _D + 2] += mixing
        below[:, :, _N + _D + 2] -= mixing
        w = below[count]

    v = np.zeros((2, 16))
    for doublet, down, up in ((_Q, _D, _U), (_L, _E, _NU)):
        v[:, doublet : doublet + 3] = w[:, down : down + 3] + w[:, up : up + 3]
    for singlet, first in ((_UR, _U), (_DR, _D), (_ER, _E)):
        v[:, singlet : singlet + 3] = w[:, _N + first : _N + first + 3]
    v[:, _H] = _z_response(w, s2)
    count = int(np.ceil(steps * np.log(HIGHEST / m_z)))
    h = np.log(HIGHEST / m_z) / count
    above = np.zeros((count + 1, 2, 2 * _N))
    for k in range(count + 1):
        for doublet, down, up in ((_Q, _D, _U), (_L, _E, _NU)):
            above[k, :, down : down + 3] = above[k, :, up : up + 3] = 0.5 * v[:, doublet : doublet + 3]
        for singlet, first in ((_UR, _U), (_DR, _D), (_ER, _E)):
            above[k, :, _N + first : _N + first + 3] = v[:, singlet : singlet + 3]
        gauge = gauge_couplings(inputs, np.exp((k + 0.5) * h))
        middle = y_t + 0.5 * h * top_yukawa_slope(y_t, gauge)
        gamma = _unbroken(gauge[0], middle, y_b, y_tau, y_mu)
        v = v - h * (v - 0.5 * h * v @ gamma) @ gamma
        y_t += h * top_yukawa_slope(middle, gauge)
    return below, above


@kernel
def nucleon_couplings(p, s, below, above, ln_m_z, out):
    """Spin-independent couplings [GeV^-2] of one record: ``out`` = vector c_p, c_n, scalar c_p, c_n.

    Dark matter and its antiparticle see vector couplings of opposite sign, so vector and scalar parts do not interfere
    in their sum. A Majorana particle has no elastic vector coupling; with a ``splitting`` its vector part is inelastic.

    Parameters
    ----------
    below, above : (2, n, 2, 24) tables of ``response`` for loops down to the masses, and to 2 GeV
    """
    out[:] = 0.0
    if p.g_dm != 0.0 and p.m_med > 0.0 and (p.dm_spin != MAJORANA or p.splitting > 0.0):
        cut = 1 if p.nucleon_loops == 1 else 0
        ln_m = np.log(p.m_med) if p.nucleon_loops < 2 else _LN_LOWEST
        if ln_m <= ln_m_z:
            table, first, last = below[cut], _LN_LOWEST, ln_m_z
        else:
            table, first, last = above[cut], ln_m_z, _LN_HIGHEST
        position = max((ln_m - first) / (last - first) * (table.shape[0] - 1), 0.0)
        k = min(int(position), table.shape[0] - 2)
        t = position - k
        scale = -p.g_dm / p.m_med**2
        for nucleon in range(2):
            low, high = table[k, nucleon], table[k + 1, nucleon]
            total = 0.0
            for f in range(12):
                if p.g_left[f] != 0.0 or p.g_right[f] != 0.0:
                    total += p.g_left[f] * (low[f] + t * (high[f] - low[f]))
                    total += p.g_right[f] * (low[12 + f] + t * (high[12 + f] - low[12 + f]))
            out[nucleon] = scale * total
        out[0] += scale * p.kinetic_mixing * np.sqrt(4.0 * np.pi * s.alpha_em_0)
    out[0] += 4.0 * np.pi * s.alpha_em_0 * p.charge_radius + p.contact_p
    out[1] += p.contact_n
    out[2] = out[3] = p.higgs_portal * s.f_nucleon * M_NUCLEON
