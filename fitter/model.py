"""Model: parameters and the kernel that turns them into couplings."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.parameter import Parameter
from likelihoods import Inputs, Predictions, default_inputs, request
from likelihoods.couplings import CORRECTED, PAPER, empty
from likelihoods.inputs import nearest, settled
from likelihoods.prediction import no_prediction
from likelihoods.theory import covariance

#: Observables by name; binned ones also as a pair.
Wanted = str | Iterable[str | tuple[str, tuple[float, float]]]
SCHEMES = {"corrected": CORRECTED, "paper": PAPER}


@dataclass(frozen=True)
class Model:
    """A map from parameters to couplings.

    Parameters
    ----------
    name : as in ``darkflavour models``
    parameters : in the order of the columns of ``theta``
    couplings : kernel ``couplings(theta, sm, out)`` filling ``out`` (n,) of ``COUPLINGS`` from ``theta`` (n, d);
        ``out`` arrives zeroed but for ``scheme``
    description : one line
    reference : paper of the model
    vetoes : reasons why a point lies outside the physical support; ``out.veto = k`` is the k-th, counted from 1
    terms : of the likelihood in the default fit
    further : terms that constrain the model too, beside those of b → s ℓ ℓ
    differences : (paper's equation, what is corrected, size of the difference)
    """

    name: str
    parameters: tuple[Parameter, ...]
    couplings: Callable[..., None]
    description: str
    reference: str
    vetoes: tuple[str, ...] = ()
    terms: tuple[str, ...] = ("R_K", "R_Kstar", "P5prime", "Bs_mumu")
    further: tuple[str, ...] = ()
    differences: tuple[tuple[str, str, str], ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Parameter names."""
        return tuple(parameter.name for parameter in self.parameters)

    @property
    def defaults(self) -> dict[str, float]:
        """Values of the parameters that are fixed by default."""
        return {p.name: p.default for p in self.parameters if p.default is not None}

    def evaluate(
        self, theta: npt.NDArray[np.float64], sm: npt.NDArray[Any] | None = None, scheme: str = "corrected"
    ) -> npt.NDArray[Any]:
        """Couplings (n,) of points ``theta`` (n, d)."""
        if scheme not in SCHEMES:
            raise ValueError(f"unknown scheme {scheme!r}{nearest(scheme, SCHEMES)}")
        c = empty(len(theta))
        c["scheme"] = SCHEMES[scheme]
        self.couplings(np.ascontiguousarray(theta, float), default_inputs().central if sm is None else sm, c)
        return c

    def predict(
        self,
        wanted: Wanted,
        *,
        scheme: str = "corrected",
        inputs: Inputs | Mapping[str, float] | str | None = None,
        **point: float,
    ) -> dict[str, float]:
        """Predictions at one point.

        Parameters
        ----------
        wanted : one or more observables; a binned one as ``(name, (low, high))``, of which phase space is the part that
            counts
        scheme : "corrected" or "paper", the formulas as the model's paper prints them
        inputs : inputs to override, by name; the name of a set of them; or all inputs
        **point : parameters of the model; those with a default may be left out

        Raises
        ------
        KeyError : unknown observable, parameter or input
        ValueError : missing parameter, a point outside the model's physical support, or no value of an observable there
        """
        c, predictions = self._physical(wanted, scheme, inputs, point)
        values = {str(item): float(x) for item, x in zip(predictions.requests, predictions(c)[0], strict=True)}
        for name, value in values.items():
            if np.isnan(value):
                raise ValueError(f"{self.name}: {no_prediction(name, self.defaults | point, predictions.inputs)}")
        return values

    def errors(
        self,
        wanted: Wanted,
        *,
        scheme: str = "corrected",
        inputs: Inputs | Mapping[str, float] | str | None = None,
        **point: float,
    ) -> dict[str, float]:
        """Theory errors at one point, from all uncertain inputs at fixed couplings; arguments as for ``predict``."""
        c, predictions = self._physical(wanted, scheme, inputs, point)
        sigma = np.sqrt(np.diag(covariance(predictions, c)))
        return {str(item): float(x) for item, x in zip(predictions.requests, sigma, strict=True)}

    def _physical(
        self,
        wanted: Wanted,
        scheme: str,
        inputs: Inputs | Mapping[str, float] | str | None,
        point: Mapping[str, float],
    ) -> tuple[npt.NDArray[Any], Predictions]:
        """Couplings (1,) and prepared predictions of a point within the physical support, else ``ValueError``."""
        for name, value in point.items():
            if np.ndim(value):
                raise ValueError(f"{self.name}: {name} has {np.size(value)} values; scan takes many points")
            if name in self.names and (isinstance(value, str) or not np.isfinite(value)):
                raise ValueError(f"{self.name}: {name}={value} must be a finite number")
        c, predictions, _ = self._at(wanted, scheme, inputs, point)
        if c["veto"][0]:
            given = ", ".join(f"{name}={value:g}" for name, value in (self.defaults | dict(point)).items())
            raise ValueError(f"{self.name}: {self.vetoes[c['veto'][0] - 1]} at {given}")
        return c, predictions

    def scan(
        self,
        wanted: Wanted,
        *,
        scheme: str = "corrected",
        inputs: Inputs | Mapping[str, float] | str | None = None,
        **values: Any,
    ) -> dict[str, npt.NDArray[np.float64]]:
        """Predictions at many points: as ``predict``, of arrays that are broadcast together.

        Points outside the model's physical support give nan.
        """
        c, predictions, shape = self._at(wanted, scheme, inputs, values)
        columns = np.where(c["veto"][:, None] == 0, predictions(c), np.nan).T
        return {str(item): row.reshape(shape) for item, row in zip(predictions.requests, columns, strict=True)}

    def _at(
        self,
        wanted: Wanted,
        scheme: str,
        inputs: Inputs | Mapping[str, float] | str | None,
        values: Mapping[str, Any],
    ) -> tuple[npt.NDArray[Any], Predictions, tuple[int, ...]]:
        """Couplings (n,), prepared predictions and the shape of the points."""
        for name in values:
            if name not in self.names:
                raise KeyError(f"{self.name} has no parameter {name!r}{nearest(name, self.names)}")
        values = {**self.defaults, **values}
        missing = [name for name in self.names if name not in values]
        if missing:
            raise ValueError(f"{self.name} needs {', '.join(missing)}")
        chosen = settled(inputs)
        wanted = [wanted] if isinstance(wanted, str) else wanted
        requests = [request(item) if isinstance(item, str) else request(*item) for item in wanted]
        columns = np.broadcast_arrays(*(np.asarray(values[name], float) for name in self.names))
        shape = columns[0].shape if columns else ()
        theta = np.stack([column.ravel() for column in columns], axis=-1) if columns else np.empty((1, 0))
        return self.evaluate(theta, chosen.central, scheme), Predictions(requests, chosen), shape
