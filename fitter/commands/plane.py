"""Plane: draw an exclusion plane."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from fitter.checkpoint import write_atomically
from fitter.commands.console import (
    Json,
    Refusal,
    Status,
    assignments,
    err,
    note_without_data,
    number,
    out,
    print_json,
    refusing,
)
from fitter.config import configuration, cores
from fitter.plane import Plane
from fitter.report import bar


def plane(
    model: Annotated[str, typer.Argument(help="A model.", show_default=False)],
    x: Annotated[str, typer.Option(help="Parameter of the axis, with a range if you like: 'm_zp=log 10 1e4'.")],
    y: Annotated[str, typer.Option(help="The other axis.")],
    fix: Annotated[list[str] | None, typer.Option(help="Values of the other parameters: 'g_bb=0.01 m_nu=500'.")] = None,
    profile: Annotated[str, typer.Option(help="Parameters to profile over, separated by blanks.")] = "",
    contour: Annotated[
        list[str] | None,
        typer.Option(help="Lines of a derived quantity: 'omega_h2=0.12', 'C9_bsmumu/SM', 'R_K[1.1,6]=0.8,0.9'."),
    ] = None,
    data: Annotated[str | None, typer.Option(help="Month YYYY-MM or dataset; default: today.")] = None,
    terms: Annotated[str | None, typer.Option(help="Terms, separated by blanks; default: those of the model.")] = None,
    theory: Annotated[str, typer.Option(help="Treatment of theory uncertainties.")] = "covariance",
    input_set: Annotated[str | None, typer.Option(help="Named set of inputs: 'mixing-2017'.")] = None,
    scheme: Annotated[
        str, typer.Option(help="Formulas: corrected, or as the model's paper prints them.")
    ] = "corrected",
    points: Annotated[int, typer.Option(min=2, max=2000, help="Points along each axis.")] = 200,
    level: Annotated[float, typer.Option(help="Confidence level of the exclusions.")] = 0.95,
    workers: Annotated[int, typer.Option(min=1, help="Threads. Default: one for each core.")] = cores(),
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a dask scheduler whose workers take the tiles.")
    ] = None,
    output: Annotated[Path, typer.Option("--out", help="Picture (png, pdf, svg); data go beside it.")] = Path(
        "plane.png"
    ),
    force: Annotated[bool, typer.Option(help="Replace an existing picture.")] = False,
    as_json: Json = False,
) -> int:
    """Draw where each term excludes two parameters of a model, the others fixed or profiled.

    [dim]Example: darkflavour plane flavourful_zprime --x m_zp --y m_nu --fix "g_bb=0.01 g_mumu=0.3 g_nunu=1"
    --contour omega_h2=0.12[/dim]
    """
    from fitter.exclusion import draw
    from fitter.plots import rendered
    from fitter.survey import survey

    names, priors = _axes({"--x": x, "--y": y}, fix or [])
    contours = _contours(contour or [])
    if not 0 < level < 1:
        raise Refusal(f"--level {level}: must lie between 0 and 1")
    beside = _beside(output, force)
    chosen = {"data": data, "terms": terms, "input_set": input_set}
    with refusing():
        config = configuration(
            {"model": model, "theory": theory, "scheme": scheme}
            | {key: value for key, value in chosen.items() if value is not None}
        )
        likelihood = config.likelihood()
        note_without_data(config.without_data)
        prepared = survey(
            config.chosen_model,
            likelihood,
            *names,
            priors=priors,
            profile=profile.split(),
            points=points,
            derived=list(contours),
            scheme=scheme,
            data=data or "today",
        )
    with bar("points", err) as progress:
        try:
            found = prepared.run(workers, progress, scheduler)
        except ConnectionError as error:  # no scheduler
            raise Refusal(str(error)) from error
    figure = draw(found, level=level, contours=contours, title=f"{model}, data of {data or 'today'}")
    picture = rendered(figure, output.suffix.removeprefix("."))
    with refusing(output):  # e.g. the disk is full; one right after the other, so that a kill leaves both or none
        found.save(beside)
        write_atomically(output, picture)
    _tell(found, output, beside, as_json)
    return Status.DONE


def _axes(given: Mapping[str, str], fix: list[str]) -> tuple[list[str], dict[str, str | float]]:
    """Names of the axes; their ranges and the values of the other parameters."""
    priors: dict[str, str | float] = {}
    names = []
    for option, text in given.items():
        name, _, prior = text.partition("=")
        names.append(name.strip())
        if prior:
            if len(prior.split()) == 1:
                raise Refusal(f"{option} {text}: an axis needs a range, e.g. '{name}=log 1 1000'")
            priors[name.strip()] = prior
    return names, priors | {name: number(value, name, "--fix") for name, value in assignments(fix, "--fix").items()}


def _contours(texts: list[str]) -> dict[str, list[float]]:
    """Values of each derived quantity at which lines are drawn, none for those that matplotlib chooses."""
    contours: dict[str, list[float]] = {}
    for text in texts:
        name, _, values = text.rpartition("=") if "=" in text else (text, "", "")
        contours[name] = [number(value, name, "--contour") for value in values.split(",") if value]
    return contours


def _beside(output: Path, force: bool) -> Path:
    """File of the data beside the picture, or a refusal where one of them cannot be written."""
    if output.suffix not in (".png", ".pdf", ".svg"):
        raise Refusal(f"--out {output}: the name must end in .png, .pdf or .svg")
    if not output.parent.is_dir():
        raise Refusal(f"--out {output}: folder {output.parent} does not exist")
    beside = output.with_suffix(".npz")
    for path in (output, beside):
        if path.exists() and not force:
            raise Refusal(f"--out: {path} exists; choose another name or add --force")
    return beside


def _tell(found: Plane, output: Path, beside: Path, as_json: bool) -> None:
    """The best point and what failed."""
    alive = bool(np.isfinite(found.total).any())
    best = dict(zip((found.x.name, found.y.name), found.best, strict=True)) if alive else None
    if as_json:
        print_json(
            {"picture": output, "data": beside, "best": best, "terms": found.terms, "failures": list(found.failures)}
        )
        return
    out.print(f"{output} drawn, data in {beside}", markup=False)
    point = ", ".join(f"{name} = {value:.4g}" for name, value in best.items()) if best else "none, no point is physical"
    out.print(f"best point: {point}", markup=False)
    for entry in found.failures:
        out.print(f"{entry['count']} points: {entry['term'] or 'model'}: {entry['reason']}", markup=False)
