"""Answers about the visitor's own case: what is known, what is open, what would turn it, where it comes from."""

from __future__ import annotations

import re

from assistant.agent.recommendation import RecommendationText
from assistant.dialogue import checklist
from assistant.dialogue.money import foreign
from assistant.dialogue.phrasing import value_word
from assistant.dialogue.state import Pending, Slot
from assistant.dialogue.values import value_text
from assistant.rules.currencies import rate_of
from assistant.rules.lines import line_of
from assistant.rules.requirements import FieldName
from assistant.rules.trace import Change, Decision

_CHANGES = 6
# Nothing of a visitor's words that are given back is markup.
_MARKUP = re.compile(r"[\[\]()<>*_`~|#!\\]")
_ADDRESS = re.compile(r"\w+:/{1,2}\S*|www\.\S*", re.IGNORECASE)
# Characters of a visitor's words that are given back.
_LONGEST = 48
# Fields that grow by what is added: their new value is told, not the old one.
JOINED = frozenset({"workloads", "models", "software", "facility"})


class Casework(RecommendationText):
    """Paragraphs about the case."""

    def noted(self) -> None:
        """What this message filled, in one sentence."""
        told = self.turn.effects
        filled = [e for e in told if e.kind == "filled" or (e.kind == "changed" and e.field in JOINED)]
        if filled:
            self.add(self.say("noted", what=self.clauses([self.pair(e.field, e.new) for e in filled])))

    def reading(self, pending: Pending) -> dict[str, str]:
        """The words that a model read, as plain text, and what it read in them."""
        words = " ".join(_MARKUP.sub(" ", _ADDRESS.sub(" ", pending.evidence)).split())
        clipped = words if len(words) <= _LONGEST else words[:_LONGEST].rstrip() + "…"
        return {"words": clipped, "what": self.clauses([self.pair(n, value) for n, value in pending.changes.items()])}

    def money(self) -> None:
        """Sums in a foreign currency: what was made of them."""
        if any(e.field == "budget_cny" and e.kind in ("filled", "changed") for e in self.turn.effects):
            slot = self.turn.state.slots["budget_cny"]
            if slot.source == "inferred":
                self.converted(slot)
            return
        sums = [words for words, _, _ in foreign(self.turn.understanding.text)]
        if sums:
            self.add(self.say("foreign", words=self.listed(sums)))

    def converted(self, slot: Slot) -> None:
        """A budget that was given in dollars: by which rate it is noted."""
        if (rate := rate_of("USD")) is not None:
            told = {
                "rate": f"{rate.cny:g}",
                "year": rate.year,
                "basis": value_word("sources", rate.source, self.language),
            }
            value = self.word("budget_cny", slot.value)
            self.add(self.say("converted", words=slot.evidence, value=value, **told))

    def known(self) -> str:
        """Everything on the checklist, a line each."""
        slots = self.turn.state.slots
        rows = []
        for name, slot in slots.items():
            mark = " " + self.say("inferred_mark") if slot.source == "inferred" else ""
            row = self.say("pair", name=self.label(name), value=self.word(name, slot.value))
            rows.append("- " + row[:1].upper() + row[1:] + mark)
        return "\n".join(rows)

    def summary(self) -> None:
        """The case and its recommendation, short."""
        if not self.turn.state.slots:
            self.add(self.say("summary_empty"))
            return
        self.add(self.say("summary") + "\n\n" + self.known())
        self.direction()

    def direction(self) -> None:
        """The line, or the series where the tier is open, in one sentence that needs none after it."""
        if self.decision is not None and self.decision.models:
            self.headline(self.decision)
        elif self.decision is not None:
            self.add(self.say("series_so_far", series=self.series(self.decision)))

    def open_points(self) -> None:
        """What is still open: first what can change the recommendation, then what only a quotation needs."""
        decision = self.turn.findings.decision
        if decision is None:
            self.add(self.say("open_workload"))
            return
        open_ = [name for name in decision.missing if name not in self.turn.state.skipped and name != "contact"]
        turning: set[FieldName] = {change.field for change in decision.would_change}
        first = [self.label(name) for name in open_ if name in turning]
        later = [self.label(name) for name in open_ if name not in turning]
        if first:
            self.add(self.say("open_first", what=self.listed(first)))
        if later:
            self.add(self.say("open_later", what=self.listed(later)))
        if not first and not later:
            self.add(self.say("open_none"))

    def what_changes(self) -> None:
        """Which single change would lead to another line, or to the one that was asked about."""
        decision, asked = self.decision, set(self.turn.understanding.products)
        if decision is None:
            self.add(self.say("nothing_to_recommend"))
            self.add("\n".join(self.fit(line.models) for line in self.turn.findings.lines))
            return
        if asked & set(decision.models):
            self.add(self.say("verdict_for_now", models=self.models(decision.models)))
            asked = set()
        wanted = [c for c in self.turn.findings.changes if not asked or asked & set(c.to.models)]
        rows = self._changes(wanted)
        if rows:
            self.add(self.say("change_head") + "\n\n" + "\n".join(rows))
            return
        name = self.models(line_of(next(iter(self.turn.understanding.products))).models) if asked else ""
        self.add(self.say("change_never", models=name) if asked else self.say("change_none"))
        self.add("\n".join(self.standing(line) for line in self.turn.findings.lines))

    def why_asked(self, field: FieldName) -> None:
        """What hangs on the answer to the open question: what each would lead to, or that only a quotation needs it."""
        decision = self.decision
        turning = [c for c in decision.would_change if c.field == field] if decision else []
        rows = self._changes(turning)
        if rows:
            self.add(self.say("why_asked", name=self.label(field)) + "\n\n" + "\n".join(rows))
        elif decision is not None and field in decision.missing and not turning:
            self.add(self.say("why_quoted", name=self.label(field)))
        else:
            self.add(self.say("why_first", name=self.label(field)))
        self.add(self.say("why_free", assumed=checklist.assumption(field, self.language)))

    def _changes(self, changes: list[Change]) -> list[str]:
        """One row for each outcome of a field, its values side by side; the same words once."""
        rows: dict[tuple[FieldName, str], list[str]] = {}
        for change in changes:
            if change.to.models:
                values = rows.setdefault((change.field, self.models(change.to.models)), [])
                value = value_text(change.field, change.value, self.language)
                if value not in values:
                    values.append(value)
        return [
            "- " + self.say("change", name=self.label(name), value=" / ".join(values), models=models)
            for (name, models), values in list(rows.items())[:_CHANGES]
        ]

    def provenance(self) -> None:
        """The sources of what was said last: of an answer from the material, or of the recommendation."""
        found = self.turn.findings.search
        if found is not None and found.covered:
            rows = [f"- {p.text if len(p.text) < 200 else p.text[:199] + '…'} {self.citations.passage(p, p.text)}"
                    for p in found.passages[:3]]  # fmt: skip
            self.add(self.say("source_material") + "\n\n" + "\n".join(rows))
        elif self.decision is not None and self.decision.reasons:
            self.add(self.say("source_rules"))
            self.add("\n".join(self.reason(fired) for fired in self.decision.reasons))
        else:
            self.add(self.say("source_general"))

    def suppose(self) -> None:
        """What a supposed case would lead to, against the present one."""
        trial, would, now = self.turn.trial, self.turn.findings.supposed, self.decision
        pending = self.turn.state.pending
        if trial is None or would is None or pending is None:
            self.add(self.say("suppose_same_case"))
            return
        told = [self.pair(n, v) for n, v in pending.changes.items() if v is not None]
        taken = [self.say("without", name=self.label(n)) for n, v in pending.changes.items() if v is None]
        what = self.clauses([*told, *taken])
        if would.series == "none":
            self.add(self.say("suppose_unknown", what=what))
            return
        self.add(self._consequence(("suppose_same", "suppose_other"), what, would, now))
        new = [f for f in would.reasons if now is None or f.rule not in {fired.rule for fired in now.reasons}]
        self.add("\n".join(self.reason(fired) for fired in new[:2]))

    def hedged(self) -> None:
        """What may come later: noted, not counted, and what it would change."""
        maybe = [self.pair(e.field, e.new) for e in self.turn.effects if e.kind == "hedged"]
        would = self.turn.findings.supposed
        if not maybe:
            return
        what = self.clauses(maybe)
        if would is None or would.series == "none":
            self.add(self.say("hedged", what=what))
        else:
            self.add(
                self.say("hedged", what=what)
                + " "
                + self._consequence(("hedged_then_same", "hedged_then_other"), what, would, self.decision)
            )

    def _consequence(self, keys: tuple[str, str], what: str, would: Decision, now: Decision | None) -> str:
        line = self.models(would.models) if would.models else self.series(would)
        if now is not None and would.outcome == now.outcome:
            return self.say(keys[0], what=what, models=line)
        return self.say(keys[1], what=what, models=line)

    def premise(self) -> None:
        """A claim about what was said before: checked against the rules, never just accepted."""
        lines, would = self.turn.findings.lines, self.turn.findings.supposed
        named = {product for line in lines for product in line.models}
        claimed = would if would is not None and would.series != "none" else None
        against = claimed or self.decision
        if against is None or not lines:
            self.add(self.say("premise_unknown"))
        elif named & set(against.models):
            self.add(self.say("premise_right", models=self.models(against.models)))
        else:
            right = self.models(against.models) if against.models else self.series(against)
            self.add(self.say("premise_wrong", models=self.models(lines[0].models), right=right))
        if lines:
            self.add(self.say("checked"))
            self.add("\n".join(self.fit(line.models) for line in lines))
