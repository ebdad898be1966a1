"""Numbers quoted in 1503.06077, the portal (``portal_scalar.yaml``)."""

import numpy as np
import pytest
from paper import DEFAULT, MU, TEV, Paper, solve, trident_mass_per_coupling, with_v
from points import predict, record, scan

import likelihoods
from likelihoods.ckm import lambda_t
from likelihoods.couplings import FERMIONS

paper = Paper("portal_scalar")

PORTAL = {"lam_q_b": 0.025, "lam_q_s": 0.025, "lam_l_mu": 0.5, "m_q": 1e3, "m_l": 1e3, "m_chi": 1e3}
PORTAL_POINT = PORTAL | {"g_x": 0.3, "m_zp": 2e3}


def scale_of_c9(scheme, inputs=None):
    """Λ_v [TeV] of C9 = Λ_v² Δ_bs Δ_μμ/(λ_t m²), from the model's C9."""
    c = record("portal_scalar", scheme, inputs, **PORTAL_POINT)
    size = abs(lambda_t(DEFAULT.replace(inputs or {}).central[0]))
    return np.sqrt(abs(c["C9"][MU]) * size / abs(c["g_sb_left"] * c["g_left"][FERMIONS.index("mu")])) * 2e3 / TEV


@paper.number("000.9")
def scale_with_alpha_of_m_z():
    return scale_of_c9("paper")


@paper.number("000.9b")
def scale_with_smaller_alphas():
    return [scale_of_c9("corrected", {"alpha_em_mb": alpha}) for alpha in (1 / 137.036, 1 / 133)]


@paper.number("000.26")
def mixing_bound():
    inputs = with_v(0.0405)
    standard_model = likelihoods.predict("DeltaM_s", inputs=inputs)

    def excess(lam):
        point = PORTAL_POINT | {"lam_q_b": lam, "lam_q_s": lam}
        return predict("portal_scalar", "DeltaM_s", inputs, **point) / standard_model - 1.1

    lam = solve(excess, 1e-3, 0.5)
    c = record("portal_scalar", inputs=inputs, **(PORTAL_POINT | {"lam_q_b": lam, "lam_q_s": lam}))
    return 2e3 / abs(c["g_sb_left"]) / TEV


@paper.number("000.27")
def trident_bound():
    return trident_mass_per_coupling(0.82 + 2 * 0.28)


@paper.number("000.25b")
def bs_mumu_with_c10():
    ratio = likelihoods.predict("BR(Bs->mumu)", C9_bsmumu=-0.488, C10_bsmumu=0.488) / likelihoods.predict(
        "BR(Bs->mumu)"
    )
    return np.sqrt(ratio) - 1


@paper.number("000.RKpt")
def r_k_at_minus_twelve_per_cent():
    return likelihoods.predict("R_K", q2=(1, 6), C9_bsmumu=-0.488, C10_bsmumu=0.488)


@paper.number("000.F3relic")
def relic_valley():
    masses = [1700.0, 1800.0, 1900.0, 1950.0, 2000.0, 2050.0, 2100.0, 2200.0, 2300.0, 2500.0, 3000.0]
    grid = np.array([0.2, 0.3, 0.5])[:, None], np.array(masses)
    omega = scan("portal_scalar", "omega_h2", g_x=grid[0], m_zp=grid[1], **PORTAL)
    return {g: dict(zip(map(int, masses), row, strict=True)) for g, row in zip((0.2, 0.3, 0.5), omega, strict=True)}


def test_every_entry_is_computed_or_says_why_not():
    paper.check_entries()


@pytest.mark.parametrize("name", paper.numbers)
def test_number(name):
    paper.check(name)
