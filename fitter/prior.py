"""Prior: one-dimensional distributions with ``ppf`` and ``logpdf``, vectorised over points."""

import math
from dataclasses import dataclass
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
    """Either sign with equal probability, flat in the logarithm of the modulus between ``low`` and ``high``.

    Scans both sign branches of a coupling in one run; the two halves of the unit interval are the branches.
    """

    smallest: float
    largest: float

    def __post_init__(self) -> None:
        LogUniform(self.smallest, self.largest)

    def __str__(self) -> str:
        return f"signedlog {self.smallest!r} {self.largest!r}"

    @property
    def low(self) -> float:
        return -self.largest

    @property
    def high(self) -> float:
        return self.largest

    def ppf(self, u: Array) -> Array:
        v = np.abs(2.0 * u - 1.0)
        return np.where(u < 0.5, -1.0, 1.0) * self.smallest * np.exp(v * math.log(self.largest / self.smallest))

    def logpdf(self, x: Array) -> Array:
        return LogUniform(self.smallest, self.largest).logpdf(np.abs(x)) - math.log(2.0)


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

    Raises
    ------
    ValueError : unknown kind, wrong number of values, reversed or non-finite limits
    """
    words = str(text).replace(",", " ").split()
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
