"""Writes a reply as prose from what the built-in composer worked out; each sentence is checked before it is told.

The built-in reply is the notes: products and figures stand in it because a tool gave them, each statement with the mark
of its passage. What it says ahead of them, what was noted and what is recommended, is told at once and as it is. The
model puts the notes into words; it decides nothing and looks nothing up. One repair where a sentence is refused, then
the built-in text, whole.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import aclosing

from assistant.agent.citations import Citations
from assistant.agent.llm.caller import Caller
from assistant.agent.llm.endpoint import Endpoint, EndpointError
from assistant.agent.llm.prompts import LANGUAGES, prompt, reason
from assistant.agent.llm.scrutiny import Scrutiny
from assistant.agent.llm.streaming import CutOff, whole_sentences
from assistant.agent.llm.support import repeats
from assistant.agent.measures import measures
from assistant.agent.promises import MONEY
from assistant.agent.spelling import plain
from assistant.agent.trace import Trace
from assistant.agent.verify import MARK, Violation
from assistant.agent.wording import Draft, Turn
from assistant.dialogue.language import detect
from assistant.dialogue.reading import Intent

# Replies of which prose is better than the built-in form: answers from passages, recommendations, comparisons.
_PROSE: frozenset[Intent] = frozenset({"ask", "recommend", "inform", "compare"})
_MAX_TOKENS = 320
_LONGEST = 1200
_MOST_ROWS = 3
# Passages shown to the model beside those that the built-in reply quotes.
_FURTHER = 3
_HAN = re.compile(r"[\u4e00-\u9fff]")
# What a sentence that states anything has: two letters of any language side by side.
_STATED = re.compile(r"[^\W\d_]{2}")
_LATIN_WORD = re.compile(r"(?<![A-Za-z])[a-z]{2,}(?![A-Za-z])")
# Unicode's names of the letters of both languages; a figure may have a Greek one ("μ").
_SCRIPTS = ("LATIN", "CJK", "FULLWIDTH LATIN", "MICRO", "GREEK", "MASCULINE", "FEMININE")
# Words of Latin letters that a Chinese sentence without a Chinese character may have.
_MOST_LATIN = 2
_COUNTED = re.compile(r"几|[两二三四]\s?(?:条|种|点|类|项|方面|个方面|个方向)$")
# The same sentence over and over is no end.
_MOST_REPEATED = 3
# What a text may not say; with `True` each statement needs the mark of its source.
Check = Callable[[str, bool], Sequence[Violation]]
Tell = Callable[[str], None]
_SOURCE = "source"
# A sum of money may be said of nothing but the visitor's budget.
_BUDGET = re.compile(r"预算|\bbudgets?\b", re.IGNORECASE)
_NO_MARK = "no statement has the mark [n] of the note that it comes from"


class Writer:
    """The prose of a turn, or None where the built-in text stays."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    async def write(
        self, turn: Turn, draft: Draft, citations: Citations, *, check: Check, tell: Tell, trace: Trace, caller: Caller
    ) -> str | None:
        """Prose over the draft's notes. `check` names what a sentence may not say, `tell` streams one that passed."""
        if not self._wanted(turn, draft):
            return None
        asked = prompt("write")
        language = LANGUAGES[turn.understanding.language]
        opening, body = _parted(draft.text)
        notes = self._notes(turn, draft, body, citations)
        messages = [
            ("system", asked.filled(language=language)),
            ("user", f"Notes:\n{notes}\n\nAlready told: {opening or '-'}\n\nMessage: {turn.understanding.text}"),
        ]
        with trace.span("llm_write", prompt=asked.id, digest=asked.digest) as span:
            scrutiny = Scrutiny(notes, opening, asked=turn.understanding.text, case=turn.case_text())
            told = _Told(turn, check, tell, scrutiny, answers=draft.intent == "ask")
            if opening and not told.begun(opening):
                return None
            try:
                refused = await self._stream(messages, told, caller) or told.incomplete(body)
                if refused is not None:
                    span.note("refused", _violations(refused))
                    repair = prompt("repair").filled(
                        sentence=refused[0],
                        reasons="; ".join(_reason(violation, notes) for violation in refused[1]),
                        written=" ".join(told.sentences) or "-",
                        language=language,
                    )
                    again = await self._stream([*messages, ("user", repair)], told, caller)
                    if again is not None:
                        span.note("refused_again", _violations(again))
                        return None
            except EndpointError as error:
                span.note("failed", error.reason)
                return None
            except CutOff:
                span.note("failed", "cut off")
                return None
            lacking = told.lacking(body)
            span.note("sentences", len(told.sentences))
            if lacking:
                span.note("lacking", lacking)
                return None
            return f"{opening}\n\n{told.text}" if opening else told.text

    def _wanted(self, turn: Turn, draft: Draft) -> bool:
        """Whether there is anything to put into prose; a refusal and a short note stand as they are."""
        if draft.deleted or draft.intent not in _PROSE or not MARK.search(draft.text):
            return False
        decision = turn.findings.decision
        if draft.intent != "ask" and decision is not None and not decision.models:
            # Which tier it is stands open: the list of them is the answer.
            return False
        # A table, or all rows of one, says more than prose about it.
        rows = max(sum(line.startswith("- ") for line in part.splitlines()) for part in draft.text.split("\n\n"))
        listed = draft.intent == "ask" and rows > _MOST_ROWS
        return "| --- |" not in draft.text and not listed and not turn.understanding.premise

    def _notes(self, turn: Turn, draft: Draft, body: str, citations: Citations) -> str:
        found = turn.findings.search
        notes = [body]
        if draft.intent == "ask" and found is not None and found.covered:
            for passage in found.passages[:_FURTHER]:
                if not citations.holds(passage):
                    notes.append(f"{passage.text} {citations.passage(passage)}")
        return "\n".join(notes)

    async def _stream(
        self, messages: Sequence[tuple[str, str]], told: _Told, caller: Caller
    ) -> tuple[str, Sequence[Violation]] | None:
        """Tell each sentence that passes; the first that does not, with what is wrong, ends it."""
        pieces = self._endpoint.stream(messages, caller=caller, max_tokens=_MAX_TOKENS)
        async with aclosing(whole_sentences(pieces)) as coming:
            async for sentence in coming:
                violations = told.take(sentence)
                if violations:
                    return sentence, violations
                if told.enough:
                    break
        return None


class _Told:
    """The sentences that passed so far."""

    def __init__(self, turn: Turn, check: Check, tell: Tell, scrutiny: Scrutiny, *, answers: bool = False) -> None:
        self.sentences: list[str] = []
        self._language = turn.understanding.language
        self._visitor = turn.understanding.text
        # What was said before, which small models like to say again.
        self._before = _letters(self._visitor)
        # Whether the notes are passages that answer a question, the best one first.
        self._answers = answers
        self._check = check
        self._scrutiny = scrutiny
        self._tell = tell
        self._repeated = 0
        # The same again and again, or too much of it, is as good as the end.
        self.enough = False
        self._held: list[str] = []

    def begun(self, opening: str) -> bool:
        """Tell what the built-in reply opens with, if it may be told."""
        if self._check(opening, False):
            return False
        self._tell(opening + "\n\n")
        self._before += _letters(opening)
        return True

    @property
    def text(self) -> str:
        """All of them as one paragraph."""
        return ("" if self._language == "zh" else " ").join(self.sentences)

    def take(self, sentence: str) -> Sequence[Violation]:
        """Tell the sentence, once a source is named, or say what is wrong with it."""
        said = sentence in self.sentences or _letters(sentence) in self._before or repeats(sentence, self.text)
        if said or not _STATED.search(MARK.sub("", sentence)):
            # Marks without a word, a lone letter, what was asked, and what was said before.
            self._repeated += 1
            self.enough = self._repeated > _MOST_REPEATED
            return ()
        if self.sentences and len(self.text) + len(sentence) > _LONGEST:
            self.enough = True
            return ()
        # "A few groups" is no number, "two ways" counts what the text itself tells.
        wrong = [v for v in self._check(sentence, True) if v.kind != "figure" or not _COUNTED.match(v.words)]
        # Spelled as a reader sees it: "Ｔ８" and "T&#56;" are T8.
        shown = plain(sentence)
        if not self._in_language(sentence):
            wrong.append(Violation("language", sentence[:40]))
        if re.search(r"[?？]", sentence):
            # What is asked next is not the model's to say.
            wrong.append(Violation("question", sentence[-40:]))
        if len(sentence) > _LONGEST:
            wrong.append(Violation("length", sentence[:40]))
        wrong += self._scrutiny.faults(shown)
        if not _BUDGET.search(sentence) and _sums(shown):
            wrong.append(Violation("promise", sentence[:40]))
        if not wrong:
            gap = " " if self.sentences and self._language == "en" else ""
            self.sentences.append(sentence)
            # Prose that names no source is no answer from the notes, and is not told before it names one.
            self._held.append(gap + sentence)
            if MARK.search(self.text):
                for held in self._held:
                    self._tell(held)
                self._held.clear()
        return wrong

    def incomplete(self, body: str) -> tuple[str, Sequence[Violation]] | None:
        """A text that came to its end and lacks something, with what; where it names no source at all, nothing of it
        was told, and it is to be written again."""
        missing = self.lacking(body)
        if not missing or not self.sentences:
            return None
        text = self.text
        if self._held:
            self.sentences.clear()
            self._held.clear()
        return text, [Violation("lacking", _NO_MARK if what == _SOURCE else what) for what in missing]

    def lacking(self, body: str) -> list[str]:
        """What the notes hold and no prose about them may leave out: the products of what they recommend, the passage
        that answers a question best, and any source. Alternatives and their conditions stand beside the chat as
        well."""
        if not self.sentences:
            return ["everything"]
        text = self.text
        stated = "\n".join(line for line in body.splitlines() if not line.startswith("- "))
        bold = re.findall(r"\*\*([^*]+)\*\*", stated)
        codes = [code for name in bold for code in re.findall(r"\b(?:[GT]\d+[AX]?|T-RackScale|SF?)\b", name)]
        missing = [code for code in dict.fromkeys(codes) if code not in text]
        best = MARK.search(body)
        if not MARK.search(text):
            missing.append(_SOURCE)
        elif self._answers and best and best[0] not in text:
            missing.append(f"what the note {best[0]} says")
        return missing

    def _in_language(self, sentence: str) -> bool:
        if any(char not in self._visitor for char in sentence if _foreign(char)):
            return False
        if self._language == "en":
            said = set(_HAN.findall(self._visitor))
            return all(char in said for char in _HAN.findall(sentence))
        if not _HAN.search(sentence) and len(_LATIN_WORD.findall(sentence)) > _MOST_LATIN:
            return False
        return detect(sentence, "zh") == "zh"


def _letters(text: str) -> str:
    return "".join(char for char in MARK.sub("", text).lower() if char.isalnum())


def _parted(text: str) -> tuple[str, str]:
    """What a built-in reply says before its first source, and the rest: the notes."""
    parts = text.split("\n\n")
    first = next(place for place, part in enumerate(parts) if MARK.search(part))
    return "\n\n".join(parts[:first]), "\n\n".join(parts[first:])


def _foreign(char: str) -> bool:
    """Whether a letter belongs to neither of the two languages."""
    return char.isalpha() and not _HAN.match(char) and not unicodedata.name(char, "").startswith(_SCRIPTS)


def _sums(sentence: str) -> bool:
    return any(unit in MONEY for measure in measures(sentence) for _, _, unit in measure.readings)


def _reason(violation: Violation, notes: str) -> str:
    """A violation as a model is told of it; where a mark is missing, with those of the notes that say the words."""
    told = f'"{violation.words}": {reason(violation.kind)}'
    if violation.kind != "uncited":
        return told
    wanted = _letters(violation.words)
    marks = [mark for line in notes.splitlines() if wanted in _letters(line) for mark in MARK.findall(line)]
    return f"{told} ({', '.join(f'[{mark}]' for mark in dict.fromkeys(marks))})" if marks else told


def _violations(refused: tuple[str, Sequence[Violation]]) -> dict[str, object]:
    sentence, violations = refused
    return {"sentence": sentence, "violations": [[v.kind, v.words] for v in violations]}
