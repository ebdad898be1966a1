"""Runs: what is done with finished ones: plot, compare, doctor."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

import fitter
from fitter import cuts
from fitter.commands.console import Json, Refusal, Status, number, out, print_json, refusing
from fitter.config import configuration
from fitter.posterior import Posterior
from fitter.report import print_comparison, print_cut, print_failures, print_summary
from fitter.result import Result
from likelihoods import Likelihood, observables

#: Configuration of a run, in its folder.
CONFIG = "config.yaml"
#: The picture that is drawn last.
LAST = "corner"
FORMATS = ("png", "pdf", "svg")


def pictures(result: Result, posterior: Posterior | None, folder: Path, form: str = "png") -> list[Path]:
    """Draw what a result allows: corner, run, traces, and with its posterior the pulls; the files."""
    from fitter import plots

    title = f"{result.name}, {result.provenance.get('sampler', '')}".removesuffix(", ")
    drawn: dict[str, Any] = {}
    if result.history:
        drawn["run"] = plots.history(result.history, title=title)
    if posterior is not None and posterior.likelihood is not None and result.best_fit:
        drawn["pulls"] = pulls(result, posterior)
    if result.parameters and len(result.samples) > 1:
        drawn["traces"] = plots.traces(result.samples, result.chain, result.parameters, title=title)
        drawn[LAST] = result.corner()
    return [plots.save(figure, folder / f"{name}.{form}") for name, figure in drawn.items()]


def pulls(result: Result, posterior: Posterior) -> Any:
    """Pull plot at the best fit."""
    from fitter import plots

    likelihood: Any = posterior.likelihood
    best = np.array([[result.best_fit["values"][name] for name in posterior.names]])
    values = likelihood.pulls(*posterior.couplings(best))[0]
    known = observables()
    labels = []
    for m in likelihood.measurements:
        for row in m.rows:
            q2 = "" if row.q2 is None else f" [{row.q2[0]:g}, {row.q2[1]:g}]"
            labels.append(f"${known[row.observable]['latex']}${q2}  {m.experiment} {m.date[:4]}")
    groups = [row.term for m in likelihood.measurements for row in m.rows]
    return plots.pulls(labels, values, groups, title=f"{result.name} at its best fit")


def load(folder: Path) -> Result:
    """The result in a folder, or a refusal."""
    if not folder.is_dir():
        raise Refusal(f"{folder}: no such folder")
    if (folder / CONFIG).is_file() and not (folder / "posterior.nc").exists():
        raise Refusal(f"{folder}: the run was stopped before it had a result; darkflavour continue {folder} goes on")
    with refusing(folder):
        return Result.load(folder)


def plot(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.", show_default=False)],
    form: Annotated[str, typer.Option("--format", help="png, pdf or svg.")] = "png",
    target: Annotated[
        Path | None, typer.Option("--out", help="Folder for the pictures; default: that of the run.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Draw a run: corner plot, traces, history of the sampler, pulls at the best fit.

    [dim]Example: darkflavour plot runs/first --format pdf[/dim]
    """
    if form not in FORMATS:
        raise Refusal(f"--format {form}: known: {', '.join(FORMATS)}")
    result = load(folder)
    target = target or folder
    if not target.is_dir():
        raise Refusal(f"--out {target}: no such folder")
    paths = pictures(result, configured(folder), target, form)
    if as_json:
        print_json({"pictures": paths})
    else:
        for path in paths:
            out.print(str(path), markup=False)
    return Status.DONE


def configured(folder: Path) -> Posterior | None:
    """The posterior that a run's configuration describes, None where there is none."""
    if not (folder / CONFIG).is_file():
        return None
    with refusing(folder / CONFIG):
        return configuration({}, folder / CONFIG).posterior()


def compare(
    folders: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.", show_default=False)],
    tension: Annotated[bool, typer.Option(help="How each term sits with the others; may fit again.")] = False,
    split: Annotated[str, typer.Option(help="Terms whose tension with all others is told; fits both parts.")] = "",
    priors: Annotated[
        list[str] | None, typer.Option("--prior", help="Another prior: 'g_bb=uniform 1e-4 1', 'a_re a_im=polar 0 1'.")
    ] = None,
    toys: Annotated[int, typer.Option(min=0, help="Pseudo-data of the p-values; 0 leaves them out.")] = 1000,
    picture: Annotated[Path | None, typer.Option("--out", help="Picture of the comparison (png, pdf, svg).")] = None,
    as_json: Json = False,
) -> int:
    """Compare models fitted to the same data: Bayes factors, information criteria, goodness of fit, tension.

    [dim]Example: darkflavour compare runs/sm runs/zprime --tension --out evidence.png[/dim]
    """
    if picture is not None and picture.suffix.removeprefix(".") not in FORMATS:
        raise Refusal(f"--out {picture}: the name must end in .png, .pdf or .svg")
    results = [load(folder) for folder in folders]
    names = _names(results, folders)
    chosen = _other_priors(priors or [])
    posteriors = [configured(folder) for folder in folders]
    with refusing():
        comparison = fitter.compare(
            results, posteriors, names=names, toys=toys, tension=tension, split=split.split(), priors=chosen
        )
    if picture is not None:
        from fitter import plots

        plots.save(comparison.plot(), picture)
    if as_json:
        print_json({"models": comparison.rows, "warnings": comparison.warnings})
    else:
        print_comparison(comparison, out)
    return Status.DONE if all(row["converged"] for row in comparison.rows) else Status.NOT_CONVERGED


def _names(results: list[Result], folders: list[Path]) -> list[str]:
    """Models of the results, with their folders where a model comes twice."""
    places = [folder.resolve() for folder in folders]
    for place, folder in zip(places, folders, strict=True):
        if places.count(place) > 1:
            raise Refusal(f"{folder} is given twice")
    models = [result.name for result in results]
    last = [place.name for place in places]
    return [
        model if models.count(model) == 1 else f"{model} ({name if last.count(name) == 1 else folder})"
        for model, name, folder in zip(models, last, folders, strict=True)
    ]


def mix(
    folders: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs.", show_default=False)],
    target: Annotated[Path, typer.Option("--out", help="Folder of the mixture.", show_default=False)],
    weights: Annotated[str, typer.Option(help="Prior weights of the branches; default: equal.")] = "",
    as_json: Json = False,
) -> int:
    """Put fits of a model's branches together: evidences added with prior weights, posteriors in proportion.

    [dim]Example: darkflavour mix runs/heavy runs/light --weights "13 1.4" --out runs/both[/dim]
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refusal(f"--out {target} exists and is not empty: choose another")
    shares = [number(word, "weights", "--weights") for word in weights.split()] or None
    with refusing():
        result = fitter.mixture([load(folder) for folder in folders], shares)
    result.save(target)
    pictures(result, None, target)
    if as_json:
        print_json(result.summary())
    else:
        print_summary(result, out)
        out.print(f"saved in {target}", markup=False)
    return Status.DONE if result.converged else Status.NOT_CONVERGED


def cut(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.", show_default=False)],
    terms: Annotated[str, typer.Option(help="Searches to cut with, separated by blanks.", show_default=False)],
    data: Annotated[str | None, typer.Option(help="Month YYYY-MM of the searches; default: that of the run.")] = None,
    level: Annotated[float, typer.Option(help="Confidence level of the cuts.")] = 0.95,
    joint: Annotated[Path | None, typer.Option(help="Run with these terms in the fit, to compare with.")] = None,
    as_json: Json = False,
) -> int:
    """Apply hard limits to a finished fit, as scans do, and compare with the fit that has them as likelihoods.

    [dim]Example: darkflavour cut runs/anomalies --terms "B_K_invisible drell_yan" --joint runs/joint[/dim]
    """
    result, posterior = load(folder), configured(folder)
    if posterior is None or posterior.likelihood is None:
        raise Refusal(f"{folder} has no configuration to take the model from")
    with refusing():
        month = data or configuration({}, folder / CONFIG).data
        searches = Likelihood.of(terms.split(), data=month)
        left, shares = cuts.cut(result, posterior, searches, level)
        told: dict[str, Any] = {"share": left.diagnostics["share that survives"], "shares": shares}
        told |= {"log_evidence": left.log_evidence, "log_evidence_error": left.log_evidence_error}
        if joint is not None:
            together = load(joint)
            told |= {"parameters": cuts.difference(left, together)}
            if searches.bounds.all():
                told["cost"] = cuts.cost(result, together, searches)
    if as_json:
        print_json(told)
    else:
        print_cut(told, out)
    return Status.DONE


def _other_priors(texts: list[str]) -> dict[str, str]:
    found = {}
    for text in texts:
        names, sign, prior = text.partition("=")
        if not sign or not names.split() or len(names.split()) > 2:
            raise Refusal(f"--prior {text!r}: write NAME='uniform LOW HIGH', or a pair, 'A_re A_im=polar LOW HIGH'")
        found[" ".join(names.split())] = prior.strip()
    return found


def doctor(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.", show_default=False)],
    as_json: Json = False,
) -> int:
    """Tell what went wrong in a run: vetoed and non-finite points, and every reason against its convergence.

    [dim]Example: darkflavour doctor runs/first[/dim]
    """
    result = load(folder)
    if as_json:
        print_json(
            {
                "converged": result.converged,
                "interrupted": result.interrupted,
                "reasons": result.reasons,
                "diagnostics": result.diagnostics,
                "failures": result.failures,
            }
        )
        return Status.DONE
    if result.interrupted:
        out.print("interrupted: what there is was saved")
    for reason in result.reasons:
        out.print(f"not converged: {reason}", markup=False)
    if result.converged and not result.interrupted:
        out.print("converged")
    elif (folder / CONFIG).is_file():
        out.print(f"darkflavour continue {folder} goes on", markup=False)
    for name, value in result.diagnostics.items():
        shown = f"{value:.5g}" if isinstance(value, float) else value
        out.print(f"  {name}: {shown}", markup=False)
    print_failures(result, out)
    return Status.DONE
