"""A visitor says what they think of an answer: kept over a reload, changed, explained, and never lost unseen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

Visit = Callable[..., Any]
expect = sync_api.expect
LAB = "20人的实验室做多模态微调，单课题组使用"
ROUTE = "**/api/v1/feedback"


def _thumb(visitor: Any, name: str) -> Any:
    return visitor.page.locator("#chat").get_by_role("button", name=name, exact=True).last


def _comment(visitor: Any) -> Any:
    return visitor.page.locator("#chat .why textarea").last


@pytest.mark.parametrize(
    ("locale", "width", "up", "down", "send"),
    [("zh-CN", 1280, "有帮助", "没有帮助", "提交意见"), ("en-US", 390, "Helpful", "Not helpful", "Send comment")],
)
def test_a_thumb_outlives_a_reload_is_changed_and_explained(
    visit: Visit, locale: str, width: int, up: str, down: str, send: str
) -> None:
    visitor = visit(locale, width)
    expect(_thumb(visitor, up)).to_have_count(0)
    visitor.says(LAB)
    _thumb(visitor, up).click()
    expect(visitor.page.locator("#chat .told").last).not_to_be_empty()
    expect(_comment(visitor)).not_to_be_visible()
    visitor.page.reload()
    expect(_thumb(visitor, up)).to_have_attribute("aria-pressed", "true")
    expect(_thumb(visitor, down)).to_have_attribute("aria-pressed", "false")
    _thumb(visitor, down).click()
    expect(_thumb(visitor, up)).to_have_attribute("aria-pressed", "false")
    box = _comment(visitor)
    expect(box).to_be_visible()
    box.fill("型号不对 <img src=x onerror=alert(1)>\n\n“T8” & more")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    visitor.page.get_by_role("button", name=send).last.click()
    expect(box).not_to_be_visible()
    visitor.page.reload()
    expect(_thumb(visitor, down)).to_have_attribute("aria-pressed", "true")
    expect(_comment(visitor)).not_to_be_visible()
    visitor.page.locator("#chat .why summary").last.click()
    expect(_comment(visitor)).to_have_value("型号不对 <img src=x onerror=alert(1)>\n\n“T8” & more")
    assert visitor.page.locator("#chat img").count() == 0


def test_only_answers_have_thumbs(visit: Visit) -> None:
    visitor = visit()
    visitor.page.fill("#box textarea", "显存" * 3000)
    visitor.page.press("#box textarea", "Enter")
    visitor.page.wait_for_selector("#chat .notice")
    assert visitor.page.locator("#chat .thumb").count() == 0
    visitor.page.fill("#box textarea", "")
    visitor.says(LAB)
    visitor.says("预算80万")
    assert visitor.page.locator("#chat .thumbs").count() == 2
    assert visitor.page.locator("#chat .user-row .thumbs").count() == 0


def test_an_opinion_that_could_not_be_kept_is_told_and_its_words_stay(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    told = visitor.page.locator("#chat .told").last
    visitor.page.route(ROUTE, lambda route: route.abort())
    _thumb(visitor, "有帮助").click()
    expect(told).to_contain_text("没有保存成功")
    expect(_thumb(visitor, "有帮助")).to_have_attribute("aria-pressed", "false")
    visitor.page.unroute(ROUTE)
    _thumb(visitor, "没有帮助").click()
    expect(told).to_contain_text("谢谢")
    visitor.page.route(ROUTE, lambda route: route.fulfill(status=413, json={"detail": "意见太长了"}))
    _comment(visitor).fill("没有回答我的问题")
    _comment(visitor).press("Control+Enter")
    expect(told).to_have_text("意见太长了")
    expect(_comment(visitor)).to_have_value("没有回答我的问题")
    visitor.page.unroute(ROUTE)
    _comment(visitor).press("Control+Enter")
    expect(told).to_contain_text("谢谢")


def test_a_comment_being_written_survives_the_next_turn_and_the_other_language(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    visitor.page.locator("#chat .thumb[value=down]").click()
    first = visitor.page.locator("#chat .why textarea").first
    first.fill("还没写完")
    visitor.says("预算80万")
    expect(first).to_have_value("还没写完")
    visitor.page.click("#language")
    visitor.page.wait_for_function("document.documentElement.lang === 'en'")
    expect(visitor.page.get_by_role("button", name="Send comment").first).to_be_visible()
    expect(first).to_have_value("还没写完")
    expect(first).to_be_visible()


def test_the_last_of_quick_clicks_is_kept(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    for value in ("up", "down", "up", "down"):
        visitor.page.locator(f"#chat .thumb[value={value}]").click()
    expect(visitor.page.locator("#chat .told").last).to_contain_text("谢谢")
    visitor.page.reload()
    expect(_thumb(visitor, "没有帮助")).to_have_attribute("aria-pressed", "true")


def test_another_tab_shows_the_thumb_when_it_comes_into_view(visit: Visit) -> None:
    one = visit()
    one.says(LAB)
    two = one.tab()
    two.said(LAB)
    _thumb(one, "有帮助").click()
    expect(one.page.locator("#chat .told").last).to_contain_text("谢谢")
    two.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(_thumb(two, "有帮助")).to_have_attribute("aria-pressed", "true")


def test_nothing_of_an_opinion_remains_after_deletion(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    name = visitor.page.locator("#chat .opinion").get_attribute("id")
    _thumb(visitor, "没有帮助").click()
    _comment(visitor).fill("不对")
    _comment(visitor).press("Control+Enter")
    expect(_comment(visitor)).not_to_be_visible()
    visitor.page.click("#delete")
    visitor.page.click("#sure-yes")
    visitor.said()
    assert visitor.page.locator("#chat .thumb").count() == 0
    session, turn = name.rsplit(".", 1)
    body = {"session_id": session, "turn": int(turn), "rating": "up"}
    assert visitor.context.request.post(visitor.url + "/api/v1/feedback", data=body).status == 404
