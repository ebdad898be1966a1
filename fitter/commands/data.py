"""Data: the embedded measurements, as they stood at a date."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Column, Table

from fitter.commands.console import Json, Refusal, out, print_json, refusing
from likelihoods.catalogue import load_measurements, references
from likelihoods.catalogue import terms as known_terms
from likelihoods.hadronic_model import hadronic_models
from likelihoods.inputs import nearest
from likelihoods.measurement import Measurement, Row
from likelihoods.snapshot import datasets, snapshot

app = typer.Typer(help="The embedded measurements: list, show, audit.", no_args_is_help=True)


def number_text(row: Row) -> str:
    """Value with errors, limit, counts or table of one row, without the unit."""
    if row.kind == "limit":
        return f"{'<' if row.side == 'upper' else '>'} {row.limit:g} ({100 * row.cl:g} % CL)"
    if row.kind == "table":
        return f"tabulated from {row.x[0]:g} to {row.x[-1]:g}"
    if row.kind == "log_likelihood":
        return "likelihood of its own"
    if row.kind == "counts":
        return f"{row.observed:g} observed, {row.background:g} expected without signal"

    def pair(errors: tuple[float, float]) -> str:
        up, down = errors
        return f"± {up:g}" if up == down else f"+{up:g} −{down:g}"

    parts = [f"{row.value:g}", pair(row.stat)] + ([f"{pair(row.syst)} (syst)"] if any(row.syst) else [])
    return " ".join(parts + ([f"± {row.norm:g} (normalisation)"] if row.norm else []))


def summary(m: Measurement) -> dict[str, object]:
    """What a program wants to know of a measurement."""
    return {
        "date": m.date,
        "experiment": m.experiment,
        "reference": m.reference,
        "arxiv": references().get(m.reference, {}).get("arxiv", ""),
        "terms": m.terms,
        "values": len(m.rows),
        "supersedes": m.supersedes,
        "alternative_to": m.alternative_to,
        "grade": m.grade,
    }


@app.command("hadronic")
def hadronic(as_json: Json = False) -> None:
    """List the hadronic models of b → s ℓ ℓ, for --hadronic of a fit.

    [dim]Example: darkflavour data hadronic[/dim]
    """
    if as_json:
        print_json(hadronic_models())
        return
    table = Table(Column("hadronic model", no_wrap=True), "what it is", box=None, header_style="bold")
    for name, about in hadronic_models().items():
        table.add_row(name, about)
    out.print(table)


@app.command("list")
def list_(
    data: Annotated[str | None, typer.Option(help="Month YYYY-MM or dataset; default: today.")] = None,
    terms: Annotated[str | None, typer.Option(help="Terms, separated by blanks.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is superseded by now.")] = False,
    as_json: Json = False,
) -> None:
    """List the measurements that stood at a date.

    [dim]Example: darkflavour data list --data 2018-03 --terms "R_K R_Kstar"[/dim]
    """
    if everything and (data or terms):
        raise Refusal("--all lists every measurement: leave out --data and --terms")
    with refusing():
        found = list(load_measurements().values()) if everything else snapshot(data, terms.split() if terms else None)
    if as_json:
        print_json({m.name: summary(m) for m in found})
        return
    table = Table(
        Column("date", no_wrap=True), Column("measurement", no_wrap=True), "terms", "values", "arXiv", "grade"
    )
    for m in sorted(found, key=lambda m: (m.date, m.name)):
        arxiv = str(summary(m)["arxiv"]) or m.reference
        table.add_row(m.date, m.name, " ".join(m.terms), str(len(m.rows)), arxiv, m.grade)
    out.print(table)
    out.print(f"{len(found)} measurements; datasets by name: {', '.join(datasets()) or 'none'}", markup=False)


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="Name of a measurement or a term.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Show a measurement with all its numbers, or the history of a term.

    [dim]Examples: darkflavour data show R_K; darkflavour data show LHCb:2014:RK[/dim]
    """
    with refusing():
        measurements = load_measurements()
    if name in known_terms() and name not in measurements:
        history = sorted((m for m in measurements.values() if name in m.terms), key=lambda m: m.date)
        if as_json:
            print_json({m.name: summary(m) for m in history})
            return
        out.print(f"[bold]{name}[/bold]: {known_terms()[name]}")
        table = Table("date", "measurement", "value", "supersedes")
        for m in history:
            first, *rest = [row for row in m.rows if row.term == name]
            text = f"{first}: {number_text(first)}" + (f" and {len(rest)} more" if rest else "")
            table.add_row(m.date, m.name, text, " ".join(m.supersedes))
        out.print(table)
        return
    if name not in measurements:
        raise Refusal(f"unknown measurement {name!r}{nearest(name, [*measurements, *known_terms()])}")
    m = measurements[name]
    rows = [{"observable": str(row), "term": row.term, "value": number_text(row), "unit": row.unit} for row in m.rows]
    if as_json:
        print_json({"name": m.name, **summary(m), "rows": rows, "note": m.note})
        return
    entry = references().get(m.reference, {})
    out.print(f"[bold]{m.name}[/bold]: {m.experiment}, {m.date}, grade {m.grade}")
    out.print(f"{entry.get('title', m.reference)} {entry.get('arxiv', '')}".strip(), markup=False)
    if m.supersedes:
        out.print(f"supersedes {', '.join(m.supersedes)}")
    if m.alternative_to:
        out.print(f"another form of {m.alternative_to}: never in one fit with it")
    table = Table("observable", "value", "unit", "term")
    for line in rows:
        table.add_row(line["observable"], line["value"], line["unit"] or "–", line["term"])
    out.print(table)
    if m.note:
        out.print(m.note.strip(), markup=False)


@app.command("audit")
def audit(
    file: Annotated[Path | None, typer.Argument(help="A measurement file or folder of yours.")] = None,
    as_json: Json = False,
) -> None:
    """Audit the embedded measurements, or a file of yours on top of them, and every snapshot they can form.

    Reading checks units, bins, references, correlation matrices (symmetric, positive definite) and supersedes chains;
    each month's snapshot is then checked for data used twice.

    [dim]Example: darkflavour data audit my_measurements.yaml[/dim]
    """
    with refusing():
        measurements = load_measurements(file)
        months = sorted({m.date for m in measurements.values()})
        for month in months:
            snapshot(month, measurements=measurements)
        for name in datasets() if file is None else ():
            snapshot(name, measurements=measurements)
    values = sum(len(m.rows) for m in measurements.values())
    terms = {term for m in measurements.values() for term in m.terms}
    grades = Counter(m.grade for m in measurements.values())
    found = {
        "measurements": len(measurements),
        "values": values,
        "terms": len(terms),
        "snapshots": len(months),
        "grades": grades,
    }
    if as_json:
        print_json(found)
        return
    out.print(f"{len(measurements)} measurements with {values} values for {len(terms)} terms are consistent")
    out.print(f"{len(months)} snapshots from {months[0]} to {months[-1]} use nothing twice")
    for grade, count in sorted(grades.items()):
        out.print(f"  {count} of grade {grade}")
