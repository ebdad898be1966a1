"""Every model: points of its prior are judged one by one, whatever stands beside them in a batch."""

import numpy as np
import pytest

import fitter
from fitter.models import MODELS
from likelihoods import Likelihood

TERMS = ["R_K", "P5prime", "Bs_mumu", "delta_m_s", "trident", "a_mu"]


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.parameters])
def test_vetoed_neighbours_change_nothing(name):
    posterior = fitter.Posterior(fitter.model(name), Likelihood.of(TERMS, data="2015-06"))
    theta = posterior.prior_transform(np.random.default_rng(3).random((200, posterior.dimension)))
    together = posterior.log_likelihood_terms(theta)
    good = np.isfinite(together).all(axis=1)
    assert good.any()
    order = np.argsort(good, kind="stable")  # vetoed points first
    assert np.array_equal(posterior.log_likelihood_terms(theta[order]), together[order])
    assert np.array_equal(posterior.log_likelihood_terms(theta[good]), together[good])


MASSES = [
    (name, parameter.name)
    for name, model in MODELS.items()
    for parameter in model.parameters
    if parameter.unit == "GeV"
]


@pytest.mark.parametrize(("name", "mass"), MASSES)
def test_negative_masses_are_refused(name, mass):
    model = fitter.model(name)
    point = {p.name: float(p.prior.ppf(np.array(0.5))) if p.default is None else p.default for p in model.parameters}
    with pytest.raises(ValueError, match=name):
        model.predict(["a_mu"], **(point | {mass: -1.0}))
