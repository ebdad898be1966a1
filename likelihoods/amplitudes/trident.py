r"""Neutrino trident production ν_μ N → ν_μ μ⁺μ⁻ N: distribution of the momentum transfer to the muon pair.

A vector boson of mass M multiplies the contact amplitude by 1/(1 + Q²/M²), Q² the momentum transfer between the two
neutrinos. Its distribution in the Standard Model follows from "deep-inelastic scattering" of the neutrino on a photon
γ of the nucleus' Coulomb field (equivalent photons): dσ/dx dy ∝ s [(y²/2)(F2 - F_L) + (1 - y) F2], with the
structure functions of the photon into muons of mass m (Bethe-Heitler; Budnev et al., Phys. Rept. 15 (1975) 181).
The vector current's functions serve for the axial current too: their difference is of relative order m²/Q². This
keeps the contact limit that of the literature, (C_V² + C_A²) with equal weights (1406.2332 Eq. 9).
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import exp1

Array = npt.NDArray[Any]

#: Mean neutrino energy [GeV] and mass number of the target: CCFR (iron), CHARM II (glass).
BEAMS = {"CCFR": (160.0, 56.0), "CHARM-II": (20.0, 20.7)}
_FERMI = 5.0677307  # 1 fm [GeV^-1]


def structure_functions(x: Array, q2: Array, mass: float) -> tuple[Array, Array]:
    """(F2, F_L) of a real photon into a pair of leptons, up to a common factor; zero below threshold.

    Parameters
    ----------
    x : Bjorken variable
    q2 : momentum transfer Q² [GeV²]
    mass : lepton mass [GeV]
    """
    r = mass**2 / q2
    beta2 = 1.0 - 4.0 * r * x / (1.0 - x)
    beta = np.sqrt(np.maximum(beta2, 0.0))
    # ln((1 + β)/(1 - β)), stable for β -> 1
    log = 2.0 * np.log1p(beta) - np.log(np.where(beta2 > 0.0, 4.0 * r * x / (1.0 - x), 1.0))
    f_2 = (x**2 + (1.0 - x) ** 2 + 4.0 * x * (1.0 - 3.0 * x) * r - 8.0 * x**2 * r**2) * log
    f_2 += beta * (-1.0 + 8.0 * x * (1.0 - x) - 4.0 * x * (1.0 - x) * r)
    f_l = 4.0 * x * (1.0 - x) * beta - 8.0 * x**2 * r * log
    return np.where(beta2 > 0.0, x * f_2, 0.0), np.where(beta2 > 0.0, x * f_l, 0.0)


def photon_spectrum(s: Array, energy: float, mass_number: float) -> Array:
    """P(s) of dσ = P(s) σ(νγ; s) ds/s, up to a factor, for the form factor exp(-a² t/10), a = 1.3 A^(1/3) fm.

    P = ∫ dt/t F²(t) over t > (s/2E)² (1406.2332 Eqs. 5, 6).
    """
    radius = 1.3 * mass_number ** (1.0 / 3.0) * _FERMI
    return exp1(radius**2 * (s / (2.0 * energy)) ** 2 / 5.0)


def transfer_density(q2: Array, s: Array, mass: float, nodes: int = 64) -> Array:
    """Q² dσ/dQ² of ν γ → ν μμ at neutrino-photon energy squared ``s``, up to a factor.

    Integrates over u = y s from Q² + 4 m² to s; ``q2`` and ``s`` broadcast.
    """
    t, w = np.polynomial.legendre.leggauss(nodes)
    low = np.log(q2 + 4.0 * mass**2)
    span = np.maximum(np.log(s) - low, 0.0)
    total = np.zeros(np.broadcast(q2, s).shape)
    for node, weight in zip(t, w, strict=True):
        # squared map: the integrand starts as a square root at threshold
        z = 0.5 * (1.0 + node)
        u = np.exp(low + span * z * z)
        f_2, f_l = structure_functions(q2 / u, q2, mass)
        y = u / s
        total += weight * z * span * (0.5 * y**2 * (f_2 - f_l) + (1.0 - y) * f_2)
    return q2 * total


@cache
def transfer_spectrum(beam: str, mass: float, nodes: int = 96) -> tuple[Array, Array]:
    """Momentum transfers Q² [GeV²] and their weights (sum 1) of Standard Model tridents.

    Parameters
    ----------
    beam : key of ``BEAMS``
    mass : muon mass [GeV]
    nodes : Gauss-Legendre nodes in ln Q² and in ln s
    """
    energy, mass_number = BEAMS[beam]
    x, w = np.polynomial.legendre.leggauss(nodes)
    radius = 1.3 * mass_number ** (1.0 / 3.0) * _FERMI
    # beyond, the form factor has cut the photons off
    s_low, s_high = np.log(4.0 * mass**2), np.log(2.0 * energy * np.sqrt(5.0 * 30.0) / radius)
    s = np.exp(0.5 * (s_high - s_low) * x + 0.5 * (s_high + s_low))
    q_low = np.log(1e-8 * mass**2)
    log_q2 = 0.5 * (s_high - q_low) * x + 0.5 * (s_high + q_low)
    q2 = np.exp(log_q2)
    flux = w * photon_spectrum(s, energy, mass_number)
    density = transfer_density(q2[:, None], s[None, :], mass) * (q2[:, None] + 4.0 * mass**2 < s[None, :])
    weight = w * (density @ flux)
    return q2, weight / weight.sum()
