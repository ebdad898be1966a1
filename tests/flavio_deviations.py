"""Table of the deviations from flavio 2.7.1 by class of observable: ``python tests/flavio_deviations.py``.

In units of the tolerances: 0.002 for angular observables and ratios, 0.5 % for rates.
"""

from collections import defaultdict
from pathlib import Path

import numpy as np
import yaml

from likelihoods import default_inputs, request
from likelihoods.observables.bsll import Semileptonic
from likelihoods.prediction import couplings


def main() -> None:
    reference = yaml.safe_load((Path(__file__).parent / "observables" / "flavio_bsll.yaml").read_text())
    rows = reference["predictions"]
    plan = Semileptonic([request(name, tuple(q2)) for name, q2, _ in rows], default_inputs())
    points = ({k: complex(*v) if isinstance(v, list) else v for k, v in p.items()} for p in reference["points"])
    c = np.concatenate([couplings(point) for point in points])
    got = np.empty((c.size, len(rows)))
    plan.fill(c, default_inputs().central, got)
    deviations = defaultdict(list)
    for k, (name, _, expected) in enumerate(rows):
        difference = np.abs(got[:, k] - expected)
        scale = 0.005 * np.abs(expected) if name.startswith("dBR") else 0.002
        deviations[name].extend(difference / scale)
    print(f"{'observable':24s} {'points':>7s} {'median':>8s} {'worst':>8s}")
    for name, values in sorted(deviations.items()):
        print(f"{name:24s} {len(values):7d} {np.median(values):8.3f} {max(values):8.3f}")


if __name__ == "__main__":
    main()
