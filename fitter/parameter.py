"""Parameter: a sampled quantity with name, prior, unit, LaTeX and description."""

from dataclasses import dataclass

from fitter.prior import Prior


@dataclass(frozen=True)
class Parameter:
    """A sampled quantity.

    Parameters
    ----------
    name : as in scripts and configuration files
    prior : default prior; its support bounds the parameter
    unit : "" if dimensionless
    latex : symbol, without dollar signs
    description : one line
    default : value that the parameter keeps unless a fit gives it a prior; None: sampled with ``prior``
    """

    name: str
    prior: Prior
    unit: str = ""
    latex: str = ""
    description: str = ""
    default: float | None = None

    @property
    def label(self) -> str:
        """LaTeX label with unit, for plots."""
        unit = rf"\ [\mathrm{{{self.unit}}}]" if self.unit else ""
        return f"${self.latex or self.name}{unit}$"
