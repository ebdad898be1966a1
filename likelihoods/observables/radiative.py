r"""Radiative decays: B → K* γ, B_s → φ γ with QCD factorisation, and B → X_s γ.

Amplitudes of B̄ decays to left- and right-handed photons (0804.1770):
a_L = N [(C7eff + Δ_loop + δ_-) T1(0) + Δ_spectator], a_R = N (C7eff' + δ_+) T1(0), δ± power corrections, where new
physics in C8 adds to Δ_loop and Δ_spectator, and C8' likewise to a_R (parity),
N = λ_t [G_F² α m_B³ m_b² (1 - m_V²/m_B²)³/(32 π⁴)]^(1/2), m_b and α at 4.8 GeV.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from likelihoods import qcd
from likelihoods.amplitudes import drift, qcdf
from likelihoods.amplitudes.charm_polynomial import H_COUNT, MINUS_0, PLUS_0, polynomial_coefficients
from likelihoods.amplitudes.drift import displaced
from likelihoods.amplitudes.hepfit import flipped_dipole, moments_2019, spectator_amplitudes
from likelihoods.amplitudes.mixing import q_over_p, standard_gamma12, standard_m12, total_m12, weights
from likelihoods.ckm import lambda_t, lambda_u, third_row
from likelihoods.form_factors import T1, vector_form_factors
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Observable, Request
from likelihoods.units import PS

_ZETA3 = 1.2020569031595942
_Q2 = 1e-6  # [GeV²] where transverse spectator amplitudes, regular at q² = 0, are evaluated
#: B → X_s γ, E_γ > 1.6 GeV: P = P0 + Σ over (C7, C8, and primes) of linear terms, and |C7|², |C8|², Re C7 C8^*.
#: 1503.01789 at μ = 2 GeV, new physics run from 4.8 GeV; expansion coefficients computed with flavio 2.7.1.
_P0, _P7, _P8, _P7P, _P8P = 0.130957288, -0.593187450, -0.0389555970, -0.0117640063, -7.52245600e-4
_P77, _P88, _P78 = 0.732201839, 0.0174539250, 0.0767624298


@kernel
def charm_matrix_element(z):
    """r2(z) at q² = 0, z = m_c²/m_b² < 1/4: two-loop matrix element of O2 (hep-ph/9603404 Eqs. 2.37, 2.38)."""
    log = np.log(z)
    real = -833.0 + 144.0 * np.pi**2 * z**1.5
    real += z * (
        1728.0 - 180.0 * np.pi**2 - 1296.0 * _ZETA3
        + (1296.0 - 324.0 * np.pi**2) * log + 108.0 * log**2 + 36.0 * log**3
    )  # fmt: skip
    real += z**2 * (648.0 + 72.0 * np.pi**2 + (432.0 - 216.0 * np.pi**2) * log + 36.0 * log**3)
    real += z**3 * (-54.0 - 84.0 * np.pi**2 + 1092.0 * log - 756.0 * log**2)
    imaginary = -5.0 + (45.0 - 3.0 * np.pi**2 + 9.0 * log + 9.0 * log**2) * z
    imaginary += (-3.0 * np.pi**2 + 9.0 * log**2) * z**2 + (28.0 - 12.0 * log) * z**3
    return complex(2.0 / 243.0 * real, 16.0 * np.pi / 81.0 * imaginary)


@kernel
def loop_shift(s, c8, ratio, pole):
    """Shift of C7eff at q² = 0 by two-loop matrix elements of O1, O2 and by O8, for λ_u/λ_t = ``ratio``.

    F_2 = -r2 - (416/81) ln(m_b/μ), F_1 = -F_2/6, F_8 of hep-ph/0312063 Eq. 40. The λ_u part, -(F_charm + F_up), is
    that of ``charm_loop.loop_contributions`` and of flavio 2.7.1; λ_c = -λ_t - λ_u asks for F_charm - F_up instead
    (BFS05 Eq. 43 at one loop), which lowers the rates by 0.6 %.
    """
    log = np.log(qcd.MU_B / pole)
    scale = 416.0 / 81.0 * log
    charm = -charm_matrix_element((s.m_c_loop / pole) ** 2) + scale
    up = complex(2.0 / 243.0 * 833.0 + scale, 80.0 * np.pi / 81.0)
    octet = -4.0 / 27.0 * complex(33.0 + 24.0 * log - 2.0 * np.pi**2, 6.0 * np.pi)
    tree = s.C_sm[1] - s.C_sm[0] / 6.0
    return -qcd.alpha_s(qcd.MU_B, s) / (4.0 * np.pi) * (c8 * octet + tree * (charm - ratio * (charm + up)))


@kernel
def standard_dipoles(s, running, out):
    """C7eff, C8eff, C7eff', C8eff' of the Standard Model; primes are m_s/m_b times C7, C8 (not effective)."""
    c = s.C_sm
    ratio = qcd.light_mass_running(s.m_s, qcd.MU_B, s) / running
    out[0], out[1] = c[6], c[7]
    out[2] = ratio * (c[6] + c[2] / 3.0 + 4.0 * c[3] / 9.0 + 20.0 * c[4] / 3.0 + 80.0 * c[5] / 9.0)
    out[3] = ratio * (c[7] - c[2] + c[3] / 6.0 - 20.0 * c[4] + 10.0 * c[5] / 3.0)


@kernel
def spectator_shift(s, meson, folded, ratio, m_b, m_v, pole, running):
    """QCD-factorisation part of a_L/N: H_- at the photon pole in units of that of C7eff T1(0)."""
    minus, _ = qcdf.spectator(folded, _Q2, s, meson, ratio, pole, qcdf.perp_running(s))
    return minus / (-2j * running * (m_b**2 - m_v**2))


@kernel
def hadronic(s, meson, folded, out):
    """What new physics does not change, for B̄ and B decays: C7eff T1(0) with loops and spectator, and scales.

    ``out`` (7,): a_L/N of B̄ and of B decays, C7eff', T1(0), shift of C7 by new physics C8 = 1, |N|² τ, λ_t.
    """
    pole, running = qcd.m_b_pole(s), qcd.m_b_running(qcd.MU_B, s)
    ff, dipoles = np.empty(7), np.empty(4)
    if meson == 2:
        m_b, m_v, tau = s.m_Bs, s.m_phi, s.tau_Bs
        vector_form_factors(0.0, m_b, m_v, s.ff_Bsphi, ff)
        power = s.power_Bsphi
    else:
        m_b, m_v, tau = s.m_B0, s.m_Kstar0, s.tau_B0
        vector_form_factors(0.0, m_b, m_v, s.ff_BKstar, ff)
        power = s.power_B0Kstar
        if meson == 1:
            m_b, m_v, tau = s.m_Bu, s.m_Kstaru, s.tau_Bu
            power = s.power_BuKstar
    standard_dipoles(s, running, dipoles)
    top = lambda_t(s)
    ratio = lambda_u(s) / top
    strange = qcd.light_mass_running(s.m_s, qcd.MU_B, s) / running
    if s.hadronic_scheme == 1:
        running, ratio = s.m_b, 0j
        dipoles[2] = flipped_dipole(s, strange)
        left, _ = spectator_amplitudes(folded, _Q2, s, meson)
        bar = left
    else:
        left = spectator_shift(s, meson, folded, ratio, m_b, m_v, pole, running)
        bar = spectator_shift(s, meson, folded, np.conj(ratio), m_b, m_v, pole, running)
    # strong phases: the same for B̄ and B decays
    minus = 0.5 * m_b / running * complex(power[4], power[10])
    plus = 0.5 * m_b / running * complex(power[2], power[8])
    h = np.empty(H_COUNT, np.complex128)
    polynomial_coefficients(s, h)
    minus -= h[MINUS_0]
    plus += 8.0 * np.pi**2 * m_b**3 / (running * (m_b**2 - m_v**2) * ff[T1]) * h[PLUS_0]
    if s.hadronic_scheme == 1:
        plus += strange * h[MINUS_0]
    out[0] = (dipoles[0] + minus + loop_shift(s, dipoles[1], ratio, pole)) * ff[T1] + left
    out[1] = (dipoles[0] + minus + loop_shift(s, dipoles[1], np.conj(ratio), pole)) * ff[T1] + bar
    out[2] = dipoles[2] + plus
    out[3] = ff[T1]
    hard, _ = qcdf.octet_spectator(folded, _Q2, s, meson, pole, qcdf.perp_running(s))
    out[4] = loop_shift(s, 1.0, 0.0, pole) - loop_shift(s, 0.0, 0.0, pole)
    out[4] += hard / (-2j * running * (m_b**2 - m_v**2) * ff[T1])
    phase_space = (1.0 - (m_v / m_b) ** 2) ** 3
    out[5] = tau * PS * (s.G_F * running * abs(top)) ** 2 * s.alpha_em_mb * m_b**3 / (32.0 * np.pi**4) * phase_space
    out[6] = top


@kernel
def rate_and_asymmetry(p, h, ratio):
    """CP-averaged rate times lifetime, -(q/p) (a_L ā_L^* + a_R ā_R^*)/average with ``ratio`` = q/p, and A_CP.

    The complex number is A_ΔΓ + i S (hep-ph/0609037, with the opposite sign of q/p); A_CP is of B̄ minus B decays.
    """
    left = h[0] + (p.C7 + h[4] * p.C8) * h[3]
    right = (h[2] + p.C7p + h[4] * p.C8p) * h[3]
    # B decays: weak phases conjugated, photon helicities exchanged
    bar_right = h[1] + (np.conj(p.C7) + h[4] * np.conj(p.C8)) * h[3]
    bar_left = (h[2] + np.conj(p.C7p) + h[4] * np.conj(p.C8p)) * h[3]
    one, other = abs(left) ** 2 + abs(right) ** 2, abs(bar_left) ** 2 + abs(bar_right) ** 2
    average = 0.5 * (one + other)
    mixed = -ratio * h[6] / np.conj(h[6]) * (left * np.conj(bar_left) + right * np.conj(bar_right)) / average
    return h[5].real * average, mixed, (one - other) / (one + other)


@kernel
def inclusive(p, s):
    """BR(B → X_s γ), E_γ > 1.6 GeV, CP-averaged, normalised to B → X_c e ν (hep-ph/0609241 Eq. 2.1)."""
    value = _P0 + _P7 * p.C7.real + _P8 * p.C8.real + _P7P * p.C7p.real + _P8P * p.C8p.real
    value += _P77 * (abs(p.C7) ** 2 + abs(p.C7p) ** 2) + _P88 * (abs(p.C8) ** 2 + abs(p.C8p) ** 2)
    value += _P78 * (p.C7 * np.conj(p.C8) + p.C7p * np.conj(p.C8p)).real + 0.1249 * s.delta_Xsgamma
    return s.BR_Xcenu * abs(lambda_t(s) / s.V_cb) ** 2 * 6.0 * s.alpha_em_0 / (np.pi * s.C_Xclnu) * value


_B0, _BU, _BS, _INCLUSIVE, _S_KSTAR, _S_PHI, _A_PHI, _ACP_PHI, _RATIO = range(9)


@kernel
def fill(c, sm, kinds, folded, centre, table, drifts, flat, out):
    """All radiative observables of ``kinds`` (requests,).

    ``folded`` (3, ...) : kernels of ``qcdf.moments`` at q² = 0; ``centre``, ``table``, ``drifts``, ``flat`` : what
    ``drift.displaced`` fills them from
    """
    h = np.zeros((3, 7), np.complex128)
    weight, m12 = np.empty(8), 0j
    for i in range(c.size):
        s = sm[i if sm.size > 1 else 0]
        p = c[i]
        if i == 0 or sm.size > 1:
            displaced(s, centre, table, drifts, flat)
            for meson in range(3):
                hadronic(s, meson, folded[meson], h[meson])
            weights(s, weight)
            m12 = standard_m12(s)
        if p.veto != 0:
            out[i, :] = np.nan
            continue
        v_td, _, v_tb = third_row(s)
        lambda_d = v_tb * np.conj(v_td)
        neutral, asymmetry, _ = rate_and_asymmetry(p, h[0], -np.conj(lambda_d) / lambda_d)
        ratio, _ = q_over_p(total_m12(p.mixing, weight, m12), standard_gamma12(m12, s))
        strange, mixed, direct = rate_and_asymmetry(p, h[2], ratio)
        y = 0.5 * s.DeltaGamma_Bs
        strange *= (1.0 - mixed.real * y) / (1.0 - y * y)  # time-integrated
        for k in range(kinds.size):
            if kinds[k] == _B0:
                out[i, k] = neutral
            elif kinds[k] == _BU:
                out[i, k], _, _ = rate_and_asymmetry(p, h[1], 1.0 + 0j)
            elif kinds[k] == _BS:
                out[i, k] = strange
            elif kinds[k] == _INCLUSIVE:
                out[i, k] = inclusive(p, s)
            elif kinds[k] == _S_KSTAR:
                out[i, k] = asymmetry.imag
            elif kinds[k] == _S_PHI:
                out[i, k] = mixed.imag
            elif kinds[k] == _A_PHI:
                out[i, k] = mixed.real
            elif kinds[k] == _ACP_PHI:
                out[i, k] = direct
            else:
                out[i, k] = neutral / strange


_KINDS = {
    "BR(B0->K*gamma)": _B0,
    "BR(B+->K*gamma)": _BU,
    "BR(Bs->phigamma)": _BS,
    "BR(B->Xsgamma)": _INCLUSIVE,
    "S_K*gamma": _S_KSTAR,
    "S_phigamma": _S_PHI,
    "ADeltaGamma(Bs->phigamma)": _A_PHI,
    "ACP(Bs->phigamma)": _ACP_PHI,
    "BR(B0->K*gamma)/BR(Bs->phigamma)": _RATIO,
}


@dataclass(frozen=True)
class Radiative:
    """Plan of radiative decays: kernels of QCD factorisation folded once, and their drift with quark masses and α_s."""

    kinds: npt.NDArray[np.int64]
    folded: npt.NDArray[np.complex128]
    drifts: npt.NDArray[np.float64]
    centre: npt.NDArray[np.float64]

    def fill(self, c: npt.NDArray[Any], sm: npt.NDArray[Any], out: npt.NDArray[np.float64]) -> None:
        folded = self.folded.copy()
        table, flat = (each.ravel().view(np.float64) for each in (self.folded, folded))
        fill(c, sm, self.kinds, folded, self.centre, table, self.drifts, flat, out)


@kernel
def fold(sm, out):
    """``qcdf.moments`` of the three mesons at the photon pole."""
    for meson in range(3):
        if sm[0].hadronic_scheme == 1:
            moments_2019(_Q2, sm[0], meson, 0.0, out[meson])
        else:
            qcdf.moments(_Q2, sm[0], meson, out[meson])


def plan(requests: Sequence[Request], inputs: Inputs) -> Radiative:
    """Plan of the requested radiative observables."""

    def folded(sm: npt.NDArray[Any]) -> npt.NDArray[np.complex128]:
        out = np.empty((3, *qcdf.SHAPE), complex)
        fold(sm, out)
        return out

    kinds = np.array([_KINDS[item.observable] for item in requests])
    drifts = drift.slopes(lambda sm: folded(sm).ravel().view(np.float64), inputs)
    return Radiative(kinds, folded(inputs.central), drifts, drift.values(inputs.central))


_REFERENCE = "hep-ph/0106067; 0804.1770"
_LATEX = (
    r"\mathrm{BR}(B^0\to K^{*0}\gamma)",
    r"\mathrm{BR}(B^+\to K^{*+}\gamma)",
    r"\overline{\mathrm{BR}}(B_s\to\phi\gamma)",
    r"\mathrm{BR}(B\to X_s\gamma)",
    r"S_{K^*\gamma}",
    r"S_{\phi\gamma}",
    r"A_{\Delta\Gamma}(B_s\to\phi\gamma)",
    r"A_\mathrm{CP}(B_s\to\phi\gamma)",
    r"\mathrm{BR}(B^0\to K^{*0}\gamma)/\overline{\mathrm{BR}}(B_s\to\phi\gamma)",
)
OBSERVABLES = tuple(
    Observable(name, "", latex, "1503.01789" if kind == _INCLUSIVE else _REFERENCE, plan=plan)
    for (name, kind), latex in zip(_KINDS.items(), _LATEX, strict=True)
)
