"""Halo: mean inverse speed of dark matter in the detector's frame for the standard halo model."""

import math

from likelihoods.kernel import kernel

LIGHT_KM_S = 2.99792458e5  #: speed of light [km/s]


@kernel
def inverse_speed(v_min, v0, v_esc, v_earth):
    """η = ∫_{v > v_min} f(v)/v d³v of a Maxwellian cut at the escape speed.

    Savage, Freese, Gondolo (astro-ph/0607121) Eqs. (B2)-(B5).

    Parameters
    ----------
    v_min : smallest speed [km/s]
    v0, v_esc, v_earth : most probable and escape speed in the galaxy, mean speed of the Earth [km/s]

    Returns
    -------
    η in units of 1/c
    """
    x, y, z = v_min / v0, v_earth / v0, v_esc / v0
    if x >= y + z:
        return 0.0
    root = 2.0 / math.sqrt(math.pi)
    edge = math.exp(-z * z)
    norm = math.erf(z) - root * z * edge
    if z < y and x < y - z:
        return LIGHT_KM_S / (v0 * y)
    if x < abs(y - z):
        total = math.erf(x + y) - math.erf(x - y) - 2.0 * root * y * edge
    else:
        total = math.erf(z) - math.erf(x - y) - root * (y + z - x) * edge
    return LIGHT_KM_S * total / (2.0 * norm * v0 * y)
