"""Catalogue: what there is to fit, to predict and to compare with."""

from typing import Annotated

import typer
from rich.table import Table

import fitter
import likelihoods
from fitter.commands.console import Json, Refusal, out, print_json, refusing
from fitter.models import MODELS
from fitter.report import prior_text
from likelihoods.inputs import nearest


def models(
    model: Annotated[str | None, typer.Argument(help="Show this model only, in full.")] = None,
    as_json: Json = False,
) -> None:
    """List the models, or one with its parameters, priors and where it corrects its paper.

    [dim]Example: darkflavour models flavourful_zprime[/dim]
    """
    if model is None:
        if as_json:
            print_json(
                {
                    m.name: {"parameters": m.names, "description": m.description, "paper": m.reference}
                    for m in MODELS.values()
                }
            )
            return
        table = Table("model", "parameters", "description", "paper")
        for m in MODELS.values():
            table.add_row(m.name, " ".join(m.names), m.description, m.reference)
        out.print(table)
        return
    with refusing():
        chosen = fitter.model(model)
    differences = [{"paper": where, "corrected": what, "size": size} for where, what, size in chosen.differences]
    if as_json:
        parameters = {
            p.name: {
                "prior": str(p.prior),
                "default": p.default,
                "unit": p.unit,
                "latex": p.latex,
                "description": p.description,
            }
            for p in chosen.parameters
        }
        print_json(
            {
                "model": chosen.name,
                "description": chosen.description,
                "paper": chosen.reference,
                "parameters": parameters,
                "terms": chosen.terms,
                "further": chosen.further,
                "vetoes": chosen.vetoes,
                "differences": differences,
            }
        )
        return
    out.print(f"[bold]{chosen.name}[/bold]: {chosen.description} ({chosen.reference})")
    table = Table("parameter", "prior", "unit", "meaning")
    for p in chosen.parameters:
        prior = prior_text(p.prior) if p.default is None else f"fixed at {p.default:g} ({prior_text(p.prior)})"
        table.add_row(p.name, prior, p.unit or "–", p.description)
    if chosen.parameters:
        out.print(table)
    out.print(f"default fit: {' '.join(chosen.terms)}", markup=False)
    if chosen.further:
        out.print(f"by --terms also, beside those of b -> s l l: {' '.join(chosen.further)}", markup=False)
    for veto in chosen.vetoes:
        out.print(f"outside the physical support: {veto}")
    for row in differences:
        out.print(f"differs from the paper, {row['paper']}: {row['corrected']} ({row['size']})", markup=False)


def observables(
    pattern: Annotated[str, typer.Argument(help="Show only names that contain this text.")] = "",
    as_json: Json = False,
) -> None:
    """List the observables with unit and reference.

    [dim]Example: darkflavour observables P5p[/dim]
    """
    every = likelihoods.observables()
    known = {name: entry for name, entry in every.items() if pattern.lower() in name.lower()}
    if not known:
        raise Refusal(f"no observable has {pattern!r} in its name{nearest(pattern, every)}")
    if as_json:
        print_json(known)
        return
    table = Table("observable", "unit", "reference")
    for name, entry in known.items():
        table.add_row(name, entry["unit"] or "–", entry["reference"])
    out.print(table)
    out.print(f"{len(known)} observables; binned ones take [low,high] in GeV² behind the name", markup=False)
