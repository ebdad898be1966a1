"""Configuration: YAML files and options, and the one line that names what is wrong."""

import pytest
import yaml

import fitter
from fitter.config import Config, configuration
from likelihoods import Likelihood


def written(folder, text):
    path = folder / "fit.yaml"
    path.write_text(text)
    return path


def test_file_and_options_have_the_same_keys(tmp_path):
    file = written(tmp_path, "model: eft_c9\ndata: 2018-03\nterms: [R_K, R_Kstar]\nset: {C9_bsmumu: uniform -3 1}\n")
    options = {"model": "eft_c9", "data": "2018-03", "terms": "R_K R_Kstar", "set": {"C9_bsmumu": "uniform -3 1"}}
    assert configuration({}, file) == configuration(options)


def test_options_win_and_tables_add(tmp_path):
    file = written(tmp_path, "model: flavourful_zprime\nseed: 3\nset: {g_bb: log 1e-4 1, m_zp: 500}\n")
    config = configuration({"seed": 4, "set": {"m_zp": "600"}}, file)
    assert config.seed == 4
    assert config.set == {"g_bb": "log 1e-4 1", "m_zp": "600"}


def test_names_with_commas_and_numbers_that_are_text_in_yaml(tmp_path):
    file = written(
        tmp_path, "model: eft_c9\nterms: R_K, R_Kstar\noptions: {remaining: 1e-3, live: 1e3, dynamic: yes}\n"
    )
    config = configuration({}, file)
    assert config.terms == ("R_K", "R_Kstar")
    assert config.options == {"remaining": 0.001, "live": 1000, "dynamic": True}
    assert isinstance(config.options["live"], int)


def test_resolved_is_the_same_fit_again(tmp_path):
    config = configuration({"model": "eft_c9_c10", "terms": "Bs_mumu"})
    file = written(tmp_path, yaml.safe_dump(config.resolved()))
    assert configuration({}, file).resolved() == config.resolved()
    assert config.resolved()["data"].startswith("20")


def test_posterior_has_the_terms_and_priors():
    config = configuration({"model": "eft_c9_c10", "terms": "Bs_mumu", "set": {"C9_bsmumu": "uniform -3 1"}})
    posterior = config.posterior()
    assert posterior.terms == ("Bs_mumu",)
    assert posterior.parameters[0].prior.low == -3


def test_default_terms_are_those_that_had_data():
    early = configuration({"model": "portal_scalar", "data": "2015-06"})
    assert early.without_data == ("R_Kstar",)
    assert early.resolved()["terms"] == ["R_K", "P5prime", "Bs_mumu", "delta_m_s", "trident", "planck"]
    asked = configuration({"model": "portal_scalar", "data": "2015-06", "terms": "R_K R_Kstar"})
    assert asked.without_data == ()
    with pytest.raises(ValueError, match="term 'R_Kstar' has no data in 2015-06"):
        asked.likelihood()
    with pytest.raises(ValueError, match="data='2010-01' has none of the terms of eft_c9: R_K, "):
        configuration({"model": "eft_c9", "data": "2010-01"}).likelihood()


@pytest.mark.parametrize(
    ("model", "terms"),
    [
        ("portal_scalar", {"R_K", "Bs_mumu", "trident", "planck"}),
        ("loop_scalar", {"R_K", "R_Kstar", "delta_m_s", "planck"}),
        ("flavourful_zprime", {"R_K", "R_Kstar", "trident", "a_mu", "xenon1t", "planck", "fermi_dwarfs", "cmb"}),
        ("hidden_zprime_heavy", {"R_K", "P5prime", "delta_m_s", "trident", "planck"}),
        ("hidden_zprime_light", {"R_K", "P5prime", "delta_m_s", "trident", "planck"}),
        ("split_dark_sector", {"R_K", "R_Kstar", "P5prime", "a_mu"}),
    ],
)
def test_each_model_has_a_default_fit_to_its_papers_data(model, terms):
    of_paper = {
        "portal_scalar": "000",
        "loop_scalar": "001",
        "flavourful_zprime": "002",
        "split_dark_sector": "004",
    }.get(model, "003")
    assert terms <= set(configuration({"model": model, "data": f"paper-{of_paper}"}).chosen_terms)


REFUSED = {
    "unknown key": ("model: eft_c9\nsmapler: emcee", ("fit.yaml", "smapler", "'sampler'")),
    "no model": ("seed: 1", ("fit.yaml", "model", "eft_c9")),
    "seed is text": ("model: eft_c9\nseed: one", ("fit.yaml", "seed", "'one'")),
    "negative seed": ("model: eft_c9\nseed: -1", ("fit.yaml", "seed", "-1")),
    "theory": ("model: eft_c9\ntheory: covarianc", ("fit.yaml", "theory", "'covarianc'", "'covariance'")),
    "infinite": ("model: eft_c9\ninputs: {m_b: .inf}", ("fit.yaml", "inputs.m_b", "inf")),
    "prior is a list": ("model: eft_c9\nset: {C9_bsmumu: [1, 2]}", ("fit.yaml", "set.C9_bsmumu", "[1, 2]")),
    "not a mapping": ("- model", ("fit.yaml", "mapping")),
    "not YAML": ("model: [", ("fit.yaml",)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_malformed_file_is_named_with_key_and_value(tmp_path, case):
    text, named = REFUSED[case]
    with pytest.raises(ValueError, match=r"\A[^\n]+\Z") as caught:
        configuration({}, written(tmp_path, text + "\n"))
    for part in named:
        assert part in str(caught.value)


def test_option_is_named_with_dashes():
    with pytest.raises(ValueError, match="--workers: 0"):
        configuration({"model": "eft_c9", "workers": 0})


def test_default_folder_names_model_and_date():
    assert Config(model="eft_c9", data="2018-03").folder.as_posix() == "runs/eft_c9-2018-03"


@pytest.mark.parametrize("prior", ["log 0 1", "uniform 1 0", "uniform 0 inf", "flat 0 1", "log 1"])
def test_a_bad_prior_names_its_parameter(prior):
    likelihood = Likelihood.of(["a_mu"])
    with pytest.raises(ValueError, match=r"^C9_bsmumu: "):
        fitter.Posterior(fitter.model("eft_c9"), likelihood, priors={"C9_bsmumu": prior})


def test_all_terms():
    """``all`` is every term of the data, not only those of the model's default fit."""
    some, every = configuration({"model": "eft_c9"}), configuration({"model": "eft_c9", "terms": "all"})
    assert "R_K" in some.chosen_terms
    assert every.chosen_terms is None
    assert configuration(every.resolved()).chosen_terms is None
