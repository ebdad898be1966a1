"""Registry of models: one file each, one explicit line here."""

from fitter.model import Model
from fitter.models import (
    eft,
    flavourful_zprime,
    hidden_zprime_heavy,
    hidden_zprime_light,
    loop_scalar,
    portal_scalar,
    split_dark_sector,
)

#: All models by name.
MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        *eft.MODELS,
        flavourful_zprime.MODEL,
        portal_scalar.MODEL,
        loop_scalar.MODEL,
        hidden_zprime_heavy.MODEL,
        hidden_zprime_light.MODEL,
        split_dark_sector.MODEL,
    )
}
