r"""Higgs portal of a complex scalar: L ⊃ -λ |H|² |χ|².

Scattering on nucleons by Higgs exchange, c_N = λ f_N m_N/(2 m_χ m_h²), and annihilation at rest,

.. math:: σv = \frac{λ^2 v^2}{m_χ D} Γ_h^*(2m_χ) + σv(hh), \qquad D = (4m_χ^2 - m_h^2)^2 + m_h^2 Γ_h^2,

with the widths of a Higgs boson of mass 2m_χ into b b̄, t t̄, τ τ, WW and ZZ at tree level and the contact, s- and
t-channel amplitudes of hh. Γ_h contains h → χ χ^*, λ² v² β/(16π m_h). For m_χ >> m_t it tends to λ²/(16π m_χ²). At
freeze-out it is averaged over energies, ``higgs_funnel``.
"""

import numpy as np

from likelihoods.kernel import kernel
from likelihoods.qcd import m_b_running

WIDTH = 4.1e-3  #: of the Higgs boson [GeV], LHC Higgs working group
#: Final states of ``portal_sigma_v``.
STATES = ("b", "t", "tau", "W", "Z", "h")


@kernel
def higgs_widths(mass, s, out):
    """Tree-level widths [GeV] of a Standard Model Higgs boson of ``mass`` [GeV] into b b̄, t t̄, τ τ, WW, ZZ: (5,)."""
    for k in range(3):
        m = (m_b_running(max(mass, s.m_b), s), s.m_t, s.m_tau)[k]
        colours = 1.0 if k == 2 else 3.0
        out[k] = 0.0
        if mass > 2.0 * m:
            beta2 = 1.0 - (2.0 * m / mass) ** 2
            out[k] = colours * s.G_F * mass * m * m * beta2 * np.sqrt(beta2) / (4.0 * np.sqrt(2.0) * np.pi)
    for k in range(2):
        m = (s.m_W, s.m_Z)[k]
        out[3 + k] = 0.0
        if mass > 2.0 * m:
            x = (m / mass) ** 2
            shape = np.sqrt(1.0 - 4.0 * x) * (1.0 - 4.0 * x + 12.0 * x * x)
            out[3 + k] = (1.0 - 0.5 * k) * s.G_F * mass**3 * shape / (8.0 * np.sqrt(2.0) * np.pi)


@kernel
def invisible_width(m, s, lam):
    """Γ(h → χ χ^*) [GeV] of a complex scalar."""
    if 2.0 * m >= s.m_h:
        return 0.0
    beta = np.sqrt(1.0 - (2.0 * m / s.m_h) ** 2)
    return lam * lam * beta / (16.0 * np.pi * np.sqrt(2.0) * s.G_F * s.m_h)


@kernel
def portal_sigma_v(m, s, lam, out):
    """σv [GeV^-2] at rest of scalars of mass ``m`` [GeV] into ``STATES``: (6,)."""
    h2 = s.m_h * s.m_h
    vev2 = 1.0 / (np.sqrt(2.0) * s.G_F)
    distance = 4.0 * m * m - h2
    higgs_widths(2.0 * m, s, out)
    width = WIDTH + invisible_width(m, s, lam)
    for k in range(5):
        out[k] *= lam * lam * vev2 / (m * (distance * distance + h2 * width * width))
    out[5] = 0.0
    if m > s.m_h:
        amplitude = lam * (1.0 + 3.0 * h2 / distance - 2.0 * lam * vev2 / (2.0 * m * m - h2))
        out[5] = amplitude * amplitude * np.sqrt(1.0 - h2 / (m * m)) / (64.0 * np.pi * m * m)


@kernel
def open_higgs_portal(p, s, lam):
    """Fill scattering and annihilation at rest through the portal of strength ``lam`` into one record."""
    p.higgs_portal = lam / (2.0 * p.m_dm * s.m_h * s.m_h)
    parts = np.empty(6)
    portal_sigma_v(p.m_dm, s, lam, parts)
    p.sigmav_s[0] += parts.sum()
