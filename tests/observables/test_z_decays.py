"""Z → 4μ through a light vector: the paper's number, a second integration, limits."""

import numpy as np
import pytest
from scipy.integrate import dblquad

from likelihoods.couplings import FERMIONS, empty
from likelihoods.inputs import default_inputs
from likelihoods.observables.z_decays import radiation
from likelihoods.prediction import Predictions, request


def rate(m_med, g, name="BR(Z->4mu)", **inputs):
    """g_l = g_q = g of 1702.00395: left-handed muons, muon neutrinos and bottom quarks."""
    c = empty()
    c["m_med"] = m_med
    for fermion in ("mu", "nu_mu", "b"):
        c["g_left"][0, FERMIONS.index(fermion)] = g
    return Predictions([request(name)], default_inputs().replace(inputs))(c)[0, 0]


@pytest.mark.parametrize(("g", "number"), [(0.05, 1.02554778e-06), (0.02, 1.64087646e-07)])
def test_paper(g, number):
    """1702.00395 Fig. 1 at m_Z' = 12 GeV, recomputed in the formula sheet (before cuts)."""
    assert rate(12.0, g, m_b=4.18) == pytest.approx(number, rel=3e-3)


@pytest.mark.parametrize(("m_v", "low"), [(12.0, 0.0), (12.0, 4.0), (60.0, 4.0)])
def test_integral_by_brute_force(m_v, low):
    m_z = 91.1876

    def squared(t, s):
        u = m_z**2 + m_v**2 - s - t
        mass = m_z**2 * m_v**2
        return t / u + u / t + 2 * s * (m_z**2 + m_v**2) / (t * u) - mass * (1 / t**2 + 1 / u**2)

    def edge(s, sign):
        total = m_z**2 + m_v**2 - s
        return 0.5 * (total + sign * np.sqrt(max(total**2 - 4 * m_z**2 * m_v**2, 0)))

    exact, _ = dblquad(squared, low**2, (m_z - m_v) ** 2, lambda s: edge(s, -1), lambda s: edge(s, 1), epsrel=1e-8)
    assert radiation(m_v, m_z, low) == pytest.approx(exact, rel=1e-6)


def test_limits():
    assert rate(95.0, 0.1) == 0.0
    assert rate(12.0, 0.0) == 0.0
    assert rate(3.0, 0.1, "BR(Z->4mu)_fiducial") == 0.0
    assert 0.0 < rate(12.0, 0.05, "BR(Z->4mu)_fiducial") < rate(12.0, 0.05)
    # the rate vanishes at threshold and falls with the mass
    masses = [5.0, 12.0, 40.0, 80.0, 91.0]
    assert np.all(np.diff([rate(m, 0.05) for m in masses]) < 0)


def test_right_handed_muons():
    """A vector of muons alone: the rates go as the Z couplings (1/2 - s²)² and s⁴."""
    c = empty(2)
    c["m_med"] = 12.0
    c["g_left"][0, FERMIONS.index("mu")] = c["g_right"][1, FERMIONS.index("mu")] = 0.05
    left, right = Predictions([request("BR(Z->4mu)")], default_inputs())(c)[:, 0]
    assert right / left == pytest.approx((0.23121 / (0.5 - 0.23121)) ** 2, rel=1e-12)
