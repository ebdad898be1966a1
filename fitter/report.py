"""Report: priors, progress, results and comparisons as text for people."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from fitter.compare import Comparison
from fitter.prior import Prior
from fitter.progress import Progress
from fitter.result import Result

#: Seconds between lines of progress where there is no terminal to redraw.
QUIET = 15.0


def prior_text(prior: Prior) -> str:
    """The prior as a configuration file writes it, in five digits."""
    return re.sub(r"[-+]?\d[\d.]*(e[-+]?\d+)?", lambda number: f"{float(number[0]):.5g}", str(prior))


@contextmanager
def live(console: Console) -> Iterator[Callable[[Progress], None]]:
    """Progress of a sampler: a bar on a terminal, else a line every ``QUIET`` seconds; yields the callback."""
    if not console.is_terminal:
        yield _lines(console)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[running]}"),
        TextColumn("{task.fields[left]}"),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("compiling", total=1.0, running="", left="")

        def show(progress: Progress) -> None:
            name = " ".join(filter(None, (progress.sampler, progress.stage)))
            bar.update(
                task, description=name, completed=progress.fraction, running=_running(progress), left=_left(progress)
            )

        yield show


def _running(progress: Progress) -> str:
    parts = [f"{progress.rate:,.0f} evaluations/s"]
    if progress.log_evidence is not None:
        parts.insert(0, f"ln Z {progress.log_evidence:.2f}")
    if progress.tau is not None:
        parts.insert(0, f"τ {progress.tau:.0f}")
    return "  ".join(parts)


def _left(progress: Progress) -> str:
    return "" if progress.eta is None else f"{clock(progress.eta)} left"


def clock(seconds: float) -> str:
    """Seconds as 42 s, 3:07 min or 1:02:03 h."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{rest:02d} h"
    return f"{minutes}:{rest:02d} min" if minutes else f"{rest} s"


def _lines(console: Console) -> Callable[[Progress], None]:
    last = time.monotonic()

    def show(progress: Progress) -> None:
        nonlocal last
        if time.monotonic() - last > QUIET:
            last = time.monotonic()
            parts = (progress.sampler, progress.stage, f"{100 * progress.fraction:.0f} %", _running(progress))
            console.print(", ".join(filter(None, (*parts, _left(progress)))), markup=False)

    return show


@contextmanager
def bar(what: str, console: Console) -> Iterator[Callable[[int, int], None]]:
    """Progress of a loop; yields the callback of what is done and what there is in all."""
    columns = (TextColumn(what), BarColumn(bar_width=24), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def print_summary(result: Result, console: Console) -> None:
    """Parameters, evidence, best fit and what speaks against the result."""
    summary = result.summary()
    if result.parameters:
        table = Table("parameter", "mean ± sd", "smallest 68.27 %", "best fit", "unit")
        for name, entry in summary["parameters"].items():
            parts = entry["intervals"]["68.27%"]
            intervals = " ∪ ".join(f"[{low:.4g}, {high:.4g}]" for low, high in parts)
            if len(parts) > 3:
                intervals = f"{len(parts)} parts of [{parts[0][0]:.4g}, {parts[-1][1]:.4g}]"
            best = "–" if entry["best"] is None else f"{entry['best']:.4g}"
            table.add_row(name, f"{entry['mean']:.4g} ± {entry['sd']:.2g}", intervals, best, entry["unit"] or "–")
        console.print(table)
    if result.log_evidence is not None:
        console.print(f"ln Z = {result.log_evidence:.3f} ± {result.log_evidence_error or 0.0:.3f}", markup=False)
    if result.best_fit:
        terms = ", ".join(f"{name} {value:.2f}" for name, value in result.best_fit["terms"].items())
        console.print(f"best fit: ln L = {result.best_fit['log_likelihood']:.3f} ({terms})", markup=False)
    seconds = result.provenance.get("seconds")
    took = f" in {clock(seconds)}" if seconds is not None else ""
    evaluations = result.diagnostics.get("evaluations")
    spent = f", {evaluations:,} likelihood evaluations{took}" if evaluations else ""
    console.print(f"{result.effective:,.0f} effective draws{spent}", markup=False)
    if result.failures:
        lost = sum(entry["count"] for entry in result.failures)
        console.print(f"{lost:,} points were vetoed or not finite: see darkflavour doctor", markup=False)
    if result.interrupted:
        console.print("[bold red]INTERRUPTED[/bold red]: a partial result")
    for reason in result.reasons:
        console.print("[bold red]NOT CONVERGED[/bold red]:", end=" ")
        console.print(reason, markup=False)


def print_failures(result: Result, console: Console) -> None:
    """Every class of vetoed or non-finite points with its count and share, term, reason and an example."""
    evaluations = result.diagnostics.get("evaluations")
    for entry in result.failures:
        example = ", ".join(f"{name}={value:.5g}" for name, value in entry["example"].items())
        source = f"term {entry['term']}" if entry["term"] else "veto of the model"
        share = f" ({entry['count'] / evaluations:.2%} of all points)" if evaluations else ""
        console.print(f"{entry['count']:,} × {source}{share}: {entry['reason']}, e.g. at {example}", markup=False)
    if not result.failures:
        console.print("no point was vetoed, every prediction was finite")


def print_cut(told: dict[str, Any], console: Console) -> None:
    """What hard limits leave of a fit, and the joint fit beside it."""
    shares = ", ".join(f"{name} {share:.3g}" for name, share in told["shares"].items())
    console.print(f"the cuts leave a share of {told['share']:.3g} of the posterior; alone: {shares}", markup=False)
    if told["log_evidence"] is not None:
        console.print(f"ln Z with cuts {told['log_evidence']:.2f} ± {told['log_evidence_error']:.2f}", markup=False)
    if "cost" in told:
        console.print(f"in the joint fit the limits cost {-told['cost']:.2f} of ln Z", markup=False)
    if "parameters" in told:
        table = Table("parameter", "cut", "joint fit", "shift/σ", box=None)
        for name, row in told["parameters"].items():
            both = (f"{row[kind]:.4g} ± {row[f'{kind} sd']:.2g}" for kind in ("cut", "joint"))
            table.add_row(name, *both, f"{row['shift']:+.2f}")
        console.print(table)


def print_comparison(comparison: Comparison, console: Console) -> None:
    """Models, best evidence first, how well each fits, and what speaks against comparing them."""
    table = Table("model", "ln Z", "ln B", "Kass–Raftery", "Jeffreys", "best ln L", "parameters")
    for row in comparison.rows:
        has = row["log_evidence"] is not None
        table.add_row(
            row["name"],
            f"{row['log_evidence']:.2f} ± {row['error']:.2f}" if has else "–",
            f"{row['log_bayes_factor']:.2f} ± {row['bayes_error']:.2f}" if has else "–",
            row["evidence_against"] or "–",
            row["jeffreys"] or "–",
            _two(row["best_log_likelihood"]),
            str(row["parameters"]),
        )
    console.print(table)
    table = Table(
        "model", "DIC", "DIC (mean)", "IC", "WAIC", "LOO", "largest Pareto k", "χ²/dof", "p-value", "worst pull"
    )
    for row in comparison.rows:
        name, pull = max(row.get("pulls", []), key=lambda entry: abs(entry[1]), default=("", 0.0))
        table.add_row(
            row["name"],
            *(_two(row[key]) for key in ("dic", "dic_mean", "ic", "waic", "loo")),
            _two(max(row["pareto_k"].values()) if row["pareto_k"] else None),
            f"{row['chi2']:.1f}/{row['dof']}" if "chi2" in row else "–",
            f"{row['p_value']:.2g} ± {row['p_value_error']:.1g}" if "p_value" in row else "–",
            f"{pull:+.1f} {name}" if name else "–",
        )
    console.print(table)
    for row in comparison.rows:
        _print_tension(row, console)
    for row in comparison.rows:
        for note in row["notes"]:
            console.print(f"{row['name']}: {note}", markup=False)
    for warning in comparison.warnings:
        console.print(f"warning: {warning}", markup=False, style="red")


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _print_tension(row: dict[str, Any], console: Console) -> None:
    name = row["name"]
    for entry in row.get("tension", ()):
        how = "by a fit without it" if entry["rerun"] else f"{entry['effective']:.0f} effective draws"
        console.print(
            f"{name}: {entry['term']} given the others: ln density {entry['log_density']:.2f}, "
            f"surprise {entry['surprise']:.2f} ({how})",
            markup=False,
        )
    if (parts := row.get("suspiciousness")) is not None:
        p = "no shared dimension" if parts["p_value"] is None else f"p = {parts['p_value']:.2g}"
        console.print(
            f"{name}: {', '.join(parts['terms'])} against the others: ln R {parts['log_ratio']:.2f}, "
            f"ln S {parts['log_suspiciousness']:.2f} ± {parts['error']:.2f}, d = {parts['dimension']:.1f}, {p}",
            markup=False,
        )
    if (other := row.get("prior_sensitivity")) is not None:
        moved = ", ".join(f"{key} {value:+.2f} sd" for key, value in other["means"].items())
        how = "by another fit" if other["rerun"] else f"{other['effective']:.0f} effective draws"
        console.print(f"{name}: other priors shift ln Z by {other['shift']:+.2f} ({how}); {moved}", markup=False)
