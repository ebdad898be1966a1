"""Charm polynomial: degeneracies with C7 and C9, both bases, strong phases."""

import numpy as np
import pytest

from likelihoods import default_inputs, predict
from likelihoods.amplitudes.b_to_v import DELTA, LONG_9, PARA_9, PERP_9, SM_10, VALUES
from likelihoods.amplitudes.channels import Bin, Channels
from likelihoods.amplitudes.hadronic import hadronic_values
from likelihoods.amplitudes.panels import NODES

BIN = {"q2": (1.1, 6)}
NAMES = ("FL", "S3", "S4", "S5", "AFB", "S7", "S8", "S9", "dBR/dq2")


@pytest.mark.parametrize("process", ["B0->K*mumu", "B+->K*mumu", "Bs->phimumu"])
@pytest.mark.parametrize(
    ("coefficient", "component", "size"), [("C7_bs", "minus_0", 0.05), ("C9_bsmumu", "minus_1", 1.0)]
)
def test_shifts(process, coefficient, component, size):
    """h_-^(0) and h_-^(1) at zero phase are -ΔC7 and -ΔC9 of both leptons."""
    for name in ("FL", "dBR/dq2", "P1"):
        shifted = predict(f"{name}({process})", inputs={f"h_re_{component}": size}, **BIN)
        assert shifted == pytest.approx(predict(f"{name}({process})", **{coefficient: -size}, **BIN), rel=1e-10)


def test_bases():
    for component, modulus in (("zero_0", 1e-3), ("plus_1", 2e-4), ("minus_2", 5e-5)):
        polar = {f"h_abs_{component}": modulus, f"h_arg_{component}": 2.0}
        cartesian = {f"h_re_{component}": modulus * np.cos(2.0), f"h_im_{component}": modulus * np.sin(2.0)}
        for name in NAMES:
            values = [predict(f"{name}(B0->K*mumu)", inputs=inputs, **BIN) for inputs in (polar, cartesian)]
            assert values[0] == pytest.approx(values[1], rel=1e-12)
            assert values[0] != predict(f"{name}(B0->K*mumu)", **BIN)


def test_helicities():
    """h_0 moves the longitudinal rate alone, h_+ and h_- the transverse one alone."""
    for component, longitudinal in (
        ("zero_0", True),
        ("zero_1", True),
        ("plus_0", False),
        ("plus_2", False),
        ("minus_2", False),
    ):
        parts = []
        for inputs in ({}, {f"h_re_{component}": 1e-4}):
            rate = predict("dBR/dq2(B0->K*mumu)", inputs=inputs, **BIN)
            parts.append([rate * predict(f"{name}(B0->K*mumu)", inputs=inputs, **BIN) for name in ("S2c", "S2s")])
        assert (parts[0][0] == pytest.approx(parts[1][0], rel=1e-12)) != longitudinal
        assert (parts[0][1] == pytest.approx(parts[1][1], rel=1e-12)) == longitudinal


def test_strong_phase():
    """With γ = 0 even an imaginary h_λ makes no CP asymmetry, but moves S7 or S9."""
    inputs = {"gamma": 0.0, "h_im_plus_1": 2e-4, "h_im_zero_0": 5e-4}
    for name in ("ACP", "A7", "A9"):
        assert abs(predict(f"{name}(B0->K*mumu)", inputs=inputs, **BIN)) < 1e-12
    assert abs(predict("S7(B0->K*mumu)", inputs=inputs, **BIN) - predict("S7(B0->K*mumu)", **BIN)) > 0.003


def _node_values(q2, extra):
    """Values at a node at ``q2`` [GeV²] with the masses and C10 of the configuration of 1903.09632."""
    base = default_inputs()
    c10 = -4.31 * (173.1 / base.value("m_t")) ** 1.53
    inputs = base.replace({"m_B0": 5.279, "m_Kstar0": 0.89581, "C_sm_10": c10} | extra)
    channels = Channels([Bin(0, 1, q2 - 1e-6, q2 + 1e-6)], inputs)
    values = np.zeros((len(channels.panels), NODES, VALUES))
    hadronic_values(inputs.central.view(np.recarray)[0], channels.panels, channels.nodes, values)
    return values[0, 0]


@pytest.mark.parametrize(
    ("component", "modulus", "q2", "expected"),
    [
        ("zero_0", 1e-3, 1, (1.06115j, 0, 0)),
        ("zero_0", 1e-3, 4, (1.00647j, 0, 0)),
        ("zero_0", 1e-3, 6, (0.96849j, 0, 0)),
        ("minus_1", 2.0, 1, (0.464037j, 0.464037j, 0.464037j)),
        ("minus_1", 2.0, 6, (0.464037j, 0.464037j, 0.464037j)),
    ],
)
def test_hepfit(component, modulus, q2, expected):
    """Change of the vector amplitudes 0, +, - over the axial ones: HEPfit configured for 1903.09632, h_λ = i |h|."""
    without = _node_values(q2, {})
    change = _node_values(q2, {f"h_abs_{component}": modulus, f"h_arg_{component}": np.pi / 2}) - without
    perp, para, zero = change[DELTA : DELTA + 6].view(complex)
    axial = without[[PERP_9, PARA_9, LONG_9]] * without[SM_10]
    got = zero / axial[2], (para + perp) / (axial[1] + axial[0]), (para - perp) / (axial[1] - axial[0])
    np.testing.assert_allclose(got, expected, rtol=2e-4, atol=1e-12)
