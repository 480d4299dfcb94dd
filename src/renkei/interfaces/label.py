"""Text in a drawing: broken into lines that fit, without asking a font.

Layer: interfaces. Widths are estimated: a full-width letter is one em, others a little over half. Japanese
is broken between any two letters, save that no line begins with a closing mark.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from xml.sax.saxutils import escape

LINE_HEIGHT = 1.2
MAX_LETTERS = 400
"""Letters of a text that are drawn at most; the rest would not be read in a drawing."""
_NEVER_FIRST = set("、。，．・：；？！）」』】〕〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々%％")
_NARROW, _WIDE = set("iljtfr.,:;'|!()[] "), set("mwMW@%")


def width_of(text: str, size: float) -> float:
    """Return the estimated width of ``text`` at a font size."""
    return size * sum(map(_letter_width, text))


def _letter_width(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return 1.0
    if letter in _NARROW:
        return 0.36
    return 0.9 if letter in _WIDE else 0.69 if letter.isupper() else 0.6


def wrapped(text: str, width: float, size: float, lines: int) -> list[str]:
    """Return ``text`` in at most ``lines`` lines of ``width``; an ellipsis stands for the rest."""
    done: list[str] = []
    line = ""
    for unit in _units(text, width, size):
        joined = line + unit
        if line and width_of(joined.rstrip(), size) > width and unit[0] not in _NEVER_FIRST:
            done.append(line.rstrip())
            line = unit.lstrip()
        else:
            line = joined
    done.append(line.rstrip())
    if len(done) > lines:
        done = [*done[: lines - 1], done[lines - 1].rstrip("…") + "…"]
    return done


def longest_word(text: str, size: float) -> float:
    """Return the width that ``text`` needs at least, if no word is to be broken."""
    return max((width_of(unit.strip(), size) for unit in _units(text, math.inf, size)), default=0.0)


def _units(text: str, width: float, size: float) -> Iterator[str]:
    """Yield what may not be broken: words with the space before them, and single full-width letters."""
    word = ""
    for letter in text if len(text) <= MAX_LETTERS else text[:MAX_LETTERS] + "…":
        if unicodedata.east_asian_width(letter) in {"W", "F"}:
            if word:
                yield word
            word = ""
            yield letter
            continue
        starts_word = letter == " " or word.endswith(("-", "/"))
        if word and (starts_word or width_of(word.lstrip() + letter, size) > width):
            yield word
            word = ""
        word += letter
    if word:
        yield word


def fitted(text: str, width: float, height: float, sizes: tuple[float, ...]) -> tuple[list[str], float]:
    """Return the lines of ``text``, and the greatest of ``sizes`` at which they fit into a box."""
    for size in sizes:
        lines = wrapped(text, width, size, 100)
        # A word is broken only where smaller letters do not help.
        if longest_word(text, size) <= width and len(lines) * size * LINE_HEIGHT <= height:
            return lines, size
    most = max(1, int(height / (sizes[-1] * LINE_HEIGHT)))
    return wrapped(text, width, sizes[-1], most), sizes[-1]


def text_at(
    lines: list[str], x: float, y: float, size: float, *, css: str = "rk-label", turned: bool = False
) -> str:
    """Return SVG text, each line centred on ``x``, the block centred on ``y``; ``turned`` reads upwards."""
    step = size * LINE_HEIGHT
    first = y - step * (len(lines) - 1) / 2 + size * 0.35
    spans = "".join(
        f'<tspan x="{x:.1f}" y="{first + step * row:.1f}">{escape(line)}</tspan>'
        for row, line in enumerate(lines)
    )
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    return f'<text class="{css}" font-size="{size:g}"{turn}>{spans}</text>'
