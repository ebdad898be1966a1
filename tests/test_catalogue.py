"""Reading measurement files: what a good file becomes, and one line for each mistake."""

import numpy as np
import pytest

import fitter
from likelihoods import Likelihood, Predictions, request
from likelihoods.catalogue import load_measurements

GOOD = """
Mine:2030:R_K:
  term: R_K
  experiment: LHCb
  reference: "mine"
  date: 2030-01
  grade: known
  supersedes: [LHCb:2022:R_K_Kstar]
  values:
    - {observable: Rmue(B+->Kll), q2: [1.1, 6.0], value: 0.97, stat: [0.02, -0.03], syst: 0.01}
    - {observable: Rmue(B0->K*ll), q2: [1.1, 6.0], term: R_Kstar, value: 0.99, error: 0.04}
    - {observable: BR(mu->egamma), term: mu_e_gamma, limit: 1.0e-14, cl: 0.9}
  correlation: |
    1 0.2 0
      1   0
          1
references:
  mine: {arxiv: "3001.00001", about: a test}
"""


def write(folder, text):
    path = folder / "mine.yaml"
    path.write_text(text)
    return path


LOG_L = """
Mine:2030:dwarfs:
  term: fermi_dwarfs
  experiment: Fermi-LAT
  reference: "arXiv:1611.03184"
  date: 2030-01
  grade: known
  supersedes: [Fermi-LAT:2016:dwarfs]
  values:
    - {observable: "log_l(Fermi-LAT:2016:dwarfs)", log_likelihood: true}
"""


def test_log_likelihood_is_taken_as_it_is(tmp_path):
    """Added to ln L without normalisation, left alone by pseudo-data, nothing where there is no signal."""
    (row,) = load_measurements(write(tmp_path, LOG_L))["Mine:2030:dwarfs"].rows
    assert (row.kind, row.unit) == ("log_likelihood", "")
    c = fitter.model("flavourful_zprime").evaluate(np.array([[0.1, 0.1, 0.3, 210.0, 100.0, 0.0, 0.0]] * 2))
    c["g_dm"][1] = 0.0
    likelihood = Likelihood.of(["fermi_dwarfs"])
    terms = likelihood.log_likelihood_terms(c)
    predicted = Predictions([request(row.observable)], likelihood.inputs)(c)
    assert terms[0, 0] == predicted[0, 0] < -1
    assert terms[1, 0] == pytest.approx(0.0, abs=1e-9)
    drawn = likelihood.simulate(c, rng=1)
    assert likelihood.with_data(drawn).log_likelihood_terms(c) == pytest.approx(terms)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("log_likelihood: true, limit: 1.0, cl: 0.9", "exactly one of value, limit, table, observed, log_likelihood"),
        ("log_likelihood: true, error: 0.1", "a log_likelihood takes no errors"),
        ("log_likelihood: false", "should be True"),
    ],
)
def test_log_likelihood_stands_alone(tmp_path, keys, message):
    with pytest.raises(ValueError, match=message):
        load_measurements(write(tmp_path, LOG_L.replace("log_likelihood: true", keys)))


def test_own_file_joins_the_embedded_data(tmp_path):
    measurements = load_measurements(write(tmp_path, GOOD))
    assert set(load_measurements()) < set(measurements)
    mine = measurements["Mine:2030:R_K"]
    assert mine.terms == ("R_K", "R_Kstar", "mu_e_gamma")
    first, second, third = mine.rows
    assert (first.kind, first.q2, first.value, first.stat, first.syst) == (
        "value",
        (1.1, 6.0),
        0.97,
        (0.02, 0.03),
        (0.01, 0.01),
    )
    assert (second.up, second.down) == (0.04, 0.04)
    assert (third.kind, third.limit, third.cl, third.side) == ("limit", 1e-14, 0.9, "upper")
    assert mine.correlation is not None
    assert np.array_equal(mine.correlation, [[1, 0.2, 0], [0.2, 1, 0], [0, 0, 1]])


def test_folder_replaces_the_embedded_data(tmp_path):
    write(tmp_path, GOOD.replace("  supersedes: [LHCb:2022:R_K_Kstar]\n", ""))
    assert list(load_measurements(tmp_path)) == ["Mine:2030:R_K"]


@pytest.mark.parametrize("form", ["[[1, 0.2, 0], [0.2, 1, 0], [0, 0, 1]]", "[[1, 0.2, 0], [1, 0], [1]]", "mine_matrix"])
def test_forms_of_a_correlation(tmp_path, form):
    (tmp_path / "mine_matrix.txt").write_text("# title: a matrix\n1 0.2 0\n1 0\n1\n")
    head, tail = GOOD.split("  correlation: |")
    text = f"{head}  correlation: {form}\nreferences:{tail.split('references:')[1]}"
    mine = load_measurements(write(tmp_path, text))["Mine:2030:R_K"]
    assert mine.correlation is not None
    assert np.array_equal(mine.correlation, [[1, 0.2, 0], [0.2, 1, 0], [0, 0, 1]])


def test_bins_share_q2_and_correlate_inside(tmp_path):
    text = """
Mine:2030:angular:
  term: P5prime
  experiment: LHCb
  reference: LHCb:2022zom
  date: 2030-01
  grade: known
  bins:
    - q2: [1, 2]
      values:
        - {observable: FL(B0->K*mumu), value: 0.7, error: 0.1}
        - {observable: P5p(B0->K*mumu), value: 0.1, error: 0.2}
      correlation: {uniform: 0.3}
    - q2: [2, 3]
      values:
        - {observable: P5p(B0->K*mumu), value: -0.1, error: 0.2}
"""
    mine = load_measurements(write(tmp_path, text))["Mine:2030:angular"]
    assert [row.q2 for row in mine.rows] == [(1, 2), (1, 2), (2, 3)]
    assert mine.correlation is not None
    assert np.array_equal(mine.correlation, [[1, 0.3, 0], [0.3, 1, 0], [0, 0, 1]])


def test_counts_and_table(tmp_path):
    (tmp_path / "curve.txt").write_text(
        "# title: t\n# columns: x, minus_two_log_l\n# source: s\n# grade: known\n0 5\n1 1\n2 2\n3 6\n"
    )
    text = """
Mine:2030:counts:
  term: B_K_nunu
  experiment: BaBar
  reference: LHCb:2022zom
  date: 2030-01
  grade: known
  independent_of: [BaBar:2010:B_K_nunu, BaBar:2013:B_K_nunu]
  values:
    - {observable: BR(B+->Knunu), observed: 6, background: 2.9, background_error: 0.1, limit: 3.7e-05, cl: 0.9}
    - {observable: BR(B0->Knunu), table: curve}
"""
    counts, table = load_measurements(write(tmp_path, text))["Mine:2030:counts"].rows
    assert (counts.kind, counts.observed, counts.background, counts.limit) == ("counts", 6, 2.9, 3.7e-5)
    assert (table.kind, table.x, table.minus_two_log_l) == ("table", (0, 1, 2, 3), (4, 0, 1, 5))


MISTAKES = {
    "unknown key": ("  grade: known", "  grade: known\n  colour: red", "colour: unknown key"),
    "misspelt key": ("syst: 0.01", "sist: 0.01", "values[0].sist: unknown key; did you mean 'syst'?"),
    "missing key": ("  experiment: LHCb\n", "", "experiment: missing"),
    "unicode minus": ("[0.02, -0.03]", "[0.02, −0.03]", "[0.02, '−0.03'] is not a number: it has a unicode"),
    "float without a dot": ("limit: 1.0e-14", "limit: 1e-14", "limit: '1e-14' is text in YAML, write 1.0e-14"),
    "word for a number": ("value: 0.97", "value: big", "values[0].value: 'big': input should be a valid number"),
    "reversed errors": ("[0.02, -0.03]", "[-0.03, 0.02]", "an asymmetric error is [up, -down]"),
    "negative error": ("error: 0.04", "error: -0.04", "an error is a number >= 0 or [up, -down]"),
    "no error": (", error: 0.04", "", "Rmue(B0->K*ll) [1.1, 6.0]: a value needs errors > 0"),
    "total and separate errors": ("syst: 0.01", "syst: 0.01, error: 0.02", "give either error (total) or stat"),
    "not finite": ("value: 0.97", "value: .inf", "values[0].value: inf: input should be a finite number"),
    "two kinds": ("value: 0.97", "value: 0.97, limit: 1.0", "needs exactly one of value, limit, table, observed"),
    "limit without confidence level": (", cl: 0.9", "", "a limit needs cl"),
    "confidence level in percent": ("cl: 0.9", "cl: 90.0", "values[2].cl: 90.0: input should be less than 1"),
    "limit with errors": ("cl: 0.9", "cl: 0.9, stat: 0.1", "a limit takes no errors"),
    "counts without background": ("limit: 1.0e-14, cl: 0.9", "observed: 3", "observed counts need background"),
    "side": ("cl: 0.9", "cl: 0.9, side: left", "values[2].side: 'left': input should be 'upper' or 'lower'"),
    "reversed bin": ("q2: [1.1, 6.0], value: 0.97", "q2: [6.0, 1.1], value: 0.97", "must satisfy 0 <= low < high"),
    "overlapping bins": (
        "    - {observable: Rmue(B0->K*ll), q2: [1.1, 6.0]",
        "    - {observable: Rmue(B+->Kll), q2: [5.0, 8.0]",
        "Rmue(B+->Kll)[1.1,6] and Rmue(B+->Kll)[5,8] overlap: wide and narrow bins go to separate entries",
    ),
    "unknown unit": ("cl: 0.9", "cl: 0.9, unit: parsec", "unit: 'parsec' of BR(mu->egamma) is unknown"),
    "unknown term": ("term: R_Kstar", "term: R_Kstr", "term: 'R_Kstr' is unknown; did you mean 'R_Kstar'?"),
    "unknown reference": ('"mine"', '"mind"', "reference: 'mind' is unknown; did you mean 'mine'?"),
    "malformed date": ("date: 2030-01", "date: 2030-13", "date: '2030-13': a date is YYYY-MM"),
    "unknown grade": ("grade: known", "grade: guess", "grade: 'guess': input should be 'database'"),
    "unknown superseded": ("LHCb:2022:R_K_Kstar", "LHCb:2022:R_K", "supersedes: 'LHCb:2022:R_K' is unknown; did"),
    "superseded by an older one": (
        "date: 2030-01",
        "date: 2020-01",
        "supersedes: LHCb:2022:R_K_Kstar of 2022-12 is not older than 2020-01",
    ),
    "alternative of an alternative": (
        "  grade: known",
        "  grade: known\n  alternative_to: LHCb:2021:R_K:gaussian",
        "LHCb:2021:R_K:gaussian is itself an alternative",
    ),
    "name taken": ("Mine:2030:R_K:", "LHCb:2022:R_K_Kstar:", "already defined in embedded data"),
    "wrong size": ("    1 0.2 0\n      1   0\n          1\n", "    1 0.2\n      1\n", "needs 3 rows"),
    "word in a matrix": ("    1 0.2 0", "    1 0,2 0", "correlation: could not convert string to float: '0,2'"),
    "beyond one": ("    1 0.2 0", "    1 1.2 0", "no element beyond ±1"),
    "diagonal": ("      1   0", "      2   0", "the diagonal must be 1"),
    "singular": ("    1 0.2 0", "    1 1 0", "not positive definite, lowest eigenvalue"),
    "correlated limit": ("      1   0", "      1   0.1", "only values can be correlated"),
    "two correlations": (
        "references:",
        "  stat_correlation: {uniform: 0.1}\nreferences:",
        "give either correlation (of total errors) or stat_correlation and syst_correlation",
    ),
    "norm with a total correlation": ("syst: 0.01", "syst: 0.01, norm: 0.1", "norm goes with stat and syst"),
    "missing table": ("limit: 1.0e-14, cl: 0.9", "table: nowhere", "table 'nowhere': no nowhere.txt next to the file"),
    "values and bins": (
        "  correlation: |",
        "  bins: [{q2: [1, 2], values: [{observable: a_mu}]}]\n  correlation: |",
        "needs either values or bins",
    ),
    "not a mapping": (GOOD, "- 1\n- 2\n", "must be a mapping of names to entries, got list"),
    "entry is no mapping": (GOOD, "Mine: 3\n", "Mine: entry: 3: input should be a valid dictionary"),
    "not YAML": ("supersedes: [LHCb", "supersedes: [[LHCb", "mine.yaml, line"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_one_clear_line(tmp_path, mistake):
    old, new, expected = MISTAKES[mistake]
    assert old in GOOD
    with pytest.raises(ValueError) as error:
        load_measurements(write(tmp_path, GOOD.replace(old, new, 1)))
    text = str(error.value)
    assert text.startswith("mine.yaml")
    assert "\n" not in text
    assert expected in text


def test_asymmetric_matrix_names_the_element(tmp_path):
    matrix = "    1 0.2 0\n    0.3 1 0\n    0 0 1\n"
    text = GOOD.replace("    1 0.2 0\n      1   0\n          1\n", matrix)
    with pytest.raises(ValueError, match=r"not symmetric: \[0\]\[1\]=0.2, \[1\]\[0\]=0.3"):
        load_measurements(write(tmp_path, text))


def test_missing_file(tmp_path):
    with pytest.raises(ValueError, match=r"nothing.yaml: no such file"):
        load_measurements(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    ("line", "kind"), [("0 5 1\n1 1 1\n2 2 1\n3 6 1\n", "three columns"), ("0 5\n0 1\n2 2\n3 6\n", "x repeats")]
)
def test_bad_table(tmp_path, line, kind):
    columns = ", ".join(["x", "minus_two_log_l", "extra"][: len(line.split("\n")[0].split())])
    (tmp_path / "curve.txt").write_text(f"# title: t\n# columns: {columns}\n# source: s\n# grade: known\n{line}")
    with pytest.raises(ValueError, match="must hold x"):
        load_measurements(write(tmp_path, GOOD.replace("limit: 1.0e-14, cl: 0.9", "table: curve")))
