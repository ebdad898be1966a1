"""Plane: grids, exclusions and their picture."""

import json

import numpy as np
import pytest
from matplotlib.image import imread

import fitter
import likelihoods
from fitter import plots
from fitter.exclusion import draw, symbol
from fitter.plane import axis, penalty
from fitter.prior import LogUniform, Normal, Uniform
from fitter.survey import survey
from likelihoods import Likelihood

FIXED = {"g_nunu": 1.0, "m_nu": 500.0}


@pytest.fixture(scope="module")
def likelihood():
    return Likelihood.of(["delta_m_s", "trident"], data="2020-02")


@pytest.fixture(scope="module")
def model():
    return fitter.model("flavourful_zprime")


@pytest.fixture(scope="module")
def plane(model, likelihood):
    prepared = survey(
        model,
        likelihood,
        "m_zp",
        "g_mumu",
        priors=FIXED | {"g_bb": 0.01},
        points=40,
        derived=["a_mu", "C9_bsmumu", "m_zp"],
    )
    return prepared.run(workers=2)


def test_grid_agrees_with_the_posterior(plane, model, likelihood):
    posterior = fitter.Posterior(model, likelihood)
    row, column = 31, 7
    point = FIXED | {"g_bb": 0.01, "m_zp": plane.grid_x[column], "g_mumu": plane.grid_y[row]}
    theta = np.array([point[name] for name in posterior.names])
    assert plane.log_likelihood[row, column] == pytest.approx(posterior.log_likelihood_terms(theta), rel=1e-12)
    assert plane.derived["a_mu"][row, column] == pytest.approx(model.predict(["a_mu"], **point)["a_mu"], rel=1e-12)
    assert plane.derived["C9_bsmumu"][row, column] == pytest.approx(
        posterior.couplings(theta[None])[0]["C9"][0, 1].real, rel=1e-12
    )
    assert np.all(plane.derived["m_zp"] == plane.grid_x)


def test_any_number_of_threads_gives_the_same(plane, model, likelihood):
    again = survey(model, likelihood, "m_zp", "g_mumu", priors=FIXED | {"g_bb": 0.01}, points=40).run(workers=1)
    assert np.array_equal(again.log_likelihood, plane.log_likelihood)


def test_trident_excludes_strong_couplings_of_light_mediators(plane):
    """g²/m² decides: the corner of large coupling and small mass is out, the decoupled one is in."""
    excluded = plane.penalty(plane.terms.index("trident")) > 4
    assert excluded[-1, 0]
    assert not excluded[0, -1]


def test_an_upward_fluctuation_does_not_exclude_the_absence_of_a_signal(model):
    """ATLAS's spectrum prefers a resonance by Δχ² = 3.1 > 2.71: vanishing couplings stay allowed nevertheless."""
    dimuon = Likelihood.of(["dimuon"], data="2020-02")
    priors = FIXED | {"g_bb": "log 1e-6 0.05", "m_zp": "log 240 2400", "g_mumu": 0.1}
    found = survey(model, dimuon, "m_zp", "g_bb", priors=priors, points=40).run()
    counted = found.penalty(0)
    assert counted.min() < -2.71
    assert abs(counted[0]).max() < 1e-3
    assert counted.max() > 100
    values = found.log_likelihood[:, :, 0]
    assert penalty(values).min() == 0.0  # from the best point, as a measurement's term
    assert penalty(values)[0].min() > 2.71


def test_profile_is_the_best_of_its_grid(model, likelihood):
    grid = axis(model.parameters[0].prior, 5)
    free = survey(model, likelihood, "m_zp", "g_mumu", priors=FIXED, profile=["g_bb"], points=6, profile_points=5).run()
    fine = survey(
        model, likelihood, "m_zp", "g_mumu", priors=FIXED, profile=["g_bb"], points=6, profile_points=101
    ).run()
    fixed = [
        survey(model, likelihood, "m_zp", "g_mumu", priors=FIXED | {"g_bb": value}, points=6).run() for value in grid
    ]
    coarse = np.max([plane.total for plane in fixed], axis=0)
    assert (free.total >= coarse - 1e-12).all()  # and sought on between its points
    assert free.total == pytest.approx(fine.total, abs=0.02)
    assert (free.total > coarse + 0.1).any()


def test_picture_labels_terms_axes_and_contours(plane, tmp_path):
    figure = draw(plane, contours={"C9_bsmumu": [-1.0, -0.5]}, title="as of 2020-02")
    shown = [text.get_text() for text in figure.legends[0].get_texts()]
    assert any("trident" in text for text in shown)
    assert "best point" in shown
    assert r"$C_{9}^{\mu}$" in shown
    assert "$g_{bb}$ = 0.01" in figure.axes[0].get_title(loc="left")
    assert symbol(plane, "omega_h2").startswith("$")
    assert symbol(plane, "R_K[1.1,6]").endswith("$ [1.1,6]")
    axes = figure.axes[0]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert r"\mathrm{GeV}" in axes.get_xlabel()
    assert imread(plots.save(figure, tmp_path / "plane.png")).std() > 0.05


def test_saved_data_describe_themselves(plane, tmp_path):
    with np.load(plane.save(tmp_path / "plane.npz")) as stored:
        header = json.loads(str(stored["header"]))
        assert np.array_equal(stored["log_likelihood"], plane.log_likelihood)
        assert np.array_equal(stored["derived_1"], plane.derived["C9_bsmumu"])
    assert header["terms"] == list(plane.terms)
    assert header["fixed"]["g_bb"] == 0.01
    assert header["derived"][1] == "C9_bsmumu"


def test_quantities_over_their_standard_model(model, likelihood):
    priors = FIXED | {"g_bb": 0.01}
    wanted = ["C9_bsmumu", "C9_bsmumu/SM", "DeltaM_s", "DeltaM_s/SM"]
    found = survey(model, likelihood, "m_zp", "g_mumu", priors=priors, points=4, derived=wanted).run().derived
    assert found["C9_bsmumu/SM"] * 4.053 == pytest.approx(found["C9_bsmumu"], rel=1e-3)
    assert found["DeltaM_s/SM"] == pytest.approx(found["DeltaM_s"] / likelihoods.predict("DeltaM_s"), rel=1e-9)
    for name, message in (("g_bb", "g_bb is fixed at 0.01"), ("a_mu/SM", "predicts 0")):
        with pytest.raises(ValueError, match=message):
            survey(model, likelihood, "m_zp", "g_mumu", priors=priors, points=4, derived=[name])


@pytest.mark.parametrize("prior", [LogUniform(1.0, 1e4), Uniform(-2.0, 3.0), Normal(0.0, 2.0)])
def test_axis_stays_inside_the_prior(prior):
    grid = axis(prior, 57)
    assert np.all(np.diff(grid) > 0)
    assert np.all(np.isfinite(prior.logpdf(grid)))


def test_axis_of_a_gaussian_ends_at_three_sigma():
    assert axis(Normal(1.0, 2.0), 3) == pytest.approx([-5.0, 1.0, 7.0], abs=1e-2)


@pytest.mark.parametrize(
    ("x", "y", "priors", "profile", "named"),
    [
        ("m_zp", "m_zp", FIXED, [], "differ"),
        ("m_zp", "g_mu", FIXED, [], "'g_mumu'"),
        ("m_zp", "g_nunu", FIXED, [], "fixed at 1"),
        ("m_zp", "g_mumu", FIXED, [], "g_bb"),
        ("m_zp", "g_mumu", FIXED, ["m_zp"], "differ"),
    ],
)
def test_bad_planes_are_refused(model, likelihood, x, y, priors, profile, named):
    with pytest.raises((KeyError, ValueError), match=named):
        survey(model, likelihood, x, y, priors=priors, profile=profile)
