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

#: Units in which data may be written: dimension and size in units of GeV (areas and times through ħ = c = 1).
UNITS = {
    "": ("", 1.0),
    "rad": ("", 1.0),
    "events": ("", 1.0),
    "GeV": ("energy", 1.0),
    "MeV": ("energy", 1e-3),
    "keV": ("energy", KEV),
    "ps^-1": ("energy", INVERSE_PS),
    "GeV^-1": ("length", 1.0),
    "ps": ("length", PS),
    "GeV^-2": ("area", 1.0),
    "cm^2": ("area", CM2),
    "pb": ("area", PB),
    "fb": ("area", 1e-3 * PB),
    "cm^3/s": ("area times velocity", CM3_PER_S),
    "cm^3/s/GeV": ("area times velocity per energy", CM3_PER_S),
    "cm^3/s/GeV^2": ("area times velocity per energy squared", CM3_PER_S),
}


def conversion(unit: str, target: str) -> float:
    """Factor that takes a number from one unit to another; ``ValueError`` if their dimensions differ.

    Examples
    --------
    >>> round(conversion("ps^-1", "GeV") * 1e13, 4)
    6.5821
    """
    for name in (unit, target):
        if name not in UNITS:
            raise ValueError(f"unknown unit {name!r}; known: {', '.join(repr(u) for u in UNITS)}")
    (dimension, size), (wanted, other) = UNITS[unit], UNITS[target]
    if dimension != wanted:
        raise ValueError(f"{unit!r} cannot be converted to {target!r}")
    return size / other
