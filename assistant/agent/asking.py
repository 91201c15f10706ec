"""What a reply asks: the next question of the checklist, a choice between two readings, a yes or no."""

from __future__ import annotations

from typing import Any

from assistant.agent.casework import JOINED, Casework
from assistant.agent.citations import Citations
from assistant.agent.reply import Language, Suggestion
from assistant.agent.wording import Turn
from assistant.dialogue import checklist, readback
from assistant.dialogue.state import DialogueState, Pending, to_json
from assistant.rules.requirements import FieldName

# After these nothing is asked.
_NO_QUESTION = frozenset({"greet", "thank", "goodbye", "start_over", "delete_data", "handover", "complaint", "export"})
# After these the open question comes back in other words.
_ASIDES = frozenset(
    {
        "ask",
        "compare",
        "size",
        "what_changes",
        "provenance",
        "why_asked",
        "commercial",
        "out_of_scope",
        "acknowledge",
        "summarise",
        "open_points",
    }
)
# After these a finished checklist is summed up.
_SUMS_UP = frozenset({"inform", "recommend", "finish", "acknowledge"})


# What a yes or no is offered as.
_YES_NO = {
    "adopt": ("adopt_yes", "adopt_no"),
    "delete": ("delete_yes", "delete_no"),
    "summary": ("summary_yes", "summary_no"),
    "read": ("read_yes", "read_no"),
}


def offers(field: FieldName, language: Language) -> tuple[Suggestion, ...]:
    """The quick replies for a field; those for the work are also the first of a conversation."""
    return tuple(Suggestion(text=t, field=field, value=v) for t, v in checklist.options(field, language))


class Asking(Casework):
    """The end of a reply."""

    def __init__(self, turn: Turn, citations: Citations) -> None:
        super().__init__(turn, citations)
        self.asking = ""
        self.pending: Pending | None = turn.state.pending
        self.choices: tuple[Suggestion, ...] = ()
        self.open: FieldName | None = None

    def effects(self) -> None:
        """Say what changed: old and new value, what was withdrawn or left open and what is assumed then."""
        for effect in self.turn.effects:
            name = self.label(effect.field)
            if effect.kind == "changed" and effect.field not in JOINED:
                old, new = self.word(effect.field, effect.old), self.word(effect.field, effect.new)
                self.add(self.say("changed", field=name, old=old, new=new))
            elif effect.kind == "withdrawn":
                self.add(self.say("withdrawn", field=name, old=self.word(effect.field, effect.old)))
            elif effect.kind == "skipped":
                self._passed_over(effect.field)

    def _passed_over(self, name: FieldName) -> None:
        """A field is left open, and what is assumed then."""
        self.add(self.say("skipped", field=self.label(name), assumed=checklist.assumption(name, self.language)))

    # ---- before anything else

    def conflict(self) -> bool:
        """Two values that can't both hold, side by side, with a button for each; whether there are any."""
        told: list[tuple[FieldName, Any]] = []
        if self.turn.understanding.conflicts and not self.turn.understanding.hypothetical:
            field = self.turn.understanding.conflicts[0]
            told = [(u.field, to_json(u.value)) for u in self.turn.understanding.updates if u.field == field]
        elif pair := self.contradicting():
            told = [(name, self.turn.state.slots[name].value) for name in pair]
        if len(told) < 2:
            return False
        self.noted()
        self._ask_which("contradiction", [(self.pair(name, value), name, value) for name, value in told])
        self.open = told[0][0]
        return True

    def number(self) -> bool:
        """Ask which of two fields a lone number is meant for; whether it was asked."""
        pending = self.turn.state.pending
        if pending is None or pending.kind != "figure":
            return False
        self.intent = "unclear"
        number = pending.value
        self._ask_which("which_figure", [(self.word(name, number), name, number) for name in pending.fields])
        return True

    def _ask_which(self, key: str, sides: list[tuple[str, FieldName, Any]]) -> None:
        """Put the first and the last side to the choice, with a button for each."""
        self.asking = self.say(key, one=sides[0][0], other=sides[-1][0])
        self.choices = tuple(Suggestion(text=text, field=name, value=value) for text, name, value in sides)

    # ---- what only a model read

    def still_asked(self) -> bool:
        """Whether what was asked before about a model's reading is still open."""
        before, now = self.turn.before.pending, self.pending
        return before is not None and now is not None and before.kind == now.kind == "read" and now.value > 1

    def explained(self) -> bool:
        """Answer a visitor who does not understand that question; whether there was anything to explain."""
        return readback.puzzled(self.turn.understanding) and self.why_asked_back()

    def why_asked_back(self) -> bool:
        """Tell why it is asked, if it still is."""
        if self.pending is None or not self.still_asked():
            return False
        self.intent = "unclear"
        self.add(self.say("read_why", **self.reading(self.pending)))
        return True

    def read_back(self) -> None:
        """Ask whether a model read the message right. The visitor's words stand in the question, which claims nothing;
        what can't be asked now is not waited for."""
        pending = self.pending
        if pending is None or pending.kind != "read":
            return
        if self.asking:
            self.pending = None
            return
        told, field = self.reading(pending), pending.fields[0]
        slot = self.turn.state.slots.get(field)
        if slot is not None and field not in JOINED:
            self.asking = self.say("read_change", old=self.pair(field, slot.value), **told)
        else:
            self.asking = self.say("read_as", **told)

    # ---- the question

    def question(self) -> FieldName | None:
        """Ask for the most valuable field, where the conversation is about the visitor's case."""
        if self.asking:
            return self.open
        if self.pending is not None and self.pending.kind == "adopt":
            return None
        if self.intent == "greet" and not self.turn.state.slots:
            # The greeting itself asks for it.
            return "workloads"
        if self.intent in _NO_QUESTION or self._apart():
            return None
        if self.intent != "finish":
            self._given_up()
        wanted = checklist.next_field(self.turn.state, aside=self.intent in _ASIDES)
        if wanted is None:
            self._sum_up()
            return None
        self.asking = self._worded(wanted)
        # In every wording it was put before, the question stays open without a word, and its buttons with it.
        return wanted

    def _apart(self) -> bool:
        """Whether the conversation is not about a case."""
        if self.intent in ("commercial", "out_of_scope"):
            return self.turn.state.open_question is None and not self.turn.state.slots
        return self.intent in ("ask", "compare", "unclear", "provenance", "acknowledge") and not self.turn.state.slots

    def _worded(self, wanted: FieldName) -> str:
        state = self.turn.state
        times = state.asked.get(wanted, 0)
        words = checklist.question(wanted, self.language, times)
        if words is None:
            again = times - len(checklist.wordings(wanted, self.language))
            shorter = checklist.shorter(self.language)
            return shorter[again].format(field=self.label(wanted)) if again < len(shorter) else ""
        if wanted == state.open_question and self.intent in _ASIDES and self.parts:
            words = self.say("return", question=words)
        offered = [text for text, _ in checklist.options(wanted, self.language)]
        if state.failed.get(wanted, 0) >= checklist.CHOICES and offered:
            words += " " + self.say("choose", options=self.listed(offered))
        return words

    def _given_up(self) -> None:
        """Say once that a question is passed over, and what is assumed."""
        for name in checklist.exhausted(self.turn.state, aside=self.intent in _ASIDES):
            just_now = name == self.turn.before.open_question and name not in self.turn.state.skipped
            if just_now and self.first_time(f"given_up:{name}"):
                self._passed_over(name)

    def _sum_up(self) -> None:
        """Nothing is left to ask: the summary, and one confirmation before a person takes over."""
        state = self.turn.state
        if not state.slots or self.intent not in _SUMS_UP or self.decision is None:
            return
        if state.confirmed:
            if not self.parts:
                self.add(self.say("acknowledge"))
            return
        self.summary()
        self.asking = self.say("confirm")
        self.pending = Pending(kind="summary")

    # ---- what is kept and offered

    def remembered(self, state: DialogueState, asked: FieldName | None) -> DialogueState:
        """The state with the question asked and the yes or no that is waited for."""
        state = state.model_copy(update={"pending": self.pending})
        if self.intent == "greet" and asked is not None:
            return state.model_copy(update={"open_question": asked})
        if asked is not None or self.intent == "start_over":
            state = checklist.asked(state, asked)
        elif self.asking and self.pending is not None and self.pending.kind == "summary":
            state = checklist.asked(state, None)
        return state

    def quick_replies(self, asked: FieldName | None) -> tuple[Suggestion, ...]:
        """Choices for the question asked, or the first steps of a conversation."""
        if self.choices:
            return self.choices
        if self.pending is not None and self.pending.kind != "figure":
            yes, no = _YES_NO[self.pending.kind]
            return (Suggestion(text=self.say(yes)), Suggestion(text=self.say(no)))
        if asked is not None:
            return offers(asked, self.language)
        return () if self.turn.state.slots or self.citations.all() else offers("workloads", self.language)
