"""Facts that the tables read: requirements reduced to a few named values from small, closed sets.

Keeping the sets closed is what lets a test enumerate every combination and prove that a table has no gap.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

from assistant.rules.architectures import size_of
from assistant.rules.capacity import capacity
from assistant.rules.requirements import FieldName, Requirements, WorkloadKind, bounds
from assistant.rules.tables import Facts, constants, table

Work = Literal["none", "g", "t", "mixed", "small_finetune", "visual_serving", "vision_alone", "science"]
Share = Literal["unknown", "one_group", "several_groups", "college", "department", "company"]
Size = Literal["unknown", "pilot", "department", "high_throughput"]
# The misconceptions of section 02 that words show, work that the whitepaper knows nothing of (meeting point 14), and
# inference with large GPU memory (section 06), of which no field of the checklist tells.
Concern = Literal[
    "counting_cards",
    "single_card_compute",
    "lowest_price",
    "no_data_path",
    "repurposed_server",
    "outside_whitepaper",
    "large_memory",
]

WORKS: tuple[Work, ...] = get_args(Work)
SHARES: tuple[Share, ...] = get_args(Share)
SIZES: tuple[Size, ...] = get_args(Size)
CONCERNS: tuple[Concern, ...] = get_args(Concern)

SERVING: frozenset[WorkloadKind] = frozenset({"inference", "rag", "knowledge_base", "api_service"})
VISUAL: frozenset[WorkloadKind] = frozenset({"vision", "multimodal"})
# Uses that whitepaper section 05 counts towards a college-level platform under a million-level budget.
RESEARCH: frozenset[WorkloadKind] = frozenset({"research_platform", "vision", "multimodal", "science"})
# Work that is decided as serving: nothing in it is trained in full.
SERVED: frozenset[Work] = frozenset({"g", "small_finetune", "visual_serving"})
USES_48: frozenset[WorkloadKind] = frozenset({*SERVING, "rendering", "graphics", "vision"})


@cache
def families() -> dict[WorkloadKind, str]:
    """Series letter by kind of work, from `workloads.yaml`."""
    found: dict[WorkloadKind, str] = {}
    for rule in table("workloads").rules:
        kinds = rule.when["kind"]
        for kind in kinds if isinstance(kinds, tuple) else (kinds,):
            found[kind] = rule.then.family  # type: ignore[index, assignment]  # both checked by the table's tests
    return found


def kinds_of(requirements: Requirements) -> frozenset[WorkloadKind]:
    """The kinds of work named."""
    return frozenset(workload.kind for workload in requirements.workloads)


def large_model(requirements: Requirements) -> bool:
    """Whether a named model is above the house limit for small fine-tuning; a known name tells its size as well."""
    limit = constants()["small_finetune_params_b_max"].value
    return any((size_of(model.name, model.params_b) or 0) > limit for model in requirements.models)


def small_finetune(requirements: Requirements) -> bool:
    """Mostly serving with occasional small fine-tuning (meeting point 2).

    Needs a stated sign of being small: a share at most the house limit, or serving marked as the main work; and no
    model above the house limit.
    """
    limits = constants()
    tuning = [w for w in requirements.workloads if w.kind == "finetune"]
    serving = [w for w in requirements.workloads if w.kind in SERVING]
    if not tuning or not serving or any(w.primary for w in tuning):
        return False
    if any(w.method == "full" for w in tuning) or large_model(requirements):
        return False
    shares = [w.share for w in tuning if w.share is not None]
    if shares:
        return sum(shares) <= limits["small_finetune_share_max"].value
    return any(w.primary for w in serving)


def share_of(requirements: Requirements) -> Share:
    """Who shares the machine; a number of groups counts when nothing else is said, a head count never does."""
    match requirements.sharing:
        case "college" | "department" | "company" as share:
            return share
        case "multi_group":
            return "several_groups"
        case "single_group":
            return "one_group"
        case None:
            low, high = bounds(requirements.groups)
            if low is not None and low >= 2:
                return "several_groups"
            return "one_group" if high == 1 else "unknown"


def work_of(requirements: Requirements) -> Work:
    """The work as a whole: which side it is on and whether one of the meeting points applies."""
    kinds = kinds_of(requirements)
    side = families()
    serving = {kind for kind in kinds if side[kind] == "g"}
    training = {kind for kind in kinds if side[kind] == "t"}
    if serving and training:
        trained = any(w.method for w in requirements.workloads if w.kind in VISUAL)
        if training <= VISUAL and serving & {"inference", "api_service"} and not trained:
            return "visual_serving"
        if training == {"finetune"} and small_finetune(requirements):
            return "small_finetune"
        return "mixed"
    if serving:
        return "g"
    if training == {"vision"}:
        return "vision_alone"
    if training == {"science"}:
        return "science"
    if training:
        return "t"
    return "t" if sharing_alone(requirements) else "none"


def sharing_alone(requirements: Requirements) -> bool:
    """No work is named, but sharing between groups or several nodes is, which is T by itself (W02, W03)."""
    if kinds_of(requirements):
        return False
    return share_of(requirements) in ("several_groups", "college") or cluster(requirements)


def cluster(requirements: Requirements) -> bool:
    """High interconnect, several nodes or a whole rack is clearly asked for (W04, W07)."""
    return bool(requirements.multi_node or requirements.rack_scale or requirements.interconnect == "high")


def million(requirements: Requirements) -> bool:
    """The budget is clearly a million CNY or more; a range that straddles the line is not clear."""
    low, _ = bounds(requirements.budget_cny)
    return low is not None and low >= constants()["million_cny"].value


# Fields that can contradict each other: the one to ask about again, and the other side.
OPPOSED: tuple[tuple[FieldName, FieldName], ...] = (("sharing", "groups"), ("multi_node", "rack_scale"))


def contradictory(requirements: Requirements) -> tuple[FieldName, ...]:
    """Fields whose statements can't hold together (meeting point 11): the ones to ask about again, first to last."""
    low, high = bounds(requirements.groups)
    several, one = low is not None and low >= 2, high is not None and high <= 1
    found: list[FieldName] = []
    if (requirements.sharing == "single_group" and several) or (requirements.sharing == "multi_group" and one):
        found.append("sharing")
    if requirements.rack_scale is True and requirements.multi_node is False:
        found += ["multi_node", "rack_scale"]
    return tuple(found)


def deciding_facts(requirements: Requirements) -> Facts:
    """The facts that the series and tier tables read, but for `series` itself, which the series table decides."""
    kinds = kinds_of(requirements)
    share = share_of(requirements)
    work = work_of(requirements)
    need = capacity(requirements, serving=work in SERVED)
    research = bool(kinds & RESEARCH) or share in ("several_groups", "college")
    return {
        "work": work,
        "share": share,
        "size": requirements.scale or ("department" if share == "department" else "unknown"),
        "storage": bool(kinds & {"storage", "backup"}),
        "cluster": cluster(requirements),
        "million_research": research and million(requirements),
        "contradiction": bool(contradictory(requirements)),
        "need": need.least,
        "need_most": need.most,
    }


def facts_of(requirements: Requirements, concerns: frozenset[Concern] = frozenset()) -> Facts:
    """All facts but `series`."""
    facts = deciding_facts(requirements)
    kinds = kinds_of(requirements)
    serving = bool(kinds & SERVING)
    shared = facts["share"] in ("several_groups", "college")
    large = large_model(requirements)
    return facts | {
        "enterprise": serving,
        "sharing_alone": sharing_alone(requirements),
        "uses_48": bool(kinds & USES_48) and (facts["work"] in SERVED or facts["work"] == "vision_alone"),
        "uses_96": shared
        or bool(kinds & {"multimodal", "research_platform", "science"})
        or ("finetune" in kinds and facts["work"] != "small_finetune")
        or (serving and (large or "large_memory" in concerns)),
        "uses_h": bool(kinds & {"training", "science"}) or ("finetune" in kinds and large),
        "concern_count": "counting_cards" in concerns,
        "concern_single_card": "single_card_compute" in concerns,
        "concern_price": "lowest_price" in concerns,
        "concern_data": "no_data_path" in concerns,
        "served_and_trained": facts["work"] in ("mixed", "small_finetune") or "repurposed_server" in concerns,
        "outside": "outside_whitepaper" in concerns,
    }
