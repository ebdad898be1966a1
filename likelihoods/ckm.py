"""CKM elements of the b -> s system from |V_us|, |V_ub|, |V_cb| and γ, unitary to all orders (PDG phase convention)."""

import numpy as np

from likelihoods.kernel import kernel


@kernel
def third_row(s):
    """(V_td, V_ts, V_tb) of one record of inputs."""
    s13 = s.V_ub
    c13 = np.sqrt(1.0 - s13 * s13)
    s12, s23 = s.V_us / c13, s.V_cb / c13
    c12, c23 = np.sqrt(1.0 - s12 * s12), np.sqrt(1.0 - s23 * s23)
    phase = complex(np.cos(s.gamma), np.sin(s.gamma))
    v_td = s12 * s23 - c12 * c23 * s13 * phase
    v_ts = -c12 * s23 - s12 * c23 * s13 * phase
    return v_td, v_ts, complex(c23 * c13, 0.0)


@kernel
def lambda_t(s):
    """λ_t = V_tb V_ts^*; its real part is negative."""
    _, v_ts, v_tb = third_row(s)
    return v_tb * np.conj(v_ts)


@kernel
def lambda_u(s):
    """λ_u = V_ub V_us^*."""
    return s.V_us * s.V_ub * complex(np.cos(s.gamma), -np.sin(s.gamma))


@kernel
def up_components(s, strange, bottom):
    """(u, c, t) components of the doublet with down-type components (0, ``strange``, ``bottom``): V times them."""
    v_ub = s.V_ub * complex(np.cos(s.gamma), -np.sin(s.gamma))
    _, v_ts, v_tb = third_row(s)
    # second column by unitarity; V_us is real and V_cs real up to λ^6
    v_cs = np.sqrt(1.0 - s.V_us**2 - abs(v_ts) ** 2)
    return s.V_us * strange + v_ub * bottom, v_cs * strange + s.V_cb * bottom, v_ts * strange + v_tb * bottom
