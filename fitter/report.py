"""Report: priors, results and comparisons as text for people."""

import math

from fitter.prior import LogUniform, Normal, Prior, Uniform


def prior_text(prior: Prior) -> str:
    """The prior as a configuration file writes it."""
    if isinstance(prior, LogUniform):
        return f"log {prior.low:.5g} {prior.high:.5g}"
    if isinstance(prior, Uniform):
        return f"uniform {prior.low:.5g} {prior.high:.5g}"
    if isinstance(prior, Normal):
        text = f"normal {prior.mean:.5g} {prior.sigma:.5g}"
        return text if math.isinf(prior.low) and math.isinf(prior.high) else f"{text} {prior.low:.5g} {prior.high:.5g}"
    return str(prior)
