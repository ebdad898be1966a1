"""Light mediators in b → s ℓ ℓ: brute force, the limits of heavy and of narrow ones, convergence of the integrals."""

import itertools

import numpy as np
import pytest
from semileptonic import REQUESTS, fill

from likelihoods import predict, request
from likelihoods.amplitudes.angular import J_COUNT, J_NAMES
from likelihoods.amplitudes.channels import Bin, Channels
from likelihoods.couplings import empty
from likelihoods.observables.bsll import Semileptonic
from likelihoods.prediction import couplings

#: Ends of phase space and of the photon pole, where integration is hardest.
HARD = [
    request("dBR/dq2(B0->K*ee)", (0.0008, 0.257)),
    request("P1(B0->K*ee)", (0.0008, 0.257)),
    request("dBR/dq2(B0->K*mumu)", (15, 19.3)),
    request("dBR/dq2(B+->Kmumu)", (15, 23)),
]
IS_RATE_OR_HARD = np.array([item.observable.startswith("dBR") for item in REQUESTS + HARD])


def test_integration_converged(inputs):
    """Twice the nodes change nothing by more than 1e-4, relatively for rates, with and without a light mediator."""
    requests = REQUESTS + HARD
    coarse, fine = Semileptonic(requests, inputs), Semileptonic(requests, inputs, refine=2)
    points = [empty()]
    for mass in (0.05, 0.2, 0.22, 0.6, 1.05, 1.2, 2.5, 4.2, 8.0):
        for relative in (1e-6, 1e-2, 0.5):
            pole = (0.0, 0.5 * (1 if mass > 0.5 else 0.02), mass, relative * mass)
            points.append(couplings({"C9_bsmumu_pole": pole, "C10_bsmumu_pole": (0.02, -0.004, *pole[2:])}))
    c = np.concatenate(points)
    a, b = fill(coarse, c, inputs.central), fill(fine, c, inputs.central)
    # next to a narrow resonance ratios are large numbers, to be compared relatively
    assert (np.abs(a - b) < 1e-4 * np.maximum(np.abs(b), ~IS_RATE_OR_HARD)).all()


@pytest.mark.parametrize("running", [0, 1])
@pytest.mark.parametrize(("mass", "width"), [(1.8, 0.01), (2.2, 0.4), (0.7, 0.2), (6.0, 0.1)])
def test_light_mediator_by_brute_force(inputs, mass, width, running):
    """Two poles of different masses in C9 and C10 against piecewise constant coefficients on narrow bins."""
    edges = np.linspace(4.0, 6.0, 401)
    other = mass + 0.3
    poles = {
        "C9_bsmumu_pole": (0.3 + 0.2j, 0.4, mass, width),
        "C10p_bsmumu_pole": (0.1, -0.2j, other, width),
        "pole_running": running,
    }
    wanted = [
        request(name, (4, 6)) for name in ("dBR/dq2(B0->K*mumu)", "P5p(B0->K*mumu)", "S9(B0->K*mumu)", "A8(B0->K*mumu)")
    ]
    plan = Semileptonic(wanted, inputs)
    got = fill(plan, couplings(poles), inputs.central)[0]
    # the propagator of the B decay has the same strong phase: J and J̄ need each its own coefficient
    q2 = (edges[1:] + edges[:-1]) / 2
    value = {}
    for name, (a, b, m, gamma) in {"C9": poles["C9_bsmumu_pole"], "C10p": poles["C10p_bsmumu_pole"]}.items():
        propagator = 1 / (q2 - m**2 + 1j * (q2 / m if running else m) * gamma)
        value[name] = (a + b * q2) * propagator, (np.conj(a) + np.conj(b) * q2) * propagator
    channels = Channels([Bin(0, 1, x, y) for x, y in itertools.pairwise(edges)], inputs)
    total = np.zeros(2 * J_COUNT)
    for bar in range(2):
        for k in range(0, 400, 100):
            c = empty(100)
            for name, pair in value.items():
                coefficient = pair[bar][k : k + 100]
                c[name][:, 1] = np.conj(coefficient) if bar else coefficient
            j = channels(c, inputs.central)[np.arange(100), np.arange(k, k + 100)].sum(axis=0)
            mine = j[:J_COUNT] + (1 - 2 * bar) * j[J_COUNT:]
            total[:J_COUNT] += mine / 2
            total[J_COUNT:] += (1 - 2 * bar) * mine / 2
    j = {name: total[i] for i, name in enumerate(J_NAMES)}
    rate = 1.5 * j["1s"] + 0.75 * j["1c"] - 0.5 * j["2s"] - 0.25 * j["2c"]
    a8 = total[J_COUNT + J_NAMES.index("8")]
    expected = [rate / 2, j["5"] / (2 * np.sqrt(-j["2s"] * j["2c"])), -j["9"] / rate, a8 / rate]
    np.testing.assert_allclose(got, expected, rtol=2e-4, atol=2e-5)


def test_heavy_pole_is_contact(plan, inputs):
    mass = 1e4
    pole = couplings({"C9_bsmumu_pole": (0.8 * mass**2, 0.0, mass, 1e-5 * mass)})
    contact = couplings({"C9_bsmumu": -0.8})
    np.testing.assert_allclose(
        fill(plan, pole, inputs.central), fill(plan, contact, inputs.central), rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("flavour", ["ee", "mumu"])
@pytest.mark.parametrize("decay", ["B+->K", "B0->K*", "Bs->phi"])
@pytest.mark.parametrize("name", ["C9", "C9p", "C10"])
def test_narrow_width_is_on_shell(decay, flavour, name):
    """For Γ -> 0 the bin holds dB of a unit coefficient at the pole times |a|² π/(m Γ): production times decay."""
    mass, width, q2 = 2.0, 2e-6, (3.5, 4.5)
    a, rate, name = 1e-2, f"dBR/dq2({decay}{flavour})", f"{name}_bs{flavour}"
    # both signs: the interference with the Standard Model drops out
    resonant = [predict(rate, q2=q2, **{f"{name}_pole": (x, 0, mass, width)}) for x in (a, -a)]
    on_shell = sum(resonant) / 2 - predict(rate, q2=q2)
    at_pole = [predict(rate, q2=(3.9999, 4.0001), **{name: x}) for x in (0.0, 1.0, -1.0)]
    square = (at_pole[1] + at_pole[2]) / 2 - at_pole[0]
    assert on_shell == pytest.approx(square * a**2 * np.pi / (mass * width), rel=1e-3)


def test_width_must_be_positive():
    with pytest.raises(ValueError, match="C9_bsmumu_pole"):
        predict("R_K", q2=(1.1, 6), C9_bsmumu_pole=(0.0, 1.0, 2.0, 0.0))
