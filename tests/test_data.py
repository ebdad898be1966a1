"""The embedded data: complete, consistent between its forms, and equal to what was published."""

import re

import numpy as np
import pytest

from likelihoods.catalogue import load_measurements, on_request, references, terms
from likelihoods.hadronic_model import hadronic_model, hadronic_models
from likelihoods.inputs import data_folder
from likelihoods.observables import OBSERVABLES
from likelihoods.snapshot import datasets, snapshot

ALL = load_measurements()
OWN = {m.name: m for name, entry in datasets().items() if "file" in entry for m in snapshot(name)}
LHCB_2025 = [name for name in ALL if name.startswith("LHCb:2025:B0_Kstar_mumu")]


def find(name, observable, q2=None):
    """The row of an observable in a bin."""
    return next(r for r in ALL[name].rows if r.observable == observable and (q2 is None or r.q2 == q2))


def numbers(row):
    return (row.value, *row.stat, *row.syst)


# ---- whole catalogue


def test_everything_of_a_default_likelihood_can_be_predicted():
    for m in [*ALL.values(), *OWN.values()]:
        for row in m.rows:
            if row.term in on_request():
                continue
            assert row.observable in OBSERVABLES, f"{m.name}: {row}"
            assert OBSERVABLES[row.observable].binned == (row.q2 is not None), f"{m.name}: {row}"
            row.converted(OBSERVABLES[row.observable].unit)


def test_terms_are_described():
    used = {term for m in ALL.values() for term in m.terms}
    assert used <= set(terms())
    assert on_request() <= used


def test_references_are_used_and_lead_somewhere():
    inputs = (data_folder() / "inputs.yaml").read_text()
    expected = [m for name in hadronic_models() for m in hadronic_model(name).constraints]
    cited = {m.reference for m in [*ALL.values(), *OWN.values(), *expected]}
    for key, entry in references().items():
        assert entry.get("arxiv") or entry.get("doi") or entry.get("journal"), key
        assert re.fullmatch(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}", entry.get("arxiv", "1234.5678")), key
        assert key in cited or key in inputs or "tables" in entry.get("about", ""), key


@pytest.mark.parametrize("name", [*ALL, *OWN])
def test_covariance_is_positive_definite(name):
    m = (ALL | OWN)[name]
    values = [k for k, row in enumerate(m.rows) if row.kind == "value"]
    for side in (0, 1):
        stat, syst = ([getattr(row, key)[side] for row in m.rows] for key in ("stat", "syst"))
        covariance = m.covariance(stat, syst)[np.ix_(values, values)]
        assert np.array_equal(covariance, covariance.T)
        sigma = np.sqrt(np.diag(covariance))
        assert np.all(sigma > 0)
        if values:
            assert np.linalg.eigvalsh(covariance / np.outer(sigma, sigma))[0] > 1e-3


def test_errors_are_of_a_sensible_size():
    for m in ALL.values():
        for row in m.rows:
            if row.kind == "value":
                assert 1e-5 < (row.up + row.down) / (abs(row.value) + row.up + row.down) <= 1, f"{m.name}: {row}"
                assert 0.05 < row.up / row.down < 20, f"{m.name}: {row}"


def test_what_stands_today_is_not_superseded():
    gone = {old for m in ALL.values() for old in m.supersedes}
    assert not gone & {m.name for m in snapshot()}


# ---- two forms of the same data agree


@pytest.mark.parametrize(
    ("name", "term"),
    [("LHCb:2019:R_K", "R_K"), ("LHCb:2021:R_K", "R_K"), ("LHCb:2017:R_Kstar", "R_Kstar"), ("LHCb:2021:R_KS", "R_KS")],
)
def test_tables_have_the_published_mode_and_errors(name, term):
    for table, gauss in zip(ALL[name].rows, ALL[name + ":gaussian"].rows, strict=True):
        assert (table.kind, gauss.kind, table.term) == ("table", "value", term)
        x, y = np.array(table.x), np.array(table.minus_two_log_l)
        k = int(np.argmin(y))
        low = np.interp(-1.0, -y[: k + 1], x[: k + 1])
        high = np.interp(1.0, y[k:], x[k:])
        assert x[k] == pytest.approx(gauss.value, abs=0.25 * gauss.down)
        assert x[k] - low == pytest.approx(gauss.down, rel=0.2)
        assert high - x[k] == pytest.approx(gauss.up, rel=0.2)


RATES = [name for name in ALL if name + ":wide" in ALL and ALL[name].rows[0].observable.startswith("dBR")]


@pytest.mark.parametrize("name", RATES)
def test_narrow_bins_of_a_rate_add_up_to_the_wide_one(name):
    """Within the published error, where the narrow bins cover the wide one."""
    for wide in ALL[name + ":wide"].rows:
        inside = [r for r in ALL[name].rows if wide.q2[0] <= r.q2[0] and r.q2[1] <= wide.q2[1]]
        if sum(r.q2[1] - r.q2[0] for r in inside) == pytest.approx(wide.q2[1] - wide.q2[0]):
            total = sum(r.value * (r.q2[1] - r.q2[0]) for r in inside) / (wide.q2[1] - wide.q2[0])
            assert total == pytest.approx(wide.value, abs=0.6 * (wide.up + wide.down)), f"{name}: {wide}"


BASES = [
    ("LHCb:2015:B0_Kstar_mumu", "B0->K*mumu"),
    ("LHCb:2020:B0_Kstar_mumu", "B0->K*mumu"),
    ("LHCb:2025:B0_Kstar_mumu", "B0->K*mumu"),
    ("LHCb:2020:Bplus_Kstarplus_mumu", "B+->K*mumu"),
    ("ATLAS:2018:B0_Kstar_mumu", "B0->K*mumu"),
]


@pytest.mark.parametrize(("name", "process"), BASES)
def test_the_two_bases_are_related(name, process):
    """P5' = S5/√(F_L (1 - F_L)) and P1 = 2 S3/(1 - F_L), signs and factors included, bin by bin."""
    optimised = f"{name}:P:massless" if f"{name}:P:massless" in ALL else f"{name}:P"
    checked = 0
    for q2 in {row.q2 for row in ALL[f"{name}:S"].rows}:
        if not any(row.q2 == q2 for row in ALL[optimised].rows):
            continue
        s = {key: find(f"{name}:S", f"{key}({process})", q2) for key in ("S3", "S4", "S5")}
        f_l = find(optimised, f"FL({process})", q2).value
        if not 0.15 < f_l < 0.8:
            continue
        root = np.sqrt(f_l * (1 - f_l))
        for key, expected in (
            ("P5p", s["S5"].value / root),
            ("P4p", s["S4"].value / root),
            ("P1", 2 * s["S3"].value / (1 - f_l)),
        ):
            row = find(optimised, f"{key}_massless({process})", q2)
            assert row.value == pytest.approx(expected, abs=0.4 * (row.up + row.down)), f"{name}: {row}"
            checked += 1
    assert checked >= 6


def test_belle_differences_are_those_of_its_leptons():
    for k in ("4", "5"):
        for q2 in ((0.1, 4.0), (4.0, 8.0), (14.18, 19.0)):
            mu = find("Belle:2016:B0_Kstar_ll", f"P{k}p_massless(B0->K*mumu)", q2)
            e = find("Belle:2016:B0_Kstar_ll", f"P{k}p(B0->K*ee)", q2)
            difference = find("Belle:2016:B0_Kstar_ll:Q", f"Dmue_P{k}p(B0->K*ll)", q2)
            assert mu.value - e.value == pytest.approx(difference.value, abs=0.015)


def test_cms_2024_is_in_the_convention_of_lhcb():
    """P4' between -1/√2 and 1/√2, where the other normalisation would reach twice as far."""
    for row in ALL["CMS:2024:B0_Kstar_mumu"].rows:
        if row.observable.startswith(("P4p", "P6p", "P8p")):
            assert abs(row.value) < 0.72


def test_a_mu_is_experiment_minus_theory():
    for m in ALL.values():
        found = re.match(r"(\d+)\((\d+)\)e-(\d+) - (\d+)\((\d+)\)e-(\d+)", m.note) if m.terms == ("a_mu",) else None
        if found:
            exp, d_exp, digits, theory, d_theory, places = (int(x) for x in found.groups())
            (row,) = m.rows
            assert row.value == pytest.approx(exp * 10.0**-digits - theory * 10.0**-places, abs=1e-12)
            assert row.stat[0] == pytest.approx(d_exp * 10.0**-digits)
            assert row.syst[0] == pytest.approx(d_theory * 10.0**-places)


def test_lhcb_2025_correlations_join_bins():
    """Inside a bin as published; between bins and between kinds there are correlations."""
    m = ALL["LHCb:2025:B0_Kstar_mumu:S"]
    assert m.correlation is not None
    assert m.correlation.shape == (82, 82)
    place = {(row.observable.partition("(")[0], row.q2): k for k, row in enumerate(m.rows)}
    first = (0.06, 0.98)
    assert m.correlation[place["FL", first], place["S1c", first]] == -0.67
    assert m.correlation[place["FL", first], place["S2s", first]] == 0.37
    assert m.correlation[place["FL", first], place["dBR/dq2", first]] == -0.07
    between = [m.correlation[i, j] for i, a in enumerate(m.rows) for j, b in enumerate(m.rows) if a.q2 != b.q2]
    assert np.any(np.abs(between) > 0.05)


# ---- numbers as published, from the abstracts and tables of the papers

PUBLISHED = {
    ("LHCb:2014:R_K", "Rmue(B+->Kll)", None): (0.745, 0.090, 0.074, 0.036, 0.036),
    ("LHCb:2019:R_K:gaussian", "Rmue(B+->Kll)", None): (0.846, 0.060, 0.054, 0.016, 0.014),
    ("LHCb:2021:R_K:gaussian", "Rmue(B+->Kll)", None): (0.846, 0.042, 0.039, 0.013, 0.012),
    ("LHCb:2022:R_K_Kstar", "Rmue(B+->Kll)", (0.1, 1.1)): (0.994, 0.090, 0.082, 0.029, 0.027),
    ("LHCb:2022:R_K_Kstar", "Rmue(B0->K*ll)", (1.1, 6.0)): (1.027, 0.072, 0.068, 0.027, 0.026),
    ("LHCb:2017:R_Kstar:gaussian", "Rmue(B0->K*ll)", (1.1, 6.0)): (0.69, 0.11, 0.07, 0.05, 0.05),
    ("LHCb:2025:R_K_high", "Rmue(B+->Kll)", None): (1.08, 0.11, 0.09, 0.04, 0.04),
    ("LHCb:2020:B0_Kstar_mumu:P", "P5p_massless(B0->K*mumu)", (4.0, 6.0)): (-0.439, 0.111, 0.111, 0.036, 0.036),
    ("LHCb:2015:B0_Kstar_mumu:P", "P5p_massless(B0->K*mumu)", (4.0, 6.0)): (-0.300, 0.158, 0.159, 0.023, 0.023),
    ("LHCb:2013:B0_Kstar_mumu_prime:P", "P5p_massless(B0->K*mumu)", (4.3, 8.68)): (-0.19, 0.16, 0.16, 0.03, 0.03),
    ("LHCb:2021:Bs_phi_mumu_rate:wide", "dBR/dq2(Bs->phimumu)", (1.1, 6.0)): (2.88e-8, 1.5e-9, 1.5e-9, 5e-10, 5e-10),
    ("LHCb:2021:Bs_mumu", "BR(Bs->mumu)", None): (3.09e-9, 4.6e-10, 4.3e-10, 1.5e-10, 1.1e-10),
    ("BelleII:2023:B_K_nunu", "BR(B+->Knunu)", None): (2.3e-5, 5e-6, 5e-6, 5e-6, 4e-6),
    ("HFLAV:2015:delta_m_s", "DeltaM_s", None): (17.757, 0.020, 0.020, 0.007, 0.007),
    ("BaBar:2010:upsilon", "R_taumu(Upsilon(1S))", None): (1.005, 0.013, 0.013, 0.022, 0.022),
}


@pytest.mark.parametrize(("name", "observable", "q2"), PUBLISHED)
def test_published_numbers(name, observable, q2):
    assert numbers(find(name, observable, q2)) == pytest.approx(PUBLISHED[name, observable, q2])


def test_published_limits():
    limits = {
        "MEG:2016:mu_e_gamma": (4.2e-13, 0.90),
        "MEGII:2025:mu_e_gamma": (1.5e-13, 0.90),
        "Belle:2010:tau_3mu": (2.1e-8, 0.90),
        "BelleII:2025:B_Kstar_tautau": (1.8e-3, 0.90),
    }
    for name, expected in limits.items():
        (row,) = ALL[name].rows
        assert (row.limit, row.cl) == expected


def test_sizes_of_the_large_analyses():
    sizes = {"LHCb:2020:B0_Kstar_mumu:S": 64, "LHCb:2015:B0_Kstar_mumu:P": 64, "LHCb:2025:B0_Kstar_mumu:S:fine": 164}
    assert {name: len(ALL[name].rows) for name in sizes} == sizes
    assert {len(ALL[name].rows) for name in LHCB_2025} == {82, 20, 81, 72, 18, 64, 16, 164}
