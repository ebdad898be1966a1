"""Two tables against flavio 2.7.1, by class of observable: ``python tests/flavio_deviations.py``.

Predictions at the points of ``flavio_bsll.yaml``: median and worst deviation in units of the tolerances, 0.002 for
angular observables and ratios, 0.5 % for rates, lifetimes and frequencies. Standard deviations of the Standard Model
in ``flavio_uncertainties.txt``: smallest and largest ratio of ours, as fits use them, to flavio's.
"""

from collections import defaultdict
from pathlib import Path

import numpy as np
import yaml

from likelihoods import Predictions, default_inputs, request
from likelihoods.prediction import couplings
from likelihoods.theory import standard_model

FOLDER = Path(__file__).parent / "observables"
RELATIVE = ("dBR", "BR", "DeltaM", "tau")


def deviations() -> dict[str, list[float]]:
    """Deviations over tolerance of each class."""
    reference = yaml.safe_load((FOLDER / "flavio_bsll.yaml").read_text())
    rows = [(request(name, tuple(q2)), values) for name, q2, values in reference["predictions"]]
    rows += [(request(name), values) for name, values in reference["unbinned"]]
    points = ({k: complex(*v) if isinstance(v, list) else v for k, v in p.items()} for p in reference["points"])
    c = np.concatenate([couplings(point) for point in points])
    got = Predictions([item for item, _ in rows], default_inputs())(c)
    found = defaultdict(list)
    for (item, expected), ours in zip(rows, got.T, strict=True):
        relative = item.observable.startswith(RELATIVE)
        found[item.observable].extend(np.abs(ours - expected) / (0.005 * np.abs(expected) if relative else 0.002))
    return found


def uncertainties() -> dict[str, list[float]]:
    """Ratios of standard deviations of each class."""
    lines = (line.split() for line in (FOLDER / "flavio_uncertainties.txt").read_text().splitlines())
    sigma = {request(name): float(value) for name, value, *_ in lines if not name.startswith("#")}
    _, slopes, even, _ = standard_model(tuple(sigma), default_inputs())
    found = defaultdict(list)
    for item, ours in zip(sigma, np.sqrt((slopes**2).sum(axis=1) + (even**2).sum(axis=1)), strict=True):
        found[item.observable].append(ours / sigma[item])
    return found


def main() -> None:
    print(f"{'prediction':24s} {'points':>7s} {'median':>8s} {'worst':>8s}")
    for name, values in sorted(deviations().items()):
        print(f"{name:24s} {len(values):7d} {np.median(values):8.3f} {max(values):8.3f}")
    print(f"\n{'standard deviation':24s} {'bins':>7s} {'smallest':>8s} {'largest':>8s}")
    for name, values in sorted(uncertainties().items()):
        print(f"{name:24s} {len(values):7d} {min(values):8.3f} {max(values):8.3f}")


if __name__ == "__main__":
    main()
