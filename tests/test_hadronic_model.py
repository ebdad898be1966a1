"""Hadronic models: what they fix, sample and add to a fit."""

import numpy as np
import pytest

import fitter
from fitter.posterior import Posterior
from likelihoods import Likelihood, default_inputs, predict
from likelihoods.hadronic_model import hadronic_model, hadronic_models


def test_embedded():
    assert set(hadronic_models()) == {"hepfit-2019", "hepfit-2019-cartesian"}
    polar, plane = hadronic_model("hepfit-2019"), hadronic_model("hepfit-2019-cartesian")
    assert len(polar.sampled) == len(plane.sampled) == 70
    assert {name for name in polar.inputs.names if polar.inputs.sigma[name] > 0} < set(polar.sampled)
    assert not {name for name in plane.sampled if name.startswith(("h_abs", "h_arg"))}
    assert [len(m.rows) for m in plane.constraints] == [6]
    assert default_inputs().value("m_b") != polar.inputs.value("m_b") == 4.17


def test_polar_and_cartesian_predict_the_same():
    polar, plane = hadronic_model("hepfit-2019").inputs, hadronic_model("hepfit-2019-cartesian").inputs
    h = 3e-4 * np.exp(0.7j)
    by = [
        predict("P5prime", q2=(4, 6), inputs={name: inputs.value(name) for name in ("hadronic_scheme", "m_b")} | extra)
        for inputs, extra in (
            (polar, {"h_abs_zero_1": abs(h), "h_arg_zero_1": np.angle(h)}),
            (plane, {"h_re_zero_1": h.real, "h_im_zero_1": h.imag}),
        )
    ]
    assert by[0] == pytest.approx(by[1], rel=1e-12)


def test_in_a_fit():
    """Parameters with their priors, correlated where they are, and the constraints as a term."""
    likelihood = Likelihood.of(["R_K", "B_Kstar_gamma"], "hepfit-2019", hadronic="hepfit-2019")
    assert likelihood.names == ("R_K", "B_Kstar_gamma", "charm_polynomial")
    posterior = Posterior(fitter.model("eft_c9"), likelihood, priors={"h_abs_minus_1": 0.0, "h_arg_minus_1": 0.0})
    assert posterior.dimension == 69
    theta = posterior.prior_transform(np.random.default_rng(3).random((4000, 69)))
    draws = dict(zip(posterior.names, theta.T, strict=True))
    assert 0 <= draws["h_abs_zero_0"].min() < 1e-5
    assert draws["h_abs_zero_0"].max() <= 2e-3
    assert np.corrcoef(draws["f_Bs"], draws["f_B0"])[0, 1] == pytest.approx(0.857, abs=0.02)
    assert np.corrcoef(draws["ff_BK_lattice_plus_0"], draws["ff_BK_lattice_zero_0"])[0, 1] == pytest.approx(
        0.857, abs=0.02
    )
    terms = posterior.log_likelihood_terms(theta[:50])
    assert np.isfinite(terms).all()
    assert np.ptp(terms[:, 2]) > 1


def test_of_the_user(tmp_path):
    """A file that changes an embedded model: what it fixes is sampled no more."""
    file = tmp_path / "mine.yaml"
    file.write_text("about: no charm\nlike: hepfit-2019\nfixed: {h_abs_minus_1: 0, h_arg_minus_1: 0, f_Bs: 0.23}\n")
    mine = hadronic_model(str(file))
    assert len(mine.sampled) == 67
    assert mine.inputs.value("f_Bs") == 0.23
    assert mine.inputs.sigma["f_Bs"] == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("about: x\nsample: {lambda_B: uniform 0 1}", "unknown key 'sample'; did you mean 'sampled'"),
        ("about: x\nsampled: {lambda_b: uniform 0 1}", "unknown input 'lambda_b'; did you mean 'lambda_B'"),
        ("about: x\nsampled: {ff_BKstar: uniform 0 1}", "ff_BKstar: needs 'as they stand', or error and correlation"),
    ],
)
def test_bad_files(tmp_path, text, message):
    (tmp_path / "bad.yaml").write_text(text)
    with pytest.raises((KeyError, ValueError), match=message):
        hadronic_model(str(tmp_path / "bad.yaml"))


def test_bad_requests():
    with pytest.raises(KeyError, match="unknown hadronic model 'hepfit-2018'; did you mean 'hepfit-2019'"):
        Likelihood.of(["R_K"], hadronic="hepfit-2018")
    with pytest.raises(ValueError, match="chooses inputs and nuisances itself"):
        Likelihood.of(["R_K"], theory="marginal", hadronic="hepfit-2019")
