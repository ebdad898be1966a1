"""Evidence: ln Z with an error that was earned, by replicates, doubling and a second family of sampler."""

import math
from collections.abc import Callable
from dataclasses import replace
from inspect import signature
from typing import Any

import numpy as np

from fitter.checkpoint import Checkpoint
from fitter.draws import Draws
from fitter.posterior import Posterior
from fitter.progress import Interrupted, Reporter
from fitter.samplers import sampler as find_sampler
from fitter.target import Target
from fitter.tasks import each

#: Replicates at single and at double effort.
REPLICATES = {"smc": 3, "dynesty": 3, "dynesty-dynamic": 3, "ultranest": 3}
#: Effective draws of all replicates of tempered particles at double effort.
WANTED = 5000
#: What doubling the effort doubles.
EFFORT = ("particles", "live", "steps")


def double(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of a sampler at double effort."""
    return settings | _twice(name, settings, EFFORT)


def harder(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    """What changes when a run that has not converged is continued: a chain gets longer, others double their effort."""
    return _twice(name, settings, ("most",) if name == "emcee" else EFFORT)


def _twice(name: str, settings: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    defaults = {p.name: p.default for p in signature(find_sampler(name, settings)).parameters.values()}
    return {key: 2 * settings.get(key, defaults[key]) for key in keys if key in defaults}


def replicate(
    posterior: Posterior, name: str, seed: int, settings: dict[str, Any]
) -> tuple[Draws, list[dict[str, Any]]]:
    """One run of a sampler, and the failures it met; Ctrl-C ends it without partial draws."""
    posterior = posterior.afresh()
    with Target(posterior) as target:
        draws = find_sampler(name, settings)(target, seed, Reporter(), Checkpoint())
    return draws, posterior.failures.report()


def checked(
    posterior: Posterior,
    name: str,
    seed: int,
    settings: dict[str, Any],
    report: Reporter,
    checkpoint: Callable[[str], Checkpoint],
    workers: int = 1,
    scheduler: str | None = None,
) -> Draws:
    """Pooled draws of replicates, with an evidence whose error covers their scatter and the effect of doubling.

    Replicates run with the given settings, and again with twice the live points or particles and twice the steps.
    ln Z is the mean of the doubled ones. Its error is the largest of their scatter, the error that one of them quotes
    and the shift under doubling; a nested run is also held against the tempered sampler and its error covers that
    difference. A shift is a reason not to trust the result where neither that error nor the scatter of both sets of
    runs explains it. emcee gives the draws only, the evidence is that of the tempered sampler.
    An interrupted protocol gives the draws of its last complete run, or the partial ones of its first.
    """
    family = "smc" if name == "emcee" else name
    n = REPLICATES[family]
    own = {} if name == "emcee" else settings
    if family == "smc":
        own = {"particles": 2048, "wanted": WANTED // n} | own
    plan = [(family, own)] * n + [(family, double(family, own))] * n
    if family != "smc":
        plan.append(("smc", {}))
    if name == "emcee":
        plan.append((name, settings))
    seeds = np.random.SeedSequence(seed).generate_state(len(plan))
    tasks = [(posterior, kind, int(s), options) for s, (kind, options) in zip(seeds, plan, strict=True)]
    if (workers > 1 or scheduler is not None) and posterior.model is not None:
        found = _elsewhere(tasks, report, checkpoint, workers, scheduler)
        if len(found) < len(tasks):
            last = found[max(found)]
            reason = f"interrupted after {len(found)} of {len(tasks)} runs"
            return replace(last, interrupted=True, reasons=(reason, *last.reasons))
        runs = [found[k] for k in range(len(tasks))]
    else:
        runs = []
        for k, (_, kind, one, options) in enumerate(tasks):
            report.stage = f"run {k + 1} of {len(tasks)}"
            kept = checkpoint(f"replicate-{k}")
            if (state := kept.load()) is not None:
                draws, failures = Draws.read(*state)
            else:
                afresh, going = posterior.afresh(), checkpoint(f"state-{k}")
                try:
                    with Target(afresh, workers, report.pause) as target:
                        draws = find_sampler(kind, options)(target, one, report, going)
                except Interrupted:  # it had no draws yet
                    if not runs:
                        raise
                    draws = replace(runs[-1], interrupted=True)
                failures = afresh.failures.report()
                if not draws.interrupted:
                    draws.write(kept, failures)
                    going.remove()
            posterior.failures.merge(failures)
            if draws.interrupted:
                last = runs[-1] if runs else draws
                reason = f"interrupted in run {k + 1} of {len(tasks)}"
                return replace(last, interrupted=True, reasons=(reason, *last.reasons))
            runs.append(draws)
    return combine(runs[:n], runs[n : 2 * n], runs[2 * n :], name)


def _elsewhere(
    tasks: list[tuple[Posterior, str, int, dict[str, Any]]],
    report: Reporter,
    checkpoint: Callable[[str], Checkpoint],
    workers: int,
    scheduler: str | None,
) -> dict[int, Draws]:
    """Replicates of other processes by number: all, or those that were there when it was interrupted.

    Each is kept as it comes, and those kept before are not run again.
    """
    kept = [checkpoint(f"replicate-{k}") for k in range(len(tasks))]
    found = {k: Draws.read(*state) for k, one in enumerate(kept) if (state := one.load()) is not None}
    effort = [math.prod(settings.get(key, 1) for key in EFFORT) for _, _, _, settings in tasks]
    # the longest first, so that no process waits long for the last one
    left = sorted((k for k in range(len(tasks)) if k not in found), key=lambda k: (-effort[k], -k))
    if scheduler is None and left:  # here, so that the processes find compiled kernels instead of compiling each
        posterior = tasks[0][0].afresh()
        posterior.log_likelihood(posterior.prior_transform(np.full((1, posterior.dimension), 0.5)))

    def keep(number: int, result: tuple[Draws, list[dict[str, Any]]]) -> None:
        result[0].write(kept[left[number]], result[1])
        found[left[number]] = result

    def tell(_done: int, _all: int) -> None:
        report.stage = f"{len(found)} of {len(tasks)} runs"
        evaluations = sum(draws.evaluations for draws, _ in found.values())
        report(tasks[0][1], len(found), evaluations, len(found) / len(tasks))

    sent = [tasks[k] for k in left]
    try:
        each(replicate, sent, workers=workers, scheduler=scheduler, progress=tell, keep=keep)
    except KeyboardInterrupt:
        if not found:
            raise
    for k in sorted(found):
        tasks[0][0].failures.merge(found[k][1])
    return {k: draws for k, (draws, _) in found.items()}


def combine(single: list[Draws], doubled: list[Draws], others: list[Draws], name: str) -> Draws:
    """Draws of the doubled replicates with the evidence of the protocol; ``others`` are of another sampler."""
    for unfinished in single + doubled:
        if unfinished.log_evidence is None:
            return unfinished
    first, second = (np.array([d.log_evidence for d in runs], float) for runs in (single, doubled))
    errors = [np.mean([d.log_evidence_error or 0.0 for d in runs]) for runs in (single, doubled)]
    quoted, scatter = float(errors[1]), float(second.std(ddof=1))
    shift = float(second.mean() - first.mean())
    value = float(second.mean())
    found = {
        "ln Z of the replicates": first.tolist(),
        "ln Z at double effort": second.tolist(),
        "replicate scatter": scatter,
        "quoted error": quoted,
        "shift under doubling": shift,
    }
    # every reason of the replicates but those cured by the replicates that follow
    reasons = list(dict.fromkeys(reason for d in doubled for reason in d.reasons))
    error = max(scatter, quoted, abs(shift))
    chance = np.hypot(max(first.std(ddof=1), errors[0]), max(scatter, quoted)) / np.sqrt(len(first))
    if abs(shift) > max(2 * max(scatter, quoted), 3 * chance):  # the runs before doubling scatter too
        reasons.append(
            f"doubling the effort moved ln Z by {shift:+.2f}, more than its error of {max(scatter, quoted):.2f}"
        )
    if scatter > 3 * quoted:
        reasons.append(f"ln Z of the replicates scatters by {scatter:.2f} where one run quotes {quoted:.2f}")
    chosen = doubled
    for other in others:
        if other.log_evidence is None:  # emcee: the draws
            chosen, reasons = [other], reasons + list(other.reasons)
            continue
        difference = value - other.log_evidence
        found["difference from the tempered sampler"] = difference
        if abs(difference) > 2 * np.hypot(error, other.log_evidence_error or 0.0):
            reasons.append(f"the tempered sampler finds ln Z {-difference:+.2f} away")
        error = max(error, abs(difference) - (other.log_evidence_error or 0.0))
    spread = _disagreement(doubled)
    found["largest shift of a mean between replicates"] = spread
    if spread > 0.25:
        reasons.append(f"a mean differs between replicates by {spread:.2f} standard deviations: modes were lost")
    total = sum(d.effective for d in chosen)
    return Draws(
        u=np.concatenate([d.u for d in chosen]),
        log_weight=np.concatenate([np.log(d.weights + 1e-300) + np.log(d.effective / total) for d in chosen]),
        log_likelihood=np.concatenate([d.log_likelihood for d in chosen]),
        log_evidence=value,
        log_evidence_error=error,
        chain=np.concatenate([d.chain if name == "emcee" else np.full(len(d.u), k) for k, d in enumerate(chosen)]),
        effective=total,
        evaluations=sum(d.evaluations for d in single + doubled + others),
        diagnostics=chosen[0].diagnostics | found,
        reasons=tuple(reasons),
        history=chosen[0].history,
    )


def _disagreement(runs: list[Draws]) -> float:
    """Largest standard deviation of a mean of u between runs, in units of that of the posterior."""
    means = np.array([d.weights @ d.u for d in runs])
    widths = np.sqrt(np.mean([d.weights @ (d.u - m) ** 2 for d, m in zip(runs, means, strict=True)], axis=0))
    return float((means.std(axis=0, ddof=1) / np.maximum(widths, 1e-300)).max(initial=0.0))
