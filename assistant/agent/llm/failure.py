"""What may go wrong with an endpoint, told by kind and never in the words of the server or of a library."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import httpx

from assistant.agent.llm.client import TooLong, is_page
from assistant.agent.llm.forms import NoObject

# "page" is a page for a browser where an answer should be; "late", "resting", "budget" and "busy" asked nothing.
Reason = Literal["unreachable", "refused", "timeout", "rubbish", "page", "resting", "budget", "busy", "late"]


class EndpointError(Exception):
    """The endpoint gave nothing that can be used. `reason` is for logs and traces; visitors never see it."""

    def __init__(self, reason: Reason, detail: str = "", *, turned_away: bool = False) -> None:
        self.reason: Reason = reason
        self.detail = detail
        # The server understood that it was asked, and takes no request of this form.
        self.turned_away = turned_away
        super().__init__(f"{reason}: {detail}" if detail else reason)


def worth_another(error: BaseException) -> bool:
    """Whether a call that failed like this may be made once more: the connection or the server was not well."""
    import openai

    if isinstance(error, openai.APITimeoutError) or isinstance(error.__cause__, TooLong):
        return False
    if isinstance(error, openai.APIStatusError):
        return error.status_code in (409, 429, 500, 502, 503, 504)
    return isinstance(error, openai.APIConnectionError)


def told_as(error: Exception, answers: Sequence[httpx.Response] = ()) -> EndpointError:
    """What went wrong without the words of it, in which a key or a prompt may stand; `answers` are what had come."""
    told = error if isinstance(error, EndpointError) else _told_as(error)
    if told.reason == "rubbish" and answers and is_page(answers[-1]):
        # No way of asking makes an answer of it: the address is somebody else's, or a gateway's.
        return EndpointError("page")
    return told


def _told_as(error: Exception) -> EndpointError:
    import openai

    if isinstance(error, NoObject):
        return EndpointError("rubbish", "no JSON object")
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return EndpointError("timeout")
    if isinstance(error, TooLong) or isinstance(error.__cause__, TooLong):
        return EndpointError("rubbish", "too long")
    if isinstance(error, openai.APIStatusError):
        # A request that it does not understand may be put in another way; to be turned away is final.
        odd = error.status_code in (400, 404, 405, 415, 422, 501)
        return EndpointError("rubbish" if odd else "refused", f"status {error.status_code}", turned_away=odd)
    if isinstance(error, openai.APIConnectionError):
        return EndpointError("unreachable", type(error).__name__)
    # An answer of a form that the client library does not foresee breaks anywhere in it: where is told, not with what.
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}"
    return EndpointError("unreachable" if type(error).__module__.startswith("http") else "rubbish", where)
