"""A program that draws Vega-Lite specs as SVG, one after the other, as long as it is asked.

Its arguments are the folder of fonts, the version of Vega-Lite, and a spec that is drawn unasked, so that the engine
has started when the first question comes. A line of standard input is a spec, a line of standard output its SVG as
JSON. Nothing of the package is imported: it starts at once.
"""

from __future__ import annotations

import json
import sys

import vl_convert


def main(fonts: str, version: str, first: str) -> None:
    """Answer until there is no more input."""
    vl_convert.register_font_directory(fonts)
    vl_convert.vegalite_to_svg(first, vl_version=version, allowed_base_urls=[])
    for spec in sys.stdin:
        drawn = vl_convert.vegalite_to_svg(spec, vl_version=version, allowed_base_urls=[])
        print(json.dumps(drawn), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
