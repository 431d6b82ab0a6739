"""Paper by GB/T 9704-2012, measured where it counts: in the printed pages of a real browser."""

from pathlib import Path

import pytest

STYLE = Path(__file__).parents[2] / "static/css/print.css"
MM = 96 / 25.4  # CSS pixels


@pytest.fixture
def paper(chromium):
    """A page for the printer: `paper(body)` opens it with the paper's style sheet and the measures of its type area."""
    tab = chromium.new_page(viewport={"width": round(156 * MM), "height": 900})

    def show(body):
        tab.set_content(
            f'<html lang="zh-Hans"><style>{STYLE.read_text()}</style><body><main class="paper">{body}</main></body></html>'
        )
        tab.emulate_media(media="print")
        tab.add_style_tag(content="body{inline-size:156mm}")
        return tab

    yield show
    tab.close()


LINES = """() => {
  const range = document.createRange(), text = document.querySelector("p").firstChild, lines = new Map();
  for (let i = 0; i < text.length; i++) {
    range.setStart(text, i); range.setEnd(text, i + 1);
    const box = range.getBoundingClientRect(), top = Math.round(box.top);
    lines.set(top, (lines.get(top) || 0) + 1);
  }
  return [...lines.entries()].sort((a, b) => a[0] - b[0]);
}"""


def test_a_line_has_28_characters(paper):
    lines = paper(f'<p class="flush">{"社" * 28 * 5}</p>').evaluate(LINES)
    assert [count for _top, count in lines] == [28] * 5


def test_without_the_spacing_only_27_would_fit(paper):
    tab = paper(f'<p class="flush">{"社" * 28 * 2}</p>')
    tab.add_style_tag(content="body{letter-spacing:0}")
    assert tab.evaluate(LINES)[0][1] == 27


def test_punctuation_takes_a_whole_character(paper):
    lines = paper(f'<p class="flush">{"社区（网格）、" * 12}</p>').evaluate(LINES)
    assert lines[0][1] == 28


@pytest.mark.parametrize(("lines", "pages"), [(22, 1), (23, 2), (44, 2), (45, 3)])
def test_a_page_has_22_lines(paper, lines, pages):
    tab = paper('<p class="flush">' + "<br>".join(["社区"] * lines) + "</p>")
    tab.add_style_tag(content="p{orphans:1;widows:1}")
    assert tab.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == pages


def test_the_sheet_is_a4(paper):
    printed = paper("<p>社区</p>").pdf(prefer_css_page_size=True)
    box = printed.split(b"/MediaBox [")[1].split(b"]")[0].split()
    width, height = (float(value) / 72 * 25.4 for value in box[2:])
    assert abs(width - 210) < 0.5
    assert abs(height - 297) < 0.5


def test_everything_is_black_on_white(paper):
    tab = paper("<h1>标题</h1><h2>一、</h2><p>正文</p><table><tr><th>甲</th><td>乙</td></tr></table>")
    colours = tab.evaluate(
        "() => [...document.querySelectorAll('main, main *')].map(e => getComputedStyle(e).color)"
    )
    assert set(colours) == {"rgb(0, 0, 0)"}
