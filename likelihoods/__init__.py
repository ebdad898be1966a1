"""Physics of the data: couplings -> intermediates -> predictions -> log-likelihood. Knows no model, no sampler."""

from likelihoods.inputs import Inputs, default_inputs
from likelihoods.likelihood import Likelihood
from likelihoods.prediction import Predictions, observables, predict, request
from likelihoods.theory import theory_covariance

__all__ = [
    "Inputs",
    "Likelihood",
    "Predictions",
    "default_inputs",
    "observables",
    "predict",
    "request",
    "theory_covariance",
]
