"""Posterior: prior × likelihood of one model, for one point or a batch."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from fitter.failures import Failures
from fitter.joint import Joint
from fitter.model import Model
from fitter.parameter import Parameter
from fitter.prior import Normal, Prior, parse_prior
from fitter.problem import OneByOne, parameters_of, values
from likelihoods import Inputs
from likelihoods.inputs import nearest

Array = npt.NDArray[np.float64]


class TermLikelihood(Protocol):
    """What a posterior needs of a likelihood (``likelihoods.Likelihood``)."""

    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def inputs(self) -> Inputs: ...
    @property
    def nuisances(self) -> tuple[str, ...]: ...

    def log_likelihood_terms(self, c: npt.NDArray[Any], sm: npt.NDArray[Any]) -> Array:
        """Log-likelihood (n, terms) of couplings (n,) at inputs (1,) or (n,)."""

    def with_data(self, data: Array) -> "TermLikelihood":
        """The same terms of other data."""

    def simulate(self, c: npt.NDArray[Any], sm: npt.NDArray[Any], rng: np.random.Generator) -> Array:
        """Pseudo-data (n, rows) of couplings (n,)."""


def _nuisance(inputs: Inputs, name: str) -> Parameter:
    """A sampled input: its own prior, or the Gaussian of its uncertainty."""
    sigma = inputs.sigma[name]
    if sigma <= 0 and name not in inputs.priors:
        raise ValueError(f"input {name!r} has no uncertainty and cannot be a nuisance parameter")
    prior = parse_prior(inputs.priors[name]) if name in inputs.priors else Normal(inputs.value(name), sigma)
    if isinstance(prior, float):
        raise ValueError(f"input {name!r} is sampled and needs a prior, not the number {prior:g}")
    entry = inputs.entries[inputs.index[name][0]]
    return Parameter(name, prior, entry.get("unit", ""), entry.get("latex", ""))


class Posterior:
    """Prior × likelihood.

    Parameters
    ----------
    model : Model, or None with ``parameters`` and ``log_likelihood``
    likelihood : terms over observables
    priors : parameter name -> Prior, its text ("log 1e-3 1"), or a number that fixes the parameter
    nuisances : names of inputs that become sampled parameters, with their Gaussian as prior; default those of the
        likelihood, whose theory errors leave them out
    scheme : "corrected" or "paper"
    parameters, log_likelihood : a user's own problem: ``Parameter`` objects, or name -> prior or its text, and a
        function of points (n, d) that returns (n,)
    batched : False if ``log_likelihood`` takes one point (d,) and returns a number

    Examples
    --------
    >>> def log_likelihood(x):  # x (n, 2): all points at once
    ...     return -0.5 * ((x[:, 0] - x[:, 1] ** 2) / 0.1) ** 2
    >>> own = Posterior(parameters={"a": "uniform -1 1", "b": "log 1e-3 1"}, log_likelihood=log_likelihood)

    then ``fitter.run(own)``, as for a model.

    Notes
    -----
    Points outside a prior's support or the model's physical support, and points whose likelihood is not finite, have
    log-likelihood -inf and are counted in ``failures``.
    """

    def __init__(
        self,
        model: Model | None = None,
        likelihood: TermLikelihood | None = None,
        *,
        priors: Mapping[str, Prior | str | float] | None = None,
        nuisances: Sequence[str] | None = None,
        scheme: str = "corrected",
        parameters: Sequence[Parameter] | Mapping[str, Prior | str] | None = None,
        log_likelihood: Callable[[Array], Any] | None = None,
        batched: bool = True,
        name: str = "",
    ):
        theirs = (parameters is None, log_likelihood is None)
        if (model is None) != (likelihood is None) or theirs != (model is not None, model is not None):
            raise ValueError("give a model and a likelihood, or parameters and log_likelihood")
        if isinstance(model, str):
            raise ValueError(f"model={model!r} is a name: give fitter.model({model!r})")
        self.model, self.likelihood, self.scheme = model, likelihood, scheme
        self.name = name or (model.name if model else "user")
        self._function = log_likelihood if batched or log_likelihood is None else OneByOne(log_likelihood)
        own = list(model.parameters if model else parameters_of(parameters or ()))
        left_out = likelihood.nuisances if likelihood else ()
        nuisances = left_out if nuisances is None else nuisances
        if set(nuisances) != set(left_out):
            raise ValueError(
                f"nuisances={list(nuisances)}, but the likelihood leaves {list(left_out)} out of its theory errors; "
                f"build it with theory='nuisance', nuisances={list(nuisances)}"
            )
        if nuisances and likelihood is not None:
            inputs = likelihood.inputs
            inputs.check(nuisances)
            for nuisance in nuisances:
                own.append(_nuisance(inputs, nuisance))
        self.nuisances = tuple(nuisances)
        self.fixed = {parameter.name: parameter.default for parameter in own if parameter.default is not None}
        known = {parameter.name for parameter in own}
        for key, prior in (priors or {}).items():
            if key not in known:
                raise KeyError(f"{self.name} has no parameter {key!r}{nearest(key, known)}")
            try:
                chosen = parse_prior(prior) if isinstance(prior, str) else prior
            except ValueError as problem:
                raise ValueError(f"{key}: {problem}") from None
            if not isinstance(chosen, int | float) and not callable(getattr(chosen, "ppf", None)):
                raise ValueError(f"{key}={chosen!r} is no prior; write e.g. 'log 1e-3 1', or a number")
            if isinstance(chosen, int | float):
                if not isfinite(chosen):
                    raise ValueError(f"{key}={chosen}: a parameter is fixed at a finite number")
                self.fixed[key] = float(chosen)
            else:
                own = [replace(p, prior=chosen, default=None) if p.name == key else p for p in own]
                self.fixed.pop(key, None)
        self._columns = tuple(parameter.name for parameter in own)
        self.parameters = tuple(parameter for parameter in own if parameter.name not in self.fixed)
        self.names = tuple(parameter.name for parameter in self.parameters)
        self.terms = likelihood.names if likelihood else ("log_likelihood",)
        self.failures = Failures(self.names)
        self._joint = Joint([parameter.prior for parameter in self.parameters], self._correlated_nuisances())

    @property
    def dimension(self) -> int:
        """Number of sampled parameters."""
        return len(self.parameters)

    def _correlated_nuisances(self) -> tuple[npt.NDArray[np.int64], Array, Array] | None:
        """Columns, mean and Cholesky factor of the sampled nuisances' joint Gaussian, if they are correlated."""
        names = [n for n in self.nuisances if n in self.names and isinstance(self._prior(n), Normal)]
        if self.likelihood is None or len(names) < 2:
            return None
        covariance = self.likelihood.inputs.covariance(names)
        if np.allclose(covariance, np.diag(np.diag(covariance))):
            return None
        mean = np.array([self.likelihood.inputs.value(n) for n in names])
        try:
            factor = np.linalg.cholesky(covariance).astype(np.float64)
        except np.linalg.LinAlgError:
            raise ValueError(f"covariance of the sampled inputs {', '.join(names)} is singular: fix one") from None
        return np.array([self.names.index(n) for n in names]), mean, factor

    def _prior(self, name: str) -> Prior:
        return self.parameters[self.names.index(name)].prior

    def changed(
        self, *, likelihood: TermLikelihood | None = None, priors: Mapping[str, Prior] | None = None
    ) -> "Posterior":
        """The same posterior of another likelihood, or under other priors; what was fixed stays fixed."""
        new = priors or {}
        if self.model is None:
            own = [replace(p, prior=new.get(p.name, p.prior)) for p in self.parameters]
            return Posterior(parameters=own, log_likelihood=self._function, name=self.name)
        return Posterior(
            self.model,
            likelihood or self.likelihood,
            priors={p.name: p.prior for p in self.parameters} | self.fixed | dict(new),
            scheme=self.scheme,
            name=self.name,
        )

    def with_data(self, data: Array) -> "Posterior":
        """The same posterior of other data (rows of the likelihood); nothing is recompiled."""
        if self.likelihood is None:
            raise ValueError(f"{self.name}: a user's own log_likelihood holds its data itself")
        other = self.afresh()
        other.likelihood = self.likelihood.with_data(data)
        return other

    def afresh(self) -> "Posterior":
        """The same posterior with a failure log of its own."""
        other = copy.copy(self)
        other.failures = Failures(self.names)
        return other

    def prior_transform(self, u: Array) -> Array:
        """Points ``theta`` (n, d) or (d,) of the unit cube's ``u``."""
        return self._joint.transform(np.asarray(u, float))

    def of_normal(self, z: Array) -> Array:
        """Points ``theta`` (n, d) of coordinates ``z`` (n, d) where the prior is standard normal."""
        return self._joint.of_normal(z)

    def log_prior(self, theta: Array) -> Any:
        """Logarithm of the normalised prior density: float for (d,), (n,) for (n, d)."""
        theta = np.asarray(theta, float)
        total = self._joint.logpdf(np.atleast_2d(theta))
        return total if theta.ndim == 2 else float(total[0])

    def couplings(self, theta: Array) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Couplings (n,) and inputs (1,) or (n,) of points (n, d)."""
        assert self.model is not None
        assert self.likelihood is not None
        values: dict[str, Any] = {name: theta[:, k] for k, name in enumerate(self.names)} | self.fixed
        nuisances = {name: values[name] for name in self.nuisances}
        sampled = any(name in self.names for name in self.nuisances)
        sm = self.likelihood.inputs.central
        if nuisances:
            sm = self.likelihood.inputs.records(nuisances, len(theta) if sampled else 1)
        own = np.empty((len(theta), len(self.model.names)))
        for k, name in enumerate(self.model.names):
            own[:, k] = values[name]
        return self.model.evaluate(own, sm, self.scheme), sm

    def log_likelihood_terms(self, theta: Array) -> Array:
        """Log-likelihood of each term: (n, terms) for (n, d), (terms,) for (d,). Vetoed points are -inf."""
        theta = np.asarray(theta, float)
        points = np.atleast_2d(theta)
        if points.shape[1] != self.dimension:
            raise ValueError(f"theta has {points.shape[1]} columns, {self.name} samples {self.dimension}: {self.names}")
        inside = self._joint.inside(points)
        out = np.full((len(points), len(self.terms)), -np.inf)
        if inside.any():
            chosen = points if inside.all() else points[inside]
            if self._function is not None:
                rows = values(self._function, chosen)
                veto = np.zeros(len(chosen), np.int64)
            else:
                assert self.likelihood is not None
                c, sm = self.couplings(chosen)
                rows = self.likelihood.log_likelihood_terms(c, sm)
                veto = c["veto"]
            bad = (veto != 0) | ~np.isfinite(rows).all(axis=1)
            if bad.any():
                self._record(chosen, rows, veto, bad)
                rows = np.where(bad[:, None], -np.inf, rows)
            out[inside] = rows
        return out if theta.ndim == 2 else out[0]

    def _record(self, theta: Array, rows: Array, veto: npt.NDArray[np.int64], bad: npt.NDArray[np.bool_]) -> None:
        for reason in np.unique(veto[bad]):
            if reason:
                assert self.model is not None
                self.failures.add("", self.model.vetoes[reason - 1], theta[veto == reason])
        for k, term in enumerate(self.terms):
            column = rows[:, k]
            wrong = (veto == 0) & ~np.isfinite(column)
            if wrong.any():
                for reason, chosen in (
                    ("not a number", np.isnan(column)),
                    ("-infinite", column == -np.inf),
                    ("+infinite", column == np.inf),
                ):
                    if (wrong & chosen).any():
                        self.failures.add(term, reason, theta[wrong & chosen])

    def log_likelihood(self, theta: Array) -> Any:
        """Log-likelihood: float for (d,), (n,) for (n, d). Safe to call from several threads."""
        rows = self.log_likelihood_terms(theta)
        return rows.sum(axis=1) if rows.ndim == 2 else float(rows.sum())

    def log_density(self, theta: Array) -> Any:
        """Logarithm of prior × likelihood, not normalised."""
        with np.errstate(invalid="ignore"):
            return self.log_prior(theta) + self.log_likelihood(theta)
