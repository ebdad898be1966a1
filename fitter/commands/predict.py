"""Predict: observables of one point of a model, or of given couplings."""

from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table

import fitter
import likelihoods
from fitter.commands.console import Json, Refusal, assignments, number, out, print_json, refusing
from likelihoods.inputs import settled


def _coefficient(text: str, name: str) -> complex | tuple[complex, ...]:
    """``-1``, ``1+0.3j``, or ``a,b,m,gamma`` of a pole."""
    try:
        values = tuple(complex(word) for word in text.replace(" ", "").split(","))
    except ValueError:
        raise Refusal(f"--couplings {name}={text}: a number, re+imj, or a,b,m,gamma is needed") from None
    return values if len(values) > 1 else values[0]


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

    [dim]Examples: darkflavour predict eft_c9 "P5p(B0->K*mumu)[4,6]" --at C9_bsmumu=-1[/dim]

    [dim]darkflavour predict --errors --couplings "C9_bsmumu=-1 C10_bsmumu=0.5" "Rmue(B+->Kll)[1.1,6]"[/dim]
    """
    with refusing():
        overridden = settled(input_set).replace(
            {k: number(v, k, "--inputs") for k, v in assignments(inputs or [], "--inputs").items()}
        )
    sigma: list[float] = []
    if couplings is not None:
        if at:
            raise Refusal("--at gives parameters of a model, --couplings replaces the model: use one of them")
        values: dict[str, Any] = {k: _coefficient(v, k) for k, v in assignments(couplings, "--couplings").items()}
        with refusing():
            predictions = {name: likelihoods.predict(name, inputs=overridden, **values) for name in names}
            if errors:
                sigma = np.sqrt(np.diag(likelihoods.theory_covariance(names, inputs=overridden, **values))).tolist()
    else:
        with refusing():
            model = fitter.model(names[0])
        if not names[1:]:
            raise Refusal(f"predict {names[0]}: name at least one observable (see darkflavour observables)")
        point = {k: number(v, k, "--at") for k, v in assignments(at or [], "--at").items()}
        with refusing():
            answers = model.predict(names[1:], scheme=scheme, inputs=overridden, **point)
            if errors:
                sigma = list(model.errors(names[1:], scheme=scheme, inputs=overridden, **point).values())
        predictions = dict(zip(names[1:], answers.values(), strict=True))
    if as_json:
        pairs = zip(predictions.items(), sigma, strict=True) if errors else ()
        print_json({name: {"prediction": value, "error": error} for (name, value), error in pairs} or predictions)
        return
    units = likelihoods.observables()
    table = Table("observable", "prediction", *(["error"] if errors else []), "unit")
    for k, (text, value) in enumerate(predictions.items()):
        name = likelihoods.request(text).observable
        table.add_row(text, f"{value:.6g}", *(f"{error:.2g}" for error in sigma[k : k + 1]), units[name]["unit"] or "–")
    out.print(table)
