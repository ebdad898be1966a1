"""Scenarios of the effective theory: what each parameter adds, and that one coefficient is two with the other fixed."""

import numpy as np
import pytest

import fitter
import likelihoods
from fitter.models import eft
from likelihoods.prediction import coefficients


def predict(model, observable, **point):
    (value,) = fitter.model(model).predict([observable], **point).values()
    return value


@pytest.mark.parametrize("model", eft.MODELS, ids=lambda model: model.name)
def test_parameters_are_what_the_model_says(model, rng):
    """Couplings of a random point against the names of its coefficients; everything else stays zero."""
    theta = rng.normal(size=(3, len(model.names)))
    c = model.evaluate(theta)
    expected = model.evaluate(np.empty((3, 0))) if not model.names else eft.SM.evaluate(np.empty((3, 0)))
    for column, part in zip(theta.T, model.couplings.parts, strict=True):
        for name, factor in part.items():
            field, position = coefficients()[name]
            expected[field][(slice(None),) if position is None else (slice(None), position)] += factor * column
    assert c.tobytes() == expected.tobytes()


def test_a_plane_contains_its_lines():
    """One-coefficient scenarios are sections of those with two."""
    clean = ("Rmue(B0->K*ll)", (1.1, 6.0))
    for plane, line, point, section in (
        ("eft_2d_c9_c10", "eft_c9_c10", {"C9_bsmumu": -0.7, "C10_bsmumu": 0.7}, {"C9_bsmumu": -0.7}),
        ("eft_2d_c9_c9p", "eft_c9_c9p", {"C9_bsmumu": -0.7, "C9p_bsmumu": 0.7}, {"C9_bsmumu": -0.7}),
        ("eft_2d_left_right", "eft_c9_c10", {"C9_bsmumu": -0.7, "C9p_bsmumu": 0.0}, {"C9_bsmumu": -0.7}),
        ("eft_2d_c7_c9", "eft_c9", {"C7_bs": 0.0, "C9_bsmumu": -0.7}, {"C9_bsmumu": -0.7}),
    ):
        assert predict(plane, clean, **point) == predict(line, clean, **section)


def test_a_universal_part_moves_rates_of_all_leptons():
    point = {"C9_bsmumu": -0.4, "C9_bsll": -0.8}
    rate = ("dBR/dq2(B+->Kmumu)", (1.1, 6.0))
    ratio = ("Rmue(B+->Kll)", (1.1, 6.0))
    assert predict("eft_2d_c9_universal", rate, **point) == pytest.approx(predict("eft_c9", rate, C9_bsmumu=-1.2))
    # the ratio of rates of C9 = -1.2 and -0.8, not of -0.4 alone: 2 % apart
    assert predict("eft_2d_c9_universal", ratio, **point) == pytest.approx(
        likelihoods.predict(ratio[0], q2=ratio[1], C9_bsmumu=-1.2, C9_bsee=-0.8), rel=1e-12
    )
    assert predict("eft_c9_universal", ratio, C9_bsll=-0.8) == pytest.approx(1.0, abs=2e-3)


def test_c9_against_its_prime_leaves_b_to_k_alone():
    """B → K sees C + C′ (1803.04703: 'no clear preference' of this scenario overlooks R_K = 1)."""
    assert predict("eft_c9_c9p", ("Rmue(B+->Kll)", (1.1, 6.0)), C9_bsmumu=-1.0) == pytest.approx(1.0, abs=1e-3)
