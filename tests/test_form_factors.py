"""Form factors against flavio 2.7.1 and the exact relations at q² = 0 and at zero recoil."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from likelihoods.form_factors import A0, A12, T1, T2, scalar_form_factors, vector_form_factors
from likelihoods.inputs import default_inputs

REFERENCE = yaml.safe_load((Path(__file__).parent / "observables" / "flavio_bsll.yaml").read_text())["form_factors"]
MESONS = {
    "B0->K*": ("m_B0", "m_Kstar0", "ff_BKstar"),
    "Bs->phi": ("m_Bs", "m_phi", "ff_Bsphi"),
    "B+->K": ("m_B0", "m_K0", "ff_BK"),
}


def form_factors(process, q2):
    inputs = default_inputs()
    m_b, m_m, field = MESONS[process]
    out = np.zeros(7 if field != "ff_BK" else 3)
    function = vector_form_factors if field != "ff_BK" else scalar_form_factors
    function(q2, inputs.value(m_b), inputs.value(m_m), inputs.central[field][0], out)
    return out


@pytest.mark.parametrize(("process", "q2", "expected"), REFERENCE)
def test_reference(process, q2, expected):
    np.testing.assert_allclose(form_factors(process, q2), expected, rtol=1e-6)


@pytest.mark.parametrize("process", ["B0->K*", "Bs->phi"])
def test_exact_relations(process):
    f = form_factors(process, 0.0)
    m_b, m_v = (default_inputs().value(name) for name in MESONS[process][:2])
    assert f[T1] == pytest.approx(f[T2], rel=1e-14)
    assert f[A12] == pytest.approx((m_b**2 - m_v**2) / (8 * m_b * m_v) * f[A0], rel=1e-14)


def test_plus_and_zero_meet():
    plus, zero, _ = form_factors("B+->K", 0.0)
    assert plus == zero
