"""The browser tests' own ground: Chromium, the live pages and a worker process."""

import subprocess
from pathlib import Path

from playwright.sync_api import Page, expect

from portal.celery import app
from tests.browser.conftest import node_name


def test_chromium_shows_the_sign_in_page_with_its_styles(page: Page) -> None:
    page.goto("/")

    expect(page).to_have_title("登录 - 园丁")
    expect(page.get_by_label("登录名")).to_be_visible()
    # Bootstrap's reset is at work: the style sheets came and the content policy let them in.
    assert page.locator("body").evaluate("node => getComputedStyle(node).margin") == "0px"


def test_a_worker_process_answers_on_this_tests_own_queue(
    worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    queues = app.control.inspect([node_name()], timeout=5).active_queues()

    assert [queue["name"] for queue in queues[node_name()]] == [app.conf.task_default_queue]
    assert worker.poll() is None
