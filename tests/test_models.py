"""Every model: points of its prior are judged one by one, whatever stands beside them in a batch."""

import numpy as np
import pytest

import fitter
from fitter.models import MODELS
from likelihoods import Likelihood
from likelihoods.couplings import empty

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


STRONG = {
    "flavourful_zprime": {"g_bb": 13.0},
    "portal_scalar": {"g_x": 6.3},
    "loop_scalar": {"lam_mu": -13.0},
    "hidden_zprime_heavy": {"g_chi": 3.6},
    "hidden_zprime_light": {"f": 13.0},
    "split_dark_sector": {"g_d": 0.1, "r": 2.0},
}


@pytest.mark.parametrize("name", STRONG)
def test_strong_couplings_are_refused_and_counted(name):
    """A clear error in ``predict``; a veto of a fit whose prior reaches there."""
    model = fitter.model(name)
    middle = {p.name: float(p.prior.ppf(np.array(0.5))) if p.default is None else p.default for p in model.parameters}
    for ask in (model.predict, model.errors):
        with pytest.raises(ValueError, match=r"not perturbative.*" + next(iter(STRONG[name])) + "="):
            ask("a_mu", **(middle | STRONG[name]))
    key, value = list(STRONG[name].items())[-1]
    priors = middle | STRONG[name] | {key: "uniform {} {}".format(*sorted((value, 1.1 * value)))}
    posterior = fitter.Posterior(model, Likelihood.of(["a_mu"], data="2015-06"), priors=priors)
    assert posterior.log_likelihood(np.array([[1.01 * value], [1.02 * value]])).max() == -np.inf
    (entry,) = posterior.failures.report()
    assert "not perturbative" in entry["reason"]
    assert entry["count"] == 2


@pytest.mark.parametrize("name", [name for name, model in MODELS.items() if model.further])
def test_every_term_of_a_model_reacts_to_it(name):
    """Somewhere in the prior, every parameter free, ln L of each term differs from that without new physics.

    h → μμ is left out: the portal changes it in the paper's scheme only; and t → c μμ, a tenth of its limit at most.
    """
    model = fitter.model(name)
    assert not set(model.terms) & set(model.further)
    u = np.random.default_rng(1).random((300, len(model.names)))
    theta = np.stack([p.prior.ppf(u[:, k]) for k, p in enumerate(model.parameters)], axis=1)
    likelihood = Likelihood.of(
        [term for term in (*model.terms, *model.further) if term not in ("h_mumu", "t_to_c_mumu")]
    )
    c = model.evaluate(theta)
    terms = likelihood.log_likelihood_terms(c[c["veto"] == 0])
    alone = likelihood.log_likelihood_terms(empty())[0]
    alone = np.where(np.isfinite(alone), alone, np.nanmedian(terms, axis=0))
    assert dict(zip(likelihood.names, np.nanmax(abs(terms - alone), axis=0) > 0.1, strict=True)) == dict.fromkeys(
        likelihood.names, True
    )


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


def test_mistakes_in_scripts_are_named():
    model, likelihood = fitter.model("eft_c9"), Likelihood.of("Bs_mumu")
    assert likelihood.names == ("Bs_mumu",)
    with pytest.raises(ValueError, match="C9_bsmumu has 2 values; scan takes many points"):
        model.predict("a_mu", C9_bsmumu=[0.0, 1.0])
    with pytest.raises(ValueError, match=r"C9_bsmumu=\(-2, 0\) is no prior"):
        fitter.Posterior(model, likelihood, priors={"C9_bsmumu": (-2, 0)})
    with pytest.raises(ValueError, match=r"fitter.model\('eft_c9'\)"):
        fitter.Posterior("eft_c9", likelihood)
