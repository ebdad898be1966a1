"""Predict: observables of one point of a model, or of given couplings."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table

import fitter
import likelihoods
from fitter.commands.console import Json, Refusal, assignments, err, number, out, print_json, refusing
from likelihoods.inputs import settled
from likelihoods.observables.bsll import CharmoniumWarning, notes


def _coefficient(text: str, name: str) -> complex | tuple[complex, ...]:
    """``-1``, ``1+0.3j``, or ``a,b,m,gamma`` of a pole."""
    try:
        values = tuple(complex(word) for word in text.replace(" ", "").split(","))
    except ValueError:
        raise Refusal(f"--couplings {name}={text}: a number, re+imj, or a,b,m,gamma is needed") from None
    return values if len(values) > 1 else values[0]


@contextmanager
def _noted() -> Iterator[None]:
    """Bins among the charmonia: one line each on standard error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", CharmoniumWarning)
        yield
    for text in dict.fromkeys(str(warning.message) for warning in caught):
        err.print(f"note: {text}", markup=False)


def predict(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="[MODEL] OBSERVABLE...",
            show_default=False,
            help="A model and observables; only observables with --couplings.",
        ),
    ],
    at: Annotated[list[str] | None, typer.Option(help="Parameters of the model: 'g_bb=0.01 m_zp=500'.")] = None,
    couplings: Annotated[list[str] | None, typer.Option(help="No model but couplings: 'C9_bsmumu=-1'.")] = None,
    inputs: Annotated[list[str] | None, typer.Option(help="Inputs to override: 'm_b=4.18'.")] = None,
    input_set: Annotated[str | None, typer.Option(help="Named set of inputs: 'mixing-2017'.")] = None,
    scheme: Annotated[
        str, typer.Option(help="Formulas: corrected, or as the model's paper prints them.")
    ] = "corrected",
    errors: Annotated[
        bool, typer.Option(help="Theory errors too, from all uncertain inputs at fixed couplings.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Predict observables at one point. Bins of q² [GeV²] stand in brackets behind the name.

    A note tells of bins that reach beyond phase space or into the narrow charmonia.

    [dim]Examples: darkflavour predict eft_c9 "P5p(B0->K*mumu)[4,6]" --at C9_bsmumu=-1[/dim]

    [dim]darkflavour predict --errors --couplings "C9_bsmumu=-1 C10_bsmumu=0.5" "Rmue(B+->Kll)[1.1,6]"[/dim]
    """
    with refusing():
        overridden = settled(input_set).replace(
            {k: number(v, k, "--inputs") for k, v in assignments(inputs or [], "--inputs").items()}
        )
    if couplings is not None:
        if at:
            raise Refusal("--at gives parameters of a model, --couplings replaces the model: use one of them")
        wanted = list(dict.fromkeys(names))
        values: dict[str, Any] = {k: _coefficient(v, k) for k, v in assignments(couplings, "--couplings").items()}
    else:
        with refusing():
            model = fitter.model(names[0])
        wanted = list(dict.fromkeys(names[1:]))
        if not wanted:
            raise Refusal(f"predict {names[0]}: name at least one observable (see darkflavour observables)")
        values = {k: number(v, k, "--at") for k, v in assignments(at or [], "--at").items()}
    sigma: dict[str, float] = {}
    with refusing(), _noted():
        requests = {name: likelihoods.request(name) for name in wanted}
        if couplings is not None:
            predictions = {name: likelihoods.predict(name, inputs=overridden, **values) for name in wanted}
            if errors:
                variances = np.diag(likelihoods.theory_covariance(wanted, inputs=overridden, **values))
                sigma = dict(zip(wanted, np.sqrt(variances).tolist(), strict=True))
        else:
            answers = model.predict(wanted, scheme=scheme, inputs=overridden, **values)
            predictions = {name: answers[str(item)] for name, item in requests.items()}
            if errors:
                answers = model.errors(wanted, scheme=scheme, inputs=overridden, **values)
                sigma = {name: answers[str(item)] for name, item in requests.items()}
    for note in notes(list(requests.values()), overridden):
        err.print(f"note: {note}", markup=False)
    if as_json:
        print_json({name: {"prediction": predictions[name], "error": sigma[name]} for name in sigma} or predictions)
        return
    units = likelihoods.observables()
    table = Table("observable", "prediction", *(["error"] if errors else []), "unit")
    for name, value in predictions.items():
        error = [f"{sigma[name]:.2g}"] if errors else []
        table.add_row(name, f"{value:.6g}", *error, units[requests[name].observable]["unit"] or "–")
    out.print(table)
