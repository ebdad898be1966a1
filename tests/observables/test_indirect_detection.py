"""Energy injection at recombination against published efficiencies, and the counting of annihilations."""

import numpy as np
import pytest

import fitter
from likelihoods import default_inputs
from likelihoods.couplings import DIRAC, FERMIONS, MAJORANA, empty
from likelihoods.observables.dwarf_galaxies import dwarf_plan
from likelihoods.observables.indirect_detection import recombination_plan
from likelihoods.units import CM3_PER_S

SM = default_inputs().central
MODEL = fitter.model("flavourful_zprime")


def fill(plan, c):
    out = np.empty((c.size, 1))
    plan([None], default_inputs()).fill(c, SM, out)
    return out[:, 0]


def bottoms(m, sigma_v):
    """Dirac dark matter far above its mediator's pole, with σv [cm³/s] into b quarks alone."""
    point = {"g_bb": 1e-3, "g_mumu": 0.0, "g_nunu": 1.0, "m_zp": 2.5 * m, "m_nu": m}
    unit = MODEL.predict(["sigmav_v0"], **point)["sigmav_v0"]
    values = MODEL.defaults | point
    theta = np.repeat([[values[name] for name in MODEL.names]], len(sigma_v), axis=0)
    theta[:, 0] *= np.sqrt(np.asarray(sigma_v) / unit)
    return MODEL.evaluate(theta)


def hidden(m_dm, m_med, fermion, spin=MAJORANA):
    """A pair of mediators, each decaying to one kind of fermions; σv = 3e-26 cm³/s."""
    c = empty()
    c["dm_spin"], c["m_dm"], c["m_med"], c["sigmav_s"][0, 0] = spin, m_dm, m_med, 3e-26 * CM3_PER_S
    c["g_left"][0, FERMIONS.index(fermion)] = 0.1
    return c


def direct(m_dm, fermion, spin):
    """χ χ̄ → f f̄ with σv = 3e-26 cm³/s."""
    point = {"g_nunu": 1.0, "m_zp": 3 * m_dm, "m_nu": m_dm, "g_bb": 0.1, "g_mumu": 0.0}
    values = MODEL.defaults | point
    c = MODEL.evaluate(np.array([[values[name] for name in MODEL.names]]))
    c["g_left"], c["g_sb_left"], c["dm_spin"] = 0.0, 0.0, spin
    c["g_left"][0, FERMIONS.index(fermion)] = 0.1
    return c


@pytest.mark.parametrize(("fermion", "published"), [("e", 0.3851), ("mu", 0.1484), ("tau", 0.1339)])
def test_efficiency_of_a_cascade(fermion, published):
    """f_eff of V V → 4ℓ at 750 GeV from the cascade spectra of PPPC 4 DM ID; electroweak corrections differ by 3 %."""
    got = fill(recombination_plan, hidden(750.0, 20.0, fermion))[0]
    assert got / (3e-26 / 750.0) == pytest.approx(published, rel=0.08)


def test_self_conjugate_dark_matter_counts_twice():
    """One σv of a pair injects half as much where particles and antiparticles are different (κ = 1/4 against 1/2)."""
    majorana, dirac = hidden(750.0, 20.0, "b"), hidden(750.0, 20.0, "b", DIRAC)
    assert fill(recombination_plan, dirac)[0] == pytest.approx(0.5 * fill(recombination_plan, majorana)[0], rel=1e-12)
    weaker = hidden(750.0, 20.0, "b")
    weaker["sigmav_s"] *= 0.5
    assert fill(dwarf_plan, dirac)[0] == pytest.approx(fill(dwarf_plan, weaker)[0], rel=1e-9)


def test_thermal_bottoms_at_recombination():
    """f_eff = 0.206 for b quarks at 60 GeV (Slatyer, PPPC): p_ann = f_eff σv/m, halved for Dirac."""
    got = fill(recombination_plan, bottoms(60.0, [4.4e-26]))[0]
    assert got == pytest.approx(0.206 * 2.2e-26 / 60.0, rel=0.01)


def test_masses_without_spectra_give_no_number():
    for m in (0.5, 2e5):
        assert np.isnan(fill(dwarf_plan, hidden(m, 0.1 * m, "e"))[0])
        assert np.isnan(fill(recombination_plan, hidden(m, 0.1 * m, "e"))[0])
