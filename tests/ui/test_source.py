"""A citation opens the whole document on exactly its paragraph, item or row."""

from __future__ import annotations

import re

import httpx
import pytest

from assistant.agent.citations import anchor
from assistant.agent.reply import Language
from assistant.bootstrap import Advisor

DOCUMENTS = ["whitepaper", "products/t4", "products/t-rackscale", "products/s"]


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_unit_has_its_anchor_once(
    client: httpx.AsyncClient, advisor: Advisor, document: str, language: Language
) -> None:
    page = (await client.get(f"/source/{document}?lang={language}")).text
    ids = re.findall(r' id="([^"]+)"', page)
    units = [anchor(passage.unit) for passage in advisor.passage_document(document, language)]
    assert units
    assert sorted(ids) == sorted(units)


async def test_a_table_row_is_a_row_of_a_table(client: httpx.AsyncClient) -> None:
    page = (await client.get("/source/whitepaper?lang=zh")).text
    row = re.search(r'<tr id="u-whitepaper-07.t1.r2"[^>]*>(.*?)</tr>', page, re.DOTALL)
    assert row
    assert "512GB - 1TB ECC" in row[1]
    assert row[1].count("<td") == 3


async def test_the_language_changes_and_the_anchor_stays(client: httpx.AsyncClient) -> None:
    chinese = (await client.get("/source/whitepaper?lang=zh")).text
    english = (await client.get("/source/whitepaper?lang=en")).text
    assert '<html lang="zh-CN">' in chinese
    assert '<html lang="en">' in english
    assert set(re.findall(r' id="([^"]+)"', chinese)) == set(re.findall(r' id="([^"]+)"', english))
    assert "A translation" in english


@pytest.mark.parametrize(
    "document", ["nothing", "%2E%2E/settings", "..%2F..%2Fpyproject", "products/", "%00", "<script>"]
)
async def test_an_unknown_document_is_a_page_that_says_so(client: httpx.AsyncClient, document: str) -> None:
    answer = await client.get(f"/source/{document}?lang=en")
    assert answer.status_code == 404
    assert "No such document" in answer.text
    assert "<script>alert" not in answer.text


async def test_a_document_that_changed_since_it_was_ingested_is_shown_from_the_index(
    client: httpx.AsyncClient, advisor: Advisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = [
        passage.model_copy(update={"start": passage.start + 40, "end": passage.end + 40})
        for passage in advisor.passage_document("whitepaper", "zh")
    ]
    monkeypatch.setattr(advisor, "passage_document", lambda document, language: moved)
    page = (await client.get("/source/whitepaper?lang=zh")).text
    assert 'class="unit row" id="u-whitepaper-07.t1.r2"' in page
