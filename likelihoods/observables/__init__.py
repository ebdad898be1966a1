"""Registry of observables: one module per field of measurement, one explicit line here."""

from likelihoods.observable import Observable
from likelihoods.observables import (
    antiprotons,
    b_to_dark,
    bsll,
    bsnunu,
    charm,
    cherenkov,
    colliders,
    direct_detection,
    dwarf_galaxies,
    heavy_fermions,
    higgs,
    indirect_detection,
    leptonic,
    leptons,
    light_vectors,
    mediator,
    mixing,
    neutrino_number,
    radiative,
    recoil_energies,
    relic_density,
    resonance_limits,
    tridents,
    z_decays,
)

MODULES = (
    antiprotons,
    b_to_dark,
    bsll,
    bsnunu,
    charm,
    cherenkov,
    colliders,
    direct_detection,
    dwarf_galaxies,
    heavy_fermions,
    higgs,
    indirect_detection,
    leptonic,
    leptons,
    light_vectors,
    mediator,
    mixing,
    neutrino_number,
    radiative,
    recoil_energies,
    relic_density,
    resonance_limits,
    tridents,
    z_decays,
)

#: All observables by name.
OBSERVABLES: dict[str, Observable] = {o.name: o for module in MODULES for o in module.OBSERVABLES}

#: Short names of the field.
ALIASES = {
    "R_K": "Rmue(B+->Kll)",
    "R_Kstar": "Rmue(B0->K*ll)",
    "P5prime": "P5p(B0->K*mumu)",
}
