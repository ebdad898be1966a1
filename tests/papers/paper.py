"""Numbers quoted in a paper, next to an independent recomputation of each.

A file ``MODEL.yaml`` has the entries of one model's paper, by the section, equation, figure or table of the number:

printed : the paper's number
recomputed : independently, from the formulas; ours agrees within ``within`` (1 % if not given)
agreement : of ours with the printed one: exact (1 %), good (5 %), fair (20 %), order of magnitude (factor 2), or
    differs: more than 20 % off, where the paper is wrong
why : reason for a wider ``within``, or for an entry that is not computed

Every entry is computed from the models and observables; where the inputs of a paper are known they are set.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from points import predict
from scipy.optimize import brentq

import likelihoods
from likelihoods.ckm import lambda_t
from likelihoods.couplings import FERMIONS, LEPTONS

AGREEMENT = {"exact": 0.01, "good": 0.05, "fair": 0.2, "order of magnitude": 1.0}
MU, B, S, TOP = LEPTONS.index("mu"), FERMIONS.index("b"), FERMIONS.index("s"), FERMIONS.index("t")
DEFAULT = likelihoods.default_inputs()
G_F, M_MU = DEFAULT.value("G_F"), DEFAULT.value("m_mu")
TEV = 1e3


class Paper:
    """Entries of ``name``.yaml and the functions that compute them."""

    def __init__(self, name: str) -> None:
        path = Path(__file__).parent / f"{name}.yaml"
        self.entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        self.numbers: dict[str, Callable[[], Any]] = {}

    def number(self, name):
        """Enter the function that computes an entry."""

        def enter(function):
            self.numbers[name] = function
            return function

        return enter

    def check_entries(self):
        """Every entry is computed, or says why not."""
        assert {name for name, entry in self.entries.items() if "recomputed" in entry} == set(self.numbers)
        assert all(entry.get("why") for entry in self.entries.values() if "recomputed" not in entry)

    def check(self, name):
        """Ours agrees with the recomputation, and with the printed number as the entry says."""
        entry = self.entries[name]
        ours, recomputed = leaves(self.numbers[name]()), leaves(entry["recomputed"])
        assert len(ours) == len(recomputed)
        assert ours == pytest.approx(recomputed, rel=entry.get("within", 0.01))
        if "within" in entry:
            assert entry["why"]
        if "printed" in entry:
            deviations = [abs(a / b - 1) for a, b in zip(ours, leaves(entry["printed"]), strict=True)]
            if entry["agreement"] == "differs":
                assert min(deviations) > 0.2
            else:
                assert max(deviations) <= AGREEMENT[entry["agreement"]]


def leaves(value):
    """Numbers of a nested answer, in order."""
    if isinstance(value, dict):
        return [leaf for key in value for leaf in leaves(value[key])]
    if isinstance(value, list | tuple):
        return [leaf for item in value for leaf in leaves(item)]
    return [float(value)]


def with_v(modulus, **inputs):
    """Inputs of a paper: |V_tb V_ts*| by rescaling V_cb, others by name."""
    return {"V_cb": DEFAULT.value("V_cb") * modulus / abs(lambda_t(DEFAULT.central[0])), **inputs}


def solve(function, low, high):
    """Root in the logarithm of the argument."""
    return float(np.exp(brentq(lambda x: function(np.exp(x)), np.log(low), np.log(high), rtol=1e-10)))


def trident_mass_per_coupling(limit):
    """m_Z'/g [GeV] of a left-handed coupling to μ and ν_μ at σ/σ_SM = ``limit``."""
    point = {"g_bb": 0.01, "m_zp": 500.0, "g_nunu": 1.0, "m_nu": 1e3}
    g = solve(lambda g: predict("flavourful_zprime", "trident_ratio", g_mumu=g, **point) - limit, 1e-2, 3.0)
    return 500.0 / g
