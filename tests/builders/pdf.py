"""What does a PDF say? Its text in reading order, by the tables with which its fonts name their signs."""

from __future__ import annotations

import re
from io import BytesIO

import pikepdf

SPACES = re.compile(rb"begincodespacerange.*?endcodespacerange", re.DOTALL)
PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def lines_of(data: bytes) -> list[str]:
    """The lines of a tagged PDF: each piece of content that has a tag."""
    found: list[str] = []
    with pikepdf.open(BytesIO(data)) as pdf:
        for page in pdf.pages:
            signs: dict[int, str] = {}
            for each in pikepdf.parse_content_stream(page):
                operands: list[pikepdf.Object] = list(each.operands)
                match str(each.operator):
                    case "BDC":
                        found.append("")
                    case "Tf":
                        signs = _signs(page.Resources.Font[str(operands[0])])
                    case "TJ":
                        parts = [part for part in operands[0] if isinstance(part, pikepdf.String)]
                        found[-1] += "".join(_read(bytes(part), signs) for part in parts)
                    case "Tj":
                        found[-1] += _read(bytes(operands[0]), signs)
    return found


def _read(codes: bytes, signs: dict[int, str]) -> str:
    """The signs of codes of two bytes; the box that stands for a sign that a font lacks has code 0 and no name."""
    found = [int.from_bytes(codes[at : at + 2], "big") for at in range(0, len(codes), 2)]
    return "".join(signs[code] if code else "□" for code in found)


def _signs(font: pikepdf.Object) -> dict[int, str]:
    """The sign of each code (ISO 32000-1, 9.10.3)."""
    pairs = PAIR.findall(SPACES.sub(b"", font.ToUnicode.read_bytes()))
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
