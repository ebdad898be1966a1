"""Fixtures of the tests of b → s ℓ ℓ."""

import pytest
from semileptonic import reference_plan

from likelihoods import default_inputs


@pytest.fixture(scope="session")
def inputs():
    """The embedded inputs."""
    return default_inputs()


@pytest.fixture(scope="session")
def plan():
    """The plan of all observables for which flavio's predictions are at hand."""
    return reference_plan()
