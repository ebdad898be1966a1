"""Standard Model uncertainties by Monte Carlo over all inputs, against flavio 2.7.1 (160 samples, 6 % precision)."""

import numpy as np
import pytest

from likelihoods.couplings import empty
from likelihoods.inputs import default_inputs
from likelihoods.prediction import Predictions, request

# standard deviations of flavio 2.7.1, all default parameters varied
FLAVIO = {
    "BR(Bs->mumu)": 9.996e-11,
    "DeltaM_s": 5.109e-13 / 6.582119569e-13,
    "BR(B+->Knunu)": 2.139e-07,
    "BR(B0->K*nunu)": 1.045e-06,
    "BR(B->Xsgamma)": 2.209e-05,
    "BR(B0->K*gamma)": 8.242e-06,
    "S_K*gamma": 0.0155,
}


@pytest.fixture(scope="module")
def samples():
    inputs = default_inputs()
    free = [name for name in inputs.names if inputs.sigma[name] > 0]
    central = [inputs.value(name) for name in free]
    draws = np.random.default_rng(1).multivariate_normal(central, inputs.covariance(free), 2000, method="eigh")
    sm = inputs.records({name: draws[:, k] for k, name in enumerate(free)}, len(draws))
    return Predictions([request(name) for name in FLAVIO], inputs)(empty(len(draws)), sm)


@pytest.mark.parametrize("name", FLAVIO)
def test_standard_deviation(samples, name):
    values = samples[:, list(FLAVIO).index(name)]
    assert np.all(np.isfinite(values))
    assert values.std() == pytest.approx(FLAVIO[name], rel=0.13)


@pytest.mark.parametrize(
    ("first", "second", "correlation"),
    [
        ("BR(Bs->mumu)", "DeltaM_s", 0.558),
        ("BR(B->Xsgamma)", "BR(B0->K*gamma)", 0.158),
        ("BR(B0->K*nunu)", "BR(B0->K*gamma)", 0.396),
    ],
)
def test_correlation(samples, first, second, correlation):
    """flavio's correlations have a statistical error of 0.08."""
    names = list(FLAVIO)
    matrix = np.corrcoef(samples.T)
    assert matrix[names.index(first), names.index(second)] == pytest.approx(correlation, abs=0.2)
