"""One line and exit status 2 for every kind of bad input."""

import pytest
from arguments import POINT

FIT = ["fit", "eft_c9_c10", "--terms", "Bs_mumu"]


PLANE = ["plane", "flavourful_zprime", "--terms", "delta_m_s"]


FIT_REFUSED = {
    "unknown model": (["fit", "eft_c8"], "'eft_c9'"),
    "unknown term": (["fit", "eft_c9", "--terms", "R_KK"], "'R_K'"),
    "unknown snapshot": ([*FIT, "--data", "yesterday"], "yesterday"),
    "unknown sampler": ([*FIT, "--sampler", "dinesty"], "'dynesty'"),
    "unknown setting": ([*FIT, "--sampler", "smc", "--options", "partciles=3"], "'particles'"),
    "setting is text": ([*FIT, "--options", "live=many"], "live='many' must be a positive whole number"),
    "setting is zero": ([*FIT, "--sampler", "smc", "--options", "keep=0"], "keep=0 must be a number between 0 and 1"),
    "share above one": ([*FIT, "--sampler", "smc", "--options", "keep=2"], "keep=2 must be a number between 0 and 1"),
    "no terms": (["fit", "eft_c9", "--terms", " "], "--terms: ' ': name at least one"),
    "month to come": ([*FIT, "--data", "2099-01"], "in the future"),
    "fixed at infinity": ([*FIT, "--set", "C9_bsmumu=inf"], "finite"),
    "negative mass": ([*FIT, "--inputs", "m_b=-4"], "m_b=-4 must be positive [GeV]"),
    "bound without a side": ([*FIT, "--one-sided", "Bs_mumu=up"], "--one-sided.Bs_mumu"),
    "nowhere finite": (["fit", "flavourful_zprime", "--terms", "a_mu", "--set", "m_zp=-1"], "must be positive"),
    "unknown parameter": ([*FIT, "--set", "C9_bsmumuu=1"], "'C9_bsmumu'"),
    "reversed prior": ([*FIT, "--set", "C9_bsmumu=uniform 1 -1"], "low < high"),
    "infinite prior": ([*FIT, "--set", "C9_bsmumu=uniform 0 inf"], "finite"),
    "log from zero": ([*FIT, "--set", "C9_bsmumu=log 0 1"], "low > 0"),
    "unknown prior": ([*FIT, "--set", "C9_bsmumu=flat 0 1"], "uniform"),
    "seed": ([*FIT, "--seed", "-3"], "--seed"),
    "no file": (["fit", "absent.yaml"], "absent.yaml"),
    "foreign folder": ([*FIT, "--out", "foreign"], "foreign"),
    "one run to compare": (["compare", "foreign"], "posterior.nc"),
    "no folder": (["doctor", "absent"], "absent: no such folder"),
    "no folder to continue": (["continue", "absent"], "absent: no such folder"),
    "no run": (["plot", "foreign"], "posterior.nc"),
    "nothing to continue": (["continue", "foreign"], "config.yaml"),
    "plane of one parameter": (["plane", "eft_c9", "--x", "C9_bsmumu", "--y", "C9_bsmumu"], "C9_bsmumu"),
    "plane of nothing": ([*PLANE, "--x", "g_b", "--y", "m_zp"], "'g_b'"),
    "plane not fixed": ([*PLANE, "--x", "g_bb", "--y", "m_zp"], "g_mumu, g_nunu"),
    "reversed range": ([*PLANE, "--x", "g_bb=log 1 0.1", "--y", "m_zp"], "low < high"),
    "log range from zero": ([*PLANE, "--x", "g_bb=log 0 1", "--y", "m_zp"], "low > 0"),
    "picture format": ([*PLANE, "--x", "g_bb", "--y", "m_zp", "--out", "p.gif"], "p.gif"),
}


@pytest.mark.parametrize("case", FIT_REFUSED)
def test_bad_fit_is_one_line_and_writes_nothing(darkflavour, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.tex").write_text("")
    arguments, named = FIT_REFUSED[case]
    status, text, complaint = darkflavour(*arguments)
    assert status == 2
    assert text == ""
    assert named in complaint
    assert complaint.count("\n") == 1
    assert [path.name for path in tmp_path.rglob("*")] == ["foreign", "thesis.tex"]


REFUSED = {
    "unknown command": (["fti"], "fti"),
    "unknown option": (["models", "--jsno"], "--json"),
    "unknown model": (["models", "flavourful_zprimee"], "'flavourful_zprime'"),
    "unknown model to predict": (["predict", "flavorful_zprime", "a_mu"], "'flavourful_zprime'"),
    "parameter of the Standard Model": (["predict", "sm", "a_mu", "--at", "C9=1"], "no parameter 'C9'; there are none"),
    "no observable": (["predict", "eft_c9"], "observable"),
    "unknown observable": (["predict", "flavourful_zprime", "a_mo", "--at", POINT], "'a_mu'"),
    "unknown parameter": (["predict", "flavourful_zprime", "a_mu", "--at", POINT + " m_zpp=3"], "'m_zp'"),
    "no such observable": (["observables", "BR(Bs->mumuu)"], "'BR(Bs->mumu)'"),
    "missing parameter": (["predict", "flavourful_zprime", "a_mu", "--at", "g_bb=0.01"], "g_mumu, g_nunu"),
    "not a number": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=one"], "--at C9_bsmumu=one"),
    "not finite": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=nan"], "--at C9_bsmumu=nan"),
    "no value": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu"], "NAME=VALUE"),
    "given twice": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=1", "--at", "C9_bsmumu=2"], "twice"),
    "unknown coefficient": (["predict", "a_mu", "--couplings", "C9_bsmumuu=1"], "'C9_bsmumu'"),
    "bad coefficient": (["predict", "a_mu", "--couplings", "C9_bsmumu=1+"], "C9_bsmumu=1+"),
    "short pole": (["predict", "a_mu", "--couplings", "C9_bsmumu_pole=1,2,3"], "a, b, mass, width"),
    "complex for real": (["predict", "a_mu", "--couplings", "delta_a_mu=1j"], "must be real"),
    "unknown input": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=0", "--inputs", "m_bb=4"], "'m_b'"),
    "negative modulus": (
        ["predict", "sm", "DeltaM_s", "--inputs", "V_cb=-1"],
        "V_cb=-1 must lie between 0 and 1",
    ),
    "no decay constant": (["predict", "sm", "DeltaM_s", "--inputs", "f_Bs=0"], "f_Bs=0 must be positive [GeV]"),
    "inputs without a value": (["predict", "sm", "DeltaM_s", "--inputs", "V_cb=1"], "with V_cb=1: "),
    "unknown scheme": (["predict", "eft_c9", "a_mu", "--at", "C9_bsmumu=0", "--scheme", "papre"], "'paper'"),
    "unknown measurement": (["data", "show", "R_k"], "'R_K'"),
    "unknown term": (["data", "list", "--terms", "R_KK"], "'R_K'"),
    "unknown snapshot": (["data", "list", "--data", "2018-13"], "2018-13"),
    "no such file": (["data", "audit", "absent.yaml"], "absent.yaml"),
    "bin of an unbinned": (["predict", "a_mu[1,6]", "--couplings", "C9_bsmumu=0"], "not binned"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_one_line(darkflavour, case):
    arguments, named = REFUSED[case]
    status, text, complaint = darkflavour(*arguments)
    assert status == 2
    assert text == ""
    assert named in complaint
    assert complaint.startswith("darkflavour: ")
    assert complaint.count("\n") == 1
