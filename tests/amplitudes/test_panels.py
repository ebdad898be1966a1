"""Panels: the weights of a pole are exact for polynomials, for any width, inside and beside the panel."""

import itertools

import numpy as np
import pytest
from scipy.integrate import quad

from likelihoods.amplitudes.panels import NODES, edges_to_panels, node_positions, pole_weights

MUON = 0.105658


def function(q2):
    return 1.0 + 0.3 * q2 - 0.02 * q2**2


def by_quadrature(panel, z):
    """∫ f(q²)/(q² - z) dt by scipy, split at the pole."""

    def integrand(t):
        q2 = panel["scale"] - t * t if panel["high"] else panel["scale"] * np.cosh(t) ** 2
        return function(q2) / (q2 - z)

    start, stop = panel["middle"] - panel["half"], panel["middle"] + panel["half"]
    t_0 = np.sqrt(panel["scale"] - z) if panel["high"] else np.arccosh(np.sqrt(z / panel["scale"]))
    cuts = {t_0.real + sign * k * abs(t_0.imag) for sign in (-1, 1) for k in (0, 1, 4, 16, 64, 256, 1024)}
    edges = sorted({start, stop} | {cut for cut in cuts if start < cut < stop})
    return sum(
        quad(integrand, a, b, complex_func=True, epsabs=0, epsrel=1e-11, limit=400)[0]
        for a, b in itertools.pairwise(edges)
    )


@pytest.mark.parametrize("edges", [(0.045, 0.1), (1.1, 2.5), (4.0, 6.0), (15.0, 19.0)])
@pytest.mark.parametrize("mass", [0.05, 0.2, 0.2114, 0.22, 1.0, 1.3, 2.2, 3.9, 4.2, 4.37, 9.0])
@pytest.mark.parametrize("relative", [1e-4, 0.01, 0.5])
def test_pole_weights(edges, mass, relative):
    panels, _ = edges_to_panels(0, 1, list(edges), MUON, 19.2)
    q2, _ = node_positions(panels)
    z = complex(mass**2, -relative * mass**2)
    weights = np.empty(NODES, complex)
    for panel, nodes in zip(panels, q2, strict=True):
        pole_weights(panel, z, weights)
        expected = by_quadrature(panel, z)
        assert abs((weights * function(nodes)).sum() - expected) < 3e-6 * abs(expected)
