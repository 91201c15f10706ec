"""Which conversation a page has begun, while what it sends may still say that it has none.

Two editors left within a second send two events, and the second was on its way before the browser learnt the session
that the first began. Without this each would begin one, and the first value would be lost. Only the ids are kept, for
a bounded number of pages; conversations live in the store.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_PAGES = 5000


class Beginning:
    """A page's place; `session` is set by whoever begins the conversation, and read by whoever waited."""

    def __init__(self, session: str | None = None) -> None:
        self.session = session
        self.lock = asyncio.Lock()


class Beginnings:
    """The pages of one server, by Gradio's hash of the open page."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, Beginning] = OrderedDict()

    @asynccontextmanager
    async def of(self, page: str | None, session: str | None) -> AsyncIterator[Beginning]:
        """The conversation to go on with; a page that has none is alone in here until it has one."""
        if session is not None or page is None:
            yield Beginning(session)
            return
        beginning = self._pages.setdefault(page, Beginning())
        self._pages.move_to_end(page)
        while len(self._pages) > _PAGES:
            self._pages.popitem(last=False)
        async with beginning.lock:
            yield beginning

    def drop(self, page: str | None) -> None:
        """The page turns to a new conversation."""
        if page is not None:
            self._pages.pop(page, None)
