"""Arguments of commands that end within seconds."""

#: A point of flavourful_zprime.
POINT = "g_bb=0.01 g_mumu=0.3 g_nunu=1 m_zp=500 m_nu=1200"
#: A fit.
QUICK = ("--terms", "Bs_mumu", "--sampler", "smc", "--options", "particles=256")
#: A plane.
SMALL = ["plane", "flavourful_zprime", "--terms", "delta_m_s", "--x", "g_bb", "--y", "m_zp"]
SMALL += ["--fix", "g_mumu=1 g_nunu=1 m_nu=500", "--points", "2"]
