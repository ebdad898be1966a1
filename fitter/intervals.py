"""Intervals: the smallest, possibly disjoint, set of values that holds a given probability."""

import numpy as np
import numpy.typing as npt
from scipy import fft, optimize

Array = npt.NDArray[np.float64]

#: Probabilities of one, two and three standard deviations.
PROBABILITIES = (0.6827, 0.9545, 0.9973)


def density(
    x: Array, weights: Array, effective: float, low: float = -np.inf, high: float = np.inf, points: int = 1024
) -> tuple[Array, Array]:
    """Grid (m,) and probability density (m,) of weighted draws.

    Gaussian kernel by cosine transform, which reflects at both ends of the grid, with the diffusion bandwidth of
    Botev, Grotowski & Kroese (Ann. Stat. 38 (2010) 2916): it keeps separate modes apart. The grid ends where the
    support does.
    """
    first, last = float(x.min()), float(x.max())
    margin = 0.1 * (last - first)
    if not last > first:
        return np.array([first, first]), np.array([1.0, 1.0])
    first, last = max(first - margin, low), min(last + margin, high)
    edges = np.linspace(first, last, points + 1)
    histogram = np.histogram(x, edges, weights=weights)[0]
    wave = fft.dct(histogram / histogram.sum())
    k2 = np.arange(1, points, dtype=float) ** 2
    power = (0.5 * wave[1:]) ** 2

    def fixed_point(t: float) -> float:
        def norm(s: int, time: float) -> float:
            return float(2 * np.pi ** (2 * s) * np.sum(k2**s * power * np.exp(-k2 * np.pi**2 * time)))

        f = norm(7, t)
        for s in range(6, 1, -1):
            factor = np.prod(np.arange(1, 2 * s, 2)) / np.sqrt(2 * np.pi)
            time = (2 * (1 + 0.5 ** (s + 0.5)) / 3 * factor / (effective * f)) ** (2 / (3 + 2 * s))
            f = norm(s, time)
        return t - (2 * effective * np.sqrt(np.pi) * f) ** -0.4

    try:
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):  # no power left: infinite, refused below
            time = float(optimize.brentq(fixed_point, 1e-12, 0.1))
        if not 0.0 < time < 0.1:
            raise ValueError
    except ValueError:  # too few draws for the fixed point, or too flat a density: the normal rule
        mean = np.average(x, weights=weights)
        spread = np.sqrt(np.average((x - mean) ** 2, weights=weights)) / (last - first)
        time = float((1.06 * spread * effective**-0.2) ** 2)
    smooth = fft.idct(wave * np.exp(-0.5 * np.pi**2 * time * np.arange(points) ** 2))
    smooth = np.maximum(smooth, 0.0)
    return 0.5 * (edges[1:] + edges[:-1]), smooth / (smooth.sum() * (edges[1] - edges[0]))


def smallest(grid: Array, values: Array, probability: float) -> list[tuple[float, float]]:
    """Intervals in ascending order where the density is highest and that together hold ``probability``.

    A gap in which the density nowhere falls a fifth below the level is noise of the draws, and is closed.
    """
    width = grid[1] - grid[0]
    if width <= 0:
        return [(float(grid[0]), float(grid[0]))]
    ranked = np.argsort(values)[::-1]
    mass = np.cumsum(values[ranked]) / values.sum()
    level = values[ranked[min(int(np.searchsorted(mass, probability)), len(mass) - 1)]]
    inside = np.r_[False, values >= level, False]
    start, stop = np.flatnonzero(inside[1:] & ~inside[:-1]), np.flatnonzero(inside[:-1] & ~inside[1:]) - 1
    found = [(start[0], stop[0])]
    for a, b in zip(start[1:], stop[1:], strict=True):
        if values[found[-1][1] : a + 1].min() > 0.8 * level:
            found[-1] = (found[-1][0], b)
        else:
            found.append((a, b))
    return [(float(grid[a] - width / 2), float(grid[b] + width / 2)) for a, b in found]
