"""Calibrate: simulation-based check of a fit on pseudo-data."""

from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from fitter.archive import dumps
from fitter.calibration import calibrate as run
from fitter.checkpoint import write_atomically
from fitter.commands.console import Json, Refusal, Status, assignments, err, out, print_json, refusing
from fitter.config import configuration
from fitter.report import bar
from fitter.samplers import sampler as find_sampler

#: Smallest flatness probability of a calibrated fit, shared by all parameters.
LEVEL = 0.01


def calibrate(
    source: Annotated[str, typer.Argument(metavar="MODEL|CONFIG.yaml", show_default=False)],
    fits: Annotated[int, typer.Option(min=20, help="Pseudo-data sets.")] = 300,
    data: Annotated[str | None, typer.Option(help="Month YYYY-MM or dataset whose errors are simulated.")] = None,
    terms: Annotated[str | None, typer.Option(help="Terms, separated by blanks; default: those of the model.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Prior or fixed value, as for fit.")] = None,
    sampler: Annotated[
        str | None, typer.Option(help="smc (default), dynesty, dynesty-dynamic, emcee or ultranest.")
    ] = None,
    options: Annotated[list[str] | None, typer.Option(help="Settings of the sampler: 'particles=512'.")] = None,
    doublings: Annotated[int, typer.Option(min=0, help="Times a fit that has not converged is continued.")] = 2,
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same ranks.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Local processes.")] = 1,
    scheduler: Annotated[str | None, typer.Option(help="Address of a dask scheduler.")] = None,
    folder: Annotated[Path | None, typer.Option("--out", help="Folder; default: runs/calibration-MODEL.")] = None,
    as_json: Json = False,
) -> int:
    """Check likelihood, prior and sampler together: fit data simulated at parameters drawn from the prior.

    The rank of each true value among the posterior's draws must be uniform (1804.06788). A fit that has not converged
    is continued at double effort; the few that still have not are left out and counted. Stopped, it goes on with the
    same command, complete, with more --fits. Exit status 3 if a histogram is not flat.

    [dim]Example: darkflavour calibrate eft_c9_c10 --fits 300 --workers 4 --options particles=512[/dim]
    """
    file = Path(source) if source.endswith((".yaml", ".yml")) else None
    given: dict[str, Any] = {
        "model": None if file else source,
        "data": data,
        "terms": terms,
        "set": assignments(set_, "--set") if set_ else None,
        "sampler": sampler or (None if file else "smc"),
        "options": {k: yaml.safe_load(v) for k, v in assignments(options, "--options").items()} if options else None,
        "seed": seed,
    }
    with refusing(file or ""):
        config = configuration({key: value for key, value in given.items() if value is not None}, file)
        find_sampler(config.sampler, config.options)
        posterior = config.posterior()
    if not posterior.dimension:
        raise Refusal(f"{config.model} has no free parameter to calibrate")
    target = folder or Path("runs") / f"calibration-{config.model}"
    try:
        with refusing(), bar("fits", err) as progress:
            found = run(
                posterior,
                fits,
                sampler=config.sampler,
                doublings=doublings,
                seed=config.seed,
                workers=workers,
                scheduler=scheduler,
                progress=progress,
                out=target,
                **config.options,
            )
    except KeyboardInterrupt:
        err.print(f"darkflavour: interrupted; {target} holds the ranks, the same command goes on", markup=False)
        return Status.INTERRUPTED
    from fitter import plots

    bins = 20 if found.converged.sum() >= 200 else 10
    told = found.summary(bins)
    with refusing(target):  # e.g. the disk is full
        write_atomically(target / "summary.json", dumps(told).encode())
        picture = plots.save(found.plot(f"{config.model}, {found.converged.sum()} fits", bins), target / "ranks.png")
    flat = min(told["p_values"].values()) > LEVEL / len(told["p_values"])
    if as_json:
        print_json(told | {"flat": flat, "picture": picture})
    else:
        for name, p in told["p_values"].items():
            shares = ", ".join(f"{share[name]:.3f} in {level}" for level, share in told["coverage"].items())
            out.print(f"{name}: p = {p:.3g} that ranks are flat; truth {shares}", markup=False)
        efforts = " + ".join(f"{n} at {2**k}" for k, n in enumerate(told["converged by effort"]) if n)
        out.print(f"fits that converged: {efforts or 0} times the effort", markup=False)
        out.print(
            f"{found.unconverged} of {fits} fits did not converge and are left out; {picture} drawn", markup=False
        )
        verdict = "a histogram of ranks is not flat" if found.converged.any() else "no fit converged"
        out.print("calibrated" if flat else f"NOT CALIBRATED: {verdict}", markup=False)
    return Status.DONE if flat else Status.NOT_CONVERGED
