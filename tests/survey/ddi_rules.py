"""Rules of DDI Codebook 2.5.1 for the elements that a codebook of this program has, written down from its XML schema.

The schema itself is not part of this project (GNU Lesser General Public License). Nothing here knows of the writer.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

SEQUENCES = {
    "codeBook": ("docDscr", "stdyDscr", "fileDscr", "dataDscr", "otherMat"),
    "stdyDscr": ("citation", "studyAuthorization", "stdyInfo", "studyDevelopment", "method", "dataAccs", "notes"),
    "citation": ("titlStmt", "rspStmt", "prodStmt", "distStmt", "serStmt", "verStmt", "biblCit", "notes"),
    "titlStmt": ("titl", "subTitl", "altTitl", "parTitl", "IDNo"),
    "sumDscr": ("timePrd", "collDate", "nation", "geogCover", "geogUnit", "anlyUnit", "universe", "dataKind"),
    "dataColl": (
        "timeMeth", "dataCollector", "frequenc", "sampProc", "collMode", "resInstru", "sources", "weight", "cleanOps",
    ),
    "sources": ("dataSrc", "srcOrig", "srcChar", "srcDocu", "sources"),
    "fileDscr": ("fileTxt", "locMap", "notes"),
    "fileTxt": ("fileName", "fileCont", "fileStrc", "dimensns", "fileType", "format"),
    "dimensns": ("caseQnty", "varQnty", "logRecL", "recPrCas", "recNumTot"),
    "dataDscr": ("varGrp", "nCubeGrp", "var", "nCube", "notes"),
    "var": (
        "location", "labl", "imputation", "security", "embargo", "respUnit", "anlysUnit", "qstn", "valrng", "invalrng",
        "undocCod", "universe", "TotlResp", "sumStat", "txt", "stdCatgry", "catgryGrp", "catgry", "codInstr", "verStmt",
        "concept", "derivation", "varFormat", "geoMap", "catLevel", "notes",
    ),
    "catgry": ("catValu", "labl", "txt", "catStat", "mrow"),
}  # fmt: skip
"""The children of each element, in the order that its sequence asks for."""

ONCE = {"titlStmt": ("titl",), "var": ("derivation", "varFormat"), "catgry": ("catValu",)}
"""Children that stand at most once."""

VALUES = {
    ("var", "intrvl"): {"contin", "discrete"},
    ("var", "nature"): {"nominal", "ordinal", "interval", "ratio", "percent", "other"},
    ("var", "wgt"): {"wgt", "not-wgt"},
    ("sumStat", "type"): {"mean", "medn", "mode", "vald", "invd", "min", "max", "stdev", "other"},
    ("catgry", "missing"): {"Y", "N"},
    ("varFormat", "type"): {"numeric", "character"},
}
_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def broken_rules(codebook: bytes) -> list[str]:
    """Every rule that a codebook breaks, in the order of its elements."""
    root = ElementTree.fromstring(codebook)
    found = [] if root.tag == "{ddi:codebook:2_5}codeBook" else [f"the root is {root.tag}"]
    ids = [element.get("ID") for element in root.iter() if element.get("ID") is not None]
    found += [f"the ID {name} stands twice" for name in sorted({str(i) for i in ids if ids.count(i) > 1})]
    found += [f"{name} is no ID" for name in ids if name is not None and not _NAME.fullmatch(name)]
    for element in root.iter():
        name, children = _plain(element), [_plain(child) for child in element]
        order = SEQUENCES.get(name)
        if order is not None:
            found += [f"{child} stands in {name}" for child in children if child not in order]
            places = [order.index(child) for child in children if child in order]
            found += [] if places == sorted(places) else [f"{name} has its children out of order"]
        found += [f"{name} has {child} twice" for child in ONCE.get(name, ()) if children.count(child) > 1]
        for key, value in element.attrib.items():
            allowed = VALUES.get((name, key))
            found += [f"{key} of {name} is {value}"] if allowed and value not in allowed else []
        if name == "var":
            found += [] if element.get("name") else ["a var has no name"]
            found += [
                f"no file has the ID {each}" for each in element.get("files", "").split() if each not in ids
            ]
    return found


def _plain(element: ElementTree.Element) -> str:
    return element.tag.partition("}")[2]
