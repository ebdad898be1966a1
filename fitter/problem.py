"""Problem: a user's own likelihood and parameters, checked before they are believed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.parameter import Parameter
from fitter.prior import Prior, parse_prior

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class OneByOne:
    """A function of one point (d,) as one of points (n, d)."""

    function: Callable[[Array], float]

    def __call__(self, theta: Array) -> Array:
        return np.array([self.function(point) for point in theta], float)


def values(function: Callable[[Array], Any], theta: Array) -> Array:
    """Values (n, 1) of a user's function at points (n, d), which it may not change.

    Raises
    ------
    ValueError : not one real number for each point
    """
    points = theta.view()
    points.flags.writeable = False
    try:
        found = np.asarray(function(points))
    except Exception as problem:
        if not isinstance(function, OneByOne):
            problem.add_note(f"log_likelihood was called with points {points.shape}; batched=False gives it one by one")
        raise
    n = len(points)
    if found.shape not in ((n,), (n, 1)) or found.dtype.kind not in "fiub":
        raise ValueError(
            f"log_likelihood gave {found.dtype} of shape {found.shape} for points {points.shape}: it must return one "
            f"real number for each, ({n},); a function of one point is given with batched=False"
        )
    return found.reshape(n, 1).astype(float)


def parameters_of(given: Sequence[Parameter] | Mapping[str, Prior | str]) -> list[Parameter]:
    """Parameters of a user's own problem: distinct names, priors that are priors.

    Raises
    ------
    TypeError, ValueError : what is neither parameter nor prior; a name that comes twice
    """
    own: list[Any] = list(given)
    if isinstance(given, Mapping):
        own = [Parameter(name, prior) for name, prior in given.items()]  # type: ignore[arg-type]
    made: list[Parameter] = []
    for parameter in own:
        if not isinstance(parameter, Parameter):
            raise TypeError(f"parameters holds {parameter!r}: give Parameter objects, or name -> prior")
        prior: Any = parameter.prior
        try:
            prior = parse_prior(prior) if isinstance(prior, str) else prior
        except ValueError as problem:
            raise ValueError(f"{parameter.name}: {problem}") from None
        if not hasattr(prior, "ppf"):
            raise ValueError(f"{parameter.name}: {prior!r} is no prior; write e.g. 'uniform 0 1'")
        if parameter.name in (other.name for other in made):
            raise ValueError(f"parameters holds {parameter.name!r} twice")
        made.append(replace(parameter, prior=prior))
    return made
