"""QCD: running coupling and quark masses in the MS-bar scheme, three loops, and the top and bottom pole masses.

Five flavours between m_b and m_t (and at 2 GeV where a formula asks for the five-flavour coupling there), four below
m_b, six above m_t. Scales in GeV.
"""

import numpy as np

from likelihoods.kernel import kernel

MU_B = 4.8  #: renormalisation scale of the b → s coefficients [GeV]
MU_BAG = 4.2  #: scale of the bag parameters [GeV]
_STEPS = 12  # flavour numbers are passed as floats: an integer literal would be compiled anew for each value


@kernel
def beta(nf):
    """β0, β1, β2 of da/d ln μ² = -β0 a² - β1 a³ - β2 a⁴, a = α_s/(4π) (Tarasov et al., Phys. Lett. B 93 (1980) 429)."""
    return (
        11.0 - 2.0 * nf / 3.0,
        102.0 - 38.0 * nf / 3.0,
        1428.5 - 5033.0 * nf / 18.0 + 325.0 * nf * nf / 54.0,
    )


@kernel
def run_alpha_s(alpha, mu_in, mu_out, nf):
    """α_s at ``mu_out`` from its value at ``mu_in`` with ``nf`` flavours: exact three-loop running.

    Solves d(1/a)/d ln μ² = β0 + β1 a + β2 a² by Runge–Kutta steps; 1/a is close to linear, so few steps suffice.
    """
    b0, b1, b2 = beta(nf)
    y = 4.0 * np.pi / alpha
    h = 2.0 * np.log(mu_out / mu_in) / _STEPS
    for _ in range(_STEPS):
        k1 = b0 + b1 / y + b2 / y**2
        z = y + 0.5 * h * k1
        k2 = b0 + b1 / z + b2 / z**2
        z = y + 0.5 * h * k2
        k3 = b0 + b1 / z + b2 / z**2
        z = y + h * k3
        k4 = b0 + b1 / z + b2 / z**2
        y += h * (k1 + 2.0 * k2 + 2.0 * k3 + k4) / 6.0
    return 4.0 * np.pi / y


@kernel
def alpha_s(mu, s):
    """Five-flavour α_s at ``mu``; six flavours above the top pole mass, where the step is of order α_s³ and dropped."""
    if mu <= s.m_t:
        return run_alpha_s(s.alpha_s, s.m_Z, mu, 5.0)
    return run_alpha_s(run_alpha_s(s.alpha_s, s.m_Z, s.m_t, 5.0), s.m_t, mu, 6.0)


@kernel
def alpha_s_4(mu, s):
    """Four-flavour α_s, matched at m_b(m_b): α⁽⁴⁾ = α⁽⁵⁾ [1 + (11/72) (α/π)²] (hep-ph/9708255 Eq. 9)."""
    at_b = run_alpha_s(s.alpha_s, s.m_Z, s.m_b, 5.0)
    return run_alpha_s(at_b * (1.0 + 11.0 / 72.0 * (at_b / np.pi) ** 2), s.m_b, mu, 4.0)


@kernel
def mass_evolution(alpha, nf):
    """c(α_s) of m(μ) ∝ c(α_s(μ)), to three loops, for four and five flavours (hep-ph/9703278 Eq. 7)."""
    a = alpha / np.pi
    if nf == 4:
        return a ** (12.0 / 25.0) * (1.0 + 1.01413 * a + 1.38921 * a**2)
    return a ** (12.0 / 23.0) * (1.0 + 1.17549 * a + 1.50071 * a**2)


@kernel
def m_b_running(mu, s):
    """MS-bar bottom mass at ``mu``, five flavours."""
    return s.m_b * mass_evolution(alpha_s(mu, s), 5.0) / mass_evolution(alpha_s(s.m_b, s), 5.0)


@kernel
def light_mass_running(mass, mu, s):
    """MS-bar mass at ``mu`` >= m_b of a light quark given at 2 GeV (four flavours, 1802.04248)."""
    at_b = mass * mass_evolution(alpha_s_4(s.m_b, s), 4.0) / mass_evolution(alpha_s_4(2.0, s), 4.0)
    return at_b * mass_evolution(alpha_s(mu, s), 5.0) / mass_evolution(alpha_s(s.m_b, s), 5.0)


@kernel
def pole_mass(mass, alpha, nl):
    """Two-loop pole mass from m(m) and α_s(m), ``nl`` massless quarks (Gray et al., Z. Phys. C 48 (1990) 673).

    Two loops only: the series diverges by the renormalon, and the charm-loop functions are defined this way.
    """
    a = alpha / np.pi
    return mass * (1.0 + 4.0 / 3.0 * a + (13.4434 - 1.0414 * nl) * a**2)


@kernel
def m_b_pole(s):
    """Two-loop bottom pole mass, unless it is given."""
    if s.m_b_pole > 0.0:
        return s.m_b_pole
    return pole_mass(s.m_b, alpha_s(s.m_b, s), 4.0)


@kernel
def m_c_pole(s):
    """Two-loop charm pole mass, unless it is given."""
    if s.m_c_pole > 0.0:
        return s.m_c_pole
    return pole_mass(s.m_c, alpha_s_4(s.m_c, s), 3.0)


@kernel
def m_t_msbar(s):
    """m_t(m_t) from the top pole mass: the three-loop relation M/m of hep-ph/9912391 Eq. 14, solved by iteration."""
    mass = s.m_t
    for _ in range(5):
        a = alpha_s(mass, s) / np.pi
        mass = s.m_t / (1.0 + 4.0 / 3.0 * a + 8.2364 * a**2 + 73.638 * a**3)
    return mass
