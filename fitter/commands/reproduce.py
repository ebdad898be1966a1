"""Reproduce: the figures of the five papers."""

from pathlib import Path
from typing import Annotated

import typer

from fitter.commands.console import Json, Refusal, Status, out, print_json, refusing


def reproduce(
    figure: Annotated[
        str | None, typer.Argument(help="Figure, e.g. 002-3; --list names them.", show_default=False)
    ] = None,
    list_figures: Annotated[bool, typer.Option("--list", help="Name every figure.")] = False,
    scheme: Annotated[str, typer.Option(help="Formulas: paper, as printed, or corrected.")] = "paper",
    data: Annotated[
        str, typer.Option(help="paper: the bounds it quotes; today, a month YYYY-MM or a dataset: likelihood terms.")
    ] = "paper",
    points: Annotated[int, typer.Option(min=8, max=1000, help="Points along each axis of a grid.")] = 120,
    output: Annotated[Path | None, typer.Option("--out", help="Picture (png, pdf, svg); default FIGURE.png.")] = None,
    force: Annotated[bool, typer.Option(help="Replace an existing picture.")] = False,
    as_json: Json = False,
) -> int:
    """Draw a figure of one of the papers, as printed or corrected, with the data of its day or of another.

    [dim]Example: darkflavour reproduce 002-3 --data today --scheme corrected[/dim]
    """
    from fitter import figures
    from fitter.figures import FIGURES
    from fitter.figures.drawing import plain
    from fitter.figures.judgement import Settings
    from fitter.plots import save

    if list_figures or figure is None:
        if figure is None and not list_figures:
            raise Refusal("name a figure, or --list")
        titles = {name: plain(entry.title) for name, entry in FIGURES.items()}
        if as_json:
            captions = {name: plain(entry.caption) for name, entry in FIGURES.items()}
            print_json({name: {"title": title, "caption": captions[name]} for name, title in titles.items()})
        else:
            for name, title in titles.items():
                out.print(f"{name:11s} {title}", markup=False)
        return Status.DONE
    figure = figure.replace("fig", "")  # 002-fig3 is 002-3
    path = output or Path(f"{figure}.png")
    if scheme not in ("paper", "corrected"):
        raise Refusal(f"--scheme {scheme}: must be paper or corrected")
    if path.suffix not in (".png", ".pdf", ".svg"):
        raise Refusal(f"--out {path}: the name must end in .png, .pdf or .svg")
    if not path.parent.is_dir():
        raise Refusal(f"--out {path}: folder {path.parent} does not exist")
    beside = path.with_suffix(".npz")
    for file in (path, beside):
        if file.exists() and not force:
            raise Refusal(f"--out: {file} exists; choose another name or add --force")
    with refusing():
        drawing = figures.reproduce(figure, Settings(scheme, data, points))
    save(drawing.draw(), path)
    drawing.save(beside)
    if as_json:
        told = {"title": plain(drawing.headline), "caption": plain(drawing.caption)}
        files = {"picture": path, "data": beside}
        print_json({**files, **told, "numbers": dict(drawing.numbers), "printed": dict(drawing.printed)})
        return Status.DONE
    out.print(f"{path} drawn, data in {beside}", markup=False)
    out.print(plain(drawing.caption), markup=False)
    for name, value in drawing.numbers.items():
        printed = f" (printed: {drawing.printed[name]:.4g})" if name in drawing.printed else ""
        out.print(f"{name} = {value:.4g}{printed}", markup=False)
    return Status.DONE
