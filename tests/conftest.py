"""Fixtures of all tests."""

import signal

import numpy as np
import pytest


@pytest.fixture(autouse=True, scope="session")
def interruptible():
    """Ctrl-C is tested also where the tests run in the background of a script, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def rng():
    """Random numbers that are the same in every run."""
    return np.random.default_rng(20260101)
