"""Snapshots: what stood when, which form of the data is taken, what is refused."""

from itertools import combinations

import pytest

from likelihoods.catalogue import load_measurements, on_request
from likelihoods.snapshot import datasets, measured, snapshot, standing, today


def names(date=None, terms=None):
    return [m.name for m in snapshot(date, terms)]


def lhcb(found):
    return [name for name in found if name.startswith("LHCb")]


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2014-06", "LHCb:2014:R_K"),
        ("2019-02", "LHCb:2014:R_K"),
        ("2019-03", "LHCb:2019:R_K"),
        ("2021-02", "LHCb:2019:R_K"),
        ("2021-03", "LHCb:2021:R_K"),
        ("2022-11", "LHCb:2021:R_K"),
        ("2022-12", "LHCb:2022:R_K_Kstar"),
        ("2025-04", "LHCb:2022:R_K_Kstar"),
    ],
)
def test_r_k_through_the_years(date, expected):
    assert lhcb(names(date, ["R_K"])) == [expected]


ANGULAR = "LHCb:{}:B0_Kstar_mumu"
CHAINS = {
    "BKstar_mumu_angular": [
        ("2011-12", [ANGULAR.format(2011)]),
        ("2013-04", [ANGULAR.format(2013)]),
        ("2013-08", [ANGULAR.format(2013), ANGULAR.format(2013) + "_prime:S"]),
        ("2015-12", [ANGULAR.format(2015) + ":S"]),
        ("2020-03", [ANGULAR.format(2020) + ":S"]),
        ("2025-12", [ANGULAR.format(2025) + ":S"]),
    ],
    "P5prime": [
        ("2013-08", [ANGULAR.format(2013) + "_prime:P"]),
        ("2015-12", [ANGULAR.format(2015) + ":P"]),
        ("2020-03", [ANGULAR.format(2020) + ":P"]),
        ("2025-12", [ANGULAR.format(2025) + ":P"]),
    ],
    "BKstar_mumu_rate": [
        ("2011-12", [ANGULAR.format(2011) + "_rate"]),
        ("2013-04", [ANGULAR.format(2013) + "_rate"]),
        ("2016-06", [ANGULAR.format(2016) + "_rate"]),
        ("2025-12", [ANGULAR.format(2025) + ":S"]),
    ],
    "BKstar_mumu_cp": [
        ("2013-04", [ANGULAR.format(2013)]),
        ("2015-12", [ANGULAR.format(2015) + ":A"]),
        ("2025-12", [ANGULAR.format(2025) + ":A"]),
    ],
    "Bs_phi_mumu": [
        (f"{year}-{month}", [f"LHCb:{year}:Bs_phi_mumu"]) for year, month in ((2013, "05"), (2015, "06"), (2021, "07"))
    ],
    "Bs_phi_mumu_rate": [
        (f"{year}-{month}", [f"LHCb:{year}:Bs_phi_mumu_rate"])
        for year, month in ((2013, "05"), (2015, "06"), (2021, "05"))
    ],
    "tau_mumu": [("2017-03", ["LHCb:2017:tau_mumu"]), ("2021-08", ["LHCb:2021:tau_mumu"])],
    "delta_m_s": [
        ("2013-04", ["LHCb:2013:delta_m_s"]),
        ("2015-07", []),
        ("2021-04", ["LHCb:2021:delta_m_s"]),
        ("2022-06", []),
    ],
}


@pytest.mark.parametrize(("term", "date", "expected"), [(t, d, e) for t, chain in CHAINS.items() for d, e in chain])
def test_chains_of_lhcb(term, date, expected):
    """From the month of publication on, and not before."""
    assert lhcb(names(date, [term])) == expected
    year, month = (int(part) for part in date.split("-"))
    before = f"{year - (month == 1)}-{(month - 2) % 12 + 1:02d}"
    stood = [m for m in standing(before, load_measurements()) if term in m.terms]
    assert not {m.name for m in stood} & set(expected) or len(expected) > 1


def test_high_q2_adds():
    assert lhcb(names("2025-05", ["R_K"])) == ["LHCb:2022:R_K_Kstar", "LHCb:2025:R_K_high"]


def test_one_measurement_with_two_terms_ends_two_chains():
    assert lhcb(names("2022-11", ["R_K", "R_Kstar"])) == ["LHCb:2017:R_Kstar", "LHCb:2021:R_K"]
    (block,) = [m for m in snapshot("2022-12", ["R_K", "R_Kstar"]) if m.experiment == "LHCb"]
    assert len(block.rows) == 4
    (part,) = [m for m in snapshot("2022-12", ["R_Kstar"]) if m.experiment == "LHCb"]
    assert [row.term for row in part.rows] == ["R_Kstar", "R_Kstar"]
    assert part.correlation is not None
    assert part.correlation[0, 1] == 0.016


@pytest.mark.parametrize(
    ("date", "value"),
    [("2015-01", 2.9e-9), ("2020-02", 2.9e-9), ("2021-04", 2.51e-9), ("2023-08", 2.49e-9), (None, 3.85e-10)],
)
def test_a_mu_against_the_prediction_of_its_time(date, value):
    (m,) = snapshot(date, ["a_mu"])
    assert m.rows[0].value == value


def test_average_stands_in_for_its_parts_until_it_falls():
    assert names("2013-08", ["Bs_mumu"]) == ["LHCb:2013:Bs_mumu", "CMS:2013:Bs_mumu"]
    assert names("2014-11", ["Bs_mumu"]) == ["CMS+LHCb:2014:Bs_mumu"]
    assert names("2017-03", ["Bs_mumu"]) == ["CMS:2013:Bs_mumu", "ATLAS:2016:Bs_mumu", "LHCb:2017:Bs_mumu"]
    assert names("2019-03", ["Bs_mumu"]) == ["ATLAS+CMS+LHCb:2019:Bs_mumu"]
    assert names(None, ["Bs_mumu"]) == ["ATLAS+CMS+LHCb:2022:Bs_mumu"]


def test_basis_follows_from_the_terms():
    assert "LHCb:2020:B0_Kstar_mumu:P" in names("2021-01", ["P5prime"])
    assert "LHCb:2020:B0_Kstar_mumu:P" in names("2021-01", ["P5prime", "BKstar_mumu_optimised"])
    assert "LHCb:2020:B0_Kstar_mumu:S" in names("2021-01", ["BKstar_mumu_angular"])
    assert "LHCb:2020:B0_Kstar_mumu:S" in names("2021-01")


def test_two_bases_of_one_dataset_are_refused():
    with pytest.raises(ValueError, match=r"'BKstar_mumu_angular' .*:S\) and 'P5prime' .*:P\) use the same data"):
        snapshot("2021-01", ["P5prime", "BKstar_mumu_angular"])


def test_a_named_form_is_taken():
    wide = "LHCb:2020:B0_Kstar_mumu:P:wide"
    found = names("2021-01", ["P5prime", wide])
    assert wide in found
    assert "LHCb:2020:B0_Kstar_mumu:P" not in found
    (m,) = snapshot("2021-01", [wide])
    assert {row.q2 for row in m.rows} == {(1.1, 6.0), (15.0, 19.0)}
    with pytest.raises(ValueError, match="are the same data in two forms"):
        snapshot("2021-01", [wide, "LHCb:2020:B0_Kstar_mumu:S"])


def test_superseded_with_all_its_forms():
    stood = {m.name for m in standing("2025-12", load_measurements())}
    assert not any(name.startswith(("LHCb:2020:B0_Kstar_mumu", "LHCb:2015:B0_Kstar_mumu")) for name in stood)
    assert "LHCb:2016:B0_Kstar_mumu_rate" not in stood
    assert {"LHCb:2025:B0_Kstar_mumu:S", "LHCb:2025:B0_Kstar_mumu:P:wide"} <= stood


def test_charmonium_region_is_left_out_unless_asked_for():
    def between(terms):
        return [r for m in snapshot(None, terms) for r in m.rows if r.q2 and r.q2[0] > 8.7 and r.q2[1] < 14]

    assert not between(["P5prime", "R_K", "Bs_phi_mumu", "BK_mumu_rate"])
    assert between(["charmonium_region"])


DATES = [f"{year}-{month}" for year in range(2010, 2027) for month in ("03", "09")]


@pytest.mark.parametrize("date", [*DATES, *datasets(), None])
def test_no_data_twice(date):
    chosen = snapshot(date)
    assert len({m.group for m in chosen}) == len(chosen)
    for one, two in combinations(chosen, 2):
        assert one.overlap(two) is None
    if date in DATES:
        assert all(m.date <= date for m in chosen)


def test_datasets_of_the_papers():
    fit = snapshot("hepfit-2019")
    assert sum(len(m.rows) for m in fit) == 124
    r_k = next(row for m in fit for row in m.rows if row.observable == "Rmue(B+->Kll)")
    assert (r_k.value, r_k.up) == (0.845, 0.06)
    assert {m.name for m in snapshot("paper-004")} == {m.name for m in fit} | {"BNL:2011:a_mu"}
    assert {"LHCb:2014:R_K", "CMS+LHCb:2014:Bs_mumu"} <= set(names("paper-000"))
    assert "LUX:2016:events" in names("paper-001")
    assert names("paper-002", ["R_K", "planck"]) == ["LHCb:2014:R_K", "Planck:2015:omega_h2"]


@pytest.mark.parametrize("date", ["2020", "2020-13", "2020-1", "March 2020", "1820-01", "paper-005", 2020])
def test_malformed_date(date):
    with pytest.raises(ValueError, match="is neither a month YYYY-MM nor a dataset"):
        snapshot(date)


def test_unknown_term():
    with pytest.raises(KeyError, match="unknown term 'P5prim'; did you mean 'P5prime'"):
        snapshot(None, ["P5prim"])


def test_terms_that_had_been_measured():
    assert measured(["R_K", "R_Kstar", "lz"], "2015-06") == ("R_K",)
    assert measured(["R_Kstar", "R_K"], "paper-002") == ("R_Kstar", "R_K")
    with pytest.raises(ValueError, match="is neither a month"):
        measured(["R_K"], "2015")


def test_term_without_data():
    with pytest.raises(ValueError, match="term 'R_Kstar' has no data in 2014-12"):
        snapshot("2014-12", ["R_K", "R_Kstar"])
    with pytest.raises(
        ValueError, match="term 'R_Kstar' has no data in paper-000; it has B0_mumu, Bs_mumu, R_K, delta_m_s"
    ):
        snapshot("paper-000", ["R_K", "R_Kstar"])


@pytest.mark.parametrize("date", [*datasets(), None])
def test_terms_on_request_need_their_name(date):
    assert not {term for m in snapshot(date) for term in m.terms} & on_request()


def test_today_is_the_default():
    assert [m.name for m in snapshot()] == [m.name for m in snapshot(today())]
