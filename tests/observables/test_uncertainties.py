"""Theory uncertainties of the Standard Model against flavio 2.7.1 (``flavio_uncertainties.txt``: 4000 draws, 1.1 %).

Where the same draw of the common inputs goes through both codes, every standard deviation agrees within 2 % and the
predictions are correlated by 0.998 or more. What differs beyond that is noise, and inputs of QCD factorisation (λ_B,
Gegenbauer moments, decay constants) that vary here only: below 4 % of any standard deviation.
"""

from pathlib import Path

import numpy as np
import pytest

from likelihoods.couplings import empty
from likelihoods.inputs import default_inputs
from likelihoods.prediction import Predictions, request
from likelihoods.theory import Directions, standard_model

LINES = [
    line.split()
    for line in (Path(__file__).parent / "flavio_uncertainties.txt").read_text().splitlines()
    if not line.startswith("#")
]
REQUESTS = [request(name) for name, *_ in LINES]
SIGMA = np.array([float(sigma) for _, sigma, *_ in LINES])
CORRELATION = np.eye(len(LINES))
for _k, (_, _, *_row) in enumerate(LINES):
    CORRELATION[_k, :_k] = CORRELATION[:_k, _k] = [0.01 * float(x) for x in _row]
#: P2 where 1 - F_L is small: its tails (kurtosis 10) are beyond a covariance at second order.
HEAVY = REQUESTS.index(request("P2(B0->K*mumu)[1.1,2.5]"))


def correlation(covariance):
    sigma = np.sqrt(np.diag(covariance))
    return covariance / np.outer(sigma, sigma)


@pytest.fixture(scope="module")
def samples():
    """Predictions (8000, observables) for inputs drawn from their joint Gaussian."""
    inputs = default_inputs()
    directions = Directions.of(inputs)
    draws = np.random.default_rng(1).standard_normal((8000, len(directions.steps))) @ directions.steps
    values = {name: inputs.value(name) + draws[:, k] for k, name in enumerate(directions.names)}
    return Predictions(REQUESTS, inputs)(empty(len(draws)), inputs.records(values, len(draws)))


def test_monte_carlo_over_all_inputs(samples):
    """All 144 standard deviations within 6 %, all correlations within 0.1."""
    assert np.isfinite(samples).all()
    assert samples.std(axis=0) == pytest.approx(SIGMA, rel=0.06)
    assert np.abs(np.corrcoef(samples.T) - CORRELATION).max() < 0.1


def test_theory_covariance_of_a_fit():
    """The same of the covariance that fits use: linear response and even part."""
    _, slopes, even, _ = standard_model(REQUESTS, default_inputs())
    covariance = slopes @ slopes.T + even @ even.T
    assert np.sqrt(np.diag(covariance)) == pytest.approx(SIGMA, rel=0.06)
    difference = np.abs(correlation(covariance) - CORRELATION)
    assert np.delete(np.delete(difference, HEAVY, 0), HEAVY, 1).max() < 0.1
    assert difference.max() < 0.15
