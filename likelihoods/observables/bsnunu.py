r"""B → K^(*) ν ν̄: rates and longitudinal polarisation, summed over neutrino flavours (1409.4557 Sec. 2).

With C± = C_L ± C_R of each flavour, N = λ_t G_F α/(16π²) (m_B/(3π))^(1/2):
dΓ/dq² (B → K) = Σ |N|² |C+|² ρ_K, dΓ/dq² (B → K*) = Σ |N|² [|C-|² (ρ_A1 + ρ_A12) + |C+|² ρ_V]. Neutrinos couple by
contact terms; tree-level B⁺ → τ⁺ν, τ⁺ → K⁺ν̄ is a background to the measurements and not included.
"""

from collections.abc import Sequence

import numpy as np

from likelihoods.ckm import lambda_t
from likelihoods.form_factors import A1, A12, PLUS, V, scalar_form_factors, vector_form_factors
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request
from likelihoods.units import PS

_X, _W = np.polynomial.legendre.leggauss(24)
_CHANNELS = ("B0->K*nunu", "B+->K*nunu", "B0->Knunu", "B+->Knunu")


@kernel
def standard_cl(s):
    """C_L of the Standard Model at 4.8 GeV: -X_t/s_W², with α C_L independent of the scale."""
    return -s.X_t / s.sin2_theta_w * s.alpha_em_mZ / s.alpha_em_mb


@kernel
def integrals(channel, s, out):
    """τ |N|² ∫ρ dq² of ``_CHANNELS[channel]``: coefficients of |C+|², |C-|² and of the longitudinal part of |C-|²."""
    charged = channel == 1 or channel == 3
    m_b, tau = (s.m_Bu, s.tau_Bu) if charged else (s.m_B0, s.tau_B0)
    if channel < 2:
        m_m = s.m_Kstaru if charged else s.m_Kstar0
    else:
        m_m = s.m_Ku if charged else s.m_K0
    norm = abs(lambda_t(s)) * s.G_F * s.alpha_em_mb / (16.0 * np.pi**2)
    norm = tau * PS * norm**2 * m_b / (3.0 * np.pi)
    ff = np.empty(7)
    out[:] = 0.0
    top = (m_b - m_m) ** 2
    for k in range(_X.size):
        # q² = top (1 - z²) takes the square root at the end of phase space
        z = 0.5 * (1.0 + _X[k])
        q2 = top * (1.0 - z * z)
        weight = norm * _W[k] * z * top
        kallen = ((m_b + m_m) ** 2 - q2) * (top - q2)
        root = np.sqrt(kallen)
        if channel < 2:
            # form factors of the neutral mesons, isospin-symmetric
            vector_form_factors(q2, s.m_B0, s.m_Kstar0, s.ff_BKstar, ff)
            longitudinal = 64.0 * m_m**2 * root / m_b**2 * ff[A12] ** 2
            out[0] += weight * 2.0 * q2 * kallen * root / ((m_b + m_m) ** 2 * m_b**4) * ff[V] ** 2
            out[1] += weight * (2.0 * q2 * root * (m_b + m_m) ** 2 / m_b**4 * ff[A1] ** 2 + longitudinal)
            out[2] += weight * longitudinal
        else:
            scalar_form_factors(q2, s.m_B0, s.m_K0, s.ff_BK, ff)
            out[0] += weight * kallen * root / m_b**4 * ff[PLUS] ** 2


@kernel
def fill(c, sm, channels, polarised, out):
    """Rates, or polarisation fractions where ``polarised``, of the requests' ``channels``."""
    table = np.zeros((4, 3))
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        p = c[i]
        if i == 0 or sm.size > 1:
            for k in range(channels.size):
                integrals(channels[k], s, table[channels[k]])
        if p.veto != 0:
            out[i, :] = np.nan
            continue
        plus = minus = 0.0
        for j in range(3):
            left = standard_cl(s) + p.CL[j]
            plus += abs(left + p.CR[j]) ** 2
            minus += abs(left - p.CR[j]) ** 2
        for k in range(channels.size):
            row = table[channels[k]]
            rate = plus * row[0] + minus * row[1]
            out[i, k] = minus * row[2] / rate if polarised[k] else rate


def plan(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of the requested rates and polarisations."""
    channels = [_CHANNELS.index(item.observable.partition("(")[2].rstrip(")")) for item in requests]
    polarised = [item.observable.startswith("FL") for item in requests]
    return Joint(fill, (np.array(channels), np.array(polarised)))


_LATEX = {
    "B0->K*nunu": r"B^0\to K^{*0}\nu\bar\nu",
    "B+->K*nunu": r"B^+\to K^{*+}\nu\bar\nu",
    "B0->Knunu": r"B^0\to K^0\nu\bar\nu",
    "B+->Knunu": r"B^+\to K^+\nu\bar\nu",
}
OBSERVABLES = tuple(
    Observable(f"BR({channel})", "", rf"\mathrm{{BR}}({latex})", "1409.4557", plan=plan)
    for channel, latex in _LATEX.items()
) + tuple(
    Observable(f"FL({channel})", "", rf"F_L({_LATEX[channel]})", "1409.4557", plan=plan) for channel in _CHANNELS[:2]
)
