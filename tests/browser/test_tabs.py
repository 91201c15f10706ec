"""One conversation in several tabs, put aside and resumed, reloaded in the middle, and deleted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser

Visit = Callable[..., Any]
LAB = "20人的实验室做多模态微调，单课题组使用"
# Notes what is drawn in sight; each component also has an invisible sign of its own that something is under way.
WATCH = """() => {
  window.drawn = [];
  const note = (all) => window.drawn.push(...all.map((m) => m.target.parentElement).filter((e) => !e?.closest(".hide")
    && ![...(e?.children ?? [])].some((c) => c.matches(".hide"))).map((e) => e?.outerHTML.slice(0, 200)));
  for (const id of ["chat", "card", "list", "quick"])
    new MutationObserver(note)
      .observe(document.getElementById(id), {childList: true, subtree: true, characterData: true});
}"""
NEWEST = "JSON.parse(localStorage.getItem('advisor.newest') ?? '{}')"


def test_what_one_tab_does_the_other_shows_and_keeps_what_is_being_written(visit: Visit) -> None:
    one = visit()
    two = one.tab()
    two.page.fill("#box textarea", "还没写完")
    one.says(LAB)
    two.said(LAB)
    two.models("T4 / T4A")
    sync_api.expect(two.field("users")).to_have_value("20")
    assert two.page.input_value("#box textarea") == "还没写完"
    two.page.press("#box textarea", "Control+A")
    two.says("预算80万")
    one.said(LAB, "预算80万")
    one.field("users").fill("30-40")
    one.field("users").press("Enter")
    sync_api.expect(two.field("users")).to_have_value("30-40")
    assert two.page.locator("#chat .said").count() == 3


def test_a_tab_that_comes_into_view_again_draws_nothing_when_nothing_changed(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    visitor.models("T4 / T4A")
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.evaluate(WATCH)
    with visitor.page.expect_response("**/gradio_api/run/**"):
        visitor.page.evaluate("window.dispatchEvent(new Event('focus'))")
    visitor.page.wait_for_timeout(500)
    assert visitor.page.evaluate("window.drawn") == []


def test_a_new_conversation_can_be_taken_back_or_deleted_with_the_old_one_until_something_is_said(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    other = visitor.tab()
    back = visitor.page.locator("#back")
    assert not back.is_visible()
    visitor.page.click("#new")
    visitor.said()
    other.said()
    assert other.page.locator("#back").is_visible()
    back.click()
    visitor.said(LAB)
    visitor.models("T4 / T4A")
    assert not back.is_visible()
    other.said(LAB)
    visitor.page.click("#new")
    visitor.said()
    visitor.page.reload()
    visitor.ready()
    assert back.is_visible()
    address = f"{visitor.url}/api/v1/sessions/{visitor.page.evaluate(NEWEST)['previous']}"
    assert visitor.context.request.get(address).ok
    visitor.page.click("#delete")
    visitor.page.click("#sure-yes")
    visitor.page.wait_for_selector("#chat .notice")
    assert not back.is_visible()
    assert visitor.context.request.get(address).status == 404
    visitor.page.fill("#box textarea", "做渲染")
    visitor.page.press("#box textarea", "Enter")
    other.said("做渲染")
    visitor.page.click("#new")
    other.said()
    visitor.page.fill("#box textarea", "做推理")
    visitor.page.press("#box textarea", "Enter")
    other.said("做推理")
    sync_api.expect(other.page.locator("#back")).to_be_hidden()
    assert not back.is_visible()


def test_a_conversation_deleted_in_one_tab_is_gone_from_the_other(visit: Visit) -> None:
    one = visit("en-US")
    one.says("a lab of 20 people doing training")
    two = one.tab()
    two.said("a lab of 20 people doing training")
    one.page.click("#delete")
    one.page.click("#sure-yes")
    two.said()
    assert "deleted" in two.page.locator("#chat .notice").inner_text()
    assert two.field("users").input_value() == ""
    two.says("40 people doing rendering")
    one.said("40 people doing rendering")


def test_deleting_by_saying_so_leaves_the_answer_and_begins_afresh(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    address = f"{visitor.url}/api/v1/sessions/{visitor.page.evaluate(NEWEST)['session']}"
    visitor.says("删除我的数据")
    visitor.page.fill("#box textarea", "确认删除")
    visitor.page.press("#box textarea", "Enter")
    visitor.said("确认删除")
    sync_api.expect(visitor.page.locator("#chat .reply").last).to_contain_text("已删除")
    sync_api.expect(visitor.field("users")).to_have_value("")
    assert visitor.page.evaluate(NEWEST)["session"] is None
    assert visitor.context.request.get(address).status == 404
    visitor.page.fill("#box textarea", "做渲染")
    visitor.page.press("#box textarea", "Enter")
    visitor.said("做渲染")
    sync_api.expect(visitor.page.locator("#chat .foot")).to_have_count(2)


def test_a_page_reloaded_in_the_middle_of_a_turn_shows_the_message_and_then_its_reply(visit: Visit) -> None:
    visitor = visit()
    said: list[str] = []
    for text in (LAB, "预算80万"):
        visitor.page.fill("#box textarea", text)
        visitor.page.press("#box textarea", "Enter")
        said.append(text)
        visitor.said(*said)
        # Of a conversation that the message begins the page learns with the first status.
        visitor.page.wait_for_function(f"{NEWEST}.session")
        visitor.page.reload()
        visitor.said(*said)
        sync_api.expect(visitor.page.locator("#chat .foot")).to_have_count(len(said) + 1)
        assert visitor.page.locator("#chat .notice").count() == 0
    sync_api.expect(visitor.field("budget_cny")).to_have_value("80万")


def test_the_quick_replies_follow_the_language_switch_and_still_set_their_field(visit: Visit) -> None:
    visitor = visit("zh-CN")
    visitor.says(LAB)
    offered = visitor.page.locator("button.quick:visible")
    count = offered.count()
    assert count > 1
    visitor.page.click("#language")
    sync_api.expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
    sync_api.expect(offered.first).to_have_text(re.compile(r"^[^\u4e00-\u9fff]+$"))
    assert offered.count() == count
    assert not re.search(r"[\u4e00-\u9fff]", " ".join(offered.all_inner_texts()))
    feet = visitor.page.locator("#chat .foot").count()
    words = offered.first.inner_text()
    offered.first.click()
    visitor.answer(feet)
    visitor.said(LAB, words)
    kept = visitor.context.request.get(f"{visitor.url}/api/v1/sessions/{visitor.page.evaluate(NEWEST)['session']}")
    view = kept.json()
    assert len(view["requirements"]) == len(view["turns"][0]["reply"]["requirements"]) + 1


def test_a_phone_marks_the_pane_whose_content_changed_until_it_is_looked_at(visit: Visit) -> None:
    visitor = visit("en-US", 390, 844)
    marked = visitor.page.locator(".tabs [data-news]")
    assert marked.count() == 0
    visitor.says(LAB)
    sync_api.expect(marked).to_have_count(2)
    for pane, left in (("card", 1), ("list", 0)):
        tab = visitor.page.locator(f".tabs [data-pane={pane}]")
        name = tab.inner_text().strip()
        assert visitor.page.get_by_role("tab", name=f"{name} updated", exact=True).count() == 1
        tab.click()
        sync_api.expect(marked).to_have_count(left)
        assert visitor.page.get_by_role("tab", name=name, exact=True).count() == 1
    visitor.field("users").fill("45")
    visitor.field("users").press("Enter")
    sync_api.expect(visitor.page.locator(".tabs [data-pane=chat]")).to_have_attribute("data-news", "")
    visitor.page.click(".tabs [data-pane=chat]")
    visitor.page.click("#language")
    visitor.page.wait_for_load_state("networkidle")
    # The same content in other words is no news.
    assert visitor.page.locator(".tabs [data-pane=list][data-news]").count() == 0


def test_the_labels_and_editors_of_a_row_stand_in_one_line(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    visitor.page.wait_for_selector("#field-users.stated")
    for left, right in (("users", "groups"), ("budget_cny", "multi_node"), ("data_tb", "concurrency")):
        tops = [
            [
                visitor.page.locator(f"#field-{name} {part}").first.bounding_box()["y"]
                for part in ("[data-testid=block-info]", ":is(.input-container, .container .wrap)")
            ]
            for name in (left, right)
        ]
        assert abs(tops[0][0] - tops[1][0]) <= 1
