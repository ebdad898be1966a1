"""Antiprotons against measured multiplicities, the printed Eq. (40), and the targets of Table II."""

from itertools import pairwise

import numpy as np
import pytest

import fitter
from fitter.figures.antiprotons import TARGETS
from likelihoods import Likelihood, default_inputs
from likelihoods.catalogue import load_measurements
from likelihoods.couplings import DIRAC, FERMIONS, MAJORANA, empty
from likelihoods.observables.antiprotons import M_PROTON, pair_at_rest, plan, prompt_spectrum
from likelihoods.prediction import request
from likelihoods.table import load_grid
from likelihoods.units import CM3_PER_S

SM = default_inputs().central
LIGHT = fitter.model("hidden_zprime_light")


def fill(c):
    """Rate [cm³/s/GeV²] and mean energy [GeV] of each point."""
    out = np.empty((c.size, 2))
    plan([request("antiproton_rate"), request("antiproton_energy")], default_inputs()).fill(c, SM, out)
    return out


def hidden(m_dm, m_med, fermion, spin=MAJORANA):
    """A pair of mediators, each decaying to one kind of fermions; σv = 3e-26 cm³/s."""
    c = empty()
    c["dm_spin"], c["m_dm"], c["m_med"], c["sigmav_s"][0, 0] = spin, m_dm, m_med, 3e-26 * CM3_PER_S
    c["g_left"][0, FERMIONS.index(fermion)] = 0.1
    return c


def test_multiplicities_of_electron_positron_collisions():
    """p and p̄ per hadronic event (PDG): 0.253 ± 0.016 at 10 GeV, 1.046 ± 0.026 on the Z. As many p̄ and n̄ are made."""
    ten = sum(w * pair_at_rest(f, 5.0)[0] for f, w in (("q", 0.6), ("c", 0.4)))  # squared charges
    assert ten == pytest.approx(0.253, rel=0.15)
    z = sum(w * pair_at_rest(f, 45.6)[0] for f, w in (("q", 0.61), ("c", 0.17), ("b", 0.22)))
    assert z == pytest.approx(1.046, rel=0.1)


def test_two_generators():
    """2303.11363's retuned Pythia against Pythia 8.318 as it comes, 20000 pairs: numbers, mean energies [GeV]."""
    for state, m, number, mean in (
        ("q", 10.0, 0.520, 2.17),
        ("b", 10.0, 0.284, 1.81),
        ("b", 50.0, 0.925, 3.88),
        ("b", 100.0, 1.325, 5.67),
        ("q", 100.0, 1.567, 7.60),
        ("g", 10.0, 0.866, 1.66),
    ):
        ours, energy = pair_at_rest(state, m)
        assert (ours, energy / ours) == pytest.approx((number, mean), rel=0.07)
    assert (np.diff(load_grid("antiprotons")["number"], axis=2) >= 0).all()


def test_bottoms_at_threshold_are_two_mesons():
    """B → p or p̄ + anything is (8.0 ± 0.4) % (PDG): 0.08 p̄ of a pair of mesons, and as many n̄."""
    assert pair_at_rest("b", 5.4)[0] == pytest.approx(0.16, rel=0.15)


@pytest.mark.parametrize(("state", "m", "m_med"), [("b", 1800.0, 12.0), ("q", 765.0, 5.0), ("b", 300.0, 40.0)])
def test_printed_equation_40(state, m, m_med):
    """Quadrature of dN/dx = 2 ∫_a^b dx' dN/dx' / (√(1-E_1²) √(x'²-E_0²)) over the table's steps in x'."""
    grid = load_grid("antiprotons")
    rows = grid["number"][list(grid["channel"]).index(state)].astype(float)
    rest = [np.interp(np.log(0.5 * m_med), np.log(grid["mass"]), row) for row in rows.T]
    e_1, e_0 = m_med / m, 2 * M_PROTON / m_med
    steps = e_0 + 10.0 ** grid["log10_x"]  # x' = 2E'/m_Z', E' = m_p + x m_Z'/2
    density = np.diff(rest) / np.diff(steps)
    for x in (0.02, 0.08, 0.2, 0.5):
        root = np.sqrt((1 - e_1**2) * (x**2 - e_1**2 * e_0**2 / 4))
        low, high = 2 * (x - root) / e_1**2, min(2 * (x + root) / e_1**2, steps[-1])
        edges = np.concatenate([[low], steps[(steps > low) & (steps < high)], [high]])
        value = 0.0
        for a, b in pairwise(edges):
            k = np.searchsorted(steps, 0.5 * (a + b)) - 1
            if 0 <= k < len(density):
                value += density[k] * (np.arccosh(b / e_0) - np.arccosh(max(a, e_0) / e_0))
        expected = 2 * value / np.sqrt(1 - e_1**2) / m
        assert prompt_spectrum(state, m, np.array([x * m]), m_med)[0] == pytest.approx(expected, rel=0.01)


def test_flight_keeps_the_number_and_multiplies_the_energy_by_gamma():
    number, energy = pair_at_rest("b", 6.0)
    e = np.geomspace(M_PROTON, 1800.0, 4000)
    spectrum = prompt_spectrum("b", 1800.0, e, 12.0)
    assert np.trapezoid(spectrum, e) == pytest.approx(2 * number, rel=2e-3)
    assert np.trapezoid(spectrum * e, e) == pytest.approx(2 * energy * 150, rel=2e-3)
    at_rest = prompt_spectrum("b", 50.0, np.geomspace(M_PROTON + 1e-4, 50.0, 4000))
    assert np.trapezoid(at_rest, np.geomspace(M_PROTON + 1e-4, 50.0, 4000)) == pytest.approx(
        pair_at_rest("b", 50.0)[0], rel=5e-3
    )


def test_bosons_in_flight():
    """W of any energy makes the antiprotons of a W at rest."""
    assert pair_at_rest("W", 1000.0)[0] == pytest.approx(pair_at_rest("W", 100.0)[0], rel=0.02)
    ratio = pair_at_rest("h", 1000.0)[1] / pair_at_rest("h", 200.0)[1]
    assert ratio == pytest.approx(5.0, rel=0.03)


def test_rate_and_energy_by_hand():
    number, energy = pair_at_rest("b", 6.0)
    majorana, dirac = fill(hidden(1800.0, 12.0, "b")), fill(hidden(1800.0, 12.0, "b", DIRAC))
    assert majorana[0] == pytest.approx([3e-26 * 2 * number / 1800**2, 150 * energy / number], rel=1e-9)
    assert dirac[0] == pytest.approx([0.5 * majorana[0, 0], majorana[0, 1]], rel=1e-9)
    assert fill(hidden(1800.0, 12.0, "nu_mu"))[0] == pytest.approx([0.0, 0.0], abs=1e-36)


@pytest.mark.parametrize("label", TARGETS)
def test_targets_are_those_of_table_2(label):
    m, sigma_v, up, down = TARGETS[label]
    rate, energy = load_measurements()[f"AMS-02:2016:antiproton_bump:{label}"].rows
    number, total = pair_at_rest("b", 6.0)
    assert rate.value == pytest.approx(2 * number * sigma_v / m**2, rel=1e-3)
    assert (rate.up / rate.value, rate.down / rate.value) == pytest.approx((up / sigma_v, -down / sigma_v), rel=0.01)
    assert energy.value == pytest.approx(m / 12 * total / number, rel=1e-3)


def test_target_of_the_light_model():
    """The point of Fig. 7 whose S σv is MED's meets its target, but for 15 % of Z′ that decay to leptons."""
    point = {"g_q": 0.004, "g_l": 0.002, "g_chi": 0.8098, "f": 0.3, "m_zp": 12.0, "m_chi": 1950.0, "theta_d": 0.006}
    values = LIGHT.defaults | point
    m_phi = np.geomspace(10.0, 30.0, 200)
    theta = np.array([[(values | {"m_phi": m})[name] for name in LIGHT.names] for m in m_phi])
    c = LIGHT.evaluate(theta)
    name = "AMS-02:2016:antiproton_bump:MED"
    pulls = np.abs(Likelihood.of([name]).pulls(c))
    best = np.argmin(pulls[:, 0])
    assert pulls[best].max() < 0.2
    assert m_phi[best] == pytest.approx(14.3, rel=0.15)  # formula sheet, derived coupling
    with pytest.raises(ValueError, match="antiproton"):
        Likelihood.of(["antiproton_bump", "antiproton_excess"])


def test_target_of_the_heavy_model():
    """Thermal dark matter of 30 to 70 GeV into bottoms is inside the region of the excess, a TeV is not."""
    model = fitter.model("hidden_zprime_heavy")
    point = {"g_q": 0.22, "g_l": 0.11, "g_chi": 1.1, "theta_d": 0.005, "m_zp": 500.0}
    likelihood = Likelihood.of(["antiproton_excess"])

    def pulls(m):
        g_chi = model.defaults | point | {"m_chi": m}
        scale = (4.4e-26 / model.predict(["sigmav_v0"], **g_chi)["sigmav_v0"]) ** 0.5
        values = g_chi | {"g_chi": 1.1 * scale}
        c = model.evaluate(np.array([[values[name] for name in model.names]]))
        return likelihood.pulls(c)[0]

    for m in (30.0, 50.0, 70.0):
        assert np.abs(pulls(m)).max() < 1
    assert pulls(190.0)[1] > 2


def test_what_is_not_in_the_table_is_refused():
    with pytest.raises(ValueError, match="'top' is none of"):
        prompt_spectrum("top", 300.0, np.array([10.0]))
    with pytest.raises(ValueError, match="the table has"):
        prompt_spectrum("b", 300.0, np.array([10.0]), 0.5)
    with pytest.raises(ValueError, match="exceeds m=10 GeV"):
        prompt_spectrum("b", 10.0, np.array([10.0]), 12.0)
