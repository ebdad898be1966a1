"""Hadronic: all that a node of a b → s ℓ ℓ decay needs and new physics does not change, for one record of inputs."""

import numpy as np

from likelihoods.amplitudes.b_to_p import scalar_values
from likelihoods.amplitudes.b_to_v import BETA, MASS, MIXING, SM_10, VALUES, normalisation, vector_values
from likelihoods.amplitudes.charm_loop import loop_contributions
from likelihoods.amplitudes.charm_polynomial import H_COUNT, add_polynomial, polynomial_coefficients
from likelihoods.amplitudes.hepfit import flipped_dipole, loops, moments_2019, spectator_2019
from likelihoods.amplitudes.octet import octet_values
from likelihoods.amplitudes.panels import CHARM_LOW, NODES
from likelihoods.amplitudes.qcdf import SHAPE, moments, octet_spectator, perp_running, spectator
from likelihoods.ckm import lambda_t, lambda_u
from likelihoods.form_factors import lattice_form_factors, scalar_form_factors
from likelihoods.kernel import kernel
from likelihoods.qcd import MU_B, alpha_s, light_mass_running, m_b_pole, m_b_running, m_c_pole
from likelihoods.units import PS

#: Order of the processes, and their mesons' masses.
PROCESSES = ("B0->K*", "B+->K*", "Bs->phi", "B0->K", "B+->K")
MASSES = (("m_B0", "m_Kstar0"), ("m_Bu", "m_Kstaru"), ("m_Bs", "m_phi"), ("m_B0", "m_K0"), ("m_Bu", "m_Ku"))
BS_PHI, B0_K = 2, 3
LEPTON_MASSES = ("m_e", "m_mu")
_M_T_SM = 173.1  # top mass [GeV] at which C10 of ``C_sm`` is matched

NODE = np.dtype(
    [
        ("q2", np.float64),
        ("folded", np.complex128, SHAPE),  # kernels of QCD factorisation, zero where it is not used
        ("two_loop", np.complex128, (11, 4)),
        ("octet", np.complex128, 2),
        ("up", np.complex128, 4),
        ("bottom", np.complex128),
        ("massless", np.complex128),
    ],
    align=True,
)


@kernel
def mesons(process, s):
    """m_B, m_M and τ_B [GeV, GeV, GeV^-1]."""
    if process == 0:
        return s.m_B0, s.m_Kstar0, s.tau_B0 * PS
    if process == 1:
        return s.m_Bu, s.m_Kstaru, s.tau_Bu * PS
    if process == 2:
        return s.m_Bs, s.m_phi, s.tau_Bs * PS
    if process == 3:
        return s.m_B0, s.m_K0, s.tau_B0 * PS
    return s.m_Bu, s.m_Ku, s.tau_Bu * PS


@kernel
def c10_sm(s):
    """C10 of the SM; its dependence on the top mass is 1311.0903 Eq. 4."""
    return s.C_sm[9] * (s.m_t / _M_T_SM) ** 1.53


@kernel
def _with_loops(q2, node, s, process, coupling, pole_b, pole_c, up):
    """C7eff and C9 of the SM with quark loops at a node, and those of the CP conjugate; ``up`` = λ_u/λ_t."""
    c = s.C_sm
    if s.hadronic_scheme == 1:
        shift_7, shift_9 = loops(q2, node, s, coupling, pole_b, pole_c, process >= B0_K)
        seven, nine = c[6] + shift_7 + 0j, c[8] + shift_9
        return seven, nine, seven, nine
    d7, d7_up, d9, d9_up = loop_contributions(q2, node, pole_b, pole_c, s.m_c_loop, coupling, c)
    up_bar = np.conj(up)
    return c[6] + d7 + up * d7_up, c[8] + d9 + up * d9_up, c[6] + d7 + up_bar * d7_up, c[8] + d9 + up_bar * d9_up


@kernel
def _spectators(q2, node, s, process, pole_b, perp, up, hard):
    """Spectator scattering of B → V below the charmonia: ``hard`` (2, 2) as in ``vector_values``; that of C8 = 1."""
    hard[:, :] = 0.0
    if process >= B0_K or q2 >= CHARM_LOW:
        return 0j, 0j
    for bar in range(2):
        ratio = up if bar == 0 else np.conj(up)
        if s.hadronic_scheme == 1:
            hard[bar, 0], hard[bar, 1] = spectator_2019(node.folded, q2, s, process, pole_b)
        else:
            hard[bar, 0], hard[bar, 1] = spectator(node.folded, q2, s, process, ratio, pole_b, perp)
    return octet_spectator(node.folded, q2, s, process, pole_b, perp)


@kernel
def hadronic_values(s, panels, nodes, values):
    """Fill ``values`` (panels, NODES, VALUES) of one record of inputs."""
    coupling = alpha_s(MU_B, s)
    running, pole_b, pole_c = m_b_running(MU_B, s), m_b_pole(s), m_c_pole(s)
    top = lambda_t(s)
    up = lambda_u(s) / top
    c = s.C_sm
    # C7′ = (m_s/m_b) C7, C7 = C7eff + C3/3 + 4 C4/9 + 20 C5/3 + 80 C6/9
    c7 = c[6] + c[2] / 3.0 + 4.0 * c[3] / 9.0 + 20.0 * c[4] / 3.0 + 80.0 * c[5] / 9.0
    c7_flipped = light_mass_running(s.m_s, MU_B, s) / running * c7
    as_hepfit = s.hadronic_scheme == 1
    if as_hepfit:
        running, c7_flipped = s.m_b, flipped_dipole(s, s.m_s / s.m_b)
    c10 = c10_sm(s)
    common = (s.G_F * s.alpha_em_mb * abs(top)) ** 2 / (3.0 * 1024.0 * np.pi**5)
    ff, hard = np.empty(7), np.empty((2, 2), np.complex128)
    perp = perp_running(s)
    h = np.empty(H_COUNT, np.complex128)
    polynomial_coefficients(s, h)
    for k in range(panels.size):
        process = panels[k].process
        m_b, m_m, tau = mesons(process, s)
        m = s.m_mu if panels[k].lepton == 1 else s.m_e
        if process == BS_PHI:
            ff_masses = (s.m_Bs, s.m_phi)
        elif process < BS_PHI:
            ff_masses = (s.m_B0, s.m_Kstar0)
        else:
            ff_masses = (s.m_B0, s.m_K0)
        for j in range(NODES):
            node = nodes[k, j]
            out = values[k, j]
            for i in range(VALUES):
                out[i] = 0.0
            q2 = node.q2
            beta = np.sqrt(max(1.0 - 4.0 * m * m / q2, 0.0))
            out[BETA], out[MASS], out[SM_10] = beta, m / np.sqrt(q2), c10
            seven, nine, seven_bar, nine_bar = _with_loops(q2, node, s, process, coupling, pole_b, pole_c, up)
            root_lambda = np.sqrt(max((m_b**2 - m_m**2 - q2) ** 2 - 4.0 * m_m**2 * q2, 0.0))
            n_0 = normalisation(q2, beta, root_lambda, m_b, tau, common)
            octet_minus, octet_zero = _spectators(q2, node, s, process, pole_b, perp, up, hard)
            if process < B0_K:
                if process == 0:
                    a, power = s.ff_BKstar, s.power_B0Kstar
                elif process == 1:
                    a, power = s.ff_BKstar, s.power_BuKstar
                else:
                    a, power = s.ff_Bsphi, s.power_Bsphi
                    out[MIXING] = 0.5 * s.DeltaGamma_Bs
                vector_values(
                    q2, m, m_b, m_m, ff_masses, a, power, running, n_0,
                    seven, nine, seven_bar, nine_bar, c7_flipped, ff, hard, out,
                )  # fmt: skip
                if q2 < CHARM_LOW:
                    add_polynomial(q2, m_b, n_0, h, out)
            else:
                power = s.power_B0K if process == B0_K else s.power_BuK
                if as_hepfit:
                    lattice_form_factors(q2, m_b, m_m, s.ff_BK_lattice, ff)
                else:
                    scalar_form_factors(q2, ff_masses[0], ff_masses[1], s.ff_BK, ff)
                scalar_values(
                    q2, m, m_b, m_m, ff, power, running, n_0, seven, nine, seven_bar, nine_bar, c7_flipped, out
                )
            octet_values(q2, n_0, coupling, node.octet, octet_minus, octet_zero, out)


@kernel
def fold_kernels(sm, panels, nodes):
    """Fill ``folded`` of the nodes (panels, NODES) below the charmonia, B → V."""
    for k in range(panels.size):
        if panels[k].process < B0_K:
            for j in range(NODES):
                if nodes[k, j].q2 < CHARM_LOW:
                    if sm[0].hadronic_scheme == 1:
                        moments_2019(nodes[k, j].q2, sm[0], panels[k].process, 1.0, nodes[k, j].folded)
                    else:
                        moments(nodes[k, j].q2, sm[0], panels[k].process, nodes[k, j].folded)
