"""Direct detection: spin-independent dark-matter-nucleon couplings and cross sections, events in xenon detectors."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from likelihoods.amplitudes.freeze_out import share
from likelihoods.amplitudes.nucleon import M_NUCLEON, nucleon_couplings, response
from likelihoods.couplings import MAJORANA, NO_DM
from likelihoods.functions import four_points, interval
from likelihoods.inputs import Inputs
from likelihoods.kernel import kernel
from likelihoods.observable import Joint, Observable, Request
from likelihoods.recoil import A_XENON, HEAVIEST, LIGHTEST, Z_XENON, detector, mean_inverse_speed, nodes
from likelihoods.table import load_table
from likelihoods.units import CM2

Array = npt.NDArray[np.float64]

#: Experiments with event likelihoods: name in observables -> table of efficiencies.
EXPERIMENTS = {
    "LUX:2016": "efficiency_lux_2016",
    "PandaX:2016": "efficiency_pandax_2016",
    "PandaX:2017": "efficiency_pandax_2017",
    "PandaX:2021": "efficiency_pandax4t_2021",
    "XENON1T:2017": "efficiency_xenon1t_2017",
    "XENON1T:2018": "efficiency_xenon1t_2018",
    "LZ:2022": "efficiency_lz_2022",
}
#: Published 90 % limits where no counts are: name -> table of mass and cross section.
LIMITS = {"LZ:2024": "limit_lz_2024"}
_MASSES = 1024  # of the interpolation of events at fixed halo
_PER_CM3 = CM2**-1.5  # [GeV^3]
_TINY = 1e-300
COUPLING_P, COUPLING_N, SIGMA_P, SIGMA_N, SIGMA_XENON, EVENTS, RATIO = range(7)


@kernel
def cross_section(m_dm, vector, scalar):
    """σ = μ² c²/π [cm²], vector and scalar parts added."""
    reduced = m_dm * M_NUCLEON / (m_dm + M_NUCLEON)
    return reduced**2 * (vector**2 + scalar**2) / np.pi / CM2


@kernel
def tabulated_events(table, m_dm, pp, pn, nn, rule):
    """Events per ρ [GeV^3] from ln(events · m) on a grid uniform in ln m, (masses, 3); ``rule`` (4,) is scratch."""
    position = np.log(m_dm / LIGHTEST) / np.log(HEAVIEST / LIGHTEST) * (_MASSES - 1)
    if position < 0.0:
        return 0.0
    k = four_points(min(position, _MASSES - 1.0), _MASSES, rule)  # events fall as 1/m beyond
    total = 0.0
    for j in range(3):
        y = 0.0
        for n in range(4):
            y += rule[n] * table[k - 1 + n, j]
        total += np.exp(y) * (pp if j == 0 else (2.0 * pn if j == 1 else nn))
    return total / m_dm


@kernel
def exact_events(weights, eta, m_dm, pp, pn, nn):
    """Events per ρ [GeV^3] from the detector's weights (3, nodes) and η at the nodes."""
    total = 0.0
    for k in range(eta.size):
        total += eta[k] * (weights[0, k] * pp + 2.0 * weights[1, k] * pn + weights[2, k] * nn)
    return total / m_dm


@kernel
def limit(masses, sigmas, m_dm):
    """Limit [cm²], logarithmic interpolation; proportional to the mass above the table, infinite below it."""
    if m_dm < masses[0]:
        return np.inf
    if m_dm >= masses[-1]:
        return sigmas[-1] * m_dm / masses[-1]
    k = interval(masses, m_dm) + 1
    t = np.log(m_dm / masses[k - 1]) / np.log(masses[k] / masses[k - 1])
    return sigmas[k - 1] * (sigmas[k] / sigmas[k - 1]) ** t


@kernel
def direct_detection(c, sm, kinds, which, below, above, ln_m_z, q, weights, tables, halo, masses, sigmas, out):
    """All requested observables: ``out`` (n, columns).

    Parameters
    ----------
    kinds, which : kind of each column, and its row in ``weights`` and ``tables`` or in ``masses`` and ``sigmas``
    below, above, ln_m_z : see ``nucleon_couplings``
    q, weights : nodes and detector responses (rows, 3, nodes)
    tables, halo : ln(events · m) (rows, masses, 3) at v0, v_esc, v_earth = halo
    masses, sigmas : published limits (rows, points)
    """
    coupling, rule = np.empty(4), np.empty(4)
    eta = np.empty(q.size)
    for i in range(c.size):
        p, s = c[i], sm[i if sm.size > 1 else 0]
        m = p.m_dm
        if p.veto != 0 or (p.dm_spin != NO_DM and not m > 0.0):
            out[i, :] = np.nan
            continue
        if p.dm_spin == NO_DM:
            out[i, :] = 0.0
            continue
        nucleon_couplings(p, s, below, above, ln_m_z, coupling)
        vp, vn, sp, sn = coupling
        inelastic = p.dm_spin == MAJORANA and p.splitting > 0.0
        if inelastic:  # only the scalar part is elastic
            vp, vn = 0.0 * vp, 0.0 * vn
        nominal = s.v0 == halo[0] and s.v_esc == halo[1] and s.v_earth == halo[2]
        part = share(p)
        rho = part * s.rho_dm * _PER_CM3
        elastic_ready, inelastic_ready = False, False
        for k in range(kinds.size):
            kind, row = kinds[k], which[k]
            if kind == COUPLING_P:
                out[i, k] = coupling[0] + sp
            elif kind == COUPLING_N:
                out[i, k] = coupling[1] + sn
            elif kind == SIGMA_P:
                out[i, k] = cross_section(m, vp, sp)
            elif kind == SIGMA_N:
                out[i, k] = cross_section(m, vn, sn)
            elif kind in (SIGMA_XENON, RATIO):
                z = Z_XENON / A_XENON
                sigma = cross_section(m, z * vp + (1.0 - z) * vn, z * sp + (1.0 - z) * sn)
                out[i, k] = sigma if kind == SIGMA_XENON else part * sigma / limit(masses[row], sigmas[row], m)
            else:
                pp, pn, nn = vp * vp + sp * sp, vp * vn + sp * sn, vn * vn + sn * sn
                if nominal:
                    out[i, k] = rho * tabulated_events(tables[row], m, pp, pn, nn, rule)
                else:
                    if not elastic_ready:
                        mean_inverse_speed(m, 0.0, s.v0, s.v_esc, s.v_earth, q, eta)
                        elastic_ready, inelastic_ready = True, False
                    out[i, k] = rho * exact_events(weights[row], eta, m, pp, pn, nn)
        if inelastic:
            for k in range(kinds.size):
                if kinds[k] == EVENTS:
                    if not inelastic_ready:
                        if not mean_inverse_speed(m, p.splitting, s.v0, s.v_esc, s.v_earth, q, eta):
                            break
                        inelastic_ready = True
                    pp, pn, nn = coupling[0] ** 2, coupling[0] * coupling[1], coupling[1] ** 2
                    out[i, k] += rho * exact_events(weights[which[k]], eta, m, pp, pn, nn)


@kernel
def fill_tables(weights, q, halo, out):
    """ln(events · m) per unit couplings and ρ of each detector row: ``out`` (rows, masses, 3)."""
    eta = np.empty(q.size)
    for k in range(out.shape[1]):
        m = LIGHTEST * (HEAVIEST / LIGHTEST) ** (k / (out.shape[1] - 1))
        mean_inverse_speed(m, 0.0, halo[0], halo[1], halo[2], q, eta)
        for row in range(weights.shape[0]):
            for j in range(3):
                out[row, k, j] = np.log(max(np.sum(weights[row, j] * eta), _TINY))


_PLAIN = {
    "c1_p": COUPLING_P,
    "c1_n": COUPLING_N,
    "sigma_si_p": SIGMA_P,
    "sigma_si_n": SIGMA_N,
    "sigma_si_xenon": SIGMA_XENON,
}


def plan(requests: Sequence[Request], inputs: Inputs) -> Joint:
    """Plan of direct-detection observables: tables of running and of events are made here."""
    kinds, which, rows, curves = [], [], [], []
    for item in requests:
        kind, _, argument = item.observable.removesuffix(")").partition("(")
        if kind == "events":
            experiment, _, chosen = argument.partition("#")
            bins = detector(EXPERIMENTS[experiment])
            rows.append(bins[int(chosen) - 1] if chosen else bins.sum(axis=0))
        elif kind == "sigma_ratio":
            curves.append(load_table(LIMITS[argument]).values)
        kinds.append({"events": EVENTS, "sigma_ratio": RATIO}.get(kind, _PLAIN.get(kind, -1)))
        which.append(len(curves) - 1 if kind == "sigma_ratio" else len(rows) - 1)
    q = nodes()
    weights = np.array(rows).reshape(len(rows), 3, q.size)
    halo = np.array([inputs.value(name) for name in ("v0", "v_esc", "v_earth")])
    tables = np.empty((len(rows), _MASSES, 3))
    fill_tables(weights, q, halo, tables)
    points = max((len(curve) for curve in curves), default=0)
    padded = np.array([np.pad(curve, ((0, points - len(curve)), (0, 0)), mode="edge") for curve in curves])
    padded = padded.reshape(len(curves), points, 2)
    physical, cut = response(inputs, False), response(inputs, True)
    prepared = (
        np.array(kinds),
        np.array(which),
        np.stack([physical[0], cut[0]]),
        np.stack([physical[1], cut[1]]),
        float(np.log(inputs.value("m_Z"))),
        q,
        weights,
        tables,
        halo,
        np.ascontiguousarray(padded[:, :, 0]),
        np.ascontiguousarray(padded[:, :, 1]),
    )
    return Joint(direct_detection, prepared)


_RUNNING = "1411.3342, 1605.04917; 1803.04430 Eqs. (4.7)-(4.11)"
_BINS = {"XENON1T:2018": 2, "LZ:2022": 2}
OBSERVABLES = (
    Observable("c1_p", "GeV^-2", "c_1^p", _RUNNING, plan=plan),
    Observable("c1_n", "GeV^-2", "c_1^n", _RUNNING, plan=plan),
    Observable("sigma_si_p", "cm^2", r"\sigma_p^\mathrm{SI}", _RUNNING, plan=plan),
    Observable("sigma_si_n", "cm^2", r"\sigma_n^\mathrm{SI}", _RUNNING, plan=plan),
    Observable("sigma_si_xenon", "cm^2", r"\sigma_\mathrm{Xe}^\mathrm{SI}", _RUNNING, plan=plan),
    *(
        Observable(
            f"events({name})",
            "",
            f"N_{{\\mathrm{{{name}}}}}".replace("#", r"\#"),
            "Lewin and Smith, Astropart. Phys. 6, 87",
            plan=plan,
        )
        for experiment in EXPERIMENTS
        for name in (experiment, *(f"{experiment}#{k + 1}" for k in range(_BINS.get(experiment, 0))))
    ),
    *(
        Observable(f"sigma_ratio({name})", "", rf"\sigma/\sigma_{{90}}(\mathrm{{{name}}})", "2410.17036", plan=plan)
        for name in LIMITS
    ),
)
