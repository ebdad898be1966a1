"""Theory uncertainties of the Standard Model against flavio 2.7.1 (``flavio_uncertainties.txt``: 4000 draws, 1.1 %).

Where the same draw of the common inputs goes through both codes, every standard deviation agrees within 2 % and the
predictions are correlated by 0.998 or more. What differs beyond that is noise, and inputs of QCD factorisation (λ_B,
Gegenbauer moments, decay constants of K* and φ) that vary here only: half a percent of any standard deviation.
"""

from pathlib import Path

import numpy as np
import pytest

from likelihoods.couplings import empty
from likelihoods.inputs import default_inputs
from likelihoods.prediction import Predictions, couplings, request
from likelihoods.theory import Directions, theory_covariance

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
#: P2 where 1 - F_L is small: half of its variance is even in the inputs, with tails (kurtosis 10) that 200 pairs of
#: draws know to 15 %.
HEAVY = REQUESTS.index(request("P2(B0->K*mumu)[1.1,2.5]"))


def correlation(covariance):
    sigma = np.sqrt(np.diag(covariance))
    return covariance / np.outer(sigma, sigma)


def draws(n):
    """Inputs (n,) drawn from their joint Gaussian."""
    inputs = default_inputs()
    directions = Directions.of(inputs)
    moved = np.random.default_rng(1).standard_normal((n, len(directions.steps))) @ directions.steps
    return inputs.records({name: inputs.value(name) + moved[:, k] for k, name in enumerate(directions.names)}, n)


@pytest.fixture(scope="module")
def samples():
    """Predictions (8000, observables)."""
    return Predictions(REQUESTS, default_inputs())(empty(8000), draws(8000))


def test_monte_carlo_over_all_inputs(samples):
    """All 144 standard deviations within 6 %, all correlations within 0.1."""
    assert np.isfinite(samples).all()
    assert samples.std(axis=0) == pytest.approx(SIGMA, rel=0.06)
    assert np.abs(np.corrcoef(samples.T) - CORRELATION).max() < 0.1


def test_theory_covariance():
    """The same of the covariance that fits use: linear response and even part."""
    covariance = theory_covariance(REQUESTS)
    ratio = np.sqrt(np.diag(covariance)) / SIGMA
    assert np.delete(ratio, HEAVY) == pytest.approx(1.0, rel=0.06)
    assert ratio[HEAVY] == pytest.approx(1.0, rel=0.15)
    difference = np.abs(correlation(covariance) - CORRELATION)
    assert np.delete(np.delete(difference, HEAVY, 0), HEAVY, 1).max() < 0.1
    assert difference.max() < 0.15


def test_with_new_physics():
    """At C9 = -1, against draws of the inputs; the error of R_K is 40 times that of the Standard Model."""
    names = ["Rmue(B+->Kll)[1.1,6]", "P5p(B0->K*mumu)[4,6]", "BR(Bs->mumu)"]
    requests = [request(name) for name in names]
    sm = draws(2000)
    drawn = Predictions(requests, default_inputs())(np.repeat(couplings({"C9_bsmumu": -1.0}), 2000), sm)
    covariance = theory_covariance(names, C9_bsmumu=-1.0)
    assert np.sqrt(np.diag(covariance)) == pytest.approx(drawn.std(axis=0), rel=0.07)
    assert correlation(covariance) == pytest.approx(np.corrcoef(drawn.T), abs=0.07)
    assert covariance[0, 0] > 1000 * theory_covariance(names)[0, 0]


def test_no_value():
    with pytest.raises(ValueError, match="omega_h2 has no value at the Standard Model"):
        theory_covariance(["BR(Bs->mumu)", "omega_h2"])
