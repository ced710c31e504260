"""The staff manual's pictures, taken where the journey passes. Law: a page that reads otherwise than its picture fails.

What a picture shows is kept as text beside it, and each run compares that text: words are the same on every machine,
pixels are not. `make pictures` takes anew those whose page changed; `PICTURES=all` takes every one.
"""

import os
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Protocol

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page

from registry.admin.manual import FOLDER

PICTURES = FOLDER / "pictures"
COLOURS = 64  # a page has few; so a picture is a third of its size
# Of each run its own: moments, ids of rows, sums. The pages show one of each while the picture is taken.
_ONE_OF_EACH = """
    ([root, vague]) => {
        const same = [
            [/\\b\\d{1,2}:\\d\\d:\\d\\d\\b/g, "09:30:00"], [/\\b\\d{1,2}:\\d\\d\\b/g, "09:30"],
            [/\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b/g, "0c5e7f8a-94d1-5c0b-8b55-7f1c3a9e6d20"],
            [/\\b[0-9a-f]{16,64}\\b/g, "5d1c0f…7e42"], [/\\bE[0-9A-Z]{7}\\b/g, "E4K7M2QX"],
            [/(YY-\\d{8})-\\d{6}/g, "$1-000001"], [/[\\w-]+（非系统账号）/g, "registry（非系统账号）"],
        ];
        // What the database stamps by its own clock, it stamps with the run's day, and midnight may be near.
        for (const day of [Date.now(), Date.now() - 864e5]) {
            const run = new Date(day).toLocaleDateString("sv-SE", { timeZone: "Asia/Shanghai" });
            same.push([new RegExp(run, "g"), "2026-10-09"]);
        }
        const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        for (let node; (node = walk.nextNode());) {
            for (const [pattern, text] of same) node.data = node.data.replace(pattern, text);
        }
        if (vague) root.querySelectorAll(vague).forEach((one, at) => {
            one.textContent = one.textContent.trim().replace(/\\d+/g, String(at + 1));
        });
    }
"""
# The browser's own controls speak its language; a clerk's says it so.
_IN_CHINESE = """
    root => root.querySelectorAll("input[type=file], input[type=date]").forEach(one => {
        const like = document.createElement(one.type === "file" ? "span" : "input");
        if (one.type === "file") {
            like.textContent = `［选择文件］ ${one.files[0]?.name ?? "未选择任何文件"}`;
        } else {
            like.value = one.value.replaceAll("-", "/") || "年/月/日";
            like.size = 12;
        }
        like.dataset.like = "";
        one.hidden = true;
        one.style.display = "none";
        one.after(like);
    })
"""
_AS_IT_WAS = """
    root => root.querySelectorAll("[data-like]").forEach(like => {
        like.previousElementSibling.hidden = false;
        like.previousElementSibling.style.display = "";
        like.remove();
    })
"""


class Picture(Protocol):
    def __call__(self, page: Page, name: str, part: str = ..., *, vague: str = ..., tall: int = ...) -> None: ...


def named() -> set[str]:
    """The pictures that the manual shows."""
    texts = (path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md"))
    return {name for text in texts for name in re.findall(r"!\[[^\]]+\]\(pictures/([a-z0-9-]+)\.png\)", text)}


@pytest.fixture
def picture() -> Iterator[Picture]:
    """Takes a part of the page, `tall` pixels of it at most; numbers in what is `vague` are never the same twice.

    At the end it tells which pictures have aged, which the manual shows and nobody took, and which nobody shows.
    """
    taken: set[str] = set()
    aged: dict[str, str] = {}

    def act(page: Page, name: str, part: str = "#content", *, vague: str = "", tall: int = 900) -> None:
        taken.add(name)
        found = page.locator(part).first
        found.evaluate(f"(root, vague) => ({_ONE_OF_EACH})([root, vague])", vague)
        text = "\n".join(" ".join(line.split()) for line in found.inner_text().splitlines() if line.strip()) + "\n"
        kept = (PICTURES / f"{name}.txt", PICTURES / f"{name}.png")
        if all(path.exists() for path in kept) and kept[0].read_text(encoding="utf-8") == text:
            if os.environ.get("PICTURES") != "all":
                return
        elif not os.environ.get("PICTURES"):
            aged[name] = text
            return
        kept[0].write_text(text, encoding="utf-8")
        found.evaluate(_IN_CHINESE)
        kept[1].write_bytes(_small(_shot(found, tall)))
        found.evaluate(_AS_IT_WAS)

    yield act
    assert not aged, f"pictures of pages that changed; run `make pictures` and look at them: {aged}"
    assert taken == named(), "taken, but not in the manual, or the other way round"


def _shot(found: Locator, tall: int) -> bytes:
    """The part with a little of what is around it, on a page that stands still."""
    page = found.page
    box = found.evaluate(
        "one => { const { x, y, width, height } = one.getBoundingClientRect();"
        " return { x: x + scrollX, y: y + scrollY, width, height }; }"
    )
    clip = {
        "x": max(box["x"] - 8, 0), "y": max(box["y"] - 8, 0),
        "width": min(box["width"] + 16, 1280), "height": min(box["height"] + 16, tall),
    }  # fmt: skip
    return page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide")  # type: ignore[arg-type]


def _small(png: bytes) -> bytes:
    into = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(COLOURS).save(into, "PNG", optimize=True)
    return into.getvalue()
