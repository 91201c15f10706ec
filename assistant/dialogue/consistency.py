"""Several values of one field in one message: which one holds, and when that has to be asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.dialogue.expressions import expression
from assistant.dialogue.lexicon import lexicon
from assistant.dialogue.reading import Update
from assistant.rules.requirements import FieldName

# Two different values of one of these can't both be meant.
_SINGLE: frozenset[FieldName] = frozenset(
    {
        "users",
        "groups",
        "concurrency",
        "data_tb",
        "budget_cny",
        "sharing",
        "scale",
        "multi_node",
        "rack_scale",
        "interconnect",
        "tax_included",
        "ops_included",
        "stamped_quote",
    }
)
# The second is a part of the first: "50 people, 12 of them PhD students".
_PART = expression(
    r"其中|里面|含(?!税|运维)|包括|包含|\bof (?:which|whom|them)\b|\bincluding\b|\bamong (?:them|whom)\b", re.IGNORECASE
)
# What says that just these people use it: "学院600人，但我们组只有8个人用".
_JUST = expression(
    r"(?:只有|就|仅)\s*$|(?:真正|实际)(?:上)?(?:要|会|在)?(?:用|使用)的?(?:人)?(?:有|是|大概|也就)?\s*$|\b(?:only|just)\s*$",
    re.IGNORECASE,
)
# The size of an organisation, which says who asks and not who uses it: "a 15-person startup", "30人的公司".
_SIZE = expression(
    r"^[^,，。]{0,8}?(?:-person|-people|-man|人的?(?:初创|小|创业)?(?:公司|企业|事务所|律所))"
    r"(?: (?:startup|start-up|company|firm|agency|studio|shop|business)\b)?",
    re.IGNORECASE,
)
_CIRCLE = {
    "sharing": {"single_group": 0, "multi_group": 1, "department": 2, "college": 2, "company": 3},
    "scale": {"pilot": 0, "department": 1, "high_throughput": 2},
}


def settle(updates: Iterable[Update], text: str) -> tuple[list[Update], tuple[FieldName, ...]]:
    """The updates with one value for each field, and the fields whose values contradict each other.

    Of a contradicting field both updates stay, in the order in which they were said.
    """
    kept: list[Update] = []
    conflicts: list[FieldName] = []
    for field, group in _by_field(updates).items():
        firm = [u for u in group if u.mode == "set" and not u.inferred and not u.hedged]
        if len(firm) < 2 or field not in _SINGLE:
            kept += group
            continue
        others = [u for u in group if u not in firm and not u.inferred]
        chosen = _chosen(firm, text)
        if len(chosen) > 1:
            conflicts.append(field)
        kept += [*others, *chosen]
    return kept, tuple(conflicts)


def _by_field(updates: Iterable[Update]) -> dict[FieldName, list[Update]]:
    groups: dict[FieldName, list[Update]] = {}
    for update in updates:
        groups.setdefault(update.field, []).append(update)
    return groups


def _chosen(firm: list[Update], text: str) -> list[Update]:
    ordered = sorted(firm, key=lambda update: update.start)
    held = [ordered[0]]
    for update in ordered[1:]:
        last = held[-1]
        between = text[last.end : update.start]
        around = text[max(0, last.start - 12) : update.start]
        if update.value == last.value or _PART.search(between[-16:]) or _PART.search(text[update.end : update.end + 6]):
            continue
        if lexicon().corrects.search(around):
            held[-1] = update
        elif update.field in ("sharing", "scale") and (wider := _wider(last, update)):
            held[-1] = wider
        else:
            held.append(update)
    if held[0].field == "users" and len(held) > 1:
        using = [u for u in held if _JUST.search(text[max(0, u.start - 8) : u.start])]
        beside = [u for u in held if not _SIZE.match(text[u.start : u.start + 24])]
        chosen = next((one for one in (using, beside) if len(one) == 1), None)
        if chosen:
            return chosen
    return held[-2:]


def _wider(one: Update, other: Update) -> Update | None:
    """Several groups of a college, or high throughput for a department, are no contradiction: the wider holds. One
    group and several are one, and so are a pilot and a platform."""
    circle = _CIRCLE[one.field]
    first, second = circle[one.value], circle[other.value]
    if 0 in (first, second) or first == second:
        return None
    return one if first > second else other
