"""Likelihood: the terms of a fit, each a measurement met with its observable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from likelihoods.block import Block
from likelihoods.catalogue import load_measurements
from likelihoods.hadronic_model import hadronic_model
from likelihoods.inputs import Inputs, nearest, settled
from likelihoods.kernel import compile_beside
from likelihoods.measurement import Measurement, Row
from likelihoods.observable import Request
from likelihoods.observables import OBSERVABLES
from likelihoods.prediction import Predictions, request
from likelihoods.response import CHUNK, Response
from likelihoods.snapshot import snapshot
from likelihoods.theory import influential, probe, standard_model

Array = npt.NDArray[np.float64]
Theory = Literal["covariance", "marginal", "nuisance"]

#: Rates whose theory error is that of an overall factor: it scales with the prediction.
SCALED = ("DeltaM_s", "DeltaM_d", "BR(Bs->mumu)")


@dataclass(frozen=True, eq=False)
class Likelihood:
    """A sum of terms; build it with ``Likelihood.of``, join two with ``+``.

    Attributes
    ----------
    measurements : the data, restricted to the terms
    names : terms in the order they were asked for, the columns of ``log_likelihood_terms``
    inputs : central values and covariance of the inputs
    theory : how theory errors enter, see ``of``
    nuisances : inputs that the posterior samples
    block : rows and data as arrays
    response : of the predictions to the inputs that are integrated out (``theory="marginal"``)
    """

    measurements: tuple[Measurement, ...]
    names: tuple[str, ...]
    inputs: Inputs
    theory: Theory
    nuisances: tuple[str, ...]
    one_sided: Mapping[str, str]
    scaled: tuple[str, ...]
    prepared: Predictions = field(repr=False)
    block: Block = field(repr=False)
    response: Response | None = field(repr=False)

    @classmethod
    def of(
        cls,
        terms: Sequence[str] | str | None = None,
        data: str | None = None,
        theory: Theory = "covariance",
        *,
        measurements: str | Path | Sequence[Measurement] = (),
        inputs: Inputs | Mapping[str, float] | str | None = None,
        nuisances: Sequence[str] | None = None,
        hadronic: str | None = None,
        one_sided: Mapping[str, str] | None = None,
        scaled: Sequence[str] = SCALED,
    ) -> "Likelihood":
        """The likelihood of some terms on the data that stood at a date.

        Parameters
        ----------
        terms : names of terms or of measurements, as a list or separated by blanks; None takes all
        data : month "YYYY-MM", name of a dataset, or None for today
        theory : how the uncertain inputs enter.
            "covariance": their effect on the predictions of the Standard Model adds to the experimental covariance,
            once. "marginal": their linear effect at every point, with the determinant, which is the integral over
            Gaussian nuisances of linear effect; it costs the derivatives; what is even in them as in "covariance".
            "nuisance": ``nuisances`` are sampled, the other inputs enter as in "covariance".
        measurements : a file, or measurements, beside the embedded ones
        inputs : inputs, the name of a set of them, or values that replace some central values
        nuisances : inputs to sample; None with ``theory="nuisance"`` means all that move a prediction by more than
            a tenth of its experimental error
        hadronic : name or file of a hadronic model: its inputs, those it samples with their priors as ``nuisances``,
            and its constraints as further terms
        one_sided : term -> "upper" or "lower": only larger (smaller) predictions than the value are penalised, as
            for a relic density that need not be all of the dark matter
        scaled : observables whose theory error scales with the prediction in "covariance"

        Raises
        ------
        KeyError : unknown term, observable or input (the message names the nearest)
        ValueError : unknown mode, date or dataset, no data, the same data twice, a bad covariance
        """
        terms = terms.split() if isinstance(terms, str) else terms
        if theory not in get_args(Theory):
            raise ValueError(f"unknown theory={theory!r}{nearest(theory, get_args(Theory))}")
        if nuisances and theory != "nuisance":
            raise ValueError(f"nuisances={list(nuisances)} need theory='nuisance', not {theory!r}")
        if isinstance(measurements, str | Path):
            known = load_measurements(measurements)
        else:
            known = load_measurements() | {m.name: m for m in measurements}
        chosen = snapshot(data, terms, known)
        if not chosen:
            raise ValueError(f"no data for terms={terms} at data={data!r}")
        if hadronic is not None:
            treatment = hadronic_model(hadronic)
            if theory == "marginal" or nuisances is not None or isinstance(inputs, Inputs | str):
                raise ValueError(f"hadronic={hadronic!r} chooses inputs and nuisances itself, with theory='nuisance'")
            theory, nuisances, inputs = "nuisance", treatment.sampled, treatment.inputs.replace(inputs or {})
            chosen = [*chosen, *treatment.constraints]
        return cls._build(chosen, settled(inputs), theory, nuisances, one_sided or {}, tuple(scaled), terms or ())

    @classmethod
    def _build(
        cls,
        measurements: Sequence[Measurement],
        inputs: Inputs,
        theory: Theory,
        nuisances: Sequence[str] | None,
        one_sided: Mapping[str, str],
        scaled: tuple[str, ...],
        order: Sequence[str],
    ) -> "Likelihood":
        measurements = [_in_our_units(m) for m in measurements]
        present = dict.fromkeys(term for m in measurements for term in m.terms)
        names = tuple(dict.fromkeys([*(term for term in order if term in present), *present]))
        for term, side in one_sided.items():
            if term not in names:
                raise KeyError(f"one_sided: no term {term!r}{nearest(term, names)}")
            if side not in ("upper", "lower"):
                raise ValueError(f"one_sided: {term}={side!r}, must be 'upper' or 'lower'")
        wanted = [request(row.observable, row.q2) for m in measurements for row in m.rows]
        requests = tuple(dict.fromkeys(wanted))
        _compile_beside(requests)
        columns = [requests.index(item) for item in wanted]
        sides = {term: {"upper": 1, "lower": -1}[side] for term, side in one_sided.items()}
        block = Block.of(measurements, columns, names, sides)
        if theory == "nuisance" and nuisances is None:
            nuisances = influential(requests, columns, inputs, np.sqrt(block.rows["variance"]))
        prepared = Predictions(requests, inputs)
        response = None
        if theory == "marginal":
            response = Response(prepared, *probe(requests, columns, inputs, np.sqrt(block.rows["variance"])))
        else:
            mu, slopes, even, _ = standard_model(requests, inputs, nuisances or ())
            covariance = slopes @ slopes.T + even @ even.T
            moving = {k: mu[column] for k, column in enumerate(columns) if requests[column].observable in scaled}
            block = Block.of(measurements, columns, names, sides, covariance[np.ix_(columns, columns)], moving)
        return cls(
            tuple(measurements),
            names,
            inputs,
            theory,
            tuple(nuisances or ()),
            one_sided,
            scaled,
            prepared,
            block,
            response,
        )

    def __add__(self, other: "Likelihood") -> "Likelihood":
        """Both sets of measurements, theory errors correlated across them; ``ValueError`` if they share data."""
        mine = (self.inputs, self.theory, self.nuisances, self.scaled)
        if mine != (other.inputs, other.theory, other.nuisances, other.scaled):
            raise ValueError("likelihoods that are added need the same inputs, theory, nuisances and scaled")
        for one, two in product(self.measurements, other.measurements):
            if one.group == two.group or one.overlap(two):
                raise ValueError(f"{one.name} and {two.name} use the same data: they cannot be added")
        return self._build(
            [*self.measurements, *other.measurements],
            self.inputs,
            self.theory,
            self.nuisances or None,
            {**self.one_sided, **other.one_sided},
            self.scaled,
            (*self.names, *other.names),
        )

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, in the order of ``predictions``, ``pulls`` and ``data``."""
        return tuple(row for m in self.measurements for row in m.rows)

    @property
    def data(self) -> Array:
        """What was observed: value, centre of a limit, mode of a table or counts of each row: (rows,) or (n, rows)."""
        return self.block.data[0] if len(self.block.data) == 1 else self.block.data

    def _predicted(self, c: npt.NDArray[Any], sm: npt.NDArray[Any] | None) -> tuple[Array, Array | None]:
        """Predictions (n, columns) and, with ``theory="marginal"``, their response (n, columns, directions)."""
        sm = self.inputs.central if sm is None else sm
        return (self.prepared(c, sm), None) if self.response is None else self.response(c, sm)

    def log_likelihood_terms(self, c: npt.NDArray[Any], sm: npt.NDArray[Any] | None = None) -> Array:
        """Log-likelihood (n, terms) of couplings (n,) at inputs (1,) or (n,); nan where a prediction fails."""
        sm = self.inputs.central if sm is None else sm
        if self.response is None:
            return self.block.log_likelihood(self.prepared(c, sm))
        out = np.empty((len(c), len(self.names)))
        for first in range(0, len(c), CHUNK):
            here = slice(first, first + CHUNK)
            record, data = (a if len(a) == 1 else a[here] for a in (sm, self.block.data))
            out[here] = self.block.with_data(data).log_likelihood(*self.response(c[here], record))
        return out

    def predictions(self, c: npt.NDArray[Any], sm: npt.NDArray[Any] | None = None) -> Array:
        """Predictions (n, rows) in the observables' units."""
        return self.prepared(c, sm)[:, self.block.rows["column"]]

    @property
    def bounds(self) -> npt.NDArray[np.bool_]:
        """Rows (rows,) that are no densities of data: one-sided values, limits, log-likelihoods, open tables."""
        return self.block.bounds

    def bounding(self, c: npt.NDArray[Any], sm: npt.NDArray[Any] | None = None) -> Array:
        """Log-likelihood (n,) of the rows that are ``bounds``; nan where one of the predictions fails."""
        return self.block.bounding(*self._predicted(c, sm))

    def pulls(self, c: npt.NDArray[Any], sm: npt.NDArray[Any] | None = None) -> Array:
        """Prediction minus datum in standard deviations, theory included: (n, rows). Correlations are not removed."""
        return self.block.pulls(*self._predicted(c, sm))

    def chi2(self, c: npt.NDArray[Any], sm: npt.NDArray[Any] | None = None) -> Array:
        """χ² (n,) of couplings (n,), correlations removed, but with ``theory="marginal"`` none."""
        if self.response is not None:
            return np.asarray((self.pulls(c, sm) ** 2).sum(axis=1))
        return self.block.chi2(self.prepared(c, sm))

    def only(self, terms: Sequence[str]) -> "Likelihood":
        """The likelihood of some of its terms; the rows of the others are marginalised over.

        Raises
        ------
        KeyError : not a term of this likelihood
        ValueError : no terms
        """
        for term in terms:
            if term not in self.names:
                raise KeyError(f"no term {term!r}{nearest(term, self.names)}")
        if not terms:
            raise ValueError("a likelihood needs at least one term")
        part = self._build(
            [m.restricted(terms) for m in self.measurements if set(m.terms) & set(terms)],
            self.inputs,
            self.theory,
            self.nuisances,
            {term: side for term, side in self.one_sided.items() if term in terms},
            self.scaled,
            [term for term in self.names if term in terms],
        )
        keep = [k for k, row in enumerate(self.rows) if row.term in terms]
        return part.with_data(self.block.data[:, keep])

    def with_data(self, data: npt.ArrayLike) -> "Likelihood":
        """The same likelihood of other data: (rows,), or (n, rows) for one set per point."""
        return replace(self, block=self.block.with_data(np.asarray(data, float)))

    def simulate(
        self, c: npt.NDArray[Any], sm: npt.NDArray[Any] | None = None, rng: np.random.Generator | int | None = None
    ) -> Array:
        """Pseudo-data (n, rows) of each point, experimental and theory errors both fluctuated."""
        rng = np.random.default_rng(rng)
        mu, response = self._predicted(c, sm)
        if response is not None:
            mu = mu + np.einsum("nkm,nm->nk", response, rng.standard_normal((len(mu), response.shape[2])))
        return self.block.simulate(mu, rng)


def _compile_beside(requests: Sequence[Request]) -> None:
    """With a cold cache, compile what is not b → s ℓ ℓ in a second process: about half of all kernels."""
    unbinned = [str(r) for r in requests if r.q2 is None]
    if unbinned and len(unbinned) < len(requests):
        compile_beside(
            "from likelihoods import Predictions, default_inputs, request\n"
            "from likelihoods.couplings import empty\n"
            f"Predictions([request(name) for name in {unbinned!r}], default_inputs())(empty())"
        )


def _in_our_units(m: Measurement) -> Measurement:
    """The measurement in the units of its observables; ``KeyError`` if it has an unknown observable."""
    rows = []
    for row in m.rows:
        try:
            rows.append(row.converted(OBSERVABLES[request(row.observable, row.q2).observable].unit))
        except (KeyError, ValueError) as problem:
            raise type(problem)(f"{m.name}: {problem.args[0]}") from None
    return replace(m, rows=tuple(rows))
