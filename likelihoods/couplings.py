r"""Couplings: the low-energy quantities of one point, and the one statement of signs and normalisations.

Effective Hamiltonian at μ = 4.8 GeV, new-physics parts only (the SM is added by the amplitudes):

.. math:: H = -\frac{4 G_F}{\sqrt2} V_{tb} V_{ts}^* \frac{e^2}{16π^2} \sum_i C_i O_i + h.c.

* O_7 = (m_b/e) (s̄ σ P_R b) F, O_9 = (s̄ γ_μ P_L b)(ℓ̄ γ^μ ℓ), O_10 = (s̄ γ_μ P_L b)(ℓ̄ γ^μ γ_5 ℓ),
  O_S = m_b (s̄ P_R b)(ℓ̄ ℓ), O_P = m_b (s̄ P_R b)(ℓ̄ γ_5 ℓ) (C_S, C_P in GeV^-1), primes P_L <-> P_R;
  O_L = (s̄ γ_μ P_L b)(ν̄ γ^μ (1 - γ_5) ν), O_R with P_R.
* λ_t = V_tb V_ts^* is complex with negative real part (-0.0412) and is never replaced by its modulus.
* Coefficients are those of the b -> s transition, i.e. of B̄ decays; amplitudes of B decays take their complex
  conjugates (weak phases), while widths of light mediators are strong phases and are not conjugated.
* Light mediators: C(q²) = C + (a + b q²) / (q² - m² + i m Γ) for C9, C9', C10, C10' of each lepton.
* Meson mixing: H = -Σ C O with O_VLL = (s̄ γ_μ P_L b)², C in GeV^-2 at 4.8 GeV.
* Neutral vector mediator: L = V_μ [ Σ_f f̄ γ^μ (g_L P_L + g_R P_R) f + (s̄ γ^μ (g_sb_L P_L + g_sb_R P_R) b + h.c.) ]
  + dark matter couplings: χ̄ γ^μ χ (Dirac), i (χ^* ∂^μ χ - h.c.) (complex scalar), both with g_dm.

Angular observables follow LHCb. Energies in GeV. Every field is zero when there is no new physics, so a new field
never breaks an old model.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

#: Order of the lepton axis.
LEPTONS = ("e", "mu", "tau")
#: Order of the coefficients that may carry a pole.
POLES = ("C9", "C9p", "C10", "C10p")
#: Order of the fermion axis of ``g_left``, ``g_right`` and ``lam_t``.
FERMIONS = ("e", "mu", "tau", "nu_e", "nu_mu", "nu_tau", "d", "s", "b", "u", "c", "t")
#: Order of the meson-mixing axis.
MIXING = ("VLL", "VRR", "VLR", "SLL", "SRR", "SLR", "TLL", "TRR")
#: Number of further two-body channels of the mediator (``pair_*``).
PAIRS = 8
#: Values of ``dm_spin``.
NO_DM, COMPLEX_SCALAR, DIRAC, MAJORANA = 0, 1, 2, 3
#: Largest modulus of a coupling that leaves a perturbative expansion, g²/16π² = 1.
PERTURBATIVE = 4.0 * np.pi
#: Values of ``scheme``: corrected formulas (default), or those printed in the model's paper.
CORRECTED, PAPER = 0, 1

COUPLINGS = np.dtype(
    [
        ("scheme", np.int64),
        ("veto", np.int64),  # 0: physical point; k: the k-th entry of the model's ``vetoes``
        # b -> s γ, g
        ("C7", np.complex128),
        ("C7p", np.complex128),
        ("C8", np.complex128),
        ("C8p", np.complex128),
        # b -> s ℓ ℓ [lepton]
        ("C9", np.complex128, 3),
        ("C9p", np.complex128, 3),
        ("C10", np.complex128, 3),
        ("C10p", np.complex128, 3),
        ("CS", np.complex128, 3),
        ("CSp", np.complex128, 3),
        ("CP", np.complex128, 3),
        ("CPp", np.complex128, 3),
        # (a + b q²) / (q² - m² + i m Γ) [POLES, lepton]; running: Γ -> Γ q²/m²
        ("pole_a", np.complex128, (4, 3)),
        ("pole_b", np.complex128, (4, 3)),
        ("pole_mass", np.float64, (4, 3)),
        ("pole_width", np.float64, (4, 3)),
        ("pole_running", np.int64),  # also of the mediator in annihilation of dark matter
        ("pole_transverse", np.int64),  # 1: vertex q² γ^μ - q̸ q^μ of a conserved current, no timelike amplitude
        # b -> s ν ν [neutrino flavour]
        ("CL", np.complex128, 3),
        ("CR", np.complex128, 3),
        # B_s mixing [MIXING]
        ("mixing", np.complex128, 8),
        # lepton moments and decays that are not those of the vector mediator below
        ("delta_a_mu", np.float64),
        ("higgs_muon", np.float64),  # coupling of the Higgs boson to muons over the Standard Model's, minus 1
        # neutral vector mediator
        ("m_med", np.float64),
        ("g_left", np.float64, 12),
        ("g_right", np.float64, 12),
        ("g_sb_left", np.complex128),
        ("g_sb_right", np.complex128),
        ("g_sb_q2", np.complex128),  # s̄ (q² γ^μ - q̸ q^μ) P_L b V_μ, the loop-induced vertex [GeV^-2]
        ("v21", np.float64),  # charged-lepton mixing: g_left[mu] v21 is the μ-e coupling, v32 the τ-μ one
        ("v32", np.float64),
        ("kinetic_mixing", np.float64),  # ε at m_med: L = ε e Q_f V_μ f̄ γ^μ f
        ("nucleon_loops", np.int64),  # loops in the nucleon couplings end at 0: the fermions' masses, 1: 2 GeV, 2: none
        # dark matter
        ("dm_spin", np.int64),
        ("m_dm", np.float64),
        ("g_dm", np.float64),  # of a Majorana pair: off-diagonal, so that scattering is inelastic by ``splitting``
        ("dm_share", np.float64),  # of all dark matter: rates scale with it, annihilation with its square; 0: all
        ("charge_radius", np.float64),  # ⟨r²⟩/6 of dark matter, in units of e [GeV^-2]
        ("higgs_portal", np.float64),  # scalar exchange: c_N = higgs_portal f_N m_N [GeV^-3]
        ("contact_p", np.float64),  # further c_N of L = c_N χ̄χ N̄N in its non-relativistic normalisation [GeV^-2]
        ("contact_n", np.float64),
        # further channels of the mediator: t c̄ pairs, and vector-like fermions [PAIRS] f1 f̄2 with g_L, g_R;
        # pair_number counts colours, isospin partners and charge conjugates
        ("g_ct_left", np.complex128),
        ("pair_m1", np.float64, PAIRS),
        ("pair_m2", np.float64, PAIRS),
        ("pair_left", np.float64, PAIRS),
        ("pair_right", np.float64, PAIRS),
        ("pair_number", np.float64, PAIRS),
        ("dark_pairs", np.int64),  # the first so many pairs leave no trace in a detector
        ("extra_width", np.float64),  # decays of the mediator into what has no entry here [GeV]
        # complex scalar: L = lam_t[f] F̄_R χ f_L + h.c. with a vector-like F of mass m_heavy_l or m_heavy_q
        ("lam_t", np.float64, 12),
        ("m_heavy_l", np.float64),
        ("m_heavy_q", np.float64),
        # constant partial waves <σv> = s + 6 p/x [GeV^-2] of the pairs (1,1), (1,2), (2,2) of two states whose
        # masses are m_dm and m_dm + splitting (Majorana pair), or of χ χ̄ alone (first entry)
        ("sigmav_s", np.float64, 3),
        ("sigmav_p", np.float64, 3),
        ("splitting", np.float64),
        # attractive force between two particles of dark matter, V = -alpha_yukawa exp(-m_yukawa r)/r
        ("alpha_yukawa", np.float64),
        ("m_yukawa", np.float64),
        ("alpha_mixed", np.float64),  # of the same between the two states of a Majorana pair, negative if repulsive
    ],
    align=True,
)


def empty(n: int = 1) -> npt.NDArray[Any]:
    """Couplings of ``n`` points without new physics: structured array of shape (n,)."""
    return np.zeros(n, COUPLINGS)
