"""Statistics and models: what is fitted, and how."""

from fitter.compare import compare
from fitter.inference import run
from fitter.mixture import mixture
from fitter.model import Model
from fitter.models import MODELS
from fitter.parameter import Parameter
from fitter.posterior import Posterior
from fitter.result import Result
from likelihoods.inputs import nearest

__all__ = ["Model", "Parameter", "Posterior", "Result", "compare", "mixture", "model", "run"]


def model(name: str) -> Model:
    """The model of that name.

    Raises
    ------
    KeyError : unknown model; the message names the nearest
    """
    if name not in MODELS:
        raise KeyError(f"unknown model {name!r}{nearest(name, MODELS)}")
    return MODELS[name]
