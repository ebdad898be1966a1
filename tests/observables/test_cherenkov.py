"""Cherenkov telescopes: anchors, the second published number of H.E.S.S., and shapes."""

import numpy as np
import pytest

import fitter
from likelihoods import Likelihood, default_inputs
from likelihoods.amplitudes.spectra import STATES, photon_energies
from likelihoods.couplings import DIRAC, FERMIONS, MAJORANA, empty
from likelihoods.observables.cherenkov import TELESCOPES, plan, prepared
from likelihoods.prediction import request
from likelihoods.snapshot import snapshot
from likelihoods.units import CM3_PER_S

SM = default_inputs().central


def limit(name, state, m, published):
    """Limit [cm³/s] on a pair of ``state``, from the published limit at the anchor."""
    ln_edges, per_energy, anchor, *grids = prepared(name)
    direct, bins = np.zeros(len(STATES)), np.empty(len(ln_edges) - 1)
    direct[STATES.index(state)] = 1.0
    photon_energies(m, 0.0, direct, np.zeros(len(STATES)), ln_edges, *grids, np.empty(len(grids[1])), bins)
    return published * anchor * m**2 / np.sqrt(np.sum((bins * per_energy) ** 2))


def test_anchor_is_its_own_limit():
    for name, published in (("sigmav(HESS)", 6e-26), ("sigmav(CTA)", 3e-26)):
        telescope = TELESCOPES[name]
        assert limit(name, telescope.state, telescope.mass, published) == pytest.approx(published, rel=1e-9)
        (row,) = Likelihood.of([{"sigmav(HESS)": "hess", "sigmav(CTA)": "cta"}[name]]).rows
        assert (row.observable, row.limit, row.cl) == (name, published, 0.95)


def test_hess_in_other_channels():
    """1607.08142: 2e-26 for τ pairs at 1 TeV; 1803.04430: about 1e-25 for b pairs. Background alone sets the shape."""
    assert limit("sigmav(HESS)", "tau", 1000.0, 6e-26) == pytest.approx(2e-26, rel=0.1)
    assert 6e-26 < min(limit("sigmav(HESS)", "b", m, 6e-26) for m in np.geomspace(300, 1e4, 20)) < 1e-25


def test_cta_reaches_the_thermal_cross_section():
    """1401.7330: below thermal from some ten GeV to TeV; 1408.4131: from 100 GeV on in b pairs."""
    reach = [limit("sigmav(CTA)", "b", m, 3e-26) for m in (50.0, 300.0, 1000.0, 1e4)]
    assert reach[0] > 3e-26 > max(reach[1:3])
    assert reach[3] > 3e-26


def test_cascade_and_counting():
    """2κ, and a mediator at rest: two pairs of half the mass."""
    c = empty(2)
    c["dm_spin"], c["m_dm"], c["m_med"] = [MAJORANA, DIRAC], 2000.0, 2000.0 * (1 - 1e-9)
    c["sigmav_s"][:, 0] = 3e-26 * CM3_PER_S
    c["g_left"][:, FERMIONS.index("b")] = 0.1
    out = np.empty((2, 1))
    plan([request("sigmav(HESS)")], default_inputs()).fill(c, SM, out)
    # twice the photons of 1 TeV at the density of 2 TeV
    expected = 2 * 6e-26 / limit("sigmav(HESS)", "b", 1000.0, 6e-26) * 3e-26 / 4
    assert out[:, 0] == pytest.approx([expected, 0.5 * expected], rel=1e-3)


def test_nothing_is_seen_below_the_threshold():
    c = empty(3)
    c["dm_spin"], c["m_dm"], c["m_med"] = MAJORANA, [0.01, 160.0, 200.0], 0.003
    c["sigmav_s"][:, 0] = 3e-26 * CM3_PER_S
    c["g_left"][:, FERMIONS.index("e")] = 0.1
    out = np.empty((3, 1))
    plan([request("sigmav(HESS)")], default_inputs()).fill(c, SM, out)
    assert list(out[:2, 0]) == [0.0, 0.0]
    assert out[2, 0] > 0.0


def test_terms_are_only_taken_on_request():
    model = fitter.model("flavourful_zprime")
    assert not {"hess", "cta"} & {term for m in snapshot("2019-01") for term in m.terms}
    point = {"g_bb": 0.3, "g_mumu": 0.1, "g_nunu": 1.0, "m_zp": 2010.0, "m_nu": 1000.0}
    values = model.defaults | point
    c = model.evaluate(np.array([[values[name] for name in model.names]] * 2))
    c["g_dm"][1] = 0.0
    terms = Likelihood.of(["hess", "cta"]).log_likelihood_terms(c)
    assert (terms[0] < terms[1] - 5).all()
