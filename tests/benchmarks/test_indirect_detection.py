"""Time of indirect detection, one thread; see ``extra_info`` for the number of points."""

import numpy as np
import pytest

import fitter
from likelihoods import Likelihood

POINTS = 1000


DWARFS = [f"Fermi-LAT:2016:dwarfs{option}" for option in (":predicted", ":marginalised", ":predicted:marginalised")]


@pytest.mark.parametrize("term", ["fermi_dwarfs", "cmb", "hess", "antiproton_excess", *DWARFS])
@pytest.mark.parametrize("name", ["flavourful_zprime", "hidden_zprime_light"])
def test_term(benchmark, name, term):
    """Direct annihilation, and pairs of mediators with their cascade: at most 20 µs per point."""
    model = fitter.model(name)
    rng = np.random.default_rng(1)
    columns = [p.prior.ppf(rng.random(4 * POINTS)) if p.default is None else p.default for p in model.parameters]
    c = model.evaluate(np.column_stack(np.broadcast_arrays(*columns)))
    c = c[c["veto"] == 0][:POINTS]
    likelihood = Likelihood.of([term])
    assert np.isfinite(likelihood.log_likelihood_terms(c)).all()
    benchmark(likelihood.log_likelihood_terms, c)
    benchmark.extra_info["points"] = c.size
