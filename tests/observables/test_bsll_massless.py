"""Optimised observables by the relations of massless leptons, as experiments fitted them."""

from math import sqrt

import pytest

from likelihoods import predict

COEFFICIENTS = {"C9_bsmumu": -1.2 + 0.3j, "C10_bsmumu": 0.4, "C7p_bs": 0.05 + 0.1j, "C9p_bsmumu": 0.5}


@pytest.mark.parametrize("process", ["B0->K*mumu", "B+->K*mumu"])
@pytest.mark.parametrize("q2", [(0.1, 0.98), (4.0, 6.0), (15.0, 17.0)])
def test_relations_to_the_other_basis(process, q2):
    """1506.03970 Eq. C.10-12 with 4 S_2s = 1 - F_L."""

    def value(name):
        return predict(f"{name}({process})", q2=q2, **COEFFICIENTS)

    f_l = value("FL")
    relations = {
        "P1": 2 * value("S3") / (1 - f_l),
        "P2": 2 / 3 * value("AFB") / (1 - f_l),
        "P3": -value("S9") / (1 - f_l),
        "P4p": value("S4") / sqrt(f_l * (1 - f_l)),
        "P5p": value("S5") / sqrt(f_l * (1 - f_l)),
        "P6p": value("S7") / sqrt(f_l * (1 - f_l)),
        "P8p": value("S8") / sqrt(f_l * (1 - f_l)),
    }
    for name, expected in relations.items():
        assert value(f"{name}_massless") == pytest.approx(expected, rel=1e-10), name


def test_lepton_mass_matters_at_low_q2_only():
    def ratio(q2, **inputs):
        names = (f"P5p{tail}(B0->K*mumu)" for tail in ("_massless", ""))
        one, two = (predict(name, q2=q2, inputs=inputs) for name in names)
        return one / two

    assert 0.75 < ratio((0.1, 0.98)) < 0.9
    assert ratio((15.0, 17.0)) == pytest.approx(1, abs=3e-3)
    assert ratio((1.1, 2.5), m_mu=1e-4) == pytest.approx(1, abs=1e-6)
