"""Who a sentence speaks of. The advisor is no person of the vendor: "our engineers", "call us" are nobody's to write.
And of the visitor only what they said themselves, or were told, is so.
"""

from __future__ import annotations

import re

from assistant.agent.llm.support import CLAUSE_END, said
from assistant.knowledge import wording

# The vendor as "we", but for a recommendation, which the notes make in the same words.
_WE = re.compile(
    r"(?:我们|我司|我方|本公司|咱们)(?!(?:先|会|也|优先|暂时)?(?:建议|推荐|不建议|不推荐))(?:的?\w{0,2})"
    r"|\b(?:our|ours|us)\b(?: \w+)?|\bwe\b(?! (?:would |do not |don't |first )?(?:suggest|recommend|advise))(?: \w+)?"
    r"|\b(?:installed|configured|delivered|handled|done|set up|checked|provided|prepared|arranged)\b[^.;]{0,30} for you"
    r"\b",
    re.IGNORECASE,
)
_YOU = re.compile(r"[您你]们?|\byou(?:r|rs)?\b", re.IGNORECASE)
# What the visitor may, should or would do is advice, and under a condition nothing is said of them.
_ADVISED = re.compile(
    r"可以?|需(?!求)要?|(?<![供响])应(?!用)|(?<![主重])要(?!求|点|素)|不妨|最好|建议|(?<![性功智])能(?!力)|请|若|(?<!例)如"
    r"|一旦|时|的话|场景|情况|希望|想|让|帮|为[您你]|给[您你]|对[您你]|是否"
    r"|\b(?:can|could|may|might|should|must|need(?: to)?|would|will|have to|want|wish|if|when|once|whether|before"
    r"|after|lets?|helps?|for you|gives? you|tells? you|shows? you|asks? you|so that|what|where|how)\b",
    re.IGNORECASE,
)
# What anybody's case may be called.
_CASE = """任务 需求 场景 项目 团队 平台 业务 工作 使用 用途 情况 问题 课题组 属于
task tasks case work workload workloads project team platform need needs use question plan group request"""
# From this share on of words that are neither the visitor's nor told to them, a clause about them says something new.
_NEW = 0.5


class Persons:
    """What may be said of "us" and of "you": the notes' "we", and the visitor's own case."""

    def __init__(self, notes: str, opening: str, asked: str) -> None:
        self._notes = wording.fold(notes)
        self._own = said(f"{asked}\n{opening}\n{_CASE}")

    def vendor(self, sentence: str) -> str | None:
        """Words in which the vendor speaks as "we" and no note does; None without."""
        for match in _WE.finditer(wording.fold(sentence)):
            if match[0] not in self._notes:
                return match[0]
        return None

    def visitor(self, sentence: str) -> str | None:
        """A clause that says of the visitor what they did not say; None without."""
        for clause in CLAUSE_END.split(wording.fold(sentence)):
            if _YOU.search(clause) and not _ADVISED.search(clause):
                own = said(_YOU.sub(" ", clause))
                if own and len(own - self._own) >= _NEW * len(own):
                    return clause.strip()
        return None
