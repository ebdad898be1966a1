"""Natural units: everything is in GeV with ħ = c = 1; this file converts at the border (CODATA 2018, PDG 2022)."""

HBAR_GEV_S = 6.582119569e-25  #: ħ [GeV s]
PS = 1e-12 / HBAR_GEV_S  #: one picosecond [GeV^-1]
INVERSE_PS = HBAR_GEV_S / 1e-12  #: one inverse picosecond [GeV]
CM2 = 1 / 3.8937937e-28  #: one square centimetre [GeV^-2]
C_CM_S = 2.99792458e10  #: speed of light [cm/s]
CM3_PER_S = CM2 / C_CM_S  #: one cm^3/s of cross section times velocity [GeV^-2]
PB = 1e-36 * CM2  #: one picobarn [GeV^-2]
KEV = 1e-6  #: one keV [GeV]
M_PLANCK = 1.22091e19  #: Planck mass [GeV]
OMEGA_PER_GEV = 2.742e8  #: Ω h² = OMEGA_PER_GEV · m[GeV] · Y0 (s0 = 2891 cm^-3, ρ_c = 1.0537e-5 h² GeV cm^-3)
