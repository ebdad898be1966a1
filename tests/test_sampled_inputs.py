"""An input that is sampled as a parameter gives the predictions of the same input overridden."""

import numpy as np
import pytest

import fitter
from likelihoods import Likelihood, Predictions, default_inputs, request
from likelihoods.couplings import empty

WANTED = [
    request(name, q2)
    for name, q2 in (
        ("dBR/dq2(B0->K*mumu)", (1.1, 6)),
        ("P5p(B0->K*mumu)", (4, 6)),
        ("S7(B+->K*mumu)", (1.1, 6)),
        ("AFB(B0->K*mumu)", (15, 19)),
        ("dBR/dq2(B+->K*ee)", (0.0008, 0.257)),
        ("FL(Bs->phimumu)", (1.1, 6)),
        ("dBR/dq2(Bs->phimumu)", (15, 18.9)),
        ("dBR/dq2(B+->Kmumu)", (1.1, 6)),
        ("dBR/dq2(B0->Kmumu)", (15, 22)),
        ("Rmue(B0->K*ll)", (0.045, 1.1)),
        ("BR(B0->K*gamma)", None),
        ("BR(Bs->phigamma)", None),
        ("S_K*gamma", None),
        ("BR(Bs->mumu)", None),
        ("DeltaM_s", None),
        ("BR(B+->Knunu)", None),
    )
]
#: Form factors, power corrections, light-cone amplitudes, decay constants, CKM, lifetimes, charm polynomials.
EXACT = (
    *("ff_BKstar_A0_0", "ff_BKstar_V_1", "ff_BKstar_T23_2", "ff_Bsphi_A12_1", "ff_BK_plus_0", "ff_BK_T_2"),
    *("power_B0Kstar_C7_minus_a_re", "power_B0Kstar_C9_long_im", "power_Bsphi_C7_long_b_im", "power_BuK_C9_a_re"),
    *("lambda_B", "lambda_Bs", "a1_para_Kstar", "a2_perp_Kstar", "a2_para_phi", "f_perp_Kstar", "f_Bs", "f_Kstar"),
    *("V_cb", "V_ub", "V_us", "gamma", "m_t", "m_s", "m_c_loop", "tau_B0", "DeltaGamma_Bs"),
    *("h_re_plus_1", "h_im_minus_2", "h_abs_zero_0", "h_arg_zero_0"),
)
#: Those on which tables at the nodes of q² depend, which follow to first order; hadrons' masses also move their ends.
NEARLY = ("m_b", "m_c", "alpha_s", "m_B0", "m_Bu", "m_Kstar0", "m_phi", "m_mu")


@pytest.fixture(scope="module")
def inputs():
    """A modulus without which a phase means nothing."""
    return default_inputs().replace({"h_abs_zero_0": 1e-4})


@pytest.fixture(scope="module")
def couplings():
    c = empty()
    c["C9"][0, 1], c["C10"][0, 1], c["C8"] = -1.0, 0.3 + 0.2j, 0.1
    c["pole_b"][0, 0, 1], c["pole_mass"][0, 0, 1], c["pole_width"][0, 0, 1] = 0.1, 2.2, 0.1
    return c


def shifted(inputs, name):
    step = inputs.sigma[name] or 1e-3 * abs(inputs.value(name)) or 1e-4
    return inputs.value(name) + step


@pytest.mark.parametrize(("names", "precise"), [(EXACT, 1e-11), (NEARLY, 1e-4)])
def test_sampled_is_overridden(inputs, couplings, names, precise):
    """All inputs in one batch, a point each, against plans made for the value; to 1e-4 of a rate, 1e-5 of an S_i."""
    values = {name: np.full(len(names), inputs.value(name)) for name in names}
    for k, name in enumerate(names):
        values[name][k] = shifted(inputs, name)
    sampled = Predictions(WANTED, inputs)(np.repeat(couplings, len(names)), inputs.records(values, len(names)))
    for k, name in enumerate(names):
        overridden = Predictions(WANTED, inputs.replace({name: values[name][k]}))(couplings)[0]
        size = np.maximum(np.abs(overridden), [0.1 if str(item)[0] in "PSAF" else 0.0 for item in WANTED])
        assert (np.abs(sampled[k] - overridden) < precise * size).all(), name
        assert not np.allclose(sampled[k], Predictions(WANTED, inputs)(couplings)[0], rtol=1e-9, atol=0), name


@pytest.mark.parametrize("hadronic", [None, "hepfit-2019", "hepfit-2019-cartesian"])
def test_through_the_posterior(rng, hadronic):
    """All nuisance parameters of a fit at once: form factors and the rest, h_λ polar and Cartesian."""
    lik = Likelihood.of(["P5prime", "R_Kstar"], "2019-03", theory="nuisance", hadronic=hadronic)
    posterior = fitter.Posterior(fitter.model("eft_c9"), lik)
    theta = posterior.prior_transform(rng.random((3, posterior.dimension)))
    c, sm = posterior.couplings(theta)
    sampled = lik.predictions(c, sm)
    columns = lik.block.rows["column"]
    for k in range(3):
        values = {name: theta[k, posterior.names.index(name)] for name in lik.nuisances if name in posterior.names}
        assert len(values) > 20
        overridden = Predictions(lik.prepared.requests, lik.inputs.replace(values))(c[k : k + 1])[0, columns]
        assert sampled[k] == pytest.approx(overridden, rel=1e-9)
