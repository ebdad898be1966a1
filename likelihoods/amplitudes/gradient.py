"""Gradient: derivatives of linear forms of S_i and A_i by the values at the nodes, for coefficients with poles.

A linear form's change with an input is its gradient, by what a node holds (``b_to_v``), times the change of those
values, which are tabulated once: at a point, the integrals over a light mediator need no second evaluation for
uncertain inputs. With dF = Re Σ g^* da, the gradient of a quadratic form F of amplitudes a also is 2 F = Re Σ g^* a.
"""

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
    amplitudes,
    eigenstates,
)
from likelihoods.amplitudes.b_to_v import (
    BETA,
    DELTA,
    LONG_7,
    LONG_9,
    MASS,
    MIXING,
    OCTET,
    PARA_7,
    PARA_9,
    PERP_7,
    PERP_9,
    SCALAR,
    SM_10,
    TIME_10,
    TIME_P,
    VALUES,
)
from likelihoods.amplitudes.integration import POLE_COUNT, contact_part, node_terms, split_poles
from likelihoods.amplitudes.panels import NODES, WEIGHTS, pole_weights
from likelihoods.kernel import kernel


@kernel
def pull_back(a, beta, mass, w, g):
    """Gradient ``g`` (8,) of Σ_i w_i J_i by the amplitudes ``a`` (8,); J_i as in ``angular.add_angular``."""
    b2, root = beta * beta, np.sqrt(2.0)
    v_perp, v_para, v_long, a_perp, a_para, a_long, time, scalar = a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]
    w_1s, w_1c, w_2s, w_2c, w_3 = w[0], w[1], b2 * w[2], b2 * w[3], 2.0 * b2 * w[4]
    vector, axial = (4.0 - b2) * w_1s + w_2s, 3.0 * b2 * w_1s + w_2s
    g[0], g[1] = (vector + w_3) * v_perp, (vector - w_3) * v_para
    g[3], g[4] = (axial + w_3) * a_perp, (axial - w_3) * a_para
    g[2], g[5] = ((8.0 - 4.0 * b2) * w_1c - 4.0 * w_2c) * v_long, 4.0 * (b2 * w_1c - w_2c) * a_long
    g[6], g[7] = 2.0 * w_1c * time, 2.0 * b2 * w_1c * scalar
    if w[5] != 0.0:
        s = root * b2 * w[5]
        g[2] += s * v_para
        g[1] += s * v_long
        g[5] += s * a_para
        g[4] += s * a_long
    if w[6] != 0.0:
        s = -2.0 * root * beta * w[6]
        g[2] += s * a_perp
        g[3] += s * v_long
        g[5] += s * v_perp
        g[0] += s * a_long
        g[1] += s * mass * scalar
        g[7] += s * mass * v_para
    if w[7] != 0.0:
        s = -4.0 * beta * w[7]
        g[1] += s * a_perp
        g[3] += s * v_para
        g[4] += s * v_perp
        g[0] += s * a_para
    if w[8] != 0.0:
        s = 8.0 * beta * mass * w[8]
        g[2] += s * scalar
        g[7] += s * v_long
    # Im a b^* = Re (-i a b^*)
    if w[9] != 0.0:
        s = 2j * root * beta * w[9]
        g[0] += s * mass * scalar
        g[7] -= s * mass * v_perp
        g[2] -= s * a_para
        g[4] += s * v_long
        g[5] -= s * v_para
        g[1] += s * a_long
    if w[10] != 0.0:
        s = 1j * root * b2 * w[10]
        g[2] += s * v_perp
        g[0] -= s * v_long
        g[5] += s * a_perp
        g[3] -= s * a_long
    if w[11] != 0.0:
        s = 2j * b2 * w[11]
        g[0] += s * v_para
        g[1] -= s * v_perp
        g[3] += s * a_para
        g[4] -= s * a_perp


@kernel
def _re(g, a):
    """Re g^* a."""
    return g.real * a.real + g.imag * a.imag


@kernel
def _im(g, a):
    """Im g^* a."""
    return g.real * a.imag - g.imag * a.real


@kernel
def add_columns(v, x, k, standard, g, out):
    """Chain rule: add to ``out`` (VALUES,) the gradient by a node's values, given that by its amplitudes.

    Parameters as in ``angular.amplitudes``. Lepton masses, hence β and m/√q², are taken as exact.
    """
    c10 = standard * v[SM_10]
    plus, minus = x[X_10P] + c10, x[X_10M] + c10
    out[PERP_9] += _re(g[0], x[X_9P]) + _re(g[3], plus)
    out[PARA_9] += _re(g[1], x[X_9M]) + _re(g[4], minus)
    out[LONG_9] += _re(g[2], x[X_9M]) + _re(g[5], minus)
    out[PERP_7] += _re(g[0], x[X_7P])
    out[PARA_7] += _re(g[1], x[X_7M])
    out[LONG_7] += _re(g[2], x[X_7M])
    out[TIME_10] += _re(g[6], minus)
    out[TIME_P] += _re(g[6], x[X_P])
    out[SCALAR] += _re(g[7], x[X_S])
    axial = v[PERP_9] * g[3] + v[PARA_9] * g[4] + v[LONG_9] * g[5] + v[TIME_10] * g[6]
    out[SM_10] += standard * axial.real
    for i in range(3):
        out[k + 2 * i] += standard * g[i].real
        out[k + 2 * i + 1] += standard * g[i].imag
        octet = x[X_8P] if i == 0 else x[X_8M]
        if octet != 0.0:
            out[OCTET + 2 * i] += _re(g[i], octet)
            out[OCTET + 2 * i + 1] -= _im(g[i], octet)


@kernel
def add_gradient(v, x, standard, weight, functionals, a, g, w, sums, out):
    """Add one node's functionals and their gradient; the counterpart of ``angular.add_node``.

    Parameters
    ----------
    functionals : (f, 24) weights of S_i and A_i
    a, g, w : scratch (2, 8), (2, 8), (12,)
    sums, out : (f,) and (f, VALUES)
    """
    beta, mass, y = v[BETA], v[MASS], v[MIXING]
    for bar in range(2):
        amplitudes(v, x[bar], DELTA + 6 * bar, standard, a[bar])
    if y != 0.0:
        eigenstates(a)
    for f in range(functionals.shape[0]):
        for bar in range(2):
            sign = 1.0 - 2.0 * bar
            for i in range(J_COUNT):
                if y != 0.0:
                    w[i] = 0.25 * weight / (1.0 + sign * y) * functionals[f, i]
                else:
                    w[i] = 0.5 * weight * (functionals[f, i] + sign * functionals[f, J_COUNT + i])
            pull_back(a[bar], beta, mass, w, g[bar])
            total = 0.0
            for k in range(8):
                total += _re(g[bar, k], a[bar, k])
            sums[f] += 0.5 * total
            if y != 0.0:
                out[f, MIXING] -= 0.5 * total * sign / (1.0 + sign * y)
        if y != 0.0:
            for k in range(8):
                light, heavy = g[0, k], g[1, k]
                parity = -1.0 if k in (0, 3, 7) else 1.0
                g[0, k], g[1, k] = light + heavy, parity * (light - heavy)
        for bar in range(2):
            add_columns(v, x[bar], DELTA + 6 * bar, standard, g[bar], out[f])


@kernel
def panel_gradients(c, lepton, sign, panels, slopes, values, functionals, columns, sums, out):
    """Functionals of every panel, ``sums`` (panels, n, f), and their gradient ``out`` (panels, n, f, NODES, columns).

    Parameters
    ----------
    lepton, sign : of all ``panels`` (k,); sign = -1 for vector, +1 for pseudoscalar mesons
    slopes, values : (k, NODES) dq²/dt and (k, NODES, VALUES) of the panels
    functionals : (f, 24); columns : of the values, those by which the gradient is wanted
    """
    x, y = np.empty((2, X_COUNT), np.complex128), np.empty((POLE_COUNT + 1, 2, X_COUNT), np.complex128)
    a, g, w = np.empty((2, 8), np.complex128), np.empty((2, 8), np.complex128), np.empty(J_COUNT)
    z, r = np.empty(POLE_COUNT, np.complex128), np.empty((POLE_COUNT, 2, X_COUNT), np.complex128)
    omega, weight = np.empty((POLE_COUNT, NODES), np.complex128), np.empty(POLE_COUNT + 1)
    pairs = np.empty((POLE_COUNT + 1, POLE_COUNT + 1), np.complex128)
    here = np.empty((functionals.shape[0], VALUES))
    for i in range(c.size):
        contact_part(c[i], lepton, sign, x[0])
        for k in range(X_COUNT):
            x[1, k] = np.conj(x[0, k])
        count = split_poles(c[i], lepton, sign, x, z, r)
        for k in range(panels.size):
            for m in range(count):
                pole_weights(panels[k], z[m], omega[m])
            for f in range(functionals.shape[0]):
                sums[k, i, f] = 0.0
            for j in range(NODES):
                node_terms(WEIGHTS[j] * panels[k].half, j, x, count, z, r, omega, pairs, weight, y)
                for f in range(functionals.shape[0]):
                    for m in range(VALUES):
                        here[f, m] = 0.0
                for d in range(count + 1):
                    if weight[d] != 0.0:
                        standard = 1.0 if d == 0 else 0.0
                        scale = weight[d] * slopes[k, j]
                        add_gradient(values[k, j], y[d], standard, scale, functionals, a, g, w, sums[k, i], here)
                for f in range(functionals.shape[0]):
                    for m in range(columns.size):
                        out[k, i, f, j, m] = here[f, columns[m]]


@kernel
def collect(form, functional, start, stop, factor, sums, moved, forms, slopes):
    """Add ``factor`` times functionals of the panels start .. stop, and their slopes ``moved``, to linear forms."""
    for e in range(form.size):
        for k in range(start[e], stop[e]):
            for i in range(forms.shape[0]):
                forms[i, form[e]] += factor[e] * sums[k, i, functional[e]]
                for d in range(slopes.shape[2]):
                    slopes[i, form[e], d] += factor[e] * moved[k, i, functional[e], d]
