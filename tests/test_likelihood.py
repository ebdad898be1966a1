"""Likelihoods of synthetic measurements: theory modes, pseudo-data, sums, complaints."""

import numpy as np
import pytest
from scipy import integrate, stats

import fitter
from likelihoods import Likelihood, Predictions, default_inputs, request
from likelihoods.couplings import empty
from likelihoods.measurement import Measurement, Row
from likelihoods.theory import Directions, standard_model


def row(observable, term, value, error, **fields):
    return Row(observable, term, "value", value=value, stat=(error, error), **fields)


def measurement(name, *rows, **fields):
    return Measurement(name, name, "PDG:2023", "2020-01", rows, **fields)


MIXING = measurement("mixing", row("DeltaM_s", "delta_m_s", 17.765, 0.5, unit="ps^-1"))
LEPTONIC = measurement(
    "leptonic", row("BR(Bs->mumu)", "bsmumu", 3.45e-9, 0.29e-9), row("BR(B0->mumu)", "bsmumu", 1.2e-10, 0.8e-10)
)
MOMENT = measurement("moment", row("a_mu", "muon", 2.5e-9, 0.6e-9))
ALL = ("delta_m_s", "bsmumu", "muon")
DATA = (MIXING, LEPTONIC, MOMENT)


@pytest.fixture
def c():
    points = empty(6)
    points["C10"][:, 1] = np.linspace(-1, 2, 6)
    points["mixing"][:, 0] = np.linspace(0, 3e-11, 6)
    points["delta_a_mu"] = np.linspace(0, 5e-9, 6)
    return points


def test_terms_are_columns(c):
    lik = Likelihood.of(ALL, measurements=DATA)
    assert lik.names == ALL
    columns = lik.log_likelihood_terms(c)
    assert columns.shape == (6, 3)
    muon = columns[:, lik.names.index("muon")]
    assert muon == pytest.approx(stats.norm.logpdf(2.5e-9, c["delta_a_mu"], 0.6e-9))


def test_predictions_are_in_the_order_of_rows_and_in_natural_columns(c):
    lik = Likelihood.of(ALL, measurements=DATA)
    single = [Predictions([request(r.observable)], lik.inputs)(c)[:, 0] for r in lik.rows]
    assert lik.predictions(c) == pytest.approx(np.transpose(single))
    pulls = lik.pulls(c)
    k = [r.observable for r in lik.rows].index("a_mu")
    assert pulls[:, k] == pytest.approx((c["delta_a_mu"] - 2.5e-9) / 0.6e-9)


def test_units_are_converted(c):
    gev = measurement(
        "mixing", row("DeltaM_s", "delta_m_s", 17.765 * 6.582119569e-13, 0.5 * 6.582119569e-13, unit="GeV")
    )
    one = Likelihood.of(["delta_m_s"], measurements=[MIXING])
    two = Likelihood.of(["delta_m_s"], measurements=[gev])
    assert two.log_likelihood_terms(c) == pytest.approx(one.log_likelihood_terms(c))


def test_directions_carry_the_covariance_of_the_inputs():
    inputs = default_inputs()
    directions = Directions.of(inputs)
    names = list(directions.names)
    assert directions.steps.T @ directions.steps == pytest.approx(inputs.covariance(names), rel=1e-6, abs=1e-25)
    sm = directions.displaced(inputs.central)
    assert sm.shape == (1, 2 * len(directions.steps))
    mean = np.array([inputs.value(name) for name in names])
    k = int(np.argmax(np.abs(directions.steps).sum(axis=1)))
    for sign, record in ((1, sm[0, k]), (-1, sm[0, k + len(directions.steps)])):
        moved = [record[f] if j is None else record[f][j] for f, j in (inputs.index[name] for name in names)]
        assert moved == pytest.approx(mean + sign * directions.steps[k])


def test_theory_covariance_is_that_of_sampled_inputs(rng):
    """Linear propagation against Monte Carlo over the inputs."""
    inputs = default_inputs()
    requests = [request("DeltaM_s"), request("BR(Bs->mumu)"), request("BR(B0->mumu)")]
    _, response, even, _ = standard_model(requests, inputs)
    directions = Directions.of(inputs)
    draws = rng.standard_normal((4000, len(directions.steps))) @ directions.steps
    moved = {name: inputs.value(name) + draws[:, k] for k, name in enumerate(directions.names)}
    mu = Predictions(requests, inputs)(empty(4000), inputs.records(moved, 4000))
    covariance = response @ response.T + even @ even.T
    assert np.sqrt(np.diag(covariance)) == pytest.approx(mu.std(axis=0), rel=0.05)
    sigma = np.sqrt(np.diag(covariance))
    assert covariance / np.outer(sigma, sigma) == pytest.approx(np.corrcoef(mu.T), abs=0.06)


def test_modes_agree_at_the_standard_model():
    """With unscaled errors the covariance and the marginal mode are the same density there."""
    sm = empty()
    total = [
        Likelihood.of(ALL, theory=theory, measurements=DATA, scaled=()).log_likelihood_terms(sm).sum()
        for theory in ("covariance", "marginal")
    ]
    assert total[1] == pytest.approx(total[0], abs=1e-3)


def test_modes_agree_with_the_integral_over_a_sampled_nuisance(c):
    """V_cb, 1.1 %, sampled and integrated by quadrature: the modes agree to the second order of BR ∝ |V_cb|².

    The scaled covariance follows the rate as the marginal mode does; a fixed one does not.
    """
    inputs = default_inputs()
    lik = Likelihood.of(["bsmumu"], measurements=[LEPTONIC], theory="nuisance", nuisances=["V_cb"])
    sigma, (nodes, weights) = inputs.sigma["V_cb"], np.polynomial.hermite_e.hermegauss(24)
    sampled = [
        lik.log_likelihood_terms(c, inputs.records({"V_cb": inputs.value("V_cb") + sigma * eta})).sum(axis=1)
        for eta in nodes
    ]
    integral = np.log(np.average(np.exp(sampled), axis=0, weights=weights))
    marginal, scaled, fixed = (
        Likelihood.of(["bsmumu"], measurements=[LEPTONIC], theory=theory, scaled=observables)
        .log_likelihood_terms(c)
        .sum(axis=1)
        for theory, observables in (("marginal", ()), ("covariance", ["BR(Bs->mumu)"]), ("covariance", ()))
    )
    depth = integral.max() - integral  # up to 30: the modes differ by two per cent of it
    assert (np.abs(marginal - integral) < 0.02 + 0.02 * depth).all()
    assert (np.abs(scaled - integral) < 0.02 + 0.02 * depth).all()
    assert (np.abs(fixed - integral) > 0.02 + 0.02 * depth).any()


def test_nuisances_default_to_what_matters():
    lik = Likelihood.of(ALL, measurements=DATA, theory="nuisance")
    assert {"V_cb", "f_Bs"} <= set(lik.nuisances)
    assert "m_tau" not in lik.nuisances
    posterior = fitter.Posterior(fitter.model("eft_c9_c10"), lik)
    assert posterior.nuisances == lik.nuisances
    assert np.isfinite(
        posterior.log_likelihood(posterior.prior_transform(np.full((2, posterior.dimension), 0.5)))
    ).all()


def test_nuisances_are_not_counted_twice():
    lik = Likelihood.of(ALL, measurements=DATA)
    with pytest.raises(ValueError, match="theory='nuisance'"):
        fitter.Posterior(fitter.model("eft_c9_c10"), lik, nuisances=["V_cb"])
    with pytest.raises(ValueError, match="correlated with"):
        Likelihood.of(ALL, measurements=DATA, theory="nuisance", nuisances=["f_Bs"])


def test_sum_of_likelihoods(c):
    one = Likelihood.of(["bsmumu"], measurements=[LEPTONIC], scaled=())
    two = Likelihood.of(["delta_m_s"], measurements=[MIXING], scaled=())
    both = Likelihood.of(["bsmumu", "delta_m_s"], measurements=DATA, scaled=())
    joined = one + two
    assert joined.log_likelihood_terms(c).sum(axis=1) == pytest.approx(both.log_likelihood_terms(c).sum(axis=1))
    # V_cb is common: the sum is not that of independent likelihoods
    apart = one.log_likelihood_terms(c).sum(axis=1) + two.log_likelihood_terms(c).sum(axis=1)
    assert np.abs(apart - joined.log_likelihood_terms(c).sum(axis=1)).max() > 1e-3
    with pytest.raises(ValueError, match="use the same data"):
        one + joined
    with pytest.raises(ValueError, match="same inputs"):
        one + Likelihood.of(["delta_m_s"], measurements=[MIXING], theory="marginal")


def test_pseudo_data(c, rng):
    lik = Likelihood.of(ALL, measurements=DATA)
    drawn = lik.simulate(np.repeat(c[2:3], 4000), rng=rng)
    mu = lik.predictions(c[2:3])[0]
    pulls = (drawn - mu) / np.sqrt(lik.block.rows["variance"])
    k = [r.observable for r in lik.rows].index("a_mu")
    assert pulls[:, k].mean() == pytest.approx(0, abs=0.08)
    assert pulls[:, k].std() == pytest.approx(1, abs=0.05)
    other = lik.with_data(drawn[0])
    assert other.data == pytest.approx(drawn[0])
    assert lik.data != pytest.approx(drawn[0])
    own = lik.with_data(drawn).log_likelihood_terms(np.repeat(c[2:3], 4000))
    assert own[:5] == pytest.approx(np.concatenate([lik.with_data(d).log_likelihood_terms(c[2:3]) for d in drawn[:5]]))


@pytest.mark.parametrize("theory", ["covariance", "marginal"])
def test_pseudo_data_follow_the_likelihood(theory, rng):
    """E[ln L] over its own pseudo-data is minus the entropy: -k/2 below the peak."""
    lik = Likelihood.of(ALL, measurements=DATA, theory=theory)
    c = np.repeat(empty(), 4000)
    best = lik.with_data(lik.predictions(c[:1])[0]).log_likelihood_terms(c[:1]).sum()
    mean = lik.with_data(lik.simulate(c, rng=rng)).log_likelihood_terms(c).sum(axis=1).mean()
    assert mean - best == pytest.approx(-0.5 * len(lik.rows), abs=0.1)


def test_one_sided_term(c):
    lik = Likelihood.of(["muon"], measurements=[MOMENT], one_sided={"muon": "upper"})
    columns = lik.log_likelihood_terms(c)[:, 0]
    assert columns[0] == columns[1] == columns[2]
    assert columns[-1] == pytest.approx(columns[0] - 0.5 * (2.5 / 0.6) ** 2)


def test_evidence_is_normalised(c):
    """A Gaussian likelihood of one datum, integrated over the datum, is one."""
    lik = Likelihood.of(["muon"], measurements=[MOMENT])
    total = integrate.quad(lambda x: np.exp(lik.with_data([x]).log_likelihood_terms(c[:1])[0, 0]), -1e-8, 1e-8)[0]
    assert total == pytest.approx(1.0, rel=1e-6)


def test_failed_prediction_is_not_a_number(c):
    c["mixing"][1] = np.nan
    columns = Likelihood.of(ALL, measurements=DATA).log_likelihood_terms(c)
    assert np.isfinite(np.delete(columns, 1, axis=0)).all()
    assert np.isnan(columns[1]).any()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"terms": ["delta_m_z"]}, KeyError, "did you mean 'delta_m_s'"),
        ({"terms": ["muon"], "data": "2019-12"}, ValueError, "no data"),
        ({"terms": ["muon"], "data": "yesterday"}, ValueError, "yesterday"),
        ({"terms": ["muon"], "theory": "covariant"}, ValueError, "did you mean 'covariance'"),
        ({"terms": ["muon"], "nuisances": ["f_Bs"]}, ValueError, "theory='nuisance'"),
        ({"terms": ["muon"], "theory": "nuisance", "nuisances": ["f_Bz"]}, KeyError, "unknown input 'f_Bz'"),
        ({"terms": ["muon"], "inputs": {"m_bb": 4.0}}, KeyError, "unknown input 'm_bb'"),
        ({"terms": ["muon"], "one_sided": {"planck": "upper"}}, KeyError, "no term 'planck'"),
        ({"terms": ["muon"], "one_sided": {"muon": "above"}}, ValueError, "'upper' or 'lower'"),
        ({"terms": []}, ValueError, "no data"),
    ],
)
def test_bad_input(arguments, error, message):
    with pytest.raises(error, match=message):
        Likelihood.of(measurements=DATA, **arguments)


def test_unknown_observable_is_named():
    m = measurement("odd", row("BR(Bs->mymy)", "odd", 1.0, 1.0))
    with pytest.raises(KeyError, match=r"odd: unknown observable 'BR\(Bs->mymy\)'; did you mean 'BR\(Bs->mumu\)'"):
        Likelihood.of(["odd"], measurements=[m])
    m = measurement("odd", row("DeltaM_s", "odd", 1.0, 1.0, unit="cm^2"))
    with pytest.raises(ValueError, match="odd: 'cm\\^2' cannot be converted"):
        Likelihood.of(["odd"], measurements=[m])


def test_chi2_and_part_of_the_terms():
    """Correlated Gaussian values: χ² is -2 ln L above that of data equal to the prediction; a part is built alike."""
    whole = Likelihood.of(["R_K", "R_Kstar"], data="2023-01")
    c = empty(3)
    c["C9"][:, 1] = [0.0, -0.3, -1.0]
    perfect = whole.with_data(whole.predictions(c)).log_likelihood_terms(c).sum(axis=1)
    loss = -2 * (whole.log_likelihood_terms(c).sum(axis=1) - perfect)
    assert whole.chi2(c) == pytest.approx(loss, rel=0.05)
    alone = Likelihood.of(["R_K"], data="2023-01")
    part = whole.only(["R_K"])
    assert part.names == ("R_K",)
    assert part.log_likelihood_terms(c) == pytest.approx(alone.log_likelihood_terms(c), rel=1e-12)
    with pytest.raises(KeyError, match="R_Kstar"):
        whole.only(["R_Kstr"])
    with pytest.raises(ValueError, match="at least one"):
        whole.only([])
