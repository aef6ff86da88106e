"""Whether Excel would take a formula as it stands in a file: its syntax, its length, the names of newer functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST: Final = 8192
"""Characters; Excel's limit for the text of a formula."""

# Functions newer than Excel 2007, stored with the prefix _xlfn. ([MS-XLSX] 2.2.2); bare, Excel shows #NAME?.
_NEWER_NAMES: Final = """
ACOT ACOTH AGGREGATE ANCHORARRAY ARABIC ARRAYTOTEXT BASE BETA.DIST BETA.INV BINOM.DIST BINOM.DIST.RANGE BINOM.INV
BITAND BITLSHIFT BITOR BITRSHIFT BITXOR BYCOL BYROW CEILING.MATH CEILING.PRECISE CHISQ.DIST CHISQ.DIST.RT CHISQ.INV
CHISQ.INV.RT CHISQ.TEST CHOOSECOLS CHOOSEROWS COMBINA CONCAT CONFIDENCE.NORM CONFIDENCE.T COT COTH COVARIANCE.P
COVARIANCE.S CSC CSCH DAYS DECIMAL DROP ERF.PRECISE ERFC.PRECISE EXPAND EXPON.DIST F.DIST F.DIST.RT F.INV F.INV.RT
F.TEST FILTER FILTERXML FLOOR.MATH FLOOR.PRECISE FORECAST.ETS FORECAST.ETS.CONFINT FORECAST.ETS.SEASONALITY
FORECAST.ETS.STAT FORECAST.LINEAR FORMULATEXT GAMMA GAMMA.DIST GAMMA.INV GAMMALN.PRECISE GAUSS GROUPBY HSTACK
HYPGEOM.DIST IFNA IFS IMAGE IMCOSH IMCOT IMCSC IMCSCH IMSEC IMSECH IMSINH IMTAN ISFORMULA ISOMITTED ISOWEEKNUM LAMBDA
LET LOGNORM.DIST LOGNORM.INV MAKEARRAY MAP MAXIFS MINIFS MODE.MULT MODE.SNGL MUNIT NEGBINOM.DIST NORM.DIST NORM.INV
NORM.S.DIST NORM.S.INV NUMBERVALUE PDURATION PERCENTILE.EXC PERCENTILE.INC PERCENTOF PERCENTRANK.EXC PERCENTRANK.INC
PERMUTATIONA PHI PIVOTBY POISSON.DIST QUARTILE.EXC QUARTILE.INC QUERYSTRING RANDARRAY RANK.AVG RANK.EQ REDUCE
REGEXEXTRACT REGEXREPLACE REGEXTEST RRI SCAN SEC SECH SEQUENCE SHEET SHEETS SINGLE SKEW.P SORT SORTBY STDEV.P STDEV.S
SWITCH T.DIST T.DIST.2T T.DIST.RT T.INV T.INV.2T T.TEST TAKE TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TOCOL TOROW
TRIMRANGE UNICHAR UNICODE UNIQUE VALUETOTEXT VAR.P VAR.S VSTACK WEBSERVICE WEIBULL.DIST WRAPCOLS WRAPROWS XLOOKUP XMATCH
XOR Z.TEST
"""
NEWER_FUNCTIONS: Final = frozenset(_NEWER_NAMES.split())

# To the grammar: v a value, ( ) and , themselves, + a sign, * an operator, % one that follows, @ one before.
_TOKEN: Final = re.compile(
    r"""(?P<v>"(?:[^"]|"")*"                                         # text
        | \{(?:"(?:[^"]|"")*"|[^"{}])*\}                             # constant array
        | (?: '(?:[^']|'')*'                                         # sheet
            | \[(?:'.|[^\[\]']|\[(?:'.|[^\[\]'])*\])*\]              # columns of a table, another workbook
            | \#(?:N/A|GETTING_DATA|[A-Z0_/]+[!?])                   # error
            | [\w.$!\\?|] )+ )                                       # name, reference, number
    | (?P<parenthesis>[(),]) | (?P<sign>[-+]) | (?P<at>@) | (?P<operator><=|>=|<>|[*/^&=<>:]) | (?P<percent>[%#])
    | (?P<space>\s+)""",
    re.VERBOSE,
)
_CLASS: Final = {"v": "v", "sign": "+", "at": "@", "operator": "*", "percent": "%", "space": " "}
_INTERSECTION: Final = re.compile(r"(?<=[v)%]) +(?=[v(@])")
_EXPRESSION: Final = r"[+@]*v%*(?:[*+][+@]*v%*)*"
_CALL_OR_GROUP: Final = re.compile(
    rf"v\((?:{_EXPRESSION})?(?:,(?:{_EXPRESSION})?)*\)|(?<![v)])\({_EXPRESSION}(?:,{_EXPRESSION})*\)"
)
_WHOLE: Final = re.compile(rf"{_EXPRESSION}(?:,{_EXPRESSION})*")
_TEXTS: Final = re.compile(r""""(?:[^"]|"")*"|'(?:[^']|'')*'""")
_CALLED: Final = re.compile(r"[\w.]+(?=\()")


def formula_faults(formula: str) -> Iterator[str]:
    """Kinds of fault in a formula's text as stored, without an equals sign before it."""
    if len(formula) > LONGEST:
        yield "formula too long"
        return
    if not _is_well_formed(formula):
        yield "formula syntax"
    if any(name.upper() in NEWER_FUNCTIONS for name in _CALLED.findall(_TEXTS.sub("", formula))):
        yield "newer function without its prefix _xlfn."


def _is_well_formed(formula: str) -> bool:
    """Whether calls and groups, taken from the inside out, leave values joined by operators."""
    shape = _shape(formula)
    while (reduced := _CALL_OR_GROUP.sub("v", shape)) != shape:
        shape = reduced
    return _WHOLE.fullmatch(shape) is not None


def _shape(formula: str) -> str:
    """The formula with a letter for each token; empty when some character begins none."""
    classes: list[str] = []
    at = 0
    while at < len(formula):
        token = _TOKEN.match(formula, at)
        if token is None:
            return ""
        classes.append(_CLASS.get(token.lastgroup or "", token[0]))
        at = token.end()
    return _INTERSECTION.sub("*", "".join(classes)).replace(" ", "")
