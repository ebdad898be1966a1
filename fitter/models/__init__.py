"""Registry of models: one file per paper, one explicit line here."""

from fitter.model import Model
from fitter.models import eft, flavourful_zprime, hidden_zprime, loop_scalar, portal_scalar, split_dark_sector

#: All models by name.
MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        *eft.MODELS,
        flavourful_zprime.MODEL,
        portal_scalar.MODEL,
        loop_scalar.MODEL,
        hidden_zprime.HEAVY,
        hidden_zprime.LIGHT,
        split_dark_sector.MODEL,
    )
}
