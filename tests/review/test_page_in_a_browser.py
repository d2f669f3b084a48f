"""The page in a real browser: by keyboard, in the dark, on a small screen, on paper, without its script."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fleet_of_300 import fleet_of_300
from made import log_group, review, root
from playwright.sync_api import Browser, Page, expect, sync_playwright
from situations import SITUATIONS, hostile

from generator.review.model import Review
from generator.review.page import page as written

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium")

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        # Chromium's own sandbox needs rights that containers do not give, nor root without them.
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Open the page of a review; a word of the browser's console, an error or a request fails the test."""
    told: list[str] = []

    def opened(made: Review, fragment: str = "", width: int = 1280, **options: object) -> Page:
        file = tmp_path / "review.html"
        file.write_text(written(made), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        page = context.new_page()
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith("file:") else told.append(request.url))
        page.goto(f"{file.as_uri()}{fragment}")
        return page

    yield opened
    for context in browser.contexts:
        context.close()
    assert told == []


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.id"))


def shown_roots(page: Page) -> list[str]:
    return page.locator("table.roots tbody tr:visible th").all_inner_texts()


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_situation_is_shown_without_a_complaint(show: Open, name: str) -> None:
    page = show(SITUATIONS[name]())
    assert page.locator("h1").inner_text()
    assert page.evaluate("document.querySelectorAll('.matrix a.cell').length") == len(SITUATIONS[name]().planned.roots)


def test_hostile_text_is_text(show: Open) -> None:
    attack = "</pre></style></script><script>document.title='x'</script><img src=x onerror=\"document.title='x'\">"
    page = show(hostile(attack.replace("/", "\\")))
    page = show(hostile(attack))
    assert page.title() != "x"
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1


def test_no_script_but_our_own_runs(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(written(SITUATIONS["changes"]()).replace("<main>", "<script>document.title = 'x'</script><main>"))
    assert page.title() == "4 of 4 roots change: 4 to add, 1 to change"
    assert page.locator(".filters").is_visible()


def test_arrow_keys_move_through_the_matrix_and_enter_opens_a_group(show: Open) -> None:
    page = show(fleet_of_300())
    page.locator("a.cell:visible").first.focus()
    assert focused(page).startswith("images-prod in us-east-1")
    for key, place in [
        ("ArrowDown", "app-000-prod in us-east-1"),
        ("ArrowLeft", "app-000-prod in eu-central-1"),
        ("ArrowDown", "app-001-prod in eu-central-1"),
        ("End", "app-001-prod in us-east-1"),
        ("Home", "app-001-prod in ap-southeast-1"),
        ("ArrowUp", "app-000-prod in ap-southeast-1"),
        ("ArrowUp", "images-prod in us-east-1"),  # in this column there is nothing: its row's first
        ("ArrowUp", "images-prod in us-east-1"),
    ]:
        page.keyboard.press(key)
        assert focused(page).startswith(place)
    assert page.locator("a.cell[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    expect(page.locator("#group-A")).to_have_attribute("open", "")
    assert page.url.endswith("#group-A")
    assert page.evaluate("document.activeElement.id") == "group-A"


def test_tab_reaches_everything_in_order_and_shows_where_it_is(show: Open) -> None:
    page = show(SITUATIONS["changes"]())
    order = []
    for _ in range(7):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    assert order[:6] == ["skip", "theme", "environment", "level", "text", "cell"]


def test_a_slash_searches_and_escape_ends_it(show: Open) -> None:
    page = show(fleet_of_300())
    page.keyboard.press("/")
    assert focused(page) == "text"
    page.keyboard.type("images-prod/")
    expect(page.locator("#shown")).to_have_text("1 of 300 roots")
    assert shown_roots(page) == ["prod/images-prod/us-east-1"]
    assert page.locator("details[id^=group]:visible").count() == 1
    assert page.locator(".matrix:visible").count() == 1
    page.keyboard.press("Escape")
    expect(page.locator("#shown")).to_have_text("")
    assert len(shown_roots(page)) == 300


def test_text_is_looked_for_in_what_would_change(show: Open) -> None:
    page = show(fleet_of_300())
    page.locator("#text").fill("enable_key_rotation")
    expect(page.locator("#shown")).to_have_text("1 of 300 roots")
    assert page.locator("details[id^=group]:visible").get_attribute("id") == "group-A"


def test_environment_and_risk_narrow_what_is_shown(show: Open) -> None:
    page = show(fleet_of_300())
    page.locator("#environment").select_option("staging")
    assert page.locator("#shown").inner_text() == "60 of 300 roots"
    page.locator("#level").select_option("none")
    assert page.locator("#shown").inner_text() == "0 of 300 roots"
    page.locator("#environment").select_option("dev")
    assert page.locator("#shown").inner_text() == "20 of 300 roots"
    assert page.locator("details[id^=group]:visible").count() == 0


def test_a_link_to_a_root_or_a_group_leads_there(show: Open) -> None:
    page = show(fleet_of_300(), "#root-staging/app-003-staging/us-east-1")
    assert page.evaluate("document.activeElement.id") == "root-staging/app-003-staging/us-east-1"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top < innerHeight")
    page = show(fleet_of_300(), "#group-B")
    assert page.evaluate("document.getElementById('group-B').open")
    page.locator("#text").fill("nothing is called so")
    expect(page.locator("#shown")).to_have_text("0 of 300 roots")
    page.evaluate("location.hash = '#group-A'")  # hidden by the filter, which gives way
    expect(page.locator("#group-A")).to_have_attribute("open", "")
    assert page.locator("#group-A").is_visible()


def test_colours_follow_the_system_and_the_button_is_remembered(show: Open) -> None:
    def background(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = "rgb(255, 255, 255)", "rgb(13, 17, 23)"
    assert background(show(SITUATIONS["changes"](), color_scheme="light")) == light
    page = show(SITUATIONS["changes"](), color_scheme="dark")
    assert background(page) == dark
    page.locator("#theme").click()
    assert background(page) == light
    page.reload()
    assert background(page) == light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(show: Open, scheme: str) -> None:
    """WCAG 2.2 asks for a contrast of 4.5 (https://www.w3.org/TR/WCAG22/#contrast-minimum)."""
    page = show(fleet_of_300(), color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    low = page.evaluate(CONTRAST)
    assert low == []


CONTRAST = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((each) => {
      const share = each / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if ((parts(colour)[3] ?? 1) > 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const low = new Set();
  for (const element of document.querySelectorAll('body *:not(script):not(option)')) {
    const own = Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own) continue;
    const [one, other] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) low.add(`${element.tagName}.${element.className}`);
  }
  return [...low];
}"""


@pytest.mark.parametrize("name", ["fleet_of_300", "failed", "blocked"])
def test_a_small_screen_scrolls_down_and_not_sideways(show: Open, name: str) -> None:
    page = show(SITUATIONS[name](), width=400)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_without_its_script_the_page_is_whole(show: Open) -> None:
    page = show(SITUATIONS["blocked"](), java_script_enabled=False)
    assert page.locator(".filters").is_hidden()
    assert page.locator("#theme").is_hidden()
    assert page.locator("#group-A .diff").is_visible()
    assert len(shown_roots(page)) == 2


def test_on_paper_everything_is_open(show: Open) -> None:
    page = show(fleet_of_300())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator(".filters").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_roles_tell_the_page_to_those_who_hear_it(show: Open) -> None:
    page = show(fleet_of_300())
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("search").count() == 1
    assert page.get_by_role("grid").count() == 3
    assert page.get_by_role("columnheader", name="us-east-1").first.is_visible()
    assert page.get_by_role("rowheader", name="images-prod", exact=True).is_visible()
    assert page.get_by_role("link", name="images-prod in us-east-1: its risks are allowed, group A").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1


def test_a_thousand_roots_are_filtered_at_once(show: Open) -> None:
    names = [f"prod/application-{number:04}/us-east-1" for number in range(1_000)]
    page = show(review([[root(name, [log_group()]) for name in names]]))
    page.locator("#text").fill("application-0999")
    expect(page.locator("#shown")).to_have_text("1 of 1000 roots")


def test_no_name_makes_the_page_wider_than_the_window(show: Open) -> None:
    name = "x" * 300
    page = show(review([[root(f"{name}/{name}/{name}", [log_group()])]]))
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
