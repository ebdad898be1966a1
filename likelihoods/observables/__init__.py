"""Registry of observables: one module per field of measurement, one explicit line here."""

from likelihoods.observable import Observable
from likelihoods.observables import leptonic, leptons, mixing

#: All observables by name.
OBSERVABLES: dict[str, Observable] = {
    observable.name: observable for module in (leptonic, leptons, mixing) for observable in module.OBSERVABLES
}

#: Short names of the field.
ALIASES = {
    "R_K": "Rmue(B+->Kll)",
    "R_Kstar": "Rmue(B0->K*ll)",
    "P5prime": "P5p(B0->K*mumu)",
}
