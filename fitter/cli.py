"""The command ``darkflavour``: its list of commands, and one line for whatever goes wrong with its input."""

import sys
import warnings
from typing import Any

import typer
import typer.core

from fitter.commands import calibrate, catalogue, data, fit, plane, predict, reproduce, runs
from fitter.commands.console import Status, err


class Commands(typer.core.TyperGroup):
    """The commands; Ctrl-C ends what does not handle it itself in one line."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            err.print("darkflavour: interrupted", markup=False)
            return Status.INTERRUPTED


app = typer.Typer(
    cls=Commands,
    name="darkflavour",
    help="Bayesian global fits of models that tie the b→sℓℓ anomalies to dark matter.",
    epilog="Exit status: 0 done, 1 a bug (with traceback), 2 bad input (one line, nothing written), "
    "3 finished but not converged, 130 interrupted (partial result saved).",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("fit")(fit.fit)
app.command("continue")(fit.continue_)
app.command("compare")(runs.compare)
app.command("mix")(runs.mix)
app.command("cut")(runs.cut)
app.command("calibrate")(calibrate.calibrate)
app.command("plot")(runs.plot)
app.command("doctor")(runs.doctor)
app.command("plane")(plane.plane)
app.command("reproduce")(reproduce.reproduce)
app.command("models")(catalogue.models)
app.command("observables")(catalogue.observables)
app.command("predict")(predict.predict)
app.add_typer(data.app, name="data")


def run(arguments: list[str] | None = None) -> int:
    """Run the command with these arguments (default: those of the process); its exit status."""
    try:
        status = app(arguments, standalone_mode=False)
    except typer.TyperException as error:
        if message := " ".join(error.format_message().split()):
            err.print(f"darkflavour: {message}", markup=False)
        return Status.REFUSED
    except typer.Abort:
        return Status.INTERRUPTED
    return int(status or Status.DONE)


def main() -> None:
    """Entry point of the installed command."""
    warnings.showwarning = _warn
    sys.exit(run())


def _warn(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    """A warning for users in one line; those for developers are not theirs to see."""
    if issubclass(category, UserWarning):
        err.print(f"darkflavour: warning: {message}", markup=False)


if __name__ == "__main__":
    main()
