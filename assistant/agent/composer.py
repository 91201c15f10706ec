"""From what the tools found to a reply's text; the built-in one has phrasing templates and quoted passages only."""

from __future__ import annotations

from typing import Protocol

from assistant.agent.asking import Asking
from assistant.agent.citations import Citations
from assistant.agent.extract import answering_part, distinct, is_sheet, without_sheet_mark
from assistant.agent.sizing_answer import memory_check, sizing_parts
from assistant.agent.wording import Draft, Turn
from assistant.dialogue import reducer
from assistant.knowledge.passage import Passage, SearchResult
from assistant.rules.sizing import SizingResult

_PASSAGES = 3
# A further passage is worth showing only when the odds that it answers are nearly those of the best.
_NEAR = 0.7
# Relevance of a passage that answers a question although the question sounds like a wish for a product; and of one that
# is shown as the nearest, and no more, to a question in words of the trade, or in any words.
_SURE = 0.6
# And of one that is added to an answer which came from elsewhere.
_BESIDES = 0.75
_NEAREST = 0.2
_NEAREST_OF_ALL = 0.3


def _odds(passage: Passage) -> float:
    return passage.score / max(1e-6, 1 - passage.score)


class Composer(Protocol):
    """Puts findings into words."""

    def compose(self, turn: Turn, citations: Citations) -> Draft:
        """A draft; every product, figure and citation in it is checked afterwards."""


class BuiltinComposer:
    """No model."""

    def compose(self, turn: Turn, citations: Citations) -> Draft:
        return _Writer(turn, citations).draft()


class _Writer(Asking):
    """One handler for each intent, named after it."""

    def draft(self) -> Draft:
        deleted = self.settled()
        if not self.parts and not deleted:
            self.effects()
            if not self.explained() and not self.conflict() and not self.number():
                getattr(self, f"_{self.intent}", self._ask)()
                self.besides()
            self.hedged()
            self.money()
            if self.turn.understanding.recaps and self.intent == "inform":
                self.summary()
        self.read_back()
        asked = None if deleted else self.question()
        state = self.turn.state.model_copy(update={"spoken": self.spoken})
        state = self.remembered(state, asked)
        return Draft(
            text="\n\n".join(self.parts),
            question=self.asking,
            intent=self.intent,
            state=state,
            next_question=asked if asked is not None else state.open_question,
            quick_replies=self.quick_replies(asked),
            deleted=deleted,
        )

    # ---- what a yes or no settled

    def settled(self) -> bool:
        """Answer the yes or no that was waited for; whether the conversation is to be deleted."""
        pending = self.turn.before.pending
        answer = reducer.settling(pending, self.turn.understanding)
        if pending is None or answer is None:
            return False
        if pending.kind == "read":
            self._read(answer)
            return False
        if self.turn.state.pending is not None:
            return False
        self.intent = "acknowledge"
        if pending.kind == "delete":
            self.intent = "delete_data"
            self.add(self.say("deleted" if answer else "not_deleted"))
            return answer
        if pending.kind == "summary":
            self.add(self.say("confirmed" if answer else "revise"))
            if answer:
                self.add(self.say("handover"))
        elif pending.kind == "adopt":
            self._adopted(answer)
        return False

    def _read(self, answer: bool) -> None:
        """A yes or no to what a model read, and what stands behind it."""
        if not answer:
            self.add(self.say("read_denied"))
        understanding = self.turn.understanding
        plain = understanding.intent in ("acknowledge", "inform", "unclear", "out_of_scope")
        if plain or (understanding.intent == "ask" and not understanding.question):
            self.intent = "inform"
        elif answer and understanding.intent != "ask":
            self.noted()
        self.effects()
        if answer or self.turn.effects or self.intent != "inform":
            getattr(self, f"_{self.intent}", self._ask)()

    def _adopted(self, answer: bool) -> None:
        if not answer:
            self.add(self.say("kept"))
            return
        self.intent = "inform"
        self.effects()
        self._inform()

    # ---- intents

    def _greet(self) -> None:
        self.add(self.say("greeting"))

    def _thank(self) -> None:
        self.add(self.say("thanks"))

    def _goodbye(self) -> None:
        self.add(self.say("goodbye"))

    def _complaint(self) -> None:
        self.add(self.say("complaint"))

    def _acknowledge(self) -> None:
        if self.turn.before.open_question is None or self.turn.understanding.affirmed is None:
            self.add(self.say("acknowledge"))
        else:
            # A yes to a question that has no yes: say what kind of answer it takes.
            self.add(self.say("unclear_yes"))

    def _start_over(self) -> None:
        self.add(self.say("start_over"))

    def _delete_data(self) -> None:
        self.add(self.say("delete_data"))

    def _commercial(self) -> None:
        if self.turn.understanding.premise:
            self.add(self.say("no_promise"))
        self.add(self.say("commercial"))
        found = self.turn.findings.search
        if found is not None and found.covered:
            # What else was asked is answered beside the refusal.
            self.quoted(found)
        if self.decision and any(e.kind == "filled" for e in self.turn.effects):
            self.recommendation(self.decision)

    def _handover(self) -> None:
        self.add(self.say("handover"))
        if self.turn.state.slots:
            self.add(self.say("handover_summary") + "\n\n" + self.known())

    def _summarise(self) -> None:
        self.summary()

    def _finish(self) -> None:
        self.add(self.say("finish"))

    def _export(self) -> None:
        self.add(self.say("export"))
        if self.turn.state.slots:
            self.add(self.known())
            self.direction()

    def _open_points(self) -> None:
        self.open_points()

    def _provenance(self) -> None:
        self.provenance()

    def _why_asked(self) -> None:
        asked = self.turn.before.open_question
        if asked is None:
            self._ask()
            return
        self.why_asked(asked)

    def _what_changes(self) -> None:
        if self.decision is None and self.turn.findings.search is not None:
            self._ask()
            return
        self.what_changes()

    def _suppose(self) -> None:
        self.suppose()

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
        if self.decision and self.decision.models:
            self.add(self.say("compare_now", models=self.models(self.decision.models)))

    def _size(self) -> None:
        findings = self.turn.findings
        if findings.sizing is not None:
            for part in sizing_parts(findings.sizing, self.language, self.say, self.first_time):
                self.add(part)
        if self.decision and self.decision.outcome != self.turn.previous:
            self.recommendation(self.decision, checked=True)
        if self.turn.state.pending is not None and isinstance(findings.sizing, SizingResult):
            self.add(self.say("size_adopt"))

    def _recommend(self) -> None:
        if self.outside():
            return
        if self.turn.understanding.other_vendor and self.decision is None:
            self.uncovered()
            return
        found = self.turn.findings.search
        if self.decision is None and found is not None and found.passages and found.passages[0].score >= _SURE:
            self.intent = "ask"
            self._ask()
            return
        if self.decision is None:
            self.risks(self.turn.findings.decision)
            self.add(self.say("nothing_to_recommend"))
            return
        if self.turn.understanding.why and self.turn.findings.lines:
            self.add(self.verdict(self.turn.findings.lines[0]))
        self.recommendation(self.decision, whole=not self.turn.effects)

    def outside(self) -> bool:
        """Say that a use named in this message is none that the whitepaper covers (meeting point 14)."""
        named = "outside_whitepaper" in self.turn.understanding.concerns
        if named and self.decision is None:
            self.add(self.say("outside"))
            return True
        return False

    def _inform(self) -> None:
        decision = self.decision
        if self.outside():
            return
        if self.turn.findings.decision is None:
            if not self.turn.effects and not self.turn.understanding.read:
                self.add(self.say("unclear"))
            return
        if decision is None:
            self.noted()
            if not self.contradicting():
                self.add(self.say("nothing_to_recommend"))
            return
        if decision.outcome == self.turn.previous:
            self.noted()
            self.left_open()
            new = [effect for effect in self.turn.effects if effect.kind == "changed"]
            if new and decision.models:
                self.add(self.say("still", models=self.models(decision.models), series=self.series(decision)))
            if not self.parts and not self.turn.effects and not self.turn.understanding.read:
                self.add(self.say("unclear"))
            return
        self.recommendation(decision)

    def left_open(self) -> None:
        """What a question passed over leaves open: the tiers with their conditions."""
        passed = any(effect.kind == "skipped" for effect in self.turn.effects)
        if passed and self.decision is not None and not self.decision.models:
            self.recommendation(self.decision)

    def _unclear(self) -> None:
        self.add(self.say("unclear"))

    def _ask(self) -> None:
        """Answer from the passages found; below the floor say what kind of "don't know" this is."""
        understanding, findings = self.turn.understanding, self.turn.findings
        if understanding.skipped or understanding.passed:
            self.intent = "inform"
            self.left_open()
            return
        if self.turn.effects and not understanding.question:
            # What it says was taken in; the rest of the words is no question.
            self.intent = "inform"
            self._inform()
            return
        if self.outside():
            return
        if understanding.unknown_codes:
            self.add(self.say("unknown_product", codes=self.listed(list(understanding.unknown_codes))))
            return
        if understanding.premise and (findings.lines or findings.supposed is not None or findings.search is None):
            self.premise()
            return
        if (understanding.why or understanding.picks) and findings.lines:
            if isinstance(findings.sizing, SizingResult):
                self.add(memory_check(findings.sizing, self.language, self.say))
            self.add(self.verdict(findings.lines[0]))
            self.add("\n".join(self.standing(line) for line in findings.lines))
            return
        self.noted()
        before = len(self.parts)
        if understanding.concerns:
            self.risks(findings.decision)
        if len(self.parts) > before:
            # The misconception that the question rests on is its answer.
            return
        found = findings.search
        if found is None or not found.passages or understanding.other_vendor:
            self.uncovered()
            return
        if not found.covered:
            # Without a word of the trade a wish ("write me a poem") is none, however near a passage may seem.
            near = _NEAREST if understanding.domain else _NEAREST_OF_ALL if understanding.question else 1.0
            if found.passages[0].score < near:
                self.uncovered()
                return
            self.add(self.say("nearest"))
            self.quoted(found)
            return
        self.quoted(found)
        if self.decision and self.decision.models and self.decision.outcome != self.turn.previous:
            self.recommendation(self.decision)

    def besides(self) -> None:
        """A question that was answered by the rules or a comparison may be answered by a passage as well."""
        found = self.turn.findings.search
        if self.intent not in ("recommend", "inform", "compare") or found is None or not self.parts:
            return
        best = [p for p in found.passages[:1] if p.score >= _BESIDES and not self.citations.holds(p)]
        if best and not self.turn.understanding.other_vendor and not self.turn.understanding.why:
            self.add(self.say("besides", passage=self.answer(best[0])))

    def quoted(self, found: SearchResult) -> None:
        """The best passages, verbatim."""
        best = _odds(found.passages[0])
        near = [p for p in found.passages if _odds(p) >= best * _NEAR]
        near = distinct(near, self.turn.understanding.products)
        # A list or table that answers as a whole is shown as a whole.
        whole = [p for p in near if p.kind != "paragraph" and p.section == near[0].section]
        kept = sorted(whole, key=lambda p: p.start) if len(whole) > _PASSAGES else near[:_PASSAGES]
        if found.leading or found.whole:
            # The message asks several things, or for all of a table: the answers to it stand before all others.
            kept = list(found.answer)
        rows = [self.answer(passage) for passage in kept]
        self.add("\n\n".join(rows) if len(rows) == 1 else "\n".join(f"- {row}" for row in rows))

    def uncovered(self) -> None:
        understanding = self.turn.understanding
        if self.turn.before.open_question is not None and not understanding.question and not understanding.domain:
            # In the middle of the checklist a few odd words are an answer that was not understood.
            self.intent = "unclear"
            self.add(self.say("unclear"))
        elif understanding.domain:
            self.add(self.say("not_covered"))
        elif self.why_asked_back():
            return
        elif any(char.isalpha() for char in understanding.text):
            self.intent = "out_of_scope"
            self.add(self.say("out_of_scope"))
        else:
            self.intent = "unclear"
            self.add(self.say("unclear"))

    # ---- pieces

    def answer(self, passage: Passage) -> str:
        words = answering_part(self.turn.understanding.text, passage)
        if is_sheet(passage):
            # The sheet's own mark of its source repeats what the citation says.
            words = without_sheet_mark(words)
        mark = self.citations.passage(passage, words)
        note = "" if passage.language == self.language else " " + self.say("only_language")
        return f"{words} {mark}{note}"
