"""Configuration: everything that defines a fit, from the command line or a YAML file with the same keys."""

import os
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

import fitter
from fitter.inference import DEFAULT
from fitter.model import Model
from fitter.models import MODELS
from fitter.posterior import Posterior
from likelihoods.catalogue import load_measurements, read_yaml
from likelihoods.inputs import nearest, settled
from likelihoods.likelihood import Likelihood
from likelihoods.snapshot import measured, today

Finite = Annotated[float, Field(allow_inf_nan=False)]
Names = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: value.replace(",", " ").split() if isinstance(value, str) else value),
]


def _some(value: Any) -> Any:
    if isinstance(value, str | list | tuple) and not (value.split() if isinstance(value, str) else value):
        raise ValueError("name at least one, or all")
    return value


def _numbers(table: Any) -> Any:
    """Settings with numbers such as 1e-3, which are text in YAML."""
    if not isinstance(table, dict):
        return table
    return {key: _number(value) if isinstance(value, str) else value for key, value in table.items()}


def _number(text: str) -> Any:
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


#: Keys whose entries add to those of a file.
_TABLES = ("set", "inputs", "one_sided", "options")


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Config(BaseModel):
    """A fit.

    Parameters
    ----------
    model : name of a model
    data : "YYYY-MM" or the name of a dataset; None is today
    terms : terms of the likelihood; None takes those of the default fit that have data, ``all`` every one of the data
    theory : treatment of theory uncertainties: "covariance", "marginal" or "nuisance"
    measurements : file of measurements of yours, beside the embedded ones
    one_sided : terms taken as a bound: {"planck": "upper"} lets the relic be part of the dark matter
    set : priors by parameter, ``{"g_bb": "log 1e-4 1"}``; a number fixes the parameter
    nuisances : inputs that are sampled with their Gaussian as prior (``theory: nuisance``)
    input_set : name of a set of inputs, e.g. "mixing-2017"
    hadronic : name or file of a hadronic model (``darkflavour data hadronic`` lists them)
    inputs : inputs to override
    scheme : "corrected", or "paper" for the formulas as the model's paper prints them
    sampler, seed, workers, evidence, scheduler : as in ``fitter.run``
    options : settings of the sampler
    out : folder of the run
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    data: str | None = None
    terms: Annotated[Names, BeforeValidator(_some)] | None = None
    theory: Literal["covariance", "marginal", "nuisance"] = "covariance"
    measurements: Path | None = None
    one_sided: dict[str, Literal["upper", "lower"]] = {}
    set: dict[str, str | Finite] = {}
    nuisances: Names = ()
    input_set: str | None = None
    hadronic: str | None = None
    inputs: dict[str, Finite] = {}
    scheme: Literal["corrected", "paper"] = "corrected"
    sampler: str = DEFAULT
    seed: Annotated[int, Field(ge=0)] = 1
    workers: Annotated[int, Field(ge=1, le=1024)] = Field(default_factory=cores)
    evidence: Literal["checked"] | None = None
    scheduler: str | None = None
    options: Annotated[dict[str, Any], BeforeValidator(_numbers)] = {}
    out: Path | None = None

    @property
    def folder(self) -> Path:
        """Folder of the run: ``out``, else ``runs/<model>-<data>``."""
        return self.out or Path("runs") / f"{self.model}-{self.data or today()}"

    @cached_property
    def chosen_model(self) -> Model:
        """The model, or ``KeyError`` with the nearest name."""
        return fitter.model(self.model)

    @cached_property
    def without_data(self) -> tuple[str, ...]:
        """Terms of the model's default fit that had not been measured then, where none are asked for.

        Raises
        ------
        KeyError, ValueError : unknown model; malformed date or file of measurements
        """
        if self.terms:
            return ()
        default = self.chosen_model.terms
        had = measured(default, self.data, load_measurements(self.measurements))
        return tuple(term for term in default if term not in had)

    @property
    def chosen_terms(self) -> tuple[str, ...] | None:
        """The terms asked for, else those of the model's default fit; None is all, also asked for as ``all``.

        Raises
        ------
        KeyError, ValueError : as ``without_data``; no term of the default fit has data
        """
        if self.terms == ("all",):
            return None
        default = self.chosen_model.terms
        chosen = self.terms or tuple(term for term in default if term not in self.without_data)
        if default and not chosen:
            raise ValueError(f"data={self.data!r} has none of the terms of {self.model}: {', '.join(default)}")
        return chosen or None

    def likelihood(self) -> Likelihood:
        """The terms of this fit.

        Raises
        ------
        KeyError, ValueError : unknown term, input or snapshot; malformed measurement file
        """
        if self.hadronic and self.input_set:
            raise ValueError(f"--input-set {self.input_set}: --hadronic {self.hadronic} chooses the inputs itself")
        return Likelihood.of(
            self.chosen_terms,
            self.data,
            self.theory,
            measurements=self.measurements or (),
            inputs=self.inputs if self.hadronic else settled(self.input_set).replace(self.inputs),
            nuisances=self.nuisances or None,
            hadronic=self.hadronic,
            one_sided=self.one_sided,
        )

    def posterior(self) -> Posterior:
        """Prior × likelihood of this fit.

        Raises
        ------
        KeyError, ValueError : as ``likelihood``; unknown model or parameter; unusable prior
        """
        return Posterior(self.chosen_model, self.likelihood(), priors=self.set, scheme=self.scheme)

    def resolved(self) -> dict[str, Any]:
        """Everything the numbers of the run depend on, with defaults and today's date spelled out, as plain data."""
        chosen = self.model_dump(mode="json", exclude={"out", "workers", "scheduler"})
        return chosen | {"data": self.data or today(), "terms": list(self.chosen_terms or ("all",))}


def configuration(values: dict[str, Any], file: Path | None = None) -> Config:
    """The fit described by a YAML file and options that override it.

    Parameters
    ----------
    values : keys of ``Config``; the entries of tables (``set``, ``inputs``, ...) add to those of the file
    file : YAML file, or None

    Raises
    ------
    ValueError : malformed file, unknown key or unusable value; one line naming file or option, key and value
    """
    read = dict(read_yaml(file)) if file else {}
    merged = read | values
    for key in _TABLES:
        if isinstance(read.get(key), dict):
            merged[key] = read[key] | values.get(key, {})
    try:
        return Config.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        key, *inner = (str(part) for part in first["loc"])
        # the last part may name a member of a union, not a key
        inner = inner[:1] if key in _TABLES else []
        where = ".".join([key, *inner])
        option = ".".join([key.replace("_", "-"), *inner])
        where = f"{file.name}: {where}" if file and key not in values else f"--{option}"
        if first["type"] == "extra_forbidden":
            raise ValueError(f"{where}: unknown key{nearest(key, Config.model_fields)}") from None
        if first["type"] == "missing":
            raise ValueError(f"{where}: missing; known: {', '.join(MODELS)}") from None
        message = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"{where}: {first['input']!r}: {message[0].lower()}{message[1:]}") from None
