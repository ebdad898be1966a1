"""Prior: one-dimensional distributions with ``ppf`` and ``logpdf``, vectorised over points."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy import special, stats

Array = npt.NDArray[np.float64]


class Prior(Protocol):
    """One-dimensional distribution; ``low`` and ``high`` bound its support."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...

    def ppf(self, u: Array) -> Array:
        """Quantile function: unit interval -> parameter."""

    def logpdf(self, x: Array) -> Array:
        """Logarithm of the density; -inf outside the support."""


def _ordered(kind: str, low: float, high: float) -> None:
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"{kind} prior needs finite limits, got low={low}, high={high}")
    if not low < high:
        raise ValueError(f"{kind} prior needs low < high, got low={low:g}, high={high:g}")


@dataclass(frozen=True)
class Uniform:
    """Flat between ``low`` and ``high``."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _ordered("uniform", self.low, self.high)

    def __str__(self) -> str:
        return f"uniform {float(self.low)!r} {float(self.high)!r}"

    def ppf(self, u: Array) -> Array:
        return self.low + (self.high - self.low) * u

    def logpdf(self, x: Array) -> Array:
        inside = (x >= self.low) & (x <= self.high)
        return np.where(inside, -math.log(self.high - self.low), -np.inf)


@dataclass(frozen=True)
class LogUniform:
    """Flat in the logarithm between ``low`` and ``high``, both positive."""

    low: float
    high: float

    def __post_init__(self) -> None:
        _ordered("log-uniform", self.low, self.high)
        if self.low <= 0:
            raise ValueError(f"log-uniform prior needs low > 0, got low={self.low:g}")

    def __str__(self) -> str:
        return f"log {float(self.low)!r} {float(self.high)!r}"

    def ppf(self, u: Array) -> Array:
        return self.low * np.exp(u * math.log(self.high / self.low))

    def logpdf(self, x: Array) -> Array:
        inside = (x >= self.low) & (x <= self.high)
        density = -np.log(np.where(inside, x, 1.0)) - math.log(math.log(self.high / self.low))
        return np.where(inside, density, -np.inf)


@dataclass(frozen=True)
class SignedLog:
    """Either sign, flat in the logarithm of the modulus between ``smallest`` and ``largest``.

    ``negative`` is the probability of the negative branch, a discrete choice that shares the unit interval with the
    modulus: 0.5 scans both signs in one run, 1 and 0 are the branches by themselves (see ``mixture.mixture``).
    """

    smallest: float
    largest: float
    negative: float = 0.5

    def __post_init__(self) -> None:
        LogUniform(self.smallest, self.largest)
        if not 0.0 <= self.negative <= 1.0:
            raise ValueError(f"signedlog prior needs a probability of the negative branch, got {self.negative:g}")

    def __str__(self) -> str:
        share = "" if self.negative == 0.5 else f" {float(self.negative)!r}"
        return f"signedlog {float(self.smallest)!r} {float(self.largest)!r}{share}"

    @property
    def low(self) -> float:
        return -self.largest if self.negative > 0 else self.smallest

    @property
    def high(self) -> float:
        return self.largest if self.negative < 1 else -self.smallest

    def ppf(self, u: Array) -> Array:
        below = u < self.negative if self.negative < 1 else np.full(np.shape(u), True)
        share = np.where(below, self.negative, 1.0 - self.negative)
        v = np.abs(u - self.negative) / share
        return np.where(below, -1.0, 1.0) * self.smallest * np.exp(v * math.log(self.largest / self.smallest))

    def logpdf(self, x: Array) -> Array:
        with np.errstate(divide="ignore"):
            share = np.log(np.where(x < 0, self.negative, 1.0 - self.negative))
        return LogUniform(self.smallest, self.largest).logpdf(np.abs(x)) + share


@dataclass(frozen=True)
class Branches:
    """Several priors with probabilities, on supports that do not overlap; in text ``0.3 log 1 2 + 0.7 uniform 3 4``.

    Which branch is a discrete parameter that shares the unit interval with the value: the lowest support comes first.
    """

    weights: tuple[float, ...]
    parts: tuple[Prior, ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2 or len(self.weights) != len(self.parts):
            raise ValueError(f"branches prior needs two or more priors, each with a weight, got {len(self.parts)}")
        if not all(math.isfinite(w) and w > 0 for w in self.weights):
            raise ValueError(f"branches prior needs positive weights, got {self.weights}")
        order = sorted(range(len(self.parts)), key=lambda k: self.parts[k].low)
        total = math.fsum(self.weights)
        object.__setattr__(self, "weights", tuple(self.weights[k] / total for k in order))
        object.__setattr__(self, "parts", tuple(self.parts[k] for k in order))
        for below, above in pairwise(self.parts):
            if below.high > above.low:
                raise ValueError(f"branches prior: {below} and {above} overlap")

    def __str__(self) -> str:
        pairs = zip(self.weights, self.parts, strict=True)
        return "branches " + " + ".join(f"{float(weight)!r} {part}" for weight, part in pairs)

    @property
    def low(self) -> float:
        return self.parts[0].low

    @property
    def high(self) -> float:
        return self.parts[-1].high

    def ppf(self, u: Array) -> Array:
        edges = np.cumsum((0.0, *self.weights))
        branch = np.clip(np.searchsorted(edges, u, side="right") - 1, 0, len(self.parts) - 1)
        found = np.empty(np.shape(u))
        for k, part in enumerate(self.parts):
            inside = np.clip((u - edges[k]) / self.weights[k], 0.0, 1.0)
            found = np.where(branch == k, part.ppf(inside), found)
        return found

    def logpdf(self, x: Array) -> Array:
        rows = [part.logpdf(x) + math.log(w) for w, part in zip(self.weights, self.parts, strict=True)]
        return np.asarray(special.logsumexp(rows, axis=0))


@dataclass(frozen=True)
class Normal:
    """Gaussian of ``mean`` and ``sigma``, optionally truncated to [``low``, ``high``]."""

    mean: float
    sigma: float
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        if not (math.isfinite(self.mean) and math.isfinite(self.sigma) and self.sigma > 0):
            raise ValueError(f"normal prior needs finite mean and sigma > 0, got {self.mean}, {self.sigma}")
        if not self.low < self.high:
            raise ValueError(f"normal prior needs low < high, got low={self.low:g}, high={self.high:g}")

    def __str__(self) -> str:
        limits = "" if self.low == -math.inf and self.high == math.inf else f" {float(self.low)!r} {float(self.high)!r}"
        return f"normal {float(self.mean)!r} {float(self.sigma)!r}{limits}"

    @property
    def _edges(self) -> tuple[float, float]:
        return (self.low - self.mean) / self.sigma, (self.high - self.mean) / self.sigma

    def ppf(self, u: Array) -> Array:
        if math.isinf(self.low) and math.isinf(self.high):
            return self.mean + self.sigma * special.ndtri(u)
        a, b = self._edges
        return stats.truncnorm.ppf(u, a, b, loc=self.mean, scale=self.sigma)

    def logpdf(self, x: Array) -> Array:
        t = (x - self.mean) / self.sigma
        a, b = self._edges
        norm = math.log(self.sigma * math.sqrt(2 * math.pi)) + math.log(special.ndtr(b) - special.ndtr(a))
        return np.where((x >= self.low) & (x <= self.high), -0.5 * t * t - norm, -np.inf)


#: Constructors by the name used in configuration files.
KINDS: dict[str, Any] = {"uniform": Uniform, "log": LogUniform, "signedlog": SignedLog, "normal": Normal}


def parse_prior(text: str) -> "Prior | float":
    """Prior from ``"log 1e-3 1"``, ``"uniform -2 0"``, ``"normal 0 1"``, or a number, which fixes the parameter.

    Also ``"signedlog 1e-3 1"`` for both signs, with the probability of the negative one as a third number, and
    ``"branches 0.3 log 1 2 + 0.7 uniform 3 4"`` for several intervals.

    Raises
    ------
    ValueError : unknown kind, wrong number of values, reversed or non-finite limits
    """
    words = str(text).replace(",", " ").split()
    if words and words[0] == "branches":
        return _branches(" ".join(words[1:]).split(" + "))
    try:
        if len(words) == 1:
            return float(words[0])
        kind, values = words[0], [float(word) for word in words[1:]]
    except ValueError:
        raise ValueError(f"cannot read prior {text!r}; write e.g. 'log 1e-3 1' or a number") from None
    if kind not in KINDS:
        raise ValueError(f"unknown prior {kind!r} in {text!r}; known: {', '.join(KINDS)}")
    try:
        return KINDS[kind](*values)
    except TypeError:
        raise ValueError(f"wrong number of values in prior {text!r}; write e.g. 'log 1e-3 1'") from None


def _branches(texts: list[str]) -> Branches:
    weights, parts = [], []
    for text in texts:
        weight, _, prior = text.strip().partition(" ")
        parsed = parse_prior(prior) if prior else math.nan
        if isinstance(parsed, float):
            raise ValueError(f"cannot read branch {text!r}; write e.g. 'branches 0.5 log 1 2 + 0.5 uniform 3 4'")
        try:
            weights.append(float(weight))
        except ValueError:
            raise ValueError(f"weight {weight!r} of branch {text!r} is not a number") from None
        parts.append(parsed)
    return Branches(tuple(weights), tuple(parts))
