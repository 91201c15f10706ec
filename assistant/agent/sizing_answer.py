"""A sizing result in words: the verdict first, then the arithmetic, other ways, and what was assumed."""

from __future__ import annotations

from collections.abc import Callable

from assistant.agent.reply import Language
from assistant.dialogue.phrasing import value_word
from assistant.dialogue.values import separator
from assistant.rules.sizing import Other, SizingResult, Unsizable, span_text
from assistant.rules.text import Text

Say = Callable[..., str]

# A reply names this many kinds of GPU and assumptions; the rest is on the card.
_OPTIONS = 6
_ASSUMED = 5
_REFUSED = {
    "no_model": "size_no_model",
    "unknown_model": "size_unknown_model",
    "unknown_gpu": "size_unknown_gpu",
}


def sizing_parts(
    found: SizingResult | Unsizable, language: Language, say: Say, first_time: Callable[[str], bool]
) -> list[str]:
    """Paragraphs of the answer; `first_time` tells whether something was not said before in the conversation."""
    if isinstance(found, Unsizable):
        return [say(_REFUSED[found.reason], name=found.name)]
    named = {"model": found.model, "task": found.task_label.get(language)}
    asked = [option.asked for option in found.options if option.asked]
    parts: list[str] = []
    if asked:
        parts.append("\n\n".join(say("size_verdict", text=a.text.get(language)) for a in asked))
    terms = [
        "- " + say("size_term", label=t.label.get(language), gb=span_text(t.gb), formula=t.formula) for t in found.terms
    ]
    needs = [option.needs.get(language) for option in found.options[:_OPTIONS]]
    if asked:
        parts.append("\n".join([say("size_terms", **named), *terms]))
        if any(a.verdict != "fits" for a in asked):
            parts.append(say("size_more", needs=("；" if language == "zh" else "; ").join(needs)))
    else:
        total = say("size_needs", **named, total=span_text(found.total_gb))
        parts.append("\n".join([total, *(f"- {text}" for text in needs)]))
        parts.append("\n".join([say("size_terms", **named), *terms]))
    if found.others:
        ways = separator(language).join(_way(other, language, say) for other in found.others)
        parts.append(say("size_others" if asked else "size_lighter", ways=ways))
    if found.checkpoint and found.task in ("finetune-full", "training"):
        parts.append(found.checkpoint.get(language) + ("。" if language == "zh" else "."))
    texts = [text.get(language) for text in found.assumptions[:_ASSUMED]]
    told = [text for text in texts if first_time(f"assumed:{text}")]
    if len(told) == len(texts):
        parts.append(say("size_assumed", texts=("；" if language == "zh" else ". ").join(texts)))
    elif told:
        parts.append(say("size_assumed_new", texts=("；" if language == "zh" else ". ").join(told)))
    if first_time("size_limits"):
        parts.append(say("size_limits"))
    return parts


def _way(other: Other, language: Language, say: Say) -> str:
    named = {"label": other.label.get(language), "precision": other.precision.upper()}
    if other.verdict is None:
        return say("size_way_total", **named, gb=span_text(other.total_gb))
    return say("size_way", **named, verdict=value_word("verdicts", other.verdict, language))


def memory_check(found: SizingResult, language: Language, say: Say) -> str:
    """The check of a model against a line's GPU memory, in one sentence."""
    text = found.options[0].told
    named = {"model": found.model, "task": found.task_label.get(language), "precision": found.precision.upper()}
    return say("size_check", **named, text=text.get(language))


def sizing_grounds(found: SizingResult | None) -> list[str]:
    """Every sentence and figure that a reply may take from a result."""
    if found is None:
        return []
    texts: list[Text] = [*found.assumptions, found.network, *(option.needs for option in found.options)]
    texts += [option.asked.text for option in found.options if option.asked]
    texts += [
        text for text in (found.checkpoint, found.network_note, *(option.power for option in found.options)) if text
    ]
    grounds = [words for text in texts for words in (text.zh, text.en)]
    grounds += [f"{span_text(other.total_gb)} GB" for other in found.others]
    grounds += [f"{term.formula} {span_text(term.gb)} GB" for term in found.terms]
    return [*grounds, f"{span_text(found.total_gb)} GB", found.model]
