"""Couplings and predictions of single points of the models."""

import numpy as np

import fitter
import likelihoods


def record(model, scheme="corrected", inputs=None, **values):
    """Couplings of one point."""
    model = fitter.model(model)
    values = model.defaults | values
    chosen = likelihoods.default_inputs().replace(inputs or {})
    theta = np.array([[values[name] for name in model.names]])
    return model.evaluate(theta, chosen.central, scheme)[0]


def scan(model, observable, inputs=None, scheme="corrected", **values):
    """One observable along arrays of parameters."""
    return fitter.model(model).scan([observable], inputs=inputs, scheme=scheme, **values)[observable]


def predict(model, observable, inputs=None, scheme="corrected", **values):
    """One observable at one point."""
    return next(iter(fitter.model(model).predict([observable], inputs=inputs, scheme=scheme, **values).values()))
