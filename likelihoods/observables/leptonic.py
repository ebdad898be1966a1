r"""Leptonic decays: B_s → ℓℓ (time-integrated rate, effective lifetime, A_ΔΓ) and B⁰ → μμ.

With P = (2 m_ℓ/m_B)(C10 - C10') + m_B m_b/(m_b + m_s) (C_P - C_P') and
S = β m_B m_b/(m_b + m_s) (C_S - C_S'), masses at 4.8 GeV and C_S, C_P in GeV^-1, the rate without mixing is
Γ = |N|²/(32π) m_B³ β f_B² (|P|² + |S|²), N = (4 G_F/√2) λ_t α/(4π) (1204.1737, 1303.3820).
"""

from collections.abc import Sequence

import numpy as np

from likelihoods import qcd
from likelihoods.amplitudes.hadronic import c10_sm
from likelihoods.amplitudes.mixing import standard_m12, total_m12, weights
from likelihoods.ckm import lambda_t, third_row
from likelihoods.couplings import LEPTONS
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request
from likelihoods.units import PS

_RATE, _LIFETIME, _ASYMMETRY, _RATE_B0 = range(4)
_C10, _C10P = 2, 3


@kernel
def pole(p, j, lepton, q2):
    """Contribution of a light mediator to coefficient ``j`` (``couplings.POLES``) at ``q2``."""
    mass = p.pole_mass[j, lepton]
    if mass == 0.0:
        return 0j
    width = p.pole_width[j, lepton] * (q2 / mass**2 if p.pole_running != 0 else 1.0)
    return (p.pole_a[j, lepton] + p.pole_b[j, lepton] * q2) / complex(q2 - mass**2, mass * width)


@kernel
def amplitudes(p, s, lepton, m_l, ratio):
    """(P, S) of B_s → ℓℓ; poles of C10 at q² = m_Bs², where a conserved current (pole_transverse) has no amplitude.

    Parameters
    ----------
    lepton : position in ``couplings.LEPTONS``
    m_l : lepton mass [GeV]
    ratio : m_b/(m_b + m_s)
    """
    c10 = c10_sm(s) + p.C10[lepton] - p.C10p[lepton]
    if p.pole_transverse == 0:
        c10 += pole(p, _C10, lepton, s.m_Bs**2) - pole(p, _C10P, lepton, s.m_Bs**2)
    scalar = s.m_Bs * ratio
    amplitude = 2.0 * m_l / s.m_Bs * c10 + scalar * (p.CP[lepton] - p.CPp[lepton])
    return amplitude, np.sqrt(1.0 - 4.0 * (m_l / s.m_Bs) ** 2) * scalar * (p.CS[lepton] - p.CSp[lepton])


@kernel
def rate(s, m_b, f_b, lam, m_l):
    """Γ of B → ℓℓ per (|P|² + |S|²) [GeV]; ``m_b``, ``f_b`` mass and decay constant of the meson."""
    norm = 4.0 * s.G_F / np.sqrt(2.0) * s.alpha_em_mb / (4.0 * np.pi) * abs(lam)
    return norm**2 / (32.0 * np.pi) * m_b**3 * f_b**2 * np.sqrt(1.0 - 4.0 * (m_l / m_b) ** 2)


@kernel
def fill(c, sm, kinds, leptons, out):
    """All leptonic observables; ``kinds`` and ``leptons`` (requests,) say which."""
    weight = np.empty(8)
    m12, ratio = 0j, 0.0
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        p = c[i]
        if i == 0 or sm.size > 1:
            weights(s, weight)
            m12 = standard_m12(s)
            m_b = qcd.m_b_running(qcd.MU_B, s)
            ratio = m_b / (m_b + qcd.light_mass_running(s.m_s, qcd.MU_B, s))
        if p.veto != 0:
            out[i, :] = np.nan
            continue
        # new phase of mixing, 1 in the Standard Model
        turn = np.conj(total_m12(p.mixing, weight, m12) / m12)
        turn /= abs(turn)
        y = 0.5 * s.DeltaGamma_Bs
        for k in range(kinds.size):
            m_l = (s.m_e, s.m_mu, s.m_tau)[leptons[k]]
            if kinds[k] == _RATE_B0:
                v_td, _, v_tb = third_row(s)
                amplitude = 2.0 * m_l / s.m_B0 * c10_sm(s)
                out[i, k] = s.tau_B0 * PS * rate(s, s.m_B0, s.f_B0, v_tb * np.conj(v_td), m_l) * amplitude**2
                continue
            pseudo, scalar = amplitudes(p, s, leptons[k], m_l, ratio)
            total = abs(pseudo) ** 2 + abs(scalar) ** 2
            # 1204.1737 Eqs. (17), (26), (27)
            asymmetry = ((pseudo**2 - scalar**2) * turn).real / total
            if kinds[k] == _ASYMMETRY:
                out[i, k] = asymmetry
            elif kinds[k] == _LIFETIME:
                out[i, k] = s.tau_Bs * (1.0 + 2.0 * asymmetry * y + y * y) / ((1.0 - y * y) * (1.0 + asymmetry * y))
            else:
                prompt = s.tau_Bs * PS * rate(s, s.m_Bs, s.f_Bs, lambda_t(s), m_l) * total
                out[i, k] = prompt * (1.0 + asymmetry * y) / (1.0 - y * y)


_KINDS = {"BR(Bs->": _RATE, "tau_": _LIFETIME, "ADeltaGamma(Bs->": _ASYMMETRY, "BR(B0->": _RATE_B0}


def plan(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of the requested leptonic observables."""
    kinds, leptons = [], []
    for item in requests:
        start = next(start for start in _KINDS if item.observable.startswith(start))
        kinds.append(_KINDS[start])
        pair = item.observable[len(start) :].rstrip(")")
        leptons.append(LEPTONS.index(pair[: len(pair) // 2]))
    return Joint(fill, (np.array(kinds), np.array(leptons)))


_REFERENCE = "1204.1737; 1303.3820"
OBSERVABLES = (
    Observable("BR(Bs->ee)", "", r"\overline{\mathrm{BR}}(B_s\to ee)", _REFERENCE, plan=plan),
    Observable("BR(Bs->mumu)", "", r"\overline{\mathrm{BR}}(B_s\to\mu\mu)", _REFERENCE, plan=plan),
    Observable("BR(Bs->tautau)", "", r"\overline{\mathrm{BR}}(B_s\to\tau\tau)", _REFERENCE, plan=plan),
    Observable("BR(B0->mumu)", "", r"\mathrm{BR}(B^0\to\mu\mu)", _REFERENCE + "; Standard Model only", plan=plan),
    Observable("BR(B0->tautau)", "", r"\mathrm{BR}(B^0\to\tau\tau)", _REFERENCE + "; Standard Model only", plan=plan),
    Observable("tau_mumu", "ps", r"\tau_{\mu\mu}", "1204.1737 Eq. (26)", plan=plan),
    Observable("ADeltaGamma(Bs->mumu)", "", r"A_{\Delta\Gamma}(B_s\to\mu\mu)", "1204.1737 Eq. (17)", plan=plan),
)
