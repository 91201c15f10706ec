"""From what the tools found to a reply's text; the built-in one has phrasing templates and quoted passages only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.agent.citations import Citations
from assistant.agent.extract import answering_part, distinct, without_sheet_mark
from assistant.agent.reply import Language, Suggestion
from assistant.agent.sizing_answer import memory_check, sizing_parts
from assistant.agent.tools import Findings
from assistant.dialogue import checklist
from assistant.dialogue.phrasing import say, value_word
from assistant.dialogue.reading import Intent, Understanding
from assistant.dialogue.state import DialogueState, Effect
from assistant.dialogue.values import label, separator, value_text
from assistant.knowledge.passage import Passage
from assistant.rules.catalogue import Product
from assistant.rules.facts import contradictory
from assistant.rules.lines import Line, line_of
from assistant.rules.requirements import FieldName
from assistant.rules.sizing import SizingResult
from assistant.rules.trace import Decision, Outcome

_REASONS = 4
_PASSAGES = 3
# A further passage is worth showing only when it is nearly as relevant as the best.
_NEAR = 0.85


@dataclass(frozen=True)
class Turn:
    """Everything that a composer may use: the message's meaning, the state before and after, what the tools found."""

    understanding: Understanding
    before: DialogueState
    state: DialogueState
    effects: tuple[Effect, ...]
    findings: Findings
    previous: Outcome


@dataclass
class Draft:
    """A reply before it is verified: claims in `text`, then the `question`, which claims nothing.

    `state` carries the question asked and the phrases used.
    """

    text: str
    intent: Intent
    question: str
    state: DialogueState
    next_question: FieldName | None = None
    quick_replies: tuple[Suggestion, ...] = ()
    passages: list[Passage] = field(default_factory=list)


class Composer(Protocol):
    """Puts findings into words."""

    def compose(self, turn: Turn, citations: Citations) -> Draft:
        """A draft; every product, figure and citation in it is checked afterwards."""


class BuiltinComposer:
    """No model."""

    def compose(self, turn: Turn, citations: Citations) -> Draft:
        return _Writer(turn, citations).draft()


class _Writer:
    def __init__(self, turn: Turn, citations: Citations) -> None:
        self.turn = turn
        self.citations = citations
        self.language: Language = turn.understanding.language
        self.spoken = dict(turn.state.spoken)
        self.parts: list[str] = []
        self.asking = ""
        self.intent: Intent = turn.understanding.intent

    # ---- small tools

    def say(self, key: str, **parts: object) -> str:
        times = self.spoken.get(key, 0)
        self.spoken[key] = times + 1
        return say(key, self.language, times, **parts)

    def add(self, text: str) -> None:
        if text:
            self.parts.append(text)

    def models(self, products: tuple[Product, ...]) -> str:
        return " / ".join(products)

    def word(self, field_: FieldName, value: Any) -> str:
        return value_text(field_, value, self.language)

    # ---- the reply

    def draft(self) -> Draft:
        self.effects()
        getattr(self, f"_{self.intent}", self._ask)()
        asked = self.question()
        state = self.turn.state.model_copy(update={"spoken": self.spoken})
        if asked is not None or self.intent == "start_over":
            state = checklist.asked(state, asked)
        return Draft(
            text="\n\n".join(self.parts),
            question=self.asking,
            intent=self.intent,
            state=state,
            next_question=asked if asked is not None else state.open_question,
            quick_replies=self.quick_replies(asked),
        )

    def effects(self) -> None:
        """Say what changed: old and new value, what was withdrawn or left open."""
        for effect in self.turn.effects:
            name = label(effect.field, self.language)
            if effect.kind == "changed" and effect.field not in ("workloads", "models"):
                old, new = self.word(effect.field, effect.old), self.word(effect.field, effect.new)
                self.add(self.say("changed", field=name, old=old, new=new))
            elif effect.kind == "withdrawn":
                self.add(self.say("withdrawn", field=name, old=self.word(effect.field, effect.old)))
            elif effect.kind == "skipped":
                self.add(self.say("skipped", field=name))

    def question(self) -> FieldName | None:
        """Ask for the most valuable field, where the conversation is about the visitor's case."""
        started = bool(self.turn.state.slots)
        if self.intent in ("greet", "thank", "start_over", "delete_data", "handover"):
            return None
        if self.intent in ("commercial", "out_of_scope") and self.turn.state.open_question is None:
            return None
        if self.intent in ("ask", "compare", "unclear") and not started:
            return None
        wanted = checklist.next_field(self.turn.state)
        if wanted is None:
            if started and self.intent in ("inform", "recommend"):
                self.add(self.say("no_more"))
            return None
        self.asking = checklist.question(wanted, self.language, self.turn.state.asked.get(wanted, 0))
        return wanted

    def quick_replies(self, asked: FieldName | None) -> tuple[Suggestion, ...]:
        if asked is not None:
            return tuple(Suggestion(text=t, field=asked, value=v) for t, v in checklist.options(asked, self.language))
        if not self.turn.state.slots and not self.citations.all():
            return starters(self.language)
        return ()

    # ---- intents

    def _greet(self) -> None:
        self.add(self.say("greeting"))

    def _thank(self) -> None:
        self.add(self.say("thanks"))

    def _start_over(self) -> None:
        self.add(self.say("start_over"))

    def _delete_data(self) -> None:
        self.add(self.say("delete_data"))

    def _commercial(self) -> None:
        self.add(self.say("commercial"))
        if self.turn.findings.decision and any(e.kind == "filled" for e in self.turn.effects):
            self.recommendation(self.turn.findings.decision)

    def _handover(self) -> None:
        self.add(self.say("handover"))
        if self.turn.state.slots:
            rows = [
                "- " + self.say("pair", name=label(n, self.language), value=self.word(n, s.value))
                for n, s in self.turn.state.slots.items()
            ]
            self.add(self.say("handover_summary") + "\n\n" + "\n".join(rows))

    def _compare(self) -> None:
        findings, asked = self.turn.findings, self.turn.understanding.products
        if len(asked) > 1 and len(findings.lines) == 1 and not findings.series:
            # Two codes of one line: what sets them apart is not in the material.
            self.add(self.say("compare_same", models=self.models(asked)))
        rows = [self.say("compare_head")]
        for series in findings.series:
            fit = self.say("compare_focus", fit=series.fit.get(self.language), focus=series.focus.get(self.language))
            name = series.name.get(self.language)
            rows.append(self.say("compare_row", name=name, fit=fit, cites=self.citations.rule(series.source)))
        for line in findings.lines:
            cites = self.citations.rule(line.source)
            name = self.models(line.models)
            rows.append(self.say("compare_row", name=name, fit=line.fit.get(self.language), cites=cites))
        self.add("\n".join(rows))
        if findings.decision and findings.decision.models:
            self.add(self.say("compare_now", models=self.models(findings.decision.models)))

    def _size(self) -> None:
        findings = self.turn.findings
        if findings.sizing is not None:
            for part in sizing_parts(findings.sizing, self.language, self.say):
                self.add(part)
        decision = findings.decision
        if decision and decision.series != "none" and decision.outcome != self.turn.previous:
            self.recommendation(decision, checked=True)

    def _recommend(self) -> None:
        decision = self.turn.findings.decision
        if self.outside():
            return
        if decision is None or decision.series == "none":
            self.risks(decision)
            self.add(self.say("nothing_to_recommend"))
            return
        self.recommendation(decision)

    def outside(self) -> bool:
        """Say that a use named in this message is none that the whitepaper covers (meeting point 14)."""
        decision = self.turn.findings.decision
        named = "outside_whitepaper" in self.turn.understanding.concerns
        if named and (decision is None or decision.series == "none"):
            self.add(self.say("outside"))
            return True
        return False

    def _inform(self) -> None:
        decision = self.turn.findings.decision
        if self.outside():
            return
        if decision is None:
            self.add(self.say("unclear"))
            return
        if decision.series == "none":
            self.noted()
            self.add(self.say("nothing_to_recommend"))
            return
        if decision.outcome == self.turn.previous and not contradictory(self.turn.state.requirements):
            self.noted()
            new = [effect for effect in self.turn.effects if effect.kind == "changed"]
            if new and decision.models:
                self.add(self.say("still", models=self.models(decision.models), series=self.series(decision)))
            return
        self.recommendation(decision)

    def _unclear(self) -> None:
        self.add(self.say("unclear"))

    def _ask(self) -> None:
        """Answer from the passages found; below the floor say what kind of "don't know" this is."""
        understanding, findings = self.turn.understanding, self.turn.findings
        if understanding.skipped:
            self.intent = "inform"
            return
        if self.outside():
            return
        if understanding.unknown_codes:
            self.add(self.say("unknown_product", codes=separator(self.language).join(understanding.unknown_codes)))
            return
        if understanding.premise and findings.lines:
            self.add(self.say("checked"))
            self.add("\n".join(self.fit(line.models) for line in findings.lines))
            return
        if understanding.why and findings.lines:
            if isinstance(findings.sizing, SizingResult):
                self.add(memory_check(findings.sizing, self.language, self.say))
            self.add("\n".join(self.standing(line) for line in findings.lines))
            return
        found = findings.search
        if found is None or not found.covered or not found.passages or understanding.other_vendor:
            self.uncovered()
            return
        best = found.passages[0].score
        near = distinct([p for p in found.passages if p.score >= best * _NEAR], understanding.products)
        # A list or table that answers as a whole is shown as a whole.
        whole = [p for p in near if p.kind != "paragraph" and p.section == near[0].section]
        kept = sorted(whole, key=lambda p: p.start) if len(whole) > _PASSAGES else near[:_PASSAGES]
        rows = [self.answer(passage) for passage in kept]
        self.add("\n\n".join(rows) if len(rows) == 1 else "\n".join(f"- {row}" for row in rows))
        if findings.decision and any(e.kind == "filled" for e in self.turn.effects) and findings.decision.models:
            self.recommendation(findings.decision)

    def uncovered(self) -> None:
        understanding = self.turn.understanding
        if self.turn.before.open_question is not None and not understanding.question and not understanding.domain:
            # In the middle of the checklist a few odd words are an answer that was not understood.
            self.intent = "unclear"
            self.add(self.say("unclear"))
        elif understanding.domain:
            self.add(self.say("not_covered"))
        elif any(char.isalpha() for char in understanding.text):
            self.intent = "out_of_scope"
            self.add(self.say("out_of_scope"))
        else:
            self.intent = "unclear"
            self.add(self.say("unclear"))

    # ---- pieces

    def noted(self) -> None:
        filled = [
            e
            for e in self.turn.effects
            if e.kind == "filled" or (e.kind == "changed" and e.field in ("workloads", "models"))
        ]
        if filled:
            # The wording of a yes or no says what it is about; other values need their field's name.
            what = [
                self.word(e.field, e.new)
                if isinstance(e.new, bool)
                else self.say("pair", name=label(e.field, self.language), value=self.word(e.field, e.new))
                for e in filled
            ]
            self.add(self.say("noted", what=("；" if self.language == "zh" else "; ").join(what)))

    def answer(self, passage: Passage) -> str:
        words = answering_part(self.turn.understanding.text, passage)
        if passage.document.startswith("products/"):
            # The sheet's own mark of its source repeats what the citation says.
            words = without_sheet_mark(words)
        mark = self.citations.passage(passage, words)
        note = "" if passage.language == self.language else " " + self.say("only_language")
        return f"{words} {mark}{note}"

    def fit(self, models: tuple[Product, ...]) -> str:
        line = line_of(models[0])
        name = f"**{self.models(line.models)}**"
        fit = self.say("pair", name=name, value=line.fit.get(self.language))
        return f"- {fit} {self.citations.rule(line.source)}"

    def standing(self, line: Line) -> str:
        """Where a line stands in the present decision: recommended, an alternative or ruled out, and why."""
        decision = self.turn.findings.decision
        rows = [self.fit(line.models)]
        if decision is None:
            return rows[0]
        told = set(line.models)
        if told & set(decision.models):
            rows += [
                f"- {fired.because.get(self.language)} {self.citations.rule(fired.source)}".rstrip()
                for fired in decision.reasons[:_REASONS]
            ]
        for option in decision.alternatives:
            if told & set(option.models):
                when = option.when.get(self.language)
                rows.append("- " + self.say("would_fit", when=when, models=self.models(option.models)))
        for row in decision.ruled_out:
            if told & set(row.models):
                because = row.because.get(self.language)
                rows.append("- " + self.say("ruled_out", because=because, cites=self.citations.rule(row.source)))
        return "\n".join(rows)

    def series(self, decision: Decision) -> str:
        return value_word("series", decision.series, self.language)

    def recommendation(self, decision: Decision, checked: bool = False) -> None:
        """The line, why, under which condition another comes first, and the risks; `checked` when memory was told."""
        if contradictory(self.turn.state.requirements):
            slots = self.turn.state.slots
            names = ("sharing", "groups", "multi_node", "rack_scale")
            told = [f"{label(n, self.language)} {self.word(n, slots[n].value)}" for n in names if n in slots]
            self.add(self.say("contradiction", what=separator(self.language).join(told)))
        rows: list[str] = []
        for fired in decision.reasons[:_REASONS]:
            cites = self.citations.rule(fired.source) or self.say("house_mark")
            rows.append("- " + self.say("reason", because=fired.because.get(self.language), cites=cites))
        if decision.models:
            key = "recommend_firm" if decision.confidence == "firm" else "recommend_provisional"
            project = self.say("project") if decision.project_based else ""
            self.add(self.say(key, models=self.models(decision.models), series=self.series(decision), project=project))
        else:
            self.add(self.say("series_only", series=self.series(decision)))
        template = "alternative" if decision.models else "alternative_tier"
        for option in decision.alternatives:
            text = self.say(template, when=option.when.get(self.language), models=self.models(option.models))
            # A condition of our own making is marked as such; else the citation stands for what the line is for.
            stated = any(rule.startswith("W") for rule in option.rules)
            mark = self.citations.rule(line_of(option.models[0]).source) if stated else self.say("house_mark")
            rows.append(f"- {text} {mark}".rstrip())
        self.add("\n".join(rows))
        if decision.sizing is not None and not checked:
            self.add(memory_check(decision.sizing, self.language, self.say))
        self.risks(decision)

    def risks(self, decision: Decision | None) -> None:
        """Each misconception once in a conversation; the card keeps showing it."""
        for risk in decision.risks if decision else ():
            if self.spoken.get(f"risk:{risk.id}"):
                continue
            self.spoken[f"risk:{risk.id}"] = 1
            self.add(self.say("risk", text=risk.text.get(self.language), cites=self.citations.rule(risk.source)))


def starters(language: Language) -> tuple[Suggestion, ...]:
    """First quick replies, before anything is known."""
    return tuple(
        Suggestion(text=text, field="workloads", value=v) for text, v in checklist.options("workloads", language)
    )
