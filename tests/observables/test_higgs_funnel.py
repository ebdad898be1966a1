"""Higgs portal at finite temperature: brute-force integrals over the resonance and thresholds, limits."""

import numpy as np
import pytest
from portal_points import average_at
from scipy.special import kve
from scipy_freeze_out import pair_integral

import fitter
from likelihoods import default_inputs
from likelihoods.amplitudes.effective_average import effective_average
from likelihoods.amplitudes.higgs_funnel import fill_funnel
from likelihoods.amplitudes.higgs_portal import WIDTH, higgs_widths, invisible_width, portal_sigma_v
from likelihoods.amplitudes.thermal import energy_grid, fill_grid
from likelihoods.couplings import COMPLEX_SCALAR, empty

SM = default_inputs().central.view(np.recarray)[0]
M_H, VEV2 = SM.m_h, 1 / (np.sqrt(2) * SM.G_F)


def average(m, lam, x):
    """⟨σv⟩ of χ χ^* by the kernels."""
    c = empty().view(np.recarray)
    c.dm_spin, c.m_dm, c.higgs_portal = COMPLEX_SCALAR, m, lam / (2 * m * M_H**2)
    rows, groups, nodes = energy_grid()
    n = fill_grid(c[0], SM, 1e5, -1, rows, groups, nodes)
    fill_funnel(c[0], SM, 1e5, groups, nodes)
    return 2 * average_at(x, effective_average, c[0], SM, groups, n, nodes)


def brute_force(m, lam, x):
    """The same with the widths of ``higgs_portal`` at every energy, on panels around the pole and the thresholds."""
    width = WIDTH + invisible_width(m, SM, lam)

    def p2_sigma(energy):
        s = energy**2
        beta = np.sqrt(np.maximum(1 - 4 * m**2 / s, 0))
        through, pair = np.empty(energy.size), np.zeros(energy.size)
        for i, e in enumerate(energy):
            parts = np.empty(6)
            higgs_widths(e, SM, parts)
            through[i] = parts[:5].sum()
        sigma_beta = lam**2 * VEV2 * through / energy / ((s - M_H**2) ** 2 + (M_H * width) ** 2)
        inside = energy > 2 * M_H
        h2, e2 = M_H**2, s[inside]
        amplitude = lam * (1 + 3 * h2 / (e2 - h2) - 2 * lam * VEV2 / (e2 / 2 - h2))
        pair[inside] = amplitude**2 * np.sqrt(1 - 4 * h2 / e2) / (32 * np.pi * e2)
        return (sigma_beta + pair) * s * beta / 4

    narrow = width * np.geomspace(0.02, 1e5, 60)
    edges = [M_H, *(M_H + narrow), *(M_H - narrow)]
    for threshold in (2 * SM.m_t, 2 * SM.m_W, 2 * SM.m_Z, 2 * M_H):
        edges += [threshold, *(threshold + m / x * np.geomspace(1e-6, 10, 25))]
    t = m / x
    return pair_integral(p2_sigma, m, m, t, edges) / (2 * m**4 * t * kve(2, x) ** 2)


@pytest.mark.parametrize(
    ("m", "within"),
    # the bottom mass runs as a power around 2m: seen where the pole is far
    [
        (45.0, 0.02),
        (58.0, 2e-3),
        (62.0, 5e-4),
        (62.624, 5e-4),
        (63.5, 1e-3),
        (78.0, 2e-3),
        (120.0, 5e-4),
        (900.0, 5e-4),
    ],
)
def test_thermal_average_against_scipy(m, within):
    for x in (15.0, 25.0, 80.0):
        for lam in (1e-3, 0.1):
            assert average(m, lam, x) == pytest.approx(brute_force(m, lam, x), rel=within), (x, lam)


def test_cold_average_is_that_at_rest():
    for m in (30.0, 100.0, 500.0):
        parts = np.empty(6)
        portal_sigma_v(m, SM, 0.05, parts)
        assert average(m, 0.05, 3e4) == pytest.approx(parts.sum(), rel=1e-3)


def test_invisible_width():
    """λ² v² β/(16π m_h), twice that of a real scalar with ½ λ |H|² S²."""
    assert invisible_width(1e-3, SM, 0.01) == pytest.approx(1e-4 * VEV2 / (16 * np.pi * M_H), rel=1e-6)
    assert invisible_width(63.0, SM, 0.01) == 0.0


def test_relic_density_in_the_funnel():
    """Below m_h/2 collisions reach the resonance, above they cannot: an asymmetric funnel, λ ~ 1e-3 at 60 GeV."""
    model = fitter.model("loop_scalar")
    point = {"m_l": 1200.0, "m_q": 1500.0, "lam_bs": 1e-6, "lam_mu": 1e-3, "lam_h": 0.01}
    omega = {m: model.predict(["omega_h2"], m_x=m, **point)["omega_h2"] for m in (55.0, 60.0, 62.5, 65.3, 70.0)}
    assert omega[62.5] < omega[60.0] < omega[55.0] < omega[70.0]
    assert omega[65.3] > 100 * omega[60.0]
