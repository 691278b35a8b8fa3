"""A program that draws Vega-Lite specs as SVG and SVG as PNG, one after the other, as long as it is asked.

Its arguments are the folder of fonts, the version of Vega-Lite, and a spec that is drawn unasked, so that the engine
has started when the first question comes. A line of standard input is a JSON object: ``svg`` is a spec to draw, or
``png`` an SVG, with its ``scale``. A line of standard output is the picture as a JSON text, a PNG in base 64.
Nothing of the package is imported: it starts at once.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from typing import Any

import vl_convert


def main(fonts: str, version: str, first: str) -> None:
    """Answer until there is no more input."""
    vl_convert.register_font_directory(fonts)
    drawn({"svg": first}, version)
    for line in sys.stdin:
        print(json.dumps(drawn(json.loads(line), version)), flush=True)


def drawn(question: dict[str, Any], version: str) -> str:
    """The picture that is asked for."""
    if "png" in question:
        return b64encode(vl_convert.svg_to_png(question["png"], scale=question["scale"])).decode("ascii")
    return str(vl_convert.vegalite_to_svg(question["svg"], vl_version=version, allowed_base_urls=[]))


if __name__ == "__main__":
    main(*sys.argv[1:])
