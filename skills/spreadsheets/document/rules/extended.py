"""Rules of Excel 2010 (`x14`), which stand among a sheet's extensions: made, and taken along to other sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_OID, uuid5

from lxml import etree

from copilot_server.office.xml import NS, local_name
from skills.spreadsheets.document.references.areas import written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.frame import Frame

X14: Final = f"{{{NS['x14']}}}"
_XM: Final = f"{{{NS['xm']}}}"
_RULE_ID: Final = "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}"  # [MS-XLSX] 2.2.4: of the rule this one is the other half of
_LISTS: Final = {
    "conditionalFormatting": ("conditionalFormattings", "{78C0D931-6437-407d-A8EE-F0AAD7539E65}"),
    "dataValidations": ("dataValidations", "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"),
}
_NEGATIVE: Final = "FFFF0000"
_AXIS: Final = "FF000000"


def fresh_id(*words: object) -> str:
    """The same for the same words, so that an edit made again gives the same file."""
    return f"{{{str(uuid5(NAMESPACE_OID, ' '.join(map(str, words)))).upper()}}}"


def refer(frame: Frame, rule: Element, rule_id: str) -> None:
    """Tell a rule which one among the extensions is its other half."""
    holder = frame.make("extLst")
    extension = etree.SubElement(holder, frame.name("ext"), {"uri": _RULE_ID}, nsmap={"x14": NS["x14"]})
    etree.SubElement(extension, f"{X14}id").text = rule_id
    rule.append(holder)


def bar(area: Area, color: str, rule_id: str) -> Element:
    """The other half of a data bar: from an axis where values are negative, red to that side, no shorter than it is."""
    block = etree.Element(f"{X14}conditionalFormatting", nsmap={"xm": NS["xm"]})
    rule = etree.SubElement(block, f"{X14}cfRule", type="dataBar", id=rule_id)
    look = {"minLength": "0", "maxLength": "100", "border": "1", "negativeBarBorderColorSameAsPositive": "0"}
    found = etree.SubElement(rule, f"{X14}dataBar", look)
    etree.SubElement(found, f"{X14}cfvo", type="autoMin")
    etree.SubElement(found, f"{X14}cfvo", type="autoMax")
    colors = {"borderColor": f"FF{color}", "negativeFillColor": _NEGATIVE, "negativeBorderColor": _NEGATIVE}
    for name, value in {**colors, "axisColor": _AXIS}.items():
        etree.SubElement(found, f"{X14}{name}", rgb=value)
    etree.SubElement(block, f"{_XM}sqref").text = written(area)
    return block


def with_rules(frame: Frame, kind: str, rules: Sequence[Element]) -> Frame:
    """The frame with more of them among its extensions."""
    if not rules:
        return frame
    name, uri = _LISTS[kind]
    region = frame.find("extLst")
    if region is None:
        region = frame.make("extLst")
    holder = next((each for each in region.iter() if each.tag == f"{X14}{name}"), None)
    if holder is None:
        extension = region.makeelement(frame.name("ext"), {"uri": uri}, nsmap={"x14": NS["x14"]})
        region.insert(0, extension)
        holder = etree.SubElement(extension, f"{X14}{name}", nsmap={"xm": NS["xm"]})
    holder.extend(rules)
    if kind == "dataValidations":
        holder.set("count", str(len(holder)))
    return frame.with_region("extLst", region)


def renamed(rules: Sequence[Element], *words: object) -> dict[str, str]:
    """Give copies of rules ids of their own; those they had, with the new ones."""
    found: dict[str, str] = {}
    for rule in (each for block in rules for each in block.iter(f"{X14}cfRule")):
        old = rule.get("id", "")
        found[old] = fresh_id(old, *words)
        rule.set("id", found[old])
    return found


def follow_ids(element: Element, ids: dict[str, str]) -> None:
    """Let the rules of a copied block name the copies of their other halves; what has none says so no more."""
    for each in [each for each in element.iter() if local_name(each) == "extLst"]:
        names = [inner for inner in each.iter(f"{X14}id") if inner.text in ids]
        if not names:
            each.getparent().remove(each)  # type: ignore[union-attr] - it is within the element
        for inner in names:
            inner.text = ids[inner.text or ""]
