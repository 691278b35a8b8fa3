"""Made-up Intrastat reports in the form in which OneGate takes them."""

from __future__ import annotations

FIRMS = ("0400000157", "0400000256")
Line = tuple[str, str, str]
"""Partner, product and value."""
CODES = {"19": ("EX19S", "EXF19S"), "29": ("INTRASTAT_X_E", "INTRASTAT_X_EF")}


def report(
    firm: str, month: str, flow: str, action: str, lines: list[Line], *, code: str = "", stated: str = ""
) -> str:
    """A file of one report; quantities and terms stand beside what is read."""
    items = "".join(
        f'<Item><Dim prop="EXSEQCODE">{number}</Dim><Dim prop="EXTRF">{stated or flow}</Dim><Dim prop="EXCNT">{partner}'
        f'</Dim><Dim prop="EXTTA">11</Dim><Dim prop="EXREG">2</Dim><Dim prop="EXTGO">{product}</Dim>'
        f'<Dim prop="EXWEIGHT">12.5</Dim><Dim prop="EXTXVAL">{value}</Dim></Item>'
        for number, (partner, product, value) in enumerate(lines, start=1)
    )
    usual, form = CODES[flow]
    data = f'<Data close="true" form="{form}">{items}</Data>' if lines else ""
    return (
        '<?xml version="1.0"?>\n<DeclarationReport xmlns="http://www.onegate.eu/2010-01-01"><Administration>'
        f'<From declarerType="KBO">{firm}</From><To>NBB</To><Domain>SXX</Domain></Administration>'
        f'<Report action="{action}" code="{code or usual}" date="{month}">{data}</Report></DeclarationReport>\n'
    )
