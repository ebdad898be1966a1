"""Compare: models on the same data, by evidence and by fit."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fitter import criticism
from fitter.posterior import Posterior
from fitter.result import Result
from fitter.tension import suspiciousness
from fitter.tension import tension as terms_against_the_others
from likelihoods.inputs import nearest

#: Kass & Raftery, J. Am. Stat. Assoc. 90 (1995) 773: twice ln B above which evidence has the name.
SCALE = ((10.0, "very strong"), (6.0, "strong"), (2.0, "positive"), (0.0, "not worth more than a bare mention"))


def strength(log_bayes_factor: float) -> str:
    """Kass & Raftery's words for evidence of ln B >= 0."""
    return next((word for bound, word in SCALE if 2 * log_bayes_factor > bound), SCALE[-1][1])


#: Jeffreys, Theory of Probability (1961), appendix B: log10 B above which evidence has the name.
JEFFREYS = (
    (2.0, "decisive"),
    (1.5, "very strong"),
    (1.0, "strong"),
    (0.5, "substantial"),
    (0.0, "barely worth mentioning"),
)


def jeffreys(log_bayes_factor: float) -> str:
    """Jeffreys' words for evidence of ln B >= 0."""
    return next((word for bound, word in JEFFREYS if log_bayes_factor / math.log(10) > bound), JEFFREYS[-1][1])


@dataclass(frozen=True)
class Comparison:
    """Models on the same data, best evidence first.

    Attributes
    ----------
    rows : one a model: ``name``, ``log_evidence``, ``error``, ``log_bayes_factor`` (against the best, <= 0) with
        ``bayes_error``, ``evidence_against`` (Kass & Raftery's words), ``jeffreys`` (Jeffreys' words),
        ``best_log_likelihood``, ``parameters`` (number), ``converged``; what ``criticism.information`` tells; with a
        posterior what ``criticism.goodness`` tells; if asked for, ``tension``, ``suspiciousness`` and
        ``prior_sensitivity``; ``notes`` (what stood against one of these)
    warnings : what speaks against comparing them
    """

    rows: list[dict[str, Any]]
    warnings: list[str] = field(default_factory=list)

    def plot(self, title: str = "") -> Any:
        """Picture of the Bayes factors and information criteria (matplotlib figure)."""
        from fitter import verdict

        return verdict.draw(self.rows, title=title)


def compare(
    results: Sequence[Result],
    posteriors: Sequence[Posterior | None] | None = None,
    *,
    names: Sequence[str] | None = None,
    toys: int = 1000,
    tension: bool = False,
    split: Sequence[str] = (),
    priors: Mapping[str, str] | None = None,
) -> Comparison:
    """Compare models by evidence, information criteria and goodness of fit.

    Parameters
    ----------
    results : of different models, or of one with different priors, on the same data
    posteriors : of the results, None where it is not at hand; they give the numbers that need the likelihood again
    names : what the results are called; default: their models, numbered where one comes twice
    toys : pseudo-data of the p-value; 0 leaves it out
    tension : tell how each term sits with the others, see ``tension.tension``
    split : terms whose tension with all others is told, see ``tension.suspiciousness``
    priors : other priors, each told for the models that have the parameter, see ``criticism.prior_sensitivity``

    Raises
    ------
    ValueError : fewer than two results, or not as many posteriors or names
    KeyError : ``split`` has a term that no model was fitted to, ``priors`` a parameter that no model has
    """
    if len(results) < 2:
        raise ValueError(f"a comparison needs at least two results, got {len(results)}")
    posteriors = posteriors or [None] * len(results)
    if len(posteriors) != len(results):
        raise ValueError(f"{len(posteriors)} posteriors for {len(results)} results")
    names = _numbered([result.name for result in results]) if names is None else names
    if len(names) != len(results):
        raise ValueError(f"{len(names)} names for {len(results)} results")
    _check(results, split, priors or {})
    rows = [
        _row(result, name) | _criticised(result, posterior, toys, tension, split, priors or {})
        for result, posterior, name in zip(results, posteriors, names, strict=True)
    ]
    evidences = [row["log_evidence"] for row in rows if row["log_evidence"] is not None]
    top = max((row for row in rows if row["log_evidence"] is not None), key=_evidence, default=None)
    for row in rows:
        if top is None or row["log_evidence"] is None:
            row |= {"log_bayes_factor": None, "bayes_error": None, "evidence_against": "", "jeffreys": ""}
            continue
        factor = row["log_evidence"] - top["log_evidence"]
        row["log_bayes_factor"] = factor
        row["bayes_error"] = 0.0 if row is top else math.hypot(row["error"], top["error"])
        row["evidence_against"] = "" if row is top else strength(-factor)
        row["jeffreys"] = "" if row is top else jeffreys(-factor)
    rows.sort(key=lambda row: -math.inf if row["log_evidence"] is None else row["log_evidence"], reverse=True)
    return Comparison(rows, _warnings(results, names, len(evidences) < len(results)))


def _numbered(names: Sequence[str]) -> list[str]:
    """Names, with the position of those that come more than once."""
    return [f"{name} ({k + 1})" if names.count(name) > 1 else name for k, name in enumerate(names)]


def _check(results: Sequence[Result], split: Sequence[str], priors: Mapping[str, str]) -> None:
    terms = dict.fromkeys(term for result in results for term in result.terms)
    for term in split:
        if term not in terms:
            raise KeyError(f"no model was fitted to a term {term!r}{nearest(term, terms)}")
    names = dict.fromkeys(name for result in results for name in result.names)
    for name in (part for key in priors for part in key.split()):
        if name not in names:
            raise KeyError(f"no model has a parameter {name!r}{nearest(name, names)}")


def _criticised(
    result: Result,
    posterior: Posterior | None,
    toys: int,
    tension: bool,
    split: Sequence[str],
    priors: Mapping[str, str],
) -> dict[str, Any]:
    found = criticism.information(result, posterior)
    notes = found.pop("information_warnings")
    simulates = posterior is not None and posterior.likelihood is not None and bool(result.best_fit)
    if posterior is not None and simulates and toys:
        found |= criticism.goodness(result, posterior, toys)
    if tension:
        found["tension"] = terms_against_the_others(result, posterior)
        if not all(entry["trusted"] for entry in found["tension"]):
            notes.append("tension of a term is not to be trusted: too few effective draws, and no run without it")
    if split and posterior is not None and simulates and result.log_evidence is not None:
        mine = [term for term in split if term in result.terms]
        if 0 < len(mine) < len(result.terms):
            found["suspiciousness"] = suspiciousness(result, posterior, mine)
        else:
            notes.append("no tension between subsets: it needs terms on both sides")
    told = {key: prior for key, prior in priors.items() if set(key.split()) <= set(result.names)}
    if told:
        found["prior_sensitivity"] = criticism.prior_sensitivity(result, told, posterior)
        if not found["prior_sensitivity"]["trusted"]:
            notes.append("what other priors would give is not to be trusted: too few effective draws")
    return found | {"notes": notes}


def _evidence(row: dict[str, Any]) -> float:
    return float(row["log_evidence"])


def _row(result: Result, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "log_evidence": result.log_evidence,
        "error": result.log_evidence_error or 0.0,
        "best_log_likelihood": result.best_fit.get("log_likelihood"),
        "parameters": len(result.parameters),
        "converged": result.converged and not result.interrupted,
    }


def _warnings(results: Sequence[Result], names: Sequence[str], missing: bool) -> list[str]:
    found = []
    first = results[0]
    for other, name in zip(results[1:], names[1:], strict=True):
        if set(other.terms) != set(first.terms):
            odd = ", ".join(sorted(set(other.terms) ^ set(first.terms)))
            found.append(f"{names[0]} and {name} were not fitted to the same terms: {odd}")
        elif other.provenance.get("data") != first.provenance.get("data"):
            found.append(f"{names[0]} and {name} were not fitted to the same data")
    for result, name in zip(results, names, strict=True):
        if not result.converged or result.interrupted:
            found.append(f"{name} has not converged")
    if missing:
        found.append("a result without evidence (emcee) takes no part in the Bayes factors")
    return found
