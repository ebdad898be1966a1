"""Quark loops: published values, effective coefficients of flavio 2.7.1, limits and a dispersive second form."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from scipy.integrate import quad

from likelihoods.amplitudes.channels import Bin, Channels
from likelihoods.amplitudes.charm_loop import loop_contributions, octet_7, octet_9, quark_loop, tabulate
from likelihoods.ckm import lambda_t, lambda_u
from likelihoods.inputs import default_inputs
from likelihoods.qcd import MU_B, alpha_s, m_b_pole, m_c_pole

FILE = Path(__file__).parents[1] / "observables" / "flavio_bsll.yaml"
EFFECTIVE = yaml.safe_load(FILE.read_text())["effective"]


@pytest.mark.parametrize(("q2", "seven", "nine"), EFFECTIVE)
def test_effective_coefficients(q2, seven, nine):
    """C7 and C9 with all loops, at the first node of a panel that starts there."""
    inputs = default_inputs()
    s = inputs.central[0]
    channels = Channels([Bin(0, 1, q2, q2 + 1e-6)], inputs)
    node = channels.nodes[0, 0]
    masses = m_b_pole(s), m_c_pole(s), s["m_c_loop"]
    d7, d7_up, d9, d9_up = loop_contributions(node["q2"], node, *masses, alpha_s(MU_B, s), s["C_sm"])
    ratio = lambda_u(s) / lambda_t(s)
    # flavio's charm pole mass is 6e-4 larger
    assert abs(s["C_sm"][6] + d7 + ratio * d7_up - complex(*seven)) < 2e-5
    assert abs(s["C_sm"][8] + d9 + ratio * d9_up - complex(*nine)) < 3e-3


def test_octet():
    """F_8^(7,9) at q² = 4 GeV² evaluated with flavio 2.7.1."""
    m_b = 4.7974121
    sh = np.array([4.0]) / m_b**2
    assert octet_7(sh, m_b)[0] == pytest.approx(-1.671811 - 2.792527j, abs=2e-6)
    assert octet_9(sh)[0].real == pytest.approx(-3.905896, abs=2e-6)


def test_up_quark():
    """Two-loop functions of a massless quark at q² = 4 GeV² evaluated with flavio 2.7.1."""
    up = tabulate(np.array([4.0]), 4.7974121).up[0]
    expected = [-1.013084 - 0.6525165j, 6.078502 + 3.915099j, 1.704018 - 7.778009j, 9.813646 + 29.91289j]
    np.testing.assert_allclose(up, expected, rtol=2e-6)


@pytest.mark.parametrize("q2", [1.0, 9.0, 15.0])
def test_loop_by_dispersion(q2):
    """h(q²) - h(q² -> 0) = (q²/π) ∫ Im h(s)/(s (s - q²)) ds over the cut, principal value above threshold."""
    m = 1.68

    def imaginary(s):
        return quark_loop(s, m).imag / s

    threshold = 4 * m * m
    constant = -4 / 9 * (1 + np.log(m * m / MU_B**2))
    if q2 < threshold:
        integral = quad(lambda s: imaginary(s) / (s - q2), threshold, np.inf, limit=400)[0]
    else:
        integral = quad(imaginary, threshold, 2 * q2, weight="cauchy", wvar=q2, limit=400)[0]
        integral += quad(lambda s: imaginary(s) / (s - q2), 2 * q2, np.inf, limit=400)[0]
    assert quark_loop(q2, m).real == pytest.approx(constant + q2 / np.pi * integral, rel=1e-5)


def test_massless_limit():
    assert quark_loop(4.0, 1e-5) == pytest.approx(quark_loop(4.0, 0.0), abs=1e-8)
