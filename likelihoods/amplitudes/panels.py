r"""Panels: pieces of the q² axis with Gauss nodes, and the exact weights of a pole inside or near a panel.

Below the charmonia q² = 4 m² cosh² t, which resolves threshold, photon pole and every decade between them; above,
q² = q²_max - t², which resolves the end of phase space. Everything but a light mediator's propagator is then smooth
on a panel and given by its values at few nodes t_j. A propagator π = 1/(q² - z), z = m² - i m Γ, is g(t)/(t - t_0)
with smooth g, and ∫ f(t)/(t - t_0) dt of the polynomial through the nodes is Σ_j ω_j(t_0) f_j with
ω_j = -w_j Σ_n (2n + 1) P_n(t_j) Q_n(t_0), Q_n the Legendre function of the second kind (Neumann): exact for any
width, no node is wasted on a narrow peak. Products follow from π_k π_l^* = (π_k - π_l^*)/(z_k - z_l^*).
"""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods.kernel import kernel

#: Nodes of a panel.
NODES = 6
#: Largest half-length of a panel in t below and above the charmonia.
HALF_LOW, HALF_HIGH = 0.35, 0.6
#: Between these q² [GeV²] the narrow charmonia dominate; the maps change at the first.
CHARM_LOW, CHARM_HIGH = 8.9, 14.0

_T, WEIGHTS = np.polynomial.legendre.leggauss(NODES)
# w_j (2n + 1) P_n(t_j)
_NEUMANN = WEIGHTS[:, None] * np.polynomial.legendre.legvander(_T, NODES - 1) * (2 * np.arange(NODES) + 1)

PANEL = np.dtype(
    [
        ("process", np.int64),
        ("lepton", np.int64),
        ("high", np.int64),  # 1: above the charmonia
        ("scale", np.float64),  # 4 m² below, q²_max above [GeV²]
        ("middle", np.float64),
        ("half", np.float64),
    ],
    align=True,
)


def edges_to_panels(
    process: int, lepton: int, edges: Sequence[float], m: float, q2_max: float
) -> tuple[npt.NDArray[Any], list[int]]:
    """Panels (k,) of ``PANEL`` between consecutive ``edges`` [GeV²], and the index of the first panel of each piece."""
    panels: list[tuple[float, ...]] = []
    first = []
    for low, high in itertools.pairwise(edges):
        above = low >= CHARM_LOW
        if above:
            start, stop = np.sqrt(q2_max - high), np.sqrt(q2_max - low)
        else:
            start, stop = (np.arccosh(max(np.sqrt(q2) / (2 * m), 1.0)) for q2 in (low, high))
        count = int(np.ceil((stop - start) / (2 * (HALF_HIGH if above else HALF_LOW))))
        first.append(len(panels))
        half = (stop - start) / (2 * count)
        for k in range(count):
            scale = q2_max if above else 4 * m * m
            panels.append((process, lepton, int(above), scale, start + (2 * k + 1) * half, half))
    return np.array(panels, PANEL), first


def node_positions(panels: npt.NDArray[Any]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """q² (panels, NODES) and dq²/dt there."""
    t = panels["middle"][:, None] + panels["half"][:, None] * _T
    scale, above = panels["scale"][:, None], panels["high"][:, None] == 1
    with np.errstate(over="ignore"):
        q2 = np.where(above, scale - t**2, scale * np.cosh(t) ** 2)
        slope = np.where(above, 2 * t, scale * np.sinh(2 * t))
    return q2, slope


@kernel
def node_position(panel, j):
    """t_j."""
    return panel.middle + panel.half * _T[j]


@kernel
def _cauchy_weights(x_0, omega):
    """ω_j(x_0) (NODES,) = ∫ ℓ_j(x)/(x - x_0) dx over [-1, 1] for the Lagrange polynomials ℓ_j of the nodes.

    Upward recurrence of Q_n near the panel; away from it, where the recurrence loses digits and the Gauss rule has
    converged, the plain rule.
    """
    root = np.sqrt(x_0 * x_0 - 1.0)
    ellipse = max(abs(x_0 + root), abs(x_0 - root))
    if ellipse > 8.0:
        for j in range(NODES):
            omega[j] = WEIGHTS[j] / (_T[j] - x_0)
        return
    previous = 0.5 * np.log((x_0 + 1.0) / (x_0 - 1.0))
    current = x_0 * previous - 1.0
    for j in range(NODES):
        omega[j] = -_NEUMANN[j, 0] * previous - _NEUMANN[j, 1] * current
    for n in range(1, NODES - 1):
        following = ((2 * n + 1) * x_0 * current - n * previous) / (n + 1)
        previous, current = current, following
        for j in range(NODES):
            omega[j] -= _NEUMANN[j, n + 1] * current


@kernel
def _coth(x):
    """x coth x."""
    return 1.0 + x * x / 3.0 if abs(x) < 1e-3 else x * np.cosh(x) / np.sinh(x)


@kernel
def pole_weights(panel, z, out):
    """∫ ℓ_j(t)/(q² - z) dt (NODES,) over the panel, for the Lagrange polynomials ℓ_j of its nodes.

    In t the pole has a mirror image at -t_0. Above the charmonia 1/(q² - z) = [1/(t + t_0) - 1/(t - t_0)]/(2 t_0);
    below it is ∓ coth(t ± t_0)/(4 m² sinh 2 t_0) summed, needed where both are close to threshold.
    """
    mirror = np.empty(NODES, np.complex128)
    if panel.high == 1:
        t_0 = np.sqrt(panel.scale - z)
        _cauchy_weights((t_0 - panel.middle) / panel.half, out)
        _cauchy_weights((-t_0 - panel.middle) / panel.half, mirror)
        for j in range(NODES):
            out[j] = (mirror[j] - out[j]) / (2.0 * t_0)
        return
    t_0 = np.arccosh(np.sqrt(z / panel.scale))
    near = abs(t_0) < 1.0
    _cauchy_weights((t_0 - panel.middle) / panel.half, out)
    if near:
        _cauchy_weights((-t_0 - panel.middle) / panel.half, mirror)
    for j in range(NODES):
        t = node_position(panel, j)
        d = t - t_0
        if near:
            pair = _coth(d) * out[j] - _coth(t + t_0) * mirror[j]
            out[j] = pair / (panel.scale * np.sinh(2.0 * t_0))
        else:
            # sinh(t - t_0) sinh(t + t_0) = (q² - z)/(4 m²)
            if abs(d) < 1e-4:
                out[j] *= (1.0 - d * d / 6.0) / (panel.scale * np.sinh(t + t_0))
            else:
                out[j] *= d / (panel.scale * np.cosh(t) ** 2 - z)
