r"""Effective theory of b → s ℓ ℓ: one or two new-physics coefficients, and the Standard Model.

Scenarios of 1503.06077 and 1803.04703 §2. Coefficients are those of ``likelihoods.couplings`` at 4.8 GeV; flat priors
cover the values that the anomalies ever called for. One parameter is a direction in the space of coefficients:

===================== ======================== ==================================================
model                 parameters               arises from
===================== ======================== ==================================================
eft_c9                C9                       vector coupling to muons
eft_c10               C10                      axial coupling to muons
eft_c9_c10            C9 = -C10                left-handed quarks and muons
eft_c9_c9p            C9 = -C9′                axial quark current; leaves R_K at 1
eft_c9p_c10p          C9′ = -C10′              right-handed quarks, left-handed muons
eft_c9_universal      C9^U (equal for e, μ, τ) charm loops; light quarks through a photon
eft_c7                C7                       dipoles
eft_2d_c9_c10         C9, C10                  left-handed quarks
eft_2d_c9_c9p         C9, C9′                  vector coupling to muons
eft_2d_c9_c10p        C9, C10′
eft_2d_c10_c10p       C10, C10′                axial coupling to muons
eft_2d_c7_c9          C7, C9                   what low and high q² tell apart
eft_2d_left_right     C9 = -C10, C9′ = -C10′   left-handed muons
eft_2d_chiral         C9 = -C10, C9′ = C10′    quarks and muons of equal handedness
eft_2d_c9_universal   C9, C9^U                 vector coupling to muons, and a universal part
eft_2d_left_universal C9 = -C10, C9^U          left-handed muons, and a universal part
===================== ======================== ==================================================

The universal part is what couplings to light quarks leave: (s̄ γ_μ P_L b)(q̄ γ^μ q) with a common coefficient of several
quarks closes to a photon, which couples to all charged leptons alike and is proportional to Σ N_c Q_q. It vanishes for
u, d, s together and is that of the charm and bottom quarks, 1/3, for five flavours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from fitter.model import Model
from fitter.parameter import Parameter
from fitter.prior import Uniform
from likelihoods.prediction import coefficients

_REFERENCE = "1803.04703"


@dataclass(frozen=True, eq=False)
class Directions:
    """Couplings of a linear scenario: what each parameter adds to coefficients named as in ``predict``."""

    parts: tuple[Mapping[str, float], ...]

    def __call__(self, theta: npt.NDArray[np.float64], _sm: npt.NDArray[Any], out: npt.NDArray[Any]) -> None:
        for column, part in zip(theta.T, self.parts, strict=True):
            for name, factor in part.items():
                field, position = coefficients()[name]
                target = out[field] if position is None else out[field][:, position]
                target += factor * column


#: Directions by parameter: name, prior, symbol, what it adds to which coefficient.
_C7 = ("C7_bs", Uniform(-0.2, 0.2), "C_7", {"C7_bs": 1.0})
_C9 = ("C9_bsmumu", Uniform(-2.5, 0.5), r"C_9^\mu", {"C9_bsmumu": 1.0})
_C10 = ("C10_bsmumu", Uniform(-1.0, 1.5), r"C_{10}^\mu", {"C10_bsmumu": 1.0})
_C9P = ("C9p_bsmumu", Uniform(-1.5, 1.5), r"C_9^{\prime\mu}", {"C9p_bsmumu": 1.0})
_C10P = ("C10p_bsmumu", Uniform(-1.5, 1.5), r"C_{10}^{\prime\mu}", {"C10p_bsmumu": 1.0})
_LEFT = ("C9_bsmumu", Uniform(-1.5, 0.5), r"C_9^\mu=-C_{10}^\mu", {"C9_bsmumu": 1.0, "C10_bsmumu": -1.0})
_AXIAL = ("C9_bsmumu", Uniform(-2.5, 0.5), r"C_9^\mu=-C_9^{\prime\mu}", {"C9_bsmumu": 1.0, "C9p_bsmumu": -1.0})
_RIGHT = (
    "C9p_bsmumu",
    Uniform(-1.0, 1.0),
    r"C_9^{\prime\mu}=-C_{10}^{\prime\mu}",
    {"C9p_bsmumu": 1.0, "C10p_bsmumu": -1.0},
)
_RIGHT_RIGHT = (
    "C9p_bsmumu",
    Uniform(-1.0, 1.0),
    r"C_9^{\prime\mu}=C_{10}^{\prime\mu}",
    {"C9p_bsmumu": 1.0, "C10p_bsmumu": 1.0},
)
_UNIVERSAL = ("C9_bsll", Uniform(-2.5, 0.5), "C_9^U", {"C9_bsee": 1.0, "C9_bsmumu": 1.0, "C9_bstautau": 1.0})
_SAID = {"C9_bsll": "equal for e, μ, τ, at 4.8 GeV"}


def _scenario(name: str, description: str, *directions: tuple[str, Uniform, str, dict[str, float]]) -> Model:
    parameters = tuple(
        Parameter(key, prior, "", latex, _SAID.get(key, "new-physics part at 4.8 GeV"))
        for key, prior, latex, _ in directions
    )
    return Model(name, parameters, Directions(tuple(part for *_, part in directions)), description, _REFERENCE)


SM = _scenario("sm", "the Standard Model")
MODELS = (
    SM,
    _scenario("eft_c9", "C9 of the muon", _C9),
    _scenario("eft_c10", "C10 of the muon", _C10),
    _scenario("eft_c9_c10", "left-handed: C9 = -C10", _LEFT),
    _scenario("eft_c9_c9p", "C9 = -C9' of the muon", _AXIAL),
    _scenario("eft_c9p_c10p", "right-handed quarks: C9' = -C10'", _RIGHT),
    _scenario("eft_c9_universal", "C9 equal for all leptons", _UNIVERSAL),
    _scenario("eft_c7", "C7", _C7),
    _scenario("eft_2d_c9_c10", "C9 and C10 of the muon", _C9, _C10),
    _scenario("eft_2d_c9_c9p", "C9 and C9' of the muon", _C9, _C9P),
    _scenario("eft_2d_c9_c10p", "C9 and C10' of the muon", _C9, _C10P),
    _scenario("eft_2d_c10_c10p", "C10 and C10' of the muon", _C10, _C10P),
    _scenario("eft_2d_c7_c9", "C7, and C9 of the muon", _C7, _C9),
    _scenario("eft_2d_left_right", "C9 = -C10 and C9' = -C10'", _LEFT, _RIGHT),
    _scenario("eft_2d_chiral", "C9 = -C10 and C9' = C10'", _LEFT, _RIGHT_RIGHT),
    _scenario("eft_2d_c9_universal", "C9 of the muon, and a part equal for all leptons", _C9, _UNIVERSAL),
    _scenario("eft_2d_left_universal", "C9 = -C10 of the muon, and C9 equal for all leptons", _LEFT, _UNIVERSAL),
)
