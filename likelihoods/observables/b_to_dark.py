"""B → K^(*) with a light vector: into dark matter or neutrinos, and as a resonance in the dimuon mass.

The vertex is g_sb(q²) = g_sb_L + g̃ q². Rates through V* of any width follow from the line shape,
dΓ/ds = (√s/π) Γ_{V→X}(√s) Γ_{B→KV}(√s)/[(s - m²)² + m² Γ²] (2002.11150 Eq. 22), integrated in
y = asinh[(s - m²)/(m Γ)], which resolves every decade from the peak to the end of phase space.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.vector_decay import NU_E, fermion_width, invisible_width, mediator_width, vector_width
from likelihoods.couplings import FERMIONS, PAPER
from likelihoods.form_factors import A1, A12, PLUS, V, scalar_form_factors, vector_form_factors
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Pointwise, Request
from likelihoods.table import load_table
from likelihoods.units import PS

Array = npt.NDArray[np.float64]

MU = FERMIONS.index("mu")
_NODES, _PANEL = 8, 1.5  # Gauss nodes of a panel, its largest length in y
_X, _W = np.polynomial.legendre.leggauss(_NODES)


@kernel
def _kallen(a, b, c):
    return max(a * a + b * b + c * c - 2.0 * (a * b + a * c + b * c), 0.0)


@kernel
def chiral_squares(p, q2):
    """|g_L + g_R|² and |g_L - g_R|² of the transition at q²: parity-even and parity-odd current."""
    left = p.g_sb_left + p.g_sb_q2 * q2
    plus, minus = left + p.g_sb_right, left - p.g_sb_right
    return plus.real**2 + plus.imag**2, minus.real**2 + minus.imag**2


@kernel
def k_rate(s, q2, even, ff):
    """Γ(B⁺ → K⁺ V) [GeV] for m_V² = q² (2002.11150 Eq. 21 with m_K kept); ``even`` = |g_L + g_R|²."""
    scalar_form_factors(q2, s.m_Bu, s.m_Ku, s.ff_BK, ff)
    kallen = _kallen(s.m_Bu**2, s.m_Ku**2, q2)
    return even * ff[PLUS] ** 2 * kallen * np.sqrt(kallen) / (64.0 * np.pi * s.m_Bu**3 * q2)


@kernel
def k_star_rate(s, q2, even, odd, ff):
    """Γ(B⁰ → K*⁰ V) [GeV] for m_V² = q²: all three helicities; ``even``, ``odd`` = |g_L ± g_R|².

    √λ/(64π m_B³) {64 m_B² m_K*² A12²/q² + 2[(m_B + m_K*)² A1² + λ V²/(m_B + m_K*)²]} for g_L = 1 (formula sheet; with
    the limit m_V ≪ m_B of F1 as printed below 2002.11150 Eq. 23 the rate is low, by 5.8 at m_V = 0.25 GeV).
    """
    m_b, m_v = s.m_B0, s.m_Kstar0
    vector_form_factors(q2, m_b, m_v, s.ff_BKstar, ff)
    kallen = _kallen(m_b**2, m_v**2, q2)
    plus = m_b + m_v
    longitudinal = odd * 64.0 * (m_b * m_v * ff[A12]) ** 2 / q2
    transverse = 2.0 * (odd * (plus * ff[A1]) ** 2 + even * kallen * (ff[V] / plus) ** 2)
    return np.sqrt(kallen) * (longitudinal + transverse) / (64.0 * np.pi * m_b**3)


@kernel
def invisible_threshold(p):
    """Smallest q² [GeV²] of an invisible decay of V*; infinite if there is none."""
    if p.g_left[NU_E] != 0.0 or p.g_left[NU_E + 1] != 0.0 or p.g_left[NU_E + 2] != 0.0:
        return 0.0
    lowest = 2.0 * p.m_dm if p.g_dm != 0.0 else np.inf
    for k in range(p.dark_pairs):
        lowest = min(lowest, p.pair_m1[k] + p.pair_m2[k])
    return lowest**2


@kernel
def invisible_branching_ratio(p, s, low, high, ff):
    """B(B⁺ → K⁺ V*(→ invisible)) in low < q² < high [GeV²]; a V that cannot decay is itself invisible.

    Below threshold, 2 m_χ > m_V, what is left is the tail of V* above it. The propagator has the width of every channel
    open at q²; ``scheme="paper"`` has the constant one, and starts the integral at 4 m_μ² as printed in Eq. (22).
    """
    m2, width = p.m_med**2, mediator_width(p, s)
    high = min(high, (s.m_Bu - s.m_Ku) ** 2)
    even, _ = chiral_squares(p, m2)
    if p.m_med <= 0.0 or even == 0.0:
        return 0.0
    tau = s.tau_Bu * PS
    whole = tau * k_rate(s, m2, even, ff) if width == 0.0 and low < m2 < high else 0.0
    low = max(low, invisible_threshold(p), 4.0 * s.m_mu**2 if p.scheme == PAPER else 1e-8)
    if low >= high:
        return whole
    m_width = p.m_med * width
    scale = m_width if m_width > 0.0 else max(low - m2, 1e-6 * m2)
    start, stop = np.arcsinh((low - m2) / scale), np.arcsinh((high - m2) / scale)
    panels = int(np.ceil((stop - start) / _PANEL))
    half = 0.5 * (stop - start) / panels
    total = 0.0
    for n in range(panels):
        for j in range(_NODES):
            y = start + half * (2.0 * n + 1.0 + _X[j])
            off = scale * np.sinh(y)
            q2 = m2 + off
            if q2 <= low:
                continue
            energy = np.sqrt(q2)
            even, _ = chiral_squares(p, q2)
            rate = k_rate(s, q2, even, ff) * invisible_width(p, energy) * energy
            running = energy * vector_width(p, s, energy) if p.pole_running != 0 else m_width
            total += half * _W[j] * rate * scale * np.cosh(y) / (off * off + running * running)
    return whole + tau * total / np.pi


@kernel
def invisible(c, sm, bins, out):
    """B(B⁺ → K⁺ + dark matter or neutrinos from V) in each q² bin (k, 2): out (n, k)."""
    ff = np.empty(3)
    for i in range(c.size):
        s, p = sm[i if sm.size > 1 else 0], c[i]
        for k in range(bins.shape[0]):
            out[i, k] = np.nan if p.veto != 0 else invisible_branching_ratio(p, s, bins[k, 0], bins[k, 1], ff)


@kernel
def arctan_difference(a, b):
    """arctan(b) - arctan(a) for b > a, cheap where they are close; exact also on either side of zero."""
    t = (b - a) / (1.0 + a * b)
    if abs(t) < 0.01 and a * b > -1.0:
        t2 = t * t
        return t * (1.0 - t2 * (1.0 / 3.0 - t2 * (0.2 - t2 / 7.0)))
    return np.arctan(b) - np.arctan(a)


@kernel
def unit_rates(s, star, low, high, limit, ff, out):
    """τ √s Γ_KV Γ_μμ/(π limit) for unit couplings at each mass step: out (k, 2, 2), zero beyond phase space.

    The second axis is the parity-even and -odd transition, the third the muons' g_L² + g_R² and g_L g_R.
    """
    end = s.m_B0 - s.m_Kstar0 if star == 1 else s.m_Bu - s.m_Ku
    tau = (s.tau_B0 if star == 1 else s.tau_Bu) * PS
    for k in range(low.size):
        mass = 0.5 * (low[k] + high[k])
        out[k] = 0.0
        if 2.0 * s.m_mu < mass < end:
            q2 = mass * mass
            same = fermion_width(mass, s.m_mu, s.m_mu, 1.0, 0.0, 1.0)
            flip = fermion_width(mass, s.m_mu, s.m_mu, 1.0, 1.0, 1.0) - 2.0 * same
            if star == 1:
                even, odd = k_star_rate(s, q2, 1.0, 0.0, ff), k_star_rate(s, q2, 0.0, 1.0, ff)
            else:
                even, odd = k_rate(s, q2, 1.0, ff), 0.0
            scale = tau * mass / (np.pi * limit[k])
            out[k, 0, 0], out[k, 0, 1] = scale * even * same, scale * even * flip
            out[k, 1, 0], out[k, 1, 1] = scale * odd * same, scale * odd * flip


@kernel
def resonance_ratio(c, sm, star, low, high, limit, out):
    """Largest ratio of B(B → K^(*) V(→ μμ)) in a dimuon mass step to its limit there (2002.11150 Sec. 3.1).

    The share of a step is that of the Breit-Wigner; ``star`` selects B⁰ → K*⁰ or B⁺ → K⁺; ``low``, ``high``,
    ``limit`` (k,) are the steps [GeV]. Rates of unit coupling are computed once for all points of the same inputs.
    """
    ff = np.empty(7)
    unit = np.zeros((low.size, 2, 2))  # parity-even and -odd current, muons g_L² + g_R² and g_L g_R
    for i in range(c.size):
        s, p = sm[i if sm.size > 1 else 0], c[i]
        if i == 0 or sm.size > 1:
            unit_rates(s, star, low, high, limit, ff, unit)
        out[i] = np.nan if p.veto != 0 else 0.0
        g_left, g_right = p.g_left[MU], p.g_right[MU]
        if p.veto != 0 or p.m_med <= 2.0 * s.m_mu or (g_left == 0.0 and g_right == 0.0):
            continue
        m2, width = p.m_med**2, mediator_width(p, s)
        same, flip = g_left**2 + g_right**2, g_left * g_right
        for k in range(low.size):
            if unit[k, 0, 0] == 0.0:
                continue
            q2 = 0.25 * (low[k] + high[k]) ** 2
            m_width = p.m_med * (width * q2 / m2 if p.pole_running != 0 else width)
            share = arctan_difference((low[k] ** 2 - m2) / m_width, (high[k] ** 2 - m2) / m_width)
            even, odd = chiral_squares(p, q2)
            rate = same * (even * unit[k, 0, 0] + odd * unit[k, 1, 0])
            rate += flip * (even * unit[k, 0, 1] + odd * unit[k, 1, 1])
            # dΓ = (√s Γ_μμ/π) Γ_KV ds/[(s - m²)² + m²Γ²], and ds/[...] integrates to share/(m Γ)
            out[i] = max(out[i], rate * share / m_width)


def plan_invisible(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of the invisible decays."""
    return Joint(invisible, (np.array([item.q2 for item in requests], float),))


_SEARCHES = {
    "resonance_ratio(B0->K*mumu)": (1, "lhcb_kstar_dimuon_resonance"),
    "resonance_ratio(B+->Kmumu)": (0, "lhcb_kplus_dimuon_resonance"),
}


def plan_resonances(requests: Sequence[Request], inputs: Inputs) -> Pointwise:
    """Plan of the dimuon resonance searches."""
    columns = []
    for item in requests:
        star, name = _SEARCHES[item.observable]
        table = load_table(name)
        columns.append((resonance_ratio, (star, *(table.column(name) for name in ("low", "high", "limit")))))
    return Pointwise(tuple(columns))


OBSERVABLES = (
    Observable(
        "BR(B+->Kchichi)",
        "",
        r"\mathcal{B}(B^+\to K^+\chi\bar\chi)",
        "2002.11150 Eqs. (21), (22)",
        binned=True,
        plan=plan_invisible,
    ),
    Observable(
        "resonance_ratio(B0->K*mumu)",
        "",
        r"\mathcal{B}/\mathcal{B}_{95}(B^0\to K^{*0}V)",
        "2002.11150 Eq. (23), 1508.04094",
        plan=plan_resonances,
    ),
    Observable(
        "resonance_ratio(B+->Kmumu)",
        "",
        r"\mathcal{B}/\mathcal{B}_{95}(B^+\to K^+V)",
        "2002.11150 Eq. (21), 1612.07818",
        plan=plan_resonances,
    ),
)
