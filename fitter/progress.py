"""Progress: what a run tells while it goes, and how it is asked to stop."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, raised between two iterations of a sampler or two batches of one: it hands back what it has."""


@dataclass(frozen=True)
class Progress:
    """State of a running sampler.

    Parameters
    ----------
    sampler : its name
    stage : what it is doing, e.g. "replicate 2 of 4"
    iteration : iterations so far
    evaluations : likelihood evaluations so far
    rate : evaluations per second
    log_evidence : running ln Z, if the sampler has one
    tau : autocorrelation time in steps, if the sampler has one
    fraction : part done, 0 to 1
    elapsed, eta : seconds so far and left
    """

    sampler: str
    stage: str
    iteration: int
    evaluations: int
    rate: float
    log_evidence: float | None
    tau: float | None
    fraction: float
    elapsed: float
    eta: float | None

    def __str__(self) -> str:
        parts = [self.sampler] + ([self.stage] if self.stage else [])
        parts += [f"{100 * self.fraction:.0f} %", f"iteration {self.iteration}", f"{self.rate:,.0f} evaluations/s"]
        if self.log_evidence is not None:
            parts.append(f"ln Z {self.log_evidence:.2f}")
        if self.tau is not None:
            parts.append(f"tau {self.tau:.0f}")
        if self.eta is not None:
            parts.append(f"{self.eta:.0f} s left")
        return ", ".join(parts)


class Reporter:
    """Passes progress on at most every ``interval`` seconds and turns Ctrl-C into ``Interrupted`` between batches.

    Within its ``with`` block a first Ctrl-C waits for the next batch of the likelihood or the sampler's next report,
    which leave its last iteration whole. A second one, or one before the first report when there is nothing to keep
    (kernels compile), interrupts at once.

    Parameters
    ----------
    callback : receives ``Progress``; True prints a line on standard error, False or None is silent
    """

    def __init__(self, callback: Callable[[Progress], Any] | bool | None = None, interval: float = 0.2):
        if callback is True:
            self._callback: Callable[[Progress], Any] | None = self._line
        else:
            self._callback = callback or None
        self.interval = interval
        self.stage = ""
        self._start = time.monotonic()
        self._last = 0.0
        self._begun = self._stopped = self._told = False
        self._previous: Any = None
        self._width = 0

    def __enter__(self) -> "Reporter":
        ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN  # of a script's background job, whose it is not
        if threading.current_thread() is threading.main_thread() and not ignored:
            self._previous = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
        if self._width:
            sys.stderr.write("\n")
        if self._stopped and not self._told and kind is None:
            raise KeyboardInterrupt  # after the last report: too late for a partial result

    def _interrupt(self, _signum: int, _frame: FrameType | None) -> None:
        at_once, self._stopped = self._stopped or not self._begun, True
        if at_once:  # where Python cannot raise it, in a finaliser, the next report does
            raise KeyboardInterrupt
        if self._callback is not None:  # a signal may come in the middle of a write: past Python's buffers
            os.write(2, b"\nending; Ctrl-C again stops at once, without a partial result\n")

    def pause(self) -> None:
        """Before a batch of the likelihood: where a run that has begun may be interrupted too."""
        if self._stopped and self._begun:
            self._told = True
            raise Interrupted

    def _line(self, progress: Progress) -> None:
        text = str(progress)
        self._width = max(self._width, len(text))
        sys.stderr.write("\r" + text.ljust(self._width))
        sys.stderr.flush()

    def __call__(
        self,
        sampler: str,
        iteration: int,
        evaluations: int,
        fraction: float,
        log_evidence: float | None = None,
        tau: float | None = None,
    ) -> None:
        """Tell the state after an iteration, after which a run may be interrupted."""
        self._begun = True
        self.pause()
        now = time.monotonic()
        if self._callback is None or now - self._last < self.interval:
            return
        self._last = now
        elapsed = now - self._start
        fraction = min(max(fraction, 0.0), 1.0)
        eta = elapsed * (1 - fraction) / fraction if fraction > 0.02 else None
        rate = evaluations / elapsed if elapsed > 0 else 0.0
        self._callback(
            Progress(sampler, self.stage, iteration, evaluations, rate, log_evidence, tau, fraction, elapsed, eta)
        )
