r"""Recoil: expected spin-independent events in xenon detectors.

For a nucleus of mass m_A with coupling C_A = Z c_p + (A - Z) c_n the rate per target mass is

.. math:: \frac{dR}{dq} = \frac{ρ}{m_χ} \sum_A \frac{f_A}{\bar m} \frac{C_A^2 F_A^2(q)}{2π} \, q \, η(v_{min}),
    \quad v_{min} = \frac{q}{2μ} + \frac{δ}{q}

(Lewin and Smith, Astropart. Phys. 6, 87; inelastic threshold hep-ph/0101138 Eq. 2). The dark matter enters through
η alone. The detector (isotopes, Helm form factor, efficiency, exposure) is condensed into weights on common nodes of
the momentum transfer q, so that events of all experiments are dot products with η at the nodes; in η the reduced mass
is that of the mean isotope, which changes rates by less than 1e-3.
"""

import re

import numpy as np
import numpy.typing as npt

from likelihoods.halo import LIGHT_KM_S, inverse_speed
from likelihoods.kernel import kernel
from likelihoods.table import load_table
from likelihoods.units import CM2, HBAR_GEV_S, KEV

Array = npt.NDArray[np.float64]

ATOMIC_MASS = 0.93149410242  #: atomic mass unit [GeV]
ATOMIC_MASS_KG = 1.66053906660e-27
FERMI = 1e-13 * np.sqrt(CM2)  #: one femtometre [GeV^-1]
Z_XENON = 54
#: Natural isotopes of xenon: mass number, abundance (CIAAW).
ISOTOPES = (
    (124, 0.000952),
    (126, 0.000890),
    (128, 0.019102),
    (129, 0.264006),
    (130, 0.040710),
    (131, 0.212324),
    (132, 0.269086),
    (134, 0.104357),
    (136, 0.088573),
)
A_XENON = 131.293
M_XENON = A_XENON * ATOMIC_MASS
#: Masses of dark matter [GeV] between which events are tabulated, uniformly in ln m.
LIGHTEST, HEAVIEST = 1.0, 1e5
#: Nodes of the momentum transfer [GeV]: recoil energies from 0.7 to 110 keV.
_Q_LOW, _Q_HIGH, _NODES = np.sqrt(2 * M_XENON * 0.7 * KEV), np.sqrt(2 * M_XENON * 110.0 * KEV), 96


def helm(q: Array, a: int) -> Array:
    """Helm form factor of a nucleus of mass number ``a`` at momentum transfer ``q`` [GeV].

    Lewin and Smith Eqs. (4.7), (4.10), (4.11): s = 0.9 fm, a = 0.52 fm, c = 1.23 A^(1/3) - 0.60 fm.
    """
    s, thickness, c = 0.9, 0.52, 1.23 * a ** (1 / 3) - 0.60
    r = np.sqrt(c**2 + 7 / 3 * np.pi**2 * thickness**2 - 5 * s**2)
    x = q * r * FERMI
    return np.asarray(3 * (np.sin(x) - x * np.cos(x)) / x**3 * np.exp(-0.5 * (q * s * FERMI) ** 2))


def nodes() -> Array:
    """Common nodes of the momentum transfer [GeV]."""
    return np.linspace(_Q_LOW, _Q_HIGH, _NODES)


def detector(table: str) -> Array:
    """``weights`` of a table of efficiencies: energy [keV], one column a bin, ``exposure`` in kg day."""
    efficiency = load_table(table)
    return weights(efficiency.values[:, 0], efficiency.values[:, 1:], efficiency.header.get("exposure", ""), table)


def weights(energy: Array, efficiency: Array, exposure: str, name: str) -> Array:
    """Response (bins, 3, nodes) of a detector with ``efficiency`` (energies, bins) at true energies [keV].

    Weights integrate the response against the linear hat functions of the nodes, so that a sharp efficiency costs no
    accuracy: only η has to be smooth between nodes. They are events for unit ρ/m_χ [GeV^3], η = 1 and unit c_p²,
    2 c_p c_n, c_n² [GeV^-4].

    Raises
    ------
    ValueError : ``exposure`` is not "<number> kg day" (the message has ``name``)
    """
    match = re.fullmatch(r"([\d.e+]+) kg day", exposure)
    if match is None:
        raise ValueError(f"{name}: header line '# exposure: <number> kg day' is missing")
    nuclei_time = float(match[1]) / (A_XENON * ATOMIC_MASS_KG) * 86400.0 / HBAR_GEV_S
    node = nodes()
    q = np.linspace(_Q_LOW, _Q_HIGH, 40 * (_NODES - 1) + 1)
    dq = np.full(q.size, q[1] - q[0])
    dq[[0, -1]] *= 0.5
    density = np.zeros((efficiency.shape[1], 3, q.size))
    for a, fraction in ISOTOPES:
        recoil = q**2 / (2 * a * ATOMIC_MASS) / KEV
        common = nuclei_time * fraction * helm(q, a) ** 2 * q / (2 * np.pi) * dq
        for k, column in enumerate(efficiency.T):
            seen = common * np.interp(recoil, energy, column, left=0.0, right=0.0)
            for j, product in enumerate((Z_XENON**2, Z_XENON * (a - Z_XENON), (a - Z_XENON) ** 2)):
                density[k, j] += seen * product
    position = (q - node[0]) / (node[1] - node[0])
    lower = np.minimum(position.astype(int), _NODES - 2)
    share = position - lower
    hat = np.zeros((q.size, _NODES))
    hat[np.arange(q.size), lower] = 1 - share
    hat[np.arange(q.size), lower + 1] = share
    return np.asarray(density @ hat)


@kernel
def mean_inverse_speed(m_dm, splitting, v0, v_esc, v_earth, q, out):
    """η at each node for a mass and an inelastic splitting [GeV]; returns whether any is not 0."""
    reduced = m_dm * M_XENON / (m_dm + M_XENON)
    seen = False
    for k in range(q.size):
        out[k] = inverse_speed((0.5 * q[k] / reduced + splitting / q[k]) * LIGHT_KM_S, v0, v_esc, v_earth)
        seen = seen or out[k] > 0.0
    return seen
