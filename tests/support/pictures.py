"""Reads pictures of a terminal."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


class Piece(NamedTuple):
    """A piece of text, with its colour and the colour behind it, such as "#ffffff"."""

    text: str
    color: str
    background: str


def pieces(svg: str) -> list[Piece]:
    """What a picture shows, in the order of its lines."""
    root = ET.fromstring(svg)  # noqa: S314  (our own)
    style = root.findtext(f"{SVG}style") or ""
    colors = dict(re.findall(r"\.([\w-]+) \{ fill: (#\w{6})", style))
    terminal = root.find(f"{SVG}rect")
    assert terminal is not None
    rectangles = [each.attrib for each in root.findall(f"{SVG}g/{SVG}rect")]
    found: list[Piece] = []
    for text in root.iterfind(f"{SVG}g/{SVG}g/{SVG}text"):
        x, y = float(text.attrib["x"]), float(text.attrib["y"])
        behind = [
            each["fill"]
            for each in rectangles
            if 0 <= x - float(each["x"]) + 0.01 < float(each["width"])
            and 0 <= y - float(each["y"]) < float(each["height"])
        ]
        background = behind[-1] if behind else terminal.attrib["fill"]
        words = (text.text or "").replace("\xa0", " ")
        found.append(Piece(words, colors[text.attrib["class"]], background))
    return found


def contrast(one: str, other: str) -> float:
    """How well one colour is seen on the other, from 1 to 21, as WCAG 2 defines it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
