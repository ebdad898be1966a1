"""Densities of weighted draws, also where the bandwidth rule has nothing to work with."""

import numpy as np
import pytest

from fitter.intervals import density

DRAWS = {
    "normal": lambda n: np.random.default_rng(1).standard_normal(n),
    "uniform": lambda n: np.random.default_rng(1).random(n),
    "evenly spaced": lambda n: np.linspace(0.0, 1.0, n),
    "two values": lambda n: np.repeat([0.0, 1.0], n // 2),
}


@pytest.mark.parametrize("kind", DRAWS)
@pytest.mark.parametrize(("n", "effective"), [(8, 8.0), (30, 30.0), (200, 1e4), (5000, 1e6)])
@pytest.mark.parametrize("bounded", [False, True])
def test_density_is_finite_and_normalised(kind, n, effective, bounded):
    x = DRAWS[kind](n)
    limits = (x.min(), x.max()) if bounded else (-np.inf, np.inf)
    grid, values = density(x, np.full(n, 1 / n), effective, *limits)
    assert np.isfinite(values).all()
    assert values.min() >= 0
    assert values.sum() * (grid[1] - grid[0]) == pytest.approx(1.0)
