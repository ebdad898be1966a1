"""Moves of tempered particles: each part by proposals fitted to the others."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from fitter.samplers.cells import Cells
from fitter.samplers.proposals import Gaussian, differential, student
from fitter.target import Target

Array = npt.NDArray[np.float64]

#: Smallest share of a kind of moves.
LEAST = 0.05
#: Largest sizes of the steps.
LARGEST = {"student": 1.0, "local": 1.0, "differential": 2.0}


@dataclass
class Moves:
    """Kinds of moves, their sizes, adapted to the acceptance, and how often each is made.

    "student" steps in a Student t distribution of all particles, "local" ones in that of the particle's cell, "jump"
    draws from the Student t distributions of the cells, "differential" steps along differences of particles. All end at
    likelihoods larger than ``above``.
    """

    size: dict[str, float] = field(default_factory=lambda: {"student": 0.5, "local": 0.5, "differential": 1.0})
    share: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("student", "local", "differential", "jump"), 0.25)
    )
    length: dict[str, list[float]] = field(default_factory=dict)
    above: float = -np.inf

    def begin(self) -> None:
        """Count the lengths of the moves anew."""
        self.length = {kind: [0.0, 0.0] for kind in self.share}

    def adapt(self) -> None:
        """Make those moves more often that went further, the best of them in at most half of the moves.

        The particles in a few corners that the best kind hardly moves would else stay where they are, and carry weights
        that few of them share: ln Z comes out low.
        """
        mean = {kind: total / max(number, 1) for kind, (total, number) in self.length.items()}
        least = 1e-6 * max(mean.values()) or 1.0  # kinds that never moved anything
        mean = {kind: max(length, least) for kind, length in mean.items()}
        best, total = max(mean, key=lambda kind: mean[kind]), sum(mean.values())
        most = min(0.5, mean[best] / total)
        rest = (1 - most) / (total - mean[best])
        share = {kind: max(most if kind == best else rest * mean[kind], LEAST) for kind in mean}
        self.share = {kind: part / sum(share.values()) for kind, part in share.items()}

    def walk(
        self, target: Target, beta: float, z: Array, value: Array, known: Array, number: int, rng: np.random.Generator
    ) -> None:
        """Move particles ``z`` (n, d) of log-likelihood ``value`` (n,) in place, ``number`` times.

        Parameters
        ----------
        known : (m, d) points to which the proposals are fitted: not those that move, whose own fluctuations the
            proposals would preserve
        """
        d = z.shape[1]
        known = known[np.unique(known[:, 0], return_index=True)[1]]  # copies of one particle are one point
        whole = Gaussian.fit(known)
        points = whole.white(known)
        cells = Cells.fit(points, max(12, 4 * d, d * d // 2))
        x, square = whole.white(z), np.einsum("ij,ij->i", z, z)
        kinds = rng.choice(list(self.share), number, p=list(self.share.values()))
        for kind in kinds:
            if kind == "differential":
                y, ratio = differential(x, points, self.size[kind], rng), np.zeros(len(x))
            elif kind == "jump":
                y, ratio = cells.jump(x, rng)
            elif kind == "local":
                y, ratio = cells.step(x, self.size[kind], rng)
            else:
                y, ratio = student(x, self.size[kind], rng)
            tried = np.flatnonzero(np.isfinite(ratio))
            y = y[tried]
            there = y @ whole.factor.T + whole.mean
            new, longer = target.log_likelihood_normal(there), np.einsum("ij,ij->i", there, there)
            with np.errstate(invalid="ignore"):
                gain = beta * (new - value[tried]) + ratio[tried] + 0.5 * (square[tried] - longer)
            good = (new > self.above) & (-rng.standard_exponential(len(tried)) < gain)
            moved, y = tried[good], y[good]
            self.length[kind][0] += float(((y - x[moved]) ** 2).sum()) / len(z)
            self.length[kind][1] += 1
            x[moved], z[moved], value[moved], square[moved] = y, there[good], new[good], longer[good]
            if kind in LARGEST:
                size = self.size[kind] * np.exp(0.5 * (len(moved) / len(z) - 0.25))
                self.size[kind] = float(np.clip(size, 1e-3, LARGEST[kind]))
