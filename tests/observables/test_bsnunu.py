"""B → K^(*) ν ν̄ against flavio 2.7.1, a brute-force integration of transversity amplitudes, and limits."""

import numpy as np
import pytest
from scipy.integrate import quad

from likelihoods import predict
from likelihoods.ckm import lambda_t
from likelihoods.form_factors import A1, A12, V, vector_form_factors
from likelihoods.inputs import default_inputs
from likelihoods.observables.bsnunu import standard_cl

# flavio 2.7.1, default parameters: coefficients at 4.8 GeV; BR × 1e6 of B+ → K+, B0 → K0, B0 → K*0, B+ → K*+
FLAVIO = (
    ({}, 4.70612177, 4.35461998, 9.81269533, 10.5775905),
    ({"CL_bsnumunumu": -1.0}, 5.22344823, 4.83330716, 10.8913684, 11.7403457),
    ({"CL_bsnumunumu": 5.0}, 3.22345618, 2.98269518, 6.72120166, 7.24511631),
    ({"CL_bsnutaunutau": -5.0}, 8.02873185, 7.42906322, 16.7406419, 18.0455675),
    ({"CR_bsnumunumu": 1.0}, 4.26239309, 3.94403355, 10.5562356, 11.379135),
    ({"CL_bsnumunumu": -1.0, "CR_bsnumunumu": 1.0}, 4.70612177, 4.35461998, 11.7370377, 12.6519871),
)
NAMES = ("BR(B+->Knunu)", "BR(B0->Knunu)", "BR(B0->K*nunu)", "BR(B+->K*nunu)")


@pytest.fixture(scope="module")
def s():
    return default_inputs().central.view(np.recarray)[0]


@pytest.mark.parametrize("row", FLAVIO)
def test_flavio(row):
    coefficients, *rates = row
    for name, rate in zip(NAMES, rates, strict=True):
        assert predict(name, **coefficients) == pytest.approx(rate * 1e-6, rel=1e-4)


def test_standard_coefficient(s):
    """C_L = -X_t/s_W² in units of α(m_Z): -6.32; -6.53 at 4.8 GeV."""
    assert standard_cl(s) == pytest.approx(-6.52910412, rel=1e-5)


def test_by_transversity_amplitudes(s):
    """Rate and F_L of B0 → K*0 ν ν̄ from A_⊥, A_∥, A_0 with the form factor A2 (1409.4557 App. A)."""
    m_b, m_v = s.m_B0, s.m_Kstar0
    norm = lambda_t(s) * np.sqrt(s.G_F**2 * s.alpha_em_mb**2 / (3 * 2**10 * np.pi**5 * m_b**3))

    def squared(q2):
        ff = np.empty(7)
        vector_form_factors(q2, m_b, m_v, s.ff_BKstar, ff)
        kallen = ((m_b + m_v) ** 2 - q2) * ((m_b - m_v) ** 2 - q2)
        a2 = (m_b + m_v) ** 2 * (m_b**2 - m_v**2 - q2) * ff[A1] - 16 * m_b * m_v**2 * (m_b + m_v) * ff[A12]
        a2 /= kallen
        c_l = standard_cl(s)
        n = norm * np.sqrt(q2 * np.sqrt(kallen))
        perp = 2 * np.sqrt(2) * n * c_l * np.sqrt(kallen) * ff[V] / (m_b + m_v)
        para = -2 * np.sqrt(2) * n * c_l * (m_b + m_v) * ff[A1]
        zero = (m_b**2 - m_v**2 - q2) * (m_b + m_v) * ff[A1] - kallen * a2 / (m_b + m_v)
        zero *= -n * c_l / (m_v * np.sqrt(q2))
        return np.array([abs(x) ** 2 for x in (perp, para, zero)])

    top = (m_b - m_v) ** 2
    perp, para, zero = (quad(lambda q2, k=k: squared(q2)[k], 1e-9, top, epsabs=0, epsrel=1e-8)[0] for k in range(3))
    rate = 3 * s.tau_B0 * 1.519267447878626e12 * (perp + para + zero)
    assert predict("BR(B0->K*nunu)") == pytest.approx(rate, rel=1e-5)
    assert predict("FL(B0->K*nunu)") == pytest.approx(zero / (perp + para + zero), rel=1e-6)


def test_polarisation():
    """F_L of the SM is 0.49(4) (1409.4557); it depends on right-handed currents only."""
    assert predict("FL(B0->K*nunu)") == pytest.approx(0.49, abs=0.03)
    assert predict("FL(B0->K*nunu)", CL_bsnumunumu=3.0) == pytest.approx(predict("FL(B0->K*nunu)"), rel=1e-12)
    assert predict("FL(B+->K*nunu)", CR_bsnumunumu=3.0) > predict("FL(B+->K*nunu)")


def test_one_flavour_shifted():
    """R = (2 + |1 + C_NP/C_SM|²)/3 (formula sheet 0.4), for K and K* alike."""
    for name in NAMES:
        ratio = predict(name, CL_bsnumunumu=-0.6) / predict(name)
        assert ratio == pytest.approx((2 + (1 + 0.6 / 6.52910412) ** 2) / 3, rel=1e-5)


def test_largest_coefficient():
    """1702.00395 Table I: a rate 4.9 times the SM's is |C_L| = √(3·4.9 - 2)|C_SM| of one flavour."""
    c_sm = -6.52910412
    c_np = c_sm * (np.sqrt(3 * 4.9 - 2) - 1)
    assert predict("BR(B+->Knunu)", CL_bsnumunumu=c_np) / predict("BR(B+->Knunu)") == pytest.approx(4.9, rel=1e-5)
    # the paper's C_SM = -6.60 is that of the on-shell mixing angle: |C_SM|/K = 0.01041 with K = 634
    on_shell = predict("BR(B+->Knunu)", inputs={"sin2_theta_w": 0.2223, "alpha_em_mb": 0.00781549})
    ms_bar = predict("BR(B+->Knunu)", inputs={"alpha_em_mb": 0.00781549})
    assert np.sqrt(on_shell / ms_bar) * 1.462 / 0.23121 == pytest.approx(0.01041 * 634, rel=5e-3)
