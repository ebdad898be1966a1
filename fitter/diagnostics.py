"""Convergence of chains and of nested sampling runs."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

Array = npt.NDArray[np.float64]


def autocorrelation_time(x: Array, window: float = 5.0) -> float:
    """Largest integrated autocorrelation time of chains ``x`` (steps, ensembles, walkers, d), in steps.

    The autocorrelation is averaged over all walkers and summed up to the first lag beyond ``window`` times the sum
    (Sokal's rule). Means are those over everything: a walker that stays in one mode counts as correlated.
    """
    n, d = len(x), x.shape[-1]
    chains = x.reshape(n, -1, d) - x.mean(axis=(0, 1, 2))
    size = 2 ** int(np.ceil(np.log2(2 * n)))
    worst = 1.0
    for k in range(d):
        power = np.zeros(size // 2 + 1)
        for block in np.array_split(chains[..., k], max(1, chains.shape[1] // 64), axis=1):
            power += (np.abs(np.fft.rfft(block, size, axis=0)) ** 2).sum(axis=1)
        rho = np.fft.irfft(power)[:n] / np.arange(n, 0, -1)
        if rho[0] <= 0:
            continue
        tau = 2 * np.cumsum(rho / rho[0]) - 1
        inside = np.arange(n) >= window * tau
        worst = max(worst, float(tau[np.argmax(inside)] if inside.any() else tau.max()))
    return worst


def split_r_hat(x: Array) -> float:
    """Largest split R-hat of chains ``x`` (steps, chains, d): Gelman et al., BDA3, eq. (11.4), chains cut in two."""
    half = len(x) // 2
    parts = np.concatenate([x[:half], x[half : 2 * half]], axis=1)
    within = parts.var(axis=0, ddof=1).mean(axis=0)
    between = parts.mean(axis=0).var(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.sqrt((half - 1) / half + between / within)
    return float(np.nanmax(np.where(within > 0, ratio, 1.0)))


def largest_gap(x: Array, smallest: float = 0.02) -> float | None:
    """Where the values ``x`` (n,) of one coordinate fall apart into two modes; None if they do not.

    The place is the middle of the widest gap between neighbours with at least ``smallest`` of the values on either
    side, if that gap is wider than half the narrower of the two sides.
    """
    ordered = np.sort(x)
    edge = max(1, int(smallest * len(x)))
    inner = ordered[edge:-edge]
    if len(inner) < 2:
        return None
    k = int(np.argmax(np.diff(inner)))
    gap = inner[k + 1] - inner[k]
    left, right = inner[k] - ordered[0], ordered[-1] - inner[k + 1]
    return float(0.5 * (inner[k] + inner[k + 1])) if gap > 0.5 * max(min(left, right), 1e-300) else None


def mode_fractions(x: Array) -> tuple[Array, float]:
    """Share of each ensemble's states ``x`` (steps, ensembles, walkers, d) in the upper of two modes.

    Modes are those of the coordinate along which the ensembles' shares differ most. Without two modes every share is 1.

    Returns
    -------
    fractions, spread : (ensembles,), and their largest difference
    """
    chosen, spread = np.ones(x.shape[1]), 0.0
    for k in range(x.shape[3]):
        if (cut := largest_gap(x[:: max(1, len(x) // 100), :, :, k].ravel())) is not None:
            share = (x[..., k] > cut).mean(axis=(0, 2))
            if np.ptp(share) >= spread:
                chosen, spread = share, float(np.ptp(share))
    return chosen, spread


def insertion_ranks(log_likelihood: Array, birth: npt.NDArray[np.int64], live: int) -> Array:
    """Ranks (n,) in (0, 1) of new points among the live ones, uniform if each was drawn independently: 2006.03371.

    Among points of the same likelihood, as on the plateau of a limit, the rank is drawn.

    Parameters
    ----------
    log_likelihood : (n,) of the dead points in order of their death, the final live points included
    birth : (n,) iteration, counted from 1, that made each point; 0 for the first live points
    live : number of live points
    """
    rng = np.random.default_rng(0)
    first = birth == 0
    alive = np.sort(log_likelihood[first])
    iterations = len(log_likelihood) - live
    born = {int(b): value for b, value in zip(birth[~first], log_likelihood[~first], strict=True)}
    ranks = np.full(iterations, np.nan)
    for k in range(iterations):
        alive = np.delete(alive, np.searchsorted(alive, log_likelihood[k]))
        new = born.get(k + 1)
        if new is None:
            continue
        place = int(rng.integers(np.searchsorted(alive, new), np.searchsorted(alive, new, side="right") + 1))
        ranks[k] = (place + 0.5) / (len(alive) + 1)
        alive = np.insert(alive, place, new)
    return ranks[np.isfinite(ranks)]


def drift(means: Sequence[Array]) -> tuple[float, float]:
    """Shift of the mean over groups from the first to the last of ``means`` (groups,), and the chance of a larger one.

    Student's t test of the groups' own shifts: what has reached its distribution stays there while it moves.
    """
    if len(means) < 2 or len(means[0]) < 3:
        return 0.0, 1.0
    shifts = means[-1] - means[0]
    error = float(shifts.std(ddof=1) / np.sqrt(len(shifts)))
    shift = float(shifts.mean())
    return shift, float(2 * stats.t.sf(abs(shift) / error, len(shifts) - 1)) if error > 0 else 1.0
