"""Tridents: neutrino trident production with a vector mediator of any mass, over the Standard Model."""

from collections.abc import Sequence

import numpy as np

from likelihoods.amplitudes.trident import transfer_spectrum
from likelihoods.couplings import FERMIONS
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request

MU, NU_MU = FERMIONS.index("mu"), FERMIONS.index("nu_mu")


@kernel
def fill(c, sm, q2, weight, out):
    """σ/σ_SM = ⟨(C_V + δ_V f)² + (C_A + δ_A f)²⟩/(C_V² + C_A²), C_V = 1 + 4 s_W², C_A = 1 (1406.2332 Eq. 9).

    δ_V = g_ν (g_L + g_R) v²/m_V², δ_A = g_ν (g_L - g_R) v²/m_V² and f = 1/(1 + Q²/m_V²), averaged over the momentum
    transfers ``q2`` of ``weight`` (beams, nodes).
    """
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        p = c[i]
        if p.veto != 0:
            out[i, :] = np.nan
            continue
        out[i, :] = 1.0
        g_nu = p.g_left[NU_MU]
        if p.m_med == 0.0 or g_nu == 0.0:
            continue
        scale = g_nu / (np.sqrt(2.0) * s.G_F * p.m_med**2)
        vector, axial = scale * (p.g_left[MU] + p.g_right[MU]), scale * (p.g_left[MU] - p.g_right[MU])
        c_v = 1.0 + 4.0 * s.sin2_theta_w
        for beam in range(weight.shape[0]):
            once = twice = 0.0
            for k in range(weight.shape[1]):
                f = 1.0 / (1.0 + q2[beam, k] / p.m_med**2)
                once += weight[beam, k] * f
                twice += weight[beam, k] * f * f
            shift = 2.0 * (c_v * vector + axial) * once + (vector**2 + axial**2) * twice
            out[i, beam] += shift / (c_v**2 + 1.0)


_BEAMS = {"trident_ratio": "CCFR", "trident_ratio(CHARM-II)": "CHARM-II"}


def plan(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of the requested ratios; the muon mass of the spectrum is the central one."""
    spectra = [transfer_spectrum(_BEAMS[item.observable], inputs.value("m_mu")) for item in requests]
    return Joint(fill, tuple(np.array(part) for part in zip(*spectra, strict=True)))


_LATEX = r"\sigma(\nu N\to\nu\mu\mu N)/\sigma_\mathrm{SM}"
OBSERVABLES = (
    Observable("trident_ratio", "", _LATEX, "1406.2332; beam of CCFR", plan=plan),
    Observable("trident_ratio(CHARM-II)", "", _LATEX, "1406.2332; beam of CHARM II", plan=plan),
)
