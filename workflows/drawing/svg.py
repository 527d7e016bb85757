"""How does a drawing become SVG? One file, sheet under sheet: as high as its sheets, printed as A4 pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from workflows.drawing.measure import BOUND, FONT
from workflows.drawing.shapes import BLUE, HEIGHT, INK, LEADING, WHITE, WIDTH, Line, Mark, Rect, Shape, Sheet, Text


def svg(title: str, sheets: Sequence[Sheet], language: str) -> str:
    """The whole file; the same sheets give the same text. Each sheet is a picture with a title and a description."""
    high = HEIGHT * len(sheets)
    written = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{high}" viewBox="0 0 {WIDTH} {high}"'
        f" lang={quoteattr(language)} font-family={quoteattr(FONT)}>",
        f"<title>{escape(title)}</title>",
        # the size of the paper (CSS Paged Media, section 7): each sheet is one page
        f"<style>@page {{ size: {WIDTH}px {HEIGHT}px; margin: 0 }}</style>",
        f'<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
        f'markerUnits="userSpaceOnUse"><path d="M0 0 L8 4 L0 8 z" fill="{INK}"/></marker></defs>',
        f'<rect width="{WIDTH}" height="{high}" fill="{WHITE}"/>',
    ]
    for number, sheet in enumerate(sheets):
        names = f"title-{number + 1} says-{number + 1}"
        written.append(f'<g role="img" aria-labelledby="{names}" transform="translate(0 {number * HEIGHT})">')
        written.append(f'<title id="title-{number + 1}">{escape(sheet.title)}</title>')
        written.append(f'<desc id="says-{number + 1}">{escape(" ".join(sheet.says))}</desc>')
        written += [line for shape in sheet.shapes for line in _shape(shape)]
        written.append("</g>")
    return "\n".join([*written, "</svg>", ""]).replace(BOUND, " ")


def _shape(shape: Shape) -> Iterator[str]:
    match shape:
        case Rect():
            stroke = f' stroke="{shape.stroke}" stroke-width="{_n(shape.weight)}"' if shape.stroke else ""
            round_ = f' rx="{_n(shape.round)}"' if shape.round else ""
            yield (
                f'<rect x="{_n(shape.x)}" y="{_n(shape.y)}" width="{_n(shape.width)}" height="{_n(shape.height)}"'
                f'{round_} fill="{shape.fill}"{stroke}/>'
            )
        case Text():
            yield from _text(shape)
        case Line():
            path = " L".join(f"{_n(x)} {_n(y)}" for x, y in shape.points)
            dashed = ' stroke-dasharray="5 3"' if shape.dashed else ""
            head = ' marker-end="url(#head)"' if shape.head else ""
            pen = f'stroke="{shape.stroke}" stroke-width="{_n(shape.weight)}"{dashed}{head}'
            yield f'<path d="M{path}" fill="none" {pen}/>'
        case Mark():
            x, y = _n(shape.x), _n(shape.y)
            if shape.kind == "day":
                yield f'<path d="M{x} {_n(shape.y - 7)} l7 7 l-7 7 l-7 -7 z" fill="{BLUE}"/>'
            else:
                yield f'<circle cx="{x}" cy="{y}" r="5" fill="{WHITE}" stroke="{INK}" stroke-width="2"/>'


def _text(text: Text) -> Iterator[str]:
    weight = ' font-weight="bold"' if text.bold else ""
    anchor = ' text-anchor="middle"' if text.centred or text.turned else ""
    halo = f' stroke="{text.halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"' if text.halo else ""
    turned = f' transform="rotate(-90 {_n(text.x)} {_n(text.y)})"' if text.turned else ""
    step = _n(text.size * LEADING)
    parts = [
        f'<tspan x="{_n(text.x)}"{f" dy={quoteattr(step)}" if number else ""}>{escape(line)}</tspan>'
        for number, line in enumerate(text.lines)
    ]
    yield (
        f'<text x="{_n(text.x)}" y="{_n(text.y)}" font-size="{_n(text.size)}" fill="{text.fill}"{weight}{anchor}{halo}'
        f"{turned}>{' '.join(parts)}</text>"
    )


def _n(number: float) -> str:
    """A number as short as it can be."""
    return f"{number:.1f}".rstrip("0").rstrip(".")
