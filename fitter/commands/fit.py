"""Fit: run a sampler on a model, and continue a run."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from fitter.checkpoint import set_aside, sweep, write_atomically
from fitter.commands import runs
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
from fitter.commands.runs import CONFIG
from fitter.config import Config, configuration
from fitter.evidence import harder
from fitter.inference import run
from fitter.lock import Locked
from fitter.posterior import Posterior
from fitter.report import live, print_summary
from fitter.result import Result
from fitter.samplers import sampler as find_sampler

POSTERIOR = "posterior.nc"


def fit(
    source: Annotated[str, typer.Argument(metavar="MODEL|CONFIG.yaml", show_default=False)],
    data: Annotated[str | None, typer.Option(help="Month YYYY-MM or dataset; default: today.")] = None,
    terms: Annotated[
        str | None, typer.Option(help="Terms, separated by blanks, or all; default: the model's that have data.")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Prior or fixed value: 'g_bb=log 1e-4 1', 'm_nu=500'.")
    ] = None,
    theory: Annotated[str | None, typer.Option(help="Theory errors: covariance, marginal or nuisance.")] = None,
    nuisances: Annotated[str | None, typer.Option(help="Inputs to sample, with --theory nuisance.")] = None,
    hadronic: Annotated[
        str | None, typer.Option(help="Hadronic model of b -> s l l: a name (darkflavour data hadronic) or a file.")
    ] = None,
    inputs: Annotated[list[str] | None, typer.Option(help="Inputs to override: 'm_b=4.18'.")] = None,
    input_set: Annotated[str | None, typer.Option(help="Named set of inputs: 'mixing-2017'.")] = None,
    one_sided: Annotated[list[str] | None, typer.Option(help="Terms taken as a bound: 'planck=upper'.")] = None,
    measurements: Annotated[Path | None, typer.Option(help="File with measurements of yours.")] = None,
    scheme: Annotated[str | None, typer.Option(help="Formulas: corrected (default) or paper.")] = None,
    sampler: Annotated[
        str | None, typer.Option(help="dynesty (default), dynesty-dynamic, smc, emcee or ultranest.")
    ] = None,
    options: Annotated[list[str] | None, typer.Option(help="Settings of the sampler: 'live=2000'.")] = None,
    evidence: Annotated[str | None, typer.Option(help="checked: replicates and doubled effort for ln Z.")] = None,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same result. Default: 1.")] = None,
    workers: Annotated[int | None, typer.Option(help="Threads. Default: one for each core.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Address of a dask scheduler for the replicates.")] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder of the run; default: runs/MODEL-DATE.")] = None,
    pictures: Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures into the folder.")] = True,
    as_json: Json = False,
) -> int:
    """Fit a model to data: posterior, evidence, best fit and pictures, in one folder.

    Takes the name of a model, or a YAML file with the same keys as the options (options win).
    Exit status 3 if the fit has not converged, 130 after Ctrl-C; both leave a result that says so.

    [dim]Example: darkflavour fit flavourful_zprime --data 2018-03 --set "m_zp=log 50 5000" --out runs/z[/dim]
    """
    file = Path(source) if source.endswith((".yaml", ".yml")) else None
    given: dict[str, Any] = {
        "model": None if file else source,
        "data": data,
        "terms": terms,
        "set": assignments(set_, "--set") if set_ else None,
        "theory": theory,
        "nuisances": nuisances,
        "hadronic": hadronic,
        "inputs": {k: number(v, k, "--inputs") for k, v in assignments(inputs, "--inputs").items()} if inputs else None,
        "input_set": input_set,
        "one_sided": assignments(one_sided, "--one-sided") if one_sided else None,
        "measurements": measurements,
        "scheme": scheme,
        "sampler": sampler,
        "options": {k: yaml.safe_load(v) for k, v in assignments(options, "--options").items()} if options else None,
        "evidence": evidence,
        "seed": seed,
        "scheduler": scheduler,
        "workers": workers,
        "out": folder,
    }
    with refusing(file or ""):
        config = configuration({key: value for key, value in given.items() if value is not None}, file)
    if (done := _previous(config)) is not None:
        err.print(f"{config.folder} holds this very run, complete: nothing to do", markup=False)
        if pictures and done.parameters and not (config.folder / f"{runs.LAST}.png").exists():  # killed while it drew
            sweep(config.folder)
            runs.pictures(done, config.posterior(), config.folder)
        return _tell(done, config.folder, as_json)
    return _run(config, pictures, as_json)


def _run(config: Config, pictures: bool, as_json: bool) -> int:
    posterior = _checked(config)
    with refusing():
        note_without_data(config.without_data)
        new = next((path for path in (*reversed(config.folder.parents), config.folder) if not path.exists()), None)
        config.folder.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(config.resolved(), sort_keys=False, allow_unicode=True)
        write_atomically(config.folder / CONFIG, text.encode())
    told = f"darkflavour continue {config.folder} goes on"
    try:
        with live(err) as progress:
            result = run(
                posterior,
                config.sampler,
                seed=config.seed,
                out=config.folder,
                evidence=config.evidence,
                workers=config.workers,
                scheduler=config.scheduler,
                progress=progress,
                **config.options,
            )
    except Locked as error:  # another process has just begun the same run
        raise Refusal(str(error)) from error
    except (ValueError, ConnectionError, MemoryError) as error:  # nowhere finite, a setting out of range, no scheduler
        if new is not None and not any(config.folder.glob("*.n[cp]*")):
            shutil.rmtree(new)
        raise Refusal(str(error)) from error
    except OSError as error:  # e.g. the disk is full
        raise Refusal(f"{config.folder}: {error.strerror or error}; the last state stands, {told}") from error
    except KeyboardInterrupt:
        err.print(f"darkflavour: interrupted; {told}", markup=False)
        return Status.INTERRUPTED
    try:
        if pictures:
            runs.pictures(result, posterior, config.folder)
    except OSError as error:
        raise Refusal(f"{config.folder}: {error.strerror or error}; the result is saved, without pictures") from error
    except KeyboardInterrupt:
        err.print(f"darkflavour: interrupted; {config.folder} holds the result, without pictures", markup=False)
        return Status.INTERRUPTED
    return _tell(result, config.folder, as_json)


def _checked(config: Config) -> Posterior:
    with refusing():
        find_sampler(config.sampler, config.options)
        return config.posterior()


def continue_(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a run.", show_default=False)],
    workers: Annotated[int | None, typer.Option(help="Threads. Default: one for each core.")] = None,
    as_json: Json = False,
) -> int:
    """Continue a run that was interrupted or has not converged.

    [dim]Example: darkflavour continue runs/first[/dim]
    """
    file = folder / CONFIG
    if not folder.is_dir():
        raise Refusal(f"{folder}: no such folder")
    if not file.is_file():
        raise Refusal(f"{folder} is not the folder of a run: there is no {CONFIG}")
    with refusing(file):
        config = configuration({"out": folder} | ({"workers": workers} if workers else {}), file)
    if (done := _previous(config)) is not None:
        if done.converged:
            err.print(f"{folder} is complete and converged: nothing to do", markup=False)
            return _tell(done, folder, as_json)
        config = _harder(config)
    return _run(config, True, as_json)


def _harder(config: Config) -> Config:
    """The fit at double effort: a chain goes on, other samplers begin again and what they found is set aside."""
    more = harder(config.sampler, config.options)
    if config.sampler != "emcee":
        try:
            set_aside(config.folder)
        except Locked as error:
            raise Refusal(str(error)) from error
    told = " ".join(f"{key}={value}" for key, value in more.items())
    err.print(f"{config.folder} has not converged: with {told}", markup=False)
    return config.model_copy(update={"options": config.options | more})


def _previous(config: Config) -> Result | None:
    """The complete result of the same run that the folder holds, None if it is free to use.

    Refuses a folder that holds anything else.
    """
    folder = config.folder
    if not folder.exists() or (folder.is_dir() and all(path.name.startswith(".") for path in folder.iterdir())):
        return None
    file = folder / CONFIG
    if not file.is_file():
        raise Refusal(f"--out {folder} exists and is not the folder of a run: choose another")
    with refusing(file):
        before = configuration({}, file).resolved()
    with refusing():
        differences = _differences(before, config.resolved())
    if differences:
        _checked(config)  # what is wrong with the options themselves comes first
        raise Refusal(f"--out {folder} holds another run ({differences}): choose another folder")
    if not (folder / POSTERIOR).is_file():
        return None
    with refusing():
        result = Result.load(folder)
    return None if result.interrupted else result


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    return "; ".join(f"{key}: {before.get(key)} instead of {now[key]}" for key in now if before.get(key) != now[key])


def _tell(result: Result, folder: Path, as_json: bool) -> int:
    if as_json:
        print_json(result.summary())
    else:
        print_summary(result, out)
        out.print(f"saved in {folder}", markup=False)
    if result.interrupted:
        return Status.INTERRUPTED
    return Status.DONE if result.converged else Status.NOT_CONVERGED
