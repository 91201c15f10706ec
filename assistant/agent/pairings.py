"""GPUs that prose puts into a product line, and meanings that it gives to the letters and digits of a code.

The whitepaper does neither: it pairs no GPU class with a line (rules, meeting point 15) and explains no code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.agent.codes import codes, series_named
from assistant.agent.gpu_names import gpu_names
from assistant.agent.grounds import Grounds

# A GPU goes into a line: by a verb between them, by standing as the line's part, or by a count at the line's side.
_HOLDS = re.compile(
    r"装(?!好|置)|搭载|搭配|配(?!置(?:规划|要点|建议|边界)|合|套)|标配|内置|内含|插|采用|使用|带(?!宽)|含"
    r"|用的?是|支持|容纳|集成|里(?:面)?(?:是|有)|都?有|对应|就是|里的|中的|的(?=\s?(?:\d|[一二两四八]|GPU"
    r"|H\d|48|96))|即|每台|每个?节点|="
    r"|(?<![a-z])(?:com(?:es?|ing) with|with|has|have|having|ships? with|equipped|carr(?:y|ies)|holds?"
    r"|hous(?:es?|ing)|packs?|includes?|contains?|built (?:around|on|with)|us(?:es?|ing)|features?"
    r"|supports?|fitted|takes?|runs? on|based on|powered by|pairs?|paired|boasts?|offers?|provides?|means"
    r"|gives? you|loaded|finds?|sits?|there (?:are|is))(?![a-z])",
    re.IGNORECASE,
)
_OPEN_PAIR = re.compile(
    r"没有|不[^，。；]{0,6}(?:说明|写|规定|对应|搭配|绑定|指定|限定)|未|无法|由[^，。；]{0,16}(?:正式|报价"
    r"|确定|决定)|以[^，。；]{0,16}为准|正式|是否|哪|什么|怎么搭|如何搭"
    r"|(?<![a-z])(?:not|n't|no|never|neither|nor|whether|which|what|how|formal|quotation|decided|nothing"
    r"|left to|up to|open|beside|alongside|side by side|separate\w*)(?![a-z])",
    re.IGNORECASE,
)
_SIDE = re.compile(r"GPU ?(?:方向|类型|类别|class|direction)|beside|alongside|另外|同时|以及|separately", re.IGNORECASE)
_COUNT = re.compile(
    r"(?:\d{1,3}|[二两四八十]|two|four|eight|sixteen)\s?(?:张|块|片|颗)?\s?(?:-|×|x|\*)?\s?(?:GPU|显卡"
    r"|卡(?!顿)|cards?)",
    re.IGNORECASE,
)
_THIS = re.compile(
    r"(?:^|[^一-龥])(?:它|该机型?|该型号|这款|这台|此机型|每台|单台|每(?:个)?节点)|(?<![a-z])(?:it"
    r"|this (?:machine|line|model|server)|each (?:machine|node|server|one)|the machine|they)(?![a-z])",
    re.IGNORECASE,
)
# The whitepaper explains neither the letters nor the digits of the codes (rules, "what decides a recommendation").
_MEANING = re.compile(
    r"表示|代表|意思是|是指|指的?是|含义是|意味着|(?<![a-z])(?:stands? for|denotes?|is short for"
    r"|signif(?:y|ies)|refers? to)(?![a-z])",
    re.I,
)
_LETTER = re.compile(r"(?<![A-Za-z0-9])(?:[AXFGTS]|Rack ?Scale)(?![A-Za-z0-9])[^，。]{0,12}$")
_COMMA = re.compile(r"，|,(?!\d{3})")
# A clause that names more is a list; its first names tell. And how much of a clause is told.
_MOST = 12
_SHOWN = 80


def paired(sentence: str, grounds: Grounds) -> Iterator[str]:
    """GPUs that are said to be in a line."""
    if grounds.quoted(sentence):
        return
    subject = opened = False
    # What stands in brackets behind a line belongs to it: "T8 (8 × H100)".
    for clause in _COMMA.split(sentence):
        # What is left open stays so in the clauses behind, but "T8 has eight, not fewer" says what it has.
        opened = opened or bool(_OPEN_PAIR.search(clause))
        if opened:
            continue
        lines = [(code.start, code.end) for code in codes(clause)]
        lines += [(start, end) for _, _, start, end in series_named(clause)]
        gpus = [(gpu.start, gpu.end) for gpu in gpu_names(clause)]
        gpus += [match.span() for match in _COUNT.finditer(clause)]
        own = lines or [match.span() for match in _THIS.finditer(clause)]
        if gpus and not _SIDE.search(clause) and not grounds.quoted(clause):
            verb = _HOLDS.search(clause)
            begun = subject and not lines and verb is not None and verb.start() < 4
            if begun or any(_joined(clause, line, gpu) for line in own[:_MOST] for gpu in gpus[:_MOST]):
                yield clause[:_SHOWN]
        subject = bool(lines) or (subject and not gpus)


def explained(sentence: str) -> Iterator[str]:
    """Meanings given to a code or a part of it."""
    if _OPEN_PAIR.search(sentence):
        return
    for clause in _COMMA.split(sentence):
        verb = _MEANING.search(clause)
        named = any(code.end <= verb.start() <= code.end + 24 for code in codes(clause)) if verb else False
        if verb and (named or (codes(sentence) and _LETTER.search(clause[: verb.start()]))):
            yield clause[:_SHOWN]


def _joined(clause: str, line: tuple[int, int], gpu: tuple[int, int]) -> bool:
    """Whether a line and a GPU in one clause are put together."""
    if line[0] < gpu[1] and gpu[0] < line[1]:
        return False
    first, second = sorted((line, gpu))
    between = clause[first[1] : second[0]]
    if len(between) > 40:
        return False
    if line is first:
        return bool(_HOLDS.search(between) or re.fullmatch(r"\s*(?:[(（:：-]\s*)?(?:\d+\s?[x×*]?\s?)?", between))
    return bool(
        re.search(r"的\s?$|(?:装|插|配|放)[^，。]{0,6}(?:在|到|进|于)|\b(?:in|into|inside|for|of)\b|^\s?$", between)
    )
