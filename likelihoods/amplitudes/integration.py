"""Integration: amplitudes at the nodes, sums over panels and bins, light mediators by exact pole weights."""

import numpy as np

from likelihoods.amplitudes.angular import (
    J_COUNT,
    X_7M,
    X_7P,
    X_8M,
    X_8P,
    X_9M,
    X_9P,
    X_10M,
    X_10P,
    X_COUNT,
    X_P,
    X_S,
    add_node,
)
from likelihoods.amplitudes.b_to_v import VALUES
from likelihoods.amplitudes.drift import displaced
from likelihoods.amplitudes.hadronic import B0_K, hadronic_values
from likelihoods.amplitudes.panels import (
    NODES,
    WEIGHTS,
    pole_weights,
)
from likelihoods.couplings import POLES
from likelihoods.kernel import kernel

POLE_COUNT = len(POLES)
BIN = np.dtype([("start", np.int64), ("stop", np.int64), ("process", np.int64), ("lepton", np.int64)], align=True)


@kernel
def _place(x, c7, c7p, c8, c8p, c9, c9p, c10, c10p, cs, csp, cp, cpp, sign):
    """Coefficients as a process sees them; ``sign`` = -1 for vector, +1 for pseudoscalar mesons."""
    x[X_7P], x[X_7M] = c7 + c7p, c7 + sign * c7p
    x[X_8P], x[X_8M] = c8 + c8p, c8 + sign * c8p
    x[X_9P], x[X_9M] = c9 + c9p, c9 + sign * c9p
    x[X_10P], x[X_10M] = c10 + c10p, c10 + sign * c10p
    x[X_S], x[X_P] = cs + sign * csp, cp + sign * cpp


@kernel
def contact_part(p, lepton, sign, x):
    """The q²-independent coefficients of a point."""
    _place(
        x, p.C7, p.C7p, p.C8, p.C8p, p.C9[lepton], p.C9p[lepton], p.C10[lepton], p.C10p[lepton],
        p.CS[lepton], p.CSp[lepton], p.CP[lepton], p.CPp[lepton], sign,
    )  # fmt: skip


@kernel
def split_poles(p, lepton, sign, x, z, r):
    """Rewrite C + (a + b q²)/(q² - m² + i m Γ) as constant + r/(q² - z); returns the number of different z.

    A running width Γ q²/m² gives 1/((1 + i Γ/m) q² - m²), again a simple pole. The width is a strong phase: the CP
    conjugate has a*, b* but the same z.

    Parameters
    ----------
    x : (2, X_COUNT) coefficients of the transition and of its CP conjugate; the poles' constant part is added
    z : (4,) positions, r : (4, 2, X_COUNT) residues as a process sees them; filled
    """
    count = 0
    for k in range(POLE_COUNT):
        a, b = p.pole_a[k, lepton], p.pole_b[k, lepton]
        if a == 0.0 and b == 0.0:
            continue
        m, width = p.pole_mass[k, lepton], p.pole_width[k, lepton]
        if p.pole_running == 1:
            slope = complex(1.0, width / m)
            position = m * m / slope
        else:
            slope = complex(1.0, 0.0)
            position = complex(m * m, -m * width)
        here = count
        for i in range(count):
            if z[i] == position:
                here = i
        if here == count:
            z[here] = position
            for i in range(X_COUNT):
                r[here, 0, i], r[here, 1, i] = 0.0, 0.0
            count += 1
        plus, factor = (X_9P if k < 2 else X_10P), (sign if k % 2 == 1 else 1.0)
        for bar in range(2):
            constant, residue = b / slope, (a + b * position) / slope
            x[bar, plus] += constant
            x[bar, plus + 1] += factor * constant
            r[here, bar, plus] += residue
            r[here, bar, plus + 1] += factor * residue
            a, b = np.conj(a), np.conj(b)
    return count


@kernel
def node_terms(weight, j, x, count, z, r, omega, w, weights, y):
    """Coefficients and weights with which a node enters the integral over a panel, for coefficients with poles.

    With π_0 = 1 and π_k = 1/(q² - z_k) the integral is Σ_j Σ_kl W_kl J(a_k, a_l) over nodes j, W_kl the weight of
    π_k π_l^*. The Hermitian W = L D L^† leaves Σ_d D_d J(Σ_k L_kd a_k): the Gauss rule with the propagators' effective
    values L_k0 at the node, and what remains of the resonances.

    Parameters
    ----------
    weight : of the Gauss rule
    x, count, z, r : see ``split_poles``
    omega : (4, NODES) weights of the poles; w : scratch (5, 5)
    weights, y : (5,) D_d and (5, 2, X_COUNT) the coefficients, of which the first count + 1 are filled
    """
    w[0, 0] = weight
    for k in range(count):
        w[k + 1, 0] = omega[k, j]
        for i in range(k + 1):
            w[k + 1, i + 1] = (omega[k, j] - np.conj(omega[i, j])) / (z[k] - np.conj(z[i]))
        weights[k + 1] = w[k + 1, k + 1].real
    for d in range(count + 1):
        here = w[d, d].real
        # far from a pole nothing remains of it, or rounding errors
        if d > 0 and abs(here) <= 1e-10 * abs(weights[d]):
            weights[d] = 0.0
            continue
        weights[d] = here
        for bar in range(2):
            for i in range(X_COUNT):
                y[d, bar, i] = x[bar, i] if d == 0 else 0.0
            for k in range(max(d, 1), count + 1):
                value = w[k, d] / here
                for i in range(X_9P, X_10M + 1):
                    y[d, bar, i] += value * r[k - 1, bar, i]
        for k in range(d + 1, count + 1):
            for i in range(d + 1, k + 1):
                w[k, i] -= w[k, d] * np.conj(w[i, d]) / here


@kernel
def integrate(p, wanted, panels, slopes, values, bins, j_panel, j_bin):
    """S_i and A_i of the bins of the ``wanted`` leptons (2,): ``j_bin`` (bins, 24), others 0; of one point."""
    x, y = np.empty((2, X_COUNT), np.complex128), np.empty((POLE_COUNT + 1, 2, X_COUNT), np.complex128)
    a = np.empty((2, 8), np.complex128)
    z, r = np.empty(POLE_COUNT, np.complex128), np.empty((POLE_COUNT, 2, X_COUNT), np.complex128)
    omega = np.empty((POLE_COUNT, NODES), np.complex128)
    w, weights = np.empty((POLE_COUNT + 1, POLE_COUNT + 1), np.complex128), np.empty(POLE_COUNT + 1)
    process, lepton, count = -1, -1, 0
    for k in range(panels.size):
        panel = panels[k]
        out = j_panel[k]
        for i in range(2 * J_COUNT):
            out[i] = 0.0
        if not wanted[panel.lepton]:
            continue
        if panel.process != process or panel.lepton != lepton:
            process, lepton = panel.process, panel.lepton
            sign = -1.0 if process < B0_K else 1.0
            contact_part(p, lepton, sign, x[0])
            for i in range(X_COUNT):
                x[1, i] = np.conj(x[0, i])
            count = split_poles(p, lepton, sign, x, z, r)
        if count == 0:
            for j in range(NODES):
                add_node(values[k, j], x, 1.0, WEIGHTS[j] * panel.half * slopes[k, j], a, out)
        else:
            for d in range(count):
                pole_weights(panel, z[d], omega[d])
            for j in range(NODES):
                node_terms(WEIGHTS[j] * panel.half, j, x, count, z, r, omega, w, weights, y)
                for d in range(count + 1):
                    if weights[d] != 0.0:
                        add_node(values[k, j], y[d], 1.0 if d == 0 else 0.0, weights[d] * slopes[k, j], a, out)
    for k in range(bins.size):
        for i in range(2 * J_COUNT):
            j_bin[k, i] = 0.0
            for j in range(bins[k].start, bins[k].stop):
                j_bin[k, i] += j_panel[j, i]


@kernel
def fill_bins(c, sm, wanted, panels, nodes, centre, table, drifts, flat, slopes, bins, out):
    """S_i and A_i of every bin and point: ``out`` (n, bins, 24), zero where a lepton is not ``wanted`` (2,).

    ``nodes``, ``centre``, ``table``, ``drifts``, ``flat`` : see ``Channels.tables``
    """
    values = np.empty((panels.size, NODES, VALUES))
    j_panel = np.empty((panels.size, 2 * J_COUNT))
    for i in range(c.size):
        if i == 0 or sm.size > 1:
            displaced(sm[i], centre, table, drifts, flat)
            hadronic_values(sm[i], panels, nodes, values)
        integrate(c[i], wanted, panels, slopes, values, bins, j_panel, out[i])


@kernel
def fill_values(sm, panels, nodes, centre, table, drifts, flat, out):
    """Values (n, panels, NODES, VALUES) of all records of inputs; parameters as for ``fill_bins``."""
    for i in range(sm.size):
        displaced(sm[i], centre, table, drifts, flat)
        hadronic_values(sm[i], panels, nodes, out[i])
