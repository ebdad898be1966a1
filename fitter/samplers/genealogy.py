"""Genealogy: how many independent draws resampled and moved particles are worth."""

import numpy as np
import numpy.typing as npt


class Families:
    """Genealogy of the particles: who shares an ancestor, and how much of it is still remembered.

    Parameters
    ----------
    labels : the ancestor of each particle at each resampling, oldest first
    remembered : correlation along the slowest coordinate that the moves after each resampling left
    """

    def __init__(self, labels: list[npt.NDArray[np.int64]] | None = None, remembered: list[float] | None = None):
        self.labels, self.remembered = labels or [], remembered or []

    def add(self, parent: npt.NDArray[np.int64], remembered: float) -> None:
        """Resampling took ``parent`` (n,), moves left the correlation ``remembered``."""
        self.labels = [label[parent] for label in self.labels] + [parent]
        self.remembered = [*self.remembered, remembered]
        while len(self.labels) > 1 and np.prod(self.remembered) < 1e-3:
            self.labels, self.remembered = self.labels[1:], self.remembered[1:]

    def effective(self, n: int) -> float:
        """Effective number of the ``n`` particles: n² over the sum of the correlations of all pairs.

        Two particles that part at a resampling have in common what all moves since have left.
        """
        pairs = [float((np.bincount(label).astype(float) ** 2).sum()) for label in self.labels] + [float(n)]
        common = np.cumprod(self.remembered[::-1])[::-1]
        return n * n / (n + sum((pairs[k] - pairs[k + 1]) * common[k] for k in range(len(common))))


def systematic(weights: npt.NDArray[np.float64], n: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Indices (n,) of systematic resampling with ``weights``."""
    total = np.cumsum(weights)
    return np.searchsorted(total, (np.arange(n) + rng.random()) * (total[-1] / n), side="right").clip(
        0, len(weights) - 1
    )
