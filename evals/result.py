"""What came of a case: its scores, why it fails, and what was said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import ConfigDict

from assistant.agent.reply import Reply
from evals.cases import Suite

# Kind and words of each thing that the advisor's own check found in a reply.
Violations = tuple[tuple[str, str], ...]
UNVERIFIED = "the reply did not pass its own checks"
# Characters that a trace keeps.
_MESSAGE, _REPLY, _QUOTE, _ERROR = 400, 4000, 160, 600
# For those that come from a file.
_AS_WRITTEN = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class Trace:
    """One message and what came of it, enough to see why a case fails. `error` is what was raised instead of a reply,
    `violations` what the check found, also where it took it out of the reply."""

    __pydantic_config__ = _AS_WRITTEN

    message: str
    reply: str
    intent: str = ""
    citations: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    series: str = ""
    rules: tuple[str, ...] = ()
    next_question: str = ""
    requirements: dict[str, Any] = field(default_factory=dict)
    violations: Violations = ()
    error: str = ""


@dataclass(frozen=True)
class Result:
    """A case as judged. `outcome` is the decision by which twins are compared; `products` (expected, found) lines."""

    __pydantic_config__ = _AS_WRITTEN

    id: str
    suite: Suite
    language: str
    tags: tuple[str, ...]
    pair: str | None
    scores: dict[str, float]
    failures: tuple[str, ...]
    trace: tuple[Trace, ...]
    seconds: float
    outcome: str = ""
    products: tuple[str, str] | None = None
    exercised: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether the case holds, in each of its runs."""
        return self.scores.get("passed") == 1.0

    @property
    def why(self) -> str:
        """The first failure, and what the advisor's own check found where that comes later; "" of a case that holds."""
        checks = [failure for failure in self.failures[1:] if UNVERIFIED in failure]
        return "; ".join([*self.failures[:1], *checks[:1]])


def traced(message: str, reply: Reply, violations: Violations = ()) -> Trace:
    """The trace of one turn."""
    decision = reply.decision
    return Trace(
        message=message[:_MESSAGE],
        reply=reply.reply[:_REPLY],
        intent=reply.intent,
        citations=tuple(f"{c.document} {c.section}: {c.quote[:_QUOTE]}" for c in reply.citations),
        models=tuple(decision.models) if decision else (),
        series=decision.series if decision else "",
        rules=tuple(fired.rule for fired in decision.fired) if decision else (),
        next_question=reply.next_question or "",
        requirements={name: stated.value for name, stated in reply.requirements.items()},
        violations=violations,
    )


def broken(message: str, error: Exception) -> Trace:
    """The trace of a turn that raised."""
    return Trace(message=message[:_MESSAGE], reply="", error=raised(error))


def raised(error: Exception) -> str:
    """An error in a line: its kind and its words."""
    return f"{type(error).__name__}: {error}"[:_ERROR]
