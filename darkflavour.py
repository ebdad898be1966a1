"""The command's entry: Ctrl-C ends it in one line also while everything else is still being imported."""

import sys


def main() -> None:
    """Run the command."""
    try:
        from fitter.cli import main as command

        command()
    except KeyboardInterrupt:
        print("darkflavour: interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
