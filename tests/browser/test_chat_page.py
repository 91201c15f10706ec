"""What a visitor sees and does, in a real browser against a real server."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Visit = Callable[..., Any]
LAB = "20人的实验室做多模态微调，单课题组使用"


def test_a_chinese_visitor_gets_a_recommendation_with_its_sources(visit: Visit) -> None:
    visitor = visit("zh-CN")
    assert visitor.page.title() == "AI GPU 服务器选型顾问"
    assert visitor.page.locator("button.quick:visible").count() >= 4
    reply = visitor.says(LAB)
    assert "T4 / T4A" in reply
    visitor.models("T4 / T4A")
    assert visitor.page.locator("#chat .chip").count() >= 1
    assert "自动生成" in visitor.page.locator("#chat .foot").last.inner_text()
    assert visitor.field("users").input_value() == "20"
    assert "20人" in visitor.page.locator("#field-users").inner_text()


def test_an_english_visitor_gets_the_same_in_english(visit: Visit) -> None:
    visitor = visit("en-US")
    assert visitor.page.get_by_role("button", name="Send").is_visible()
    reply = visitor.says("What fits a 20-person lab doing multimodal fine-tuning?")
    assert "T4 / T4A" in reply
    visitor.models("T4 / T4A")
    card = visitor.page.locator(".card").inner_text()
    assert "Why this recommendation" in card
    assert not any("\u4e00" <= character <= "\u9fff" for character in card)


@pytest.mark.parametrize("size", [(1366, 860), (360, 740)])
def test_the_path_is_drawn_and_the_memory_is_calculated(visit: Visit, size: tuple[int, int]) -> None:
    visitor = visit("zh-CN", *size)
    visitor.says("70B 全参微调，一个课题组")
    if size[0] < 900:
        visitor.page.click(".tabs [data-pane=card]")
    card = visitor.page.locator(".card")
    memory = card.locator(".sizing")
    memory.locator(".verdict").first.wait_for()
    assert "GiB" in memory.locator(".verdict").first.inner_text()
    assert memory.locator("tr.total").is_visible()
    assert not memory.locator(".more li").first.is_visible()
    memory.locator(".more summary").click()
    assert memory.locator(".more li").first.is_visible()
    path = card.get_by_role("list", name="判断路径")
    assert not path.is_visible()
    card.locator("details.why > summary").click()
    assert path.is_visible()
    assert path.locator("li.settled, li.open").count() == 5
    assert path.locator("li.end").inner_text().strip().endswith(card.locator("h3.models").inner_text())
    boxes = [station.bounding_box() for station in path.locator("li").all()]
    assert all(above["y"] < below["y"] for above, below in pairwise(boxes))
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= size[0] for box in boxes)
    with visitor.context.expect_page() as opened:
        path.locator("a.src").first.click()
    cited = opened.value
    cited.wait_for_load_state()
    assert cited.locator(":target").count() == 1


def test_a_quick_reply_sets_its_field(visit: Visit) -> None:
    visitor = visit()
    visitor.page.get_by_role("button", name="微调", exact=True).click()
    visitor.answer(1)
    visitor.page.wait_for_function("document.querySelector('#field-workloads').innerText.includes('微调')")
    feet = visitor.page.locator("#chat .foot").count()
    first = visitor.page.locator("button.quick:visible").first
    words = first.inner_text()
    first.click()
    visitor.answer(feet)
    assert visitor.page.locator("#chat .said").last.inner_text() == words


def test_an_edit_of_the_checklist_is_as_good_as_saying_it(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    visitor.models("T4 / T4A")
    feet = visitor.page.locator("#chat .foot").count()
    visitor.page.locator("#field-sharing input").click()
    visitor.page.get_by_role("option", name="学院级共享").click()
    visitor.answer(feet)
    visitor.models("T8 / T8A")
    visitor.field("users").fill("30-40")
    visitor.field("users").press("Tab")
    visitor.answer(feet + 1)
    assert visitor.field("users").input_value() == "30-40"
    visitor.field("users").fill("")
    visitor.field("users").press("Enter")
    visitor.answer(feet + 2)
    assert "您填写的" not in visitor.page.locator("#field-users").inner_text()


def test_an_edit_made_while_the_one_before_is_answered_is_not_lost(visit: Visit) -> None:
    visitor = visit()
    visitor.field("users").fill("30")
    visitor.field("users").press("Enter")
    visitor.field("users").fill("45")
    visitor.field("users").press("Enter")
    # Whoever types faster than the page sends gets one turn of it, and whoever does not gets two; the last one counts.
    visitor.page.wait_for_function("[...document.querySelectorAll('#chat .said')].at(-1)?.textContent.includes('45')")
    visitor.page.reload()
    visitor.page.wait_for_selector("#chat .said")
    assert visitor.field("users").input_value() == "45"


def test_a_value_that_means_nothing_is_refused_and_the_old_one_returns(visit: Visit) -> None:
    visitor = visit("en-US")
    visitor.says("a lab of 20 people doing training")
    visitor.page.wait_for_selector("#field-users.stated")
    visitor.field("users").fill("a lot")
    visitor.field("users").press("Enter")
    visitor.page.wait_for_selector("#field-users.bad")
    assert "Enter a number" in visitor.page.locator("#field-users").inner_text()
    assert visitor.field("users").input_value() == "20"
    assert visitor.page.locator("#chat .said").count() == 1


def test_two_edits_in_a_row_begin_one_conversation(visit: Visit) -> None:
    visitor = visit()
    visitor.field("users").fill("20")
    visitor.field("users").press("Tab")
    visitor.field("budget_cny").fill("150万")
    visitor.field("budget_cny").press("Enter")
    visitor.page.wait_for_function("document.querySelectorAll('#chat .said').length === 2")
    visitor.page.reload()
    visitor.page.wait_for_selector("#chat .said")
    assert visitor.field("users").input_value() == "20"
    assert visitor.field("budget_cny").input_value() == "150万"


def test_a_source_opens_on_its_highlighted_row_in_either_language(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    with visitor.context.expect_page() as opened:
        visitor.page.locator("#chat .chip").first.click()
    cited = opened.value
    cited.wait_for_load_state()
    assert cited.locator(":target").count() == 1
    visitor.models("T4 / T4A")
    with visitor.context.expect_page() as opened:
        visitor.page.locator('.card .advice a.src[href*="07.t1.r2"]').first.click()
    source = opened.value
    source.wait_for_load_state()
    target = source.locator(":target")
    assert target.evaluate("e => e.tagName") == "TR"
    assert "512GB - 1TB ECC" in target.inner_text()
    assert target.evaluate("e => getComputedStyle(e).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert target.evaluate("e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }")
    source.get_by_role("link", name="English").click()
    source.wait_for_url("**lang=en**")
    assert "512GB - 1TB ECC" in source.locator(":target").inner_text()
    assert source.locator("html").get_attribute("lang") == "en"


def test_a_reload_and_a_restart_of_the_server_bring_everything_back(visit: Visit, server: Any) -> None:
    visitor = visit()
    visitor.says(LAB)
    visitor.models("T4 / T4A")
    visitor.page.reload()
    visitor.page.wait_for_selector("#chat .said")
    visitor.models("T4 / T4A")
    assert server.stop() == 0
    assert not (server.data / "server.json").exists()
    server.start()
    visitor.open()
    visitor.page.wait_for_selector("#chat .said")
    visitor.models("T4 / T4A")
    assert visitor.field("users").input_value() == "20"
    assert "40" in visitor.says("不是20人，是40人")


def test_two_visitors_never_see_each_other(visit: Visit) -> None:
    one, two = visit(), visit("en-US")
    one.says(LAB)
    assert two.page.locator("#chat .said").count() == 0
    two.says("a small pilot for RAG")
    two.page.reload()
    two.page.wait_for_selector("#chat .said")
    assert two.page.locator("#chat .said").all_inner_texts() == ["a small pilot for RAG"]
    assert two.field("users").input_value() == ""


def test_the_language_switch_changes_every_label(visit: Visit) -> None:
    visitor = visit("zh-CN")
    visitor.says(LAB)
    visitor.page.click("#language")
    visitor.page.wait_for_function("document.documentElement.lang === 'en'")
    parts = visitor.page.locator("#actions, #composer, #machine-made, .card, #list .group > button")
    outside = " ".join(parts.all_inner_texts())
    assert not any("\u4e00" <= character <= "\u9fff" for character in outside.replace("中文", ""))
    visitor.page.reload()
    visitor.page.wait_for_selector("#chat .said")
    assert visitor.page.get_by_role("button", name="Send").is_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_narrow_page_scrolls_in_one_direction_only(visit: Visit, locale: str) -> None:
    visitor = visit(locale, 390, 844)
    visitor.says(LAB + "，" + "预算150万" * 3)
    for width, height in ((390, 844), (320, 568), (768, 1024)):
        visitor.page.set_viewport_size({"width": width, "height": height})
        for pane in ("card", "list", "chat"):
            visitor.page.click(f".tabs [data-pane={pane}]")
            shown = visitor.page.locator({"card": "#card", "list": "#list", "chat": "#chat"}[pane])
            assert shown.is_visible()
            box = visitor.page.locator("#box textarea").bounding_box()
            assert box["y"] + box["height"] <= height
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
            wide = visitor.page.evaluate(
                "w => [...document.querySelectorAll('#main *, #top *')].filter(e => e.offsetParent"
                " && !e.closest('#quick, .sr-only') && e.getBoundingClientRect().right > w + 1)"
                ".map(e => e.outerHTML.slice(0, 80))",
                width,
            )
            assert wide == []


def test_markup_in_a_message_is_text(visit: Visit) -> None:
    visitor = visit()
    text = "<script>alert(1)</script> <img src=x onerror=alert(2)> ![x](http://evil.example/x.png) 20人做训练"
    visitor.says(text)
    assert visitor.page.locator("#chat .said").last.inner_text() == text
    assert visitor.page.locator("#main img, #main script, #main a[href*=evil]").count() == 0
    visitor.page.reload()
    visitor.page.wait_for_selector("#chat .said")
    assert visitor.page.locator("#chat .said").last.inner_text() == text


def test_deleting_takes_two_clicks_and_leaves_nothing(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    visitor.page.click("#delete")
    visitor.page.click("#sure-no")
    visitor.page.wait_for_selector("#sure", state="hidden")
    assert visitor.page.locator("#chat .said").count() == 1
    visitor.page.click("#delete")
    visitor.page.click("#sure-yes")
    visitor.page.wait_for_selector("#chat .said", state="detached")
    visitor.page.reload()
    visitor.ready()
    assert visitor.page.locator("#chat .said").count() == 0
    assert visitor.field("users").input_value() == ""


def test_a_new_conversation_begins_empty_and_a_person_is_in_reach(visit: Visit) -> None:
    visitor = visit()
    visitor.says(LAB)
    visitor.page.click("#new")
    visitor.page.wait_for_selector("#chat .said", state="detached")
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.click("#person")
    assert "400-965-8299" in visitor.answer(1)


def test_a_message_that_is_too_long_is_told_and_kept(visit: Visit) -> None:
    visitor = visit("en-US")
    visitor.page.fill("#box textarea", "memory " * 1000)
    visitor.page.press("#box textarea", "Enter")
    visitor.page.wait_for_selector("#chat .notice")
    assert "too long" in visitor.page.locator("#chat .notice").inner_text()
    assert visitor.page.input_value("#box textarea").startswith("memory")


def test_the_documentation_of_the_interface_needs_no_other_host(visit: Visit) -> None:
    visitor = visit()
    visitor.page.goto(visitor.url + "/docs")
    visitor.page.wait_for_selector(".opblock")
    assert visitor.page.locator(".opblock").count() >= 7
