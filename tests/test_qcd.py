"""Running of α_s and quark masses against RunDec (through flavio 2.7.1) and exact limits."""

import numpy as np
import pytest

from likelihoods import qcd
from likelihoods.inputs import default_inputs


@pytest.fixture(scope="module")
def s():
    return default_inputs().central.view(np.recarray)[0]


def test_alpha_s_agrees_with_rundec(s):
    assert qcd.alpha_s(4.8, s) == pytest.approx(0.216799448, rel=1e-7)
    assert qcd.alpha_s(4.2, s) == pytest.approx(0.225531248, rel=1e-7)
    assert qcd.alpha_s(s.m_Z, s) == pytest.approx(s.alpha_s, rel=1e-14)


def test_quark_masses_agree_with_rundec(s):
    assert qcd.m_b_running(4.8, s) == pytest.approx(4.09405371, rel=1e-7)
    assert qcd.m_b_pole(s) == pytest.approx(4.7974121, rel=1e-5)
    # thresholds at m_b(m_b) instead of the pole mass, and m_s taken as a four-flavour mass at 2 GeV
    assert qcd.m_c_pole(s) == pytest.approx(1.68364813, rel=1e-3)
    assert qcd.light_mass_running(s.m_s, 4.8, s) == pytest.approx(0.0759073496, rel=5e-3)
    assert qcd.m_t_msbar(s) == pytest.approx(162.855787, rel=1e-4)


def test_running_is_a_group(s):
    there = qcd.run_alpha_s(s.alpha_s, s.m_Z, 20.0, 5)
    assert qcd.run_alpha_s(there, 20.0, 4.8, 5) == pytest.approx(qcd.alpha_s(4.8, s), rel=1e-8)
    assert qcd.run_alpha_s(there, 20.0, s.m_Z, 5) == pytest.approx(s.alpha_s, rel=1e-8)


def test_one_loop_slope(s):
    step = 1e-4
    slope = (1 / qcd.alpha_s(s.m_Z * (1 + step), s) - 1 / qcd.alpha_s(s.m_Z * (1 - step), s)) / (4 * step)
    a = s.alpha_s / (4 * np.pi)
    b0, b1, b2 = qcd.beta(5)
    assert slope * 4 * np.pi == pytest.approx(b0 + b1 * a + b2 * a**2, rel=1e-6)
