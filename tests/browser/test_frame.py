"""What holds of every page: people sign in, in both languages, wide and narrow; all of it from the node."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from renkei.interfaces.service.process import DEMO_PASSWORD
from tests.browser.browsing import Visits

WORDS = {"en": ("Name", "Password", "Sign in"), "ja": ("名前", "パスワード", "サインイン")}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [1280, 390])
def test_somebody_signs_in_and_sees_what_waits(
    page_of: Visits, axe: Callable[..., None], language: str, width: int
) -> None:
    page = page_of("jpn", None, language=language, width=width)
    name, password, submit = WORDS[language]
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    axe(page)
    page.get_by_role("textbox", name=name).fill("jpn_prime_minister")
    page.get_by_role("textbox", name=password).fill(DEMO_PASSWORD)
    page.get_by_role("button", name=submit).click()
    page.wait_for_url("**/inbox")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing hangs over the side"
