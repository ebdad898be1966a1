"""Nested sampling by ultranest, its population of slice samplers walked in lock-step: an optional second opinion.

ultranest (Buchner, 2101.09604) adapts the number of live points and takes errors from bootstraps of them; its slices
(Buchner, 2211.09426) share nothing with the walks of our dynesty but the likelihood. It keeps no state that we would
read, so ours is the record of all values of the likelihood: a killed run begins again with the same seed, asks for the
same points, is answered from the record, and so goes on where it was. There is no partial result.
"""

import logging
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.checkpoint import Checkpoint
from fitter.draws import Draws
from fitter.progress import Interrupted, Reporter
from fitter.target import Start, Target

try:
    import ultranest
    from ultranest import popstepsampler
    from ultranest.mlfriends import RobustEllipsoidRegion
except ModuleNotFoundError:
    raise ValueError("the sampler 'ultranest' needs a package: pip install 'darkflavour[ultranest]'") from None

Array = npt.NDArray[np.float64]

#: Stands for a forbidden point: ultranest wants finite numbers, and shrinks the volume of such a plateau at once.
FORBIDDEN = -1e100


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """ultranest draws from numpy's global generator: seed that, and put it back."""
    before = np.random.get_state()  # noqa: NPY002
    np.random.seed(np.random.SeedSequence(seed).generate_state(4))  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002


class Record:
    """Values of the likelihood, batch by batch.

    Attributes
    ----------
    values : (batch,) of each batch
    sums : checksum of each batch's points
    """

    def __init__(self) -> None:
        self.values: list[Array] = []
        self.sums: list[int] = []
        self._next = 0

    @classmethod
    def read(cls, arrays: dict[str, npt.NDArray[Any]]) -> "Record":
        """What ``arrays`` gave."""
        made = cls()
        made.values = np.split(arrays["values"], np.cumsum(arrays["sizes"])[:-1])
        made.sums = arrays["sums"].tolist()
        return made

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """For a checkpoint."""
        sizes, sums = np.array([len(part) for part in self.values]), np.array(self.sums, np.int64)
        return {"values": np.concatenate(self.values), "sizes": sizes, "sums": sums}

    def answer(self, theta: Array) -> Array | None:
        """The values at these points, if they are those that were asked for next."""
        k, self._next = self._next, self._next + 1
        if k >= len(self.values):
            return None
        if self.sums[k] != zlib.crc32(theta.tobytes()):  # another sequence: what is left of the record is no use
            del self.values[k:], self.sums[k:]
            return None
        return self.values[k]

    def add(self, theta: Array, values: Array) -> None:
        """Append a batch."""
        self.values.append(values)
        self.sums.append(zlib.crc32(theta.tobytes()))


def sample(
    target: Target,
    seed: int,
    report: Reporter,
    checkpoint: Checkpoint,
    *,
    live: int = 400,
    steps: int = 40,
    population: int | None = None,
    remaining: float = 0.01,
) -> Draws:
    """Draws of a nested sampling run.

    Parameters
    ----------
    live : least number of live points
    steps : slices that each new point has moved along
    population : points that move together; default half the live points
    remaining : stop when the live points' share of Z is below this

    Raises
    ------
    ValueError : the likelihood is nowhere finite; too few live points
    """
    d = target.dimension
    if live < 2 * d + 2:
        raise ValueError(f"live={live} must be at least {2 * d + 2}, twice the dimension and two")
    if (kept := checkpoint.load()) is None:
        start, record = target.start(live, np.random.default_rng(seed)), Record()
    else:
        plain, arrays = kept
        start, record = Start(np.empty((plain["allowed"], 0)), np.empty(0), *plain["start"]), Record.read(arrays)
        target.restore(plain)

    def save() -> None:
        plain = {"allowed": len(start.u), "start": [start.draws, start.fraction, start.cuts]} | target.kept()
        checkpoint.save(plain, **record.arrays())

    def log_likelihood(theta: Array) -> Array:
        try:
            if (value := record.answer(theta)) is None:
                value = target.terms(theta).sum(axis=1)
                value = np.where(np.isfinite(value), value, FORBIDDEN)
                record.add(theta, value)
                if checkpoint.due:
                    save()
            report("ultranest", len(record.sums), target.evaluations, 0.0)
        except Interrupted:
            save()
            raise
        return value

    log = logging.getLogger("ultranest")
    log.addHandler(logging.NullHandler())  # or ultranest adds one that prints
    log.propagate = False
    with _seeded(seed):
        names = [f"x{k}" for k in range(d)]
        integrator = ultranest.ReactiveNestedSampler(
            names, log_likelihood, target.transform, vectorized=True, num_test_samples=0
        )
        integrator.stepsampler = popstepsampler.PopulationSimpleSliceSampler(
            popsize=population or max(2, live // 2),
            nsteps=steps,
            generate_direction=popstepsampler.generate_mixture_random_direction,
        )
        results: dict[str, Any] = integrator.run(
            min_num_live_points=live,
            cluster_num_live_points=min(40, live),
            frac_remain=remaining,
            max_num_improvement_loops=0,
            region_class=RobustEllipsoidRegion,
            show_status=False,
            viz_callback=False,
        )
    points = results["weighted_samples"]
    good = (points["logl"] > FORBIDDEN) & (points["weights"] > 0)
    weights = points["weights"][good] / points["weights"][good].sum()
    test = results["insertion_order_MWW_test"]
    reasons = () if test["converged"] else ("new points do not insert uniformly among the live ones: take more steps",)
    return Draws(
        u=points["upoints"][good],
        log_weight=np.log(weights),
        log_likelihood=points["logl"][good],
        log_evidence=float(results["logz"]),
        log_evidence_error=float(results["logzerr"]),
        chain=np.zeros(len(weights), np.int64),
        effective=float(1 / (weights @ weights)),
        evaluations=target.evaluations,
        diagnostics={
            "live points": live,
            "iterations": int(results["niter"]),
            "steps": steps,
            "information": float(results["H"]),
        }
        | start.diagnostics,
        reasons=reasons,
    )
