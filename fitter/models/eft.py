"""Effective theory of b -> s ℓ ℓ: one new-physics coefficient at a time, and the Standard Model.

Scenarios of 1503.06077 and 1803.04703 §2. Coefficients are those of ``likelihoods.couplings`` at 4.8 GeV; flat priors
cover the values that the anomalies ever called for.
"""

from fitter.model import Model
from fitter.parameter import Parameter
from fitter.prior import Uniform
from likelihoods.kernel import kernel

_REFERENCE = "1803.04703"
E_, MU, TAU = 0, 1, 2


@kernel
def no_couplings(theta, sm, out):
    """The Standard Model: nothing to fill."""


@kernel
def c9(theta, sm, out):
    for i in range(out.size):
        out[i].C9[MU] = theta[i, 0]


@kernel
def c9_c10(theta, sm, out):
    for i in range(out.size):
        out[i].C9[MU] = theta[i, 0]
        out[i].C10[MU] = -theta[i, 0]


@kernel
def c9_c9p(theta, sm, out):
    for i in range(out.size):
        out[i].C9[MU] = theta[i, 0]
        out[i].C9p[MU] = -theta[i, 0]


@kernel
def c9_universal(theta, sm, out):
    for i in range(out.size):
        out[i].C9[E_] = theta[i, 0]
        out[i].C9[MU] = theta[i, 0]
        out[i].C9[TAU] = theta[i, 0]


def _c9(low: float, high: float, latex: str = r"C_9^\mu") -> Parameter:
    return Parameter("C9_bsmumu", Uniform(low, high), "", latex, "new-physics part at 4.8 GeV")


SM = Model("sm", (), no_couplings, "the Standard Model", _REFERENCE)
C9 = Model("eft_c9", (_c9(-2.5, 0.5),), c9, "C9 of the muon", _REFERENCE)
C9_C10 = Model("eft_c9_c10", (_c9(-1.5, 0.5, r"C_9^\mu=-C_{10}^\mu"),), c9_c10, "left-handed: C9 = -C10", _REFERENCE)
C9_C9P = Model(
    "eft_c9_c9p", (_c9(-2.5, 0.5, r"C_9^\mu=-C_9^{\prime\mu}"),), c9_c9p, "C9 = -C9' of the muon", _REFERENCE
)
C9_UNIVERSAL = Model(
    "eft_c9_universal",
    (Parameter("C9_bsll", Uniform(-2.5, 0.5), "", r"C_9^U", "equal for e, μ, τ, at 4.8 GeV"),),
    c9_universal,
    "C9 equal for all leptons",
    _REFERENCE,
)
