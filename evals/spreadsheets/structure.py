"""Families about looks and structure: what stands where, and that all that refers to it follows."""

from __future__ import annotations

from typing import Any

from evals.authoring import Author
from evals.building import does
from evals.scoring.bindings import ChartBinds, PivotSums
from evals.scoring.sheet_layout import Frozen, Hidden, Width
from evals.scoring.spreadsheets import (
    Formula,
    Labelled,
    Live,
    Looks,
    Merged,
    NameIs,
    Sheets,
    TableAt,
    Values,
)
from evals.spreadsheets.books import BOOKS, name_of, source_of
from evals.spreadsheets.columns import at
from evals.task import Controls, Criterion, EditData, Said, Scope, Task

AUTHOR = Author(
    "spreadsheets",
    name_of,
    source_of,
    {},
    "I can't do that: nothing here reaches outside this file, and I won't hide it in a formula.",
)
edit_task = AUTHOR.edit


def looks(sheet: str, area: str, **given: Any) -> EditData:
    return {"op": "format", "sheet": sheet, "range": area, **given}


def tasks() -> tuple[Task, ...]:
    return (*_formats(), *_widths_and_words(), *_lines(), *_lists(), *_bindings(), *_conversations(), *_new())


def _formats() -> tuple[Task, ...]:
    spoil = [at("Sales", "C3", "wrecked")]
    return (
        edit_task(
            "sales-header", "sales.xlsx", "Make the header row of the Sales sheet bold with a light grey fill (D9D9D9) and keep it in view when scrolling.",
            [looks("Sales", "A1:F1", bold=True, fill="D9D9D9"), {"op": "freeze", "sheet": "Sales", "rows": 1, "columns": 0}],
            [Looks("Sales!A1:F1", bold=True, fill="D9D9D9"), Frozen("Sales", "A2")],
            Scope(("Sales!A1:F1", "Sales!1:1"), ("freeze",)), wreck=spoil,
            partial=[looks("Sales", "A1:F1", bold=True)],
        ),
        edit_task(
            "stock-cost-format", "inventory", "Show the unit costs as euros with two decimals, like €1.50, and centre the codes.",
            [looks("Stock", "E2:E25", number_format='"€"#,##0.00'), looks("Stock", "A2:A25", align="center")],
            [Looks("Stock!E2:E25", number_format=r"€.*0\.00"), Looks("Stock!A2:A25", align="center")],
            Scope(("Stock!A1:A25", "Stock!E1:E25", "Stock!A:A", "Stock!E:E")), wreck=[at("Stock", "C2", 37)],
            partial=[looks("Stock", "A2:A25", align="center")],
        ),
        edit_task(
            "staff-highlight", "staff", "Fill the cells with the names of everyone in Finance in yellow (FFFF00), these cells as they are now and not by a rule.",
            [looks("Staff", f"A{row}", fill="FFFF00") for row in _rows("staff", "Department", "Finance")],
            [*(Looks(f"Staff!A{row}", fill="FFFF00") for row in _rows("staff", "Department", "Finance"))],
            Scope(tuple(f"Staff!A{row}" for row in _rows("staff", "Department", "Finance"))),
            wreck=[looks("Staff", "A1", fill="FFFF00")], partial=[looks("Staff", f"A{_rows('staff', 'Department', 'Finance')[0]}", fill="FFFF00")],
        ),
    )  # fmt: skip


def _widths_and_words() -> tuple[Task, ...]:
    return (
        edit_task(
            "staff-hide-salary", "staff", "Hide the salary column and make the name column 30 wide.",
            [{"op": "resize", "sheet": "Staff", "columns": "D", "hidden": True}, {"op": "resize", "sheet": "Staff", "columns": "A", "width": 30}],
            [Hidden("Staff", "D"), Width("Staff", "A", 30)], Scope((), ("columns hidden", "columns resized")),
            wreck=[at("Staff", "D2", 1)], partial=[{"op": "resize", "sheet": "Staff", "columns": "D", "hidden": True}],
        ),
        edit_task(
            "invoices-replace", "invoices", "The client Borea is now called Borealis. Change it everywhere.",
            [{"op": "replace_text", "find": "Borea", "replace": "Borealis", "whole_cell": True}],
            [Values({f"Invoices!B{row}": "Borealis" for row in _rows("invoices", "Client", "Borea")})],
            Scope(("Invoices!B2:B19",)), wreck=[at("Invoices", "D2", 1)],
            partial=[at("Invoices", f"B{_rows('invoices', 'Client', 'Borea')[0]}", "Borealis")],
        ),
        edit_task(
            "budget-title", "budget", "Put the title 'Budget 2026' in A10, bold, merged across A10 to F10 and centred.",
            [at("Budget", "A10", "Budget 2026"), {"op": "merge", "sheet": "Budget", "range": "A10:F10"}, looks("Budget", "A10:F10", bold=True, align="center")],
            [Values({"Budget!A10": "Budget 2026"}), Merged("Budget!A10:F10"), Looks("Budget!A10", bold=True, align="center")],
            Scope(("Budget!A10:F10",)), wreck=[at("Budget", "B3", 1)], partial=[at("Budget", "A10", "Budget 2026")],
        ),
    )  # fmt: skip


def _rows(book: str, column: str, value: str) -> list[int]:
    return [row for row, each in enumerate(BOOKS[book].values(column), 2) if each == value]


def _lines() -> tuple[Task, ...]:
    insert = {"op": "insert_rows", "sheet": "Budget", "before": 4}
    totals = [sum(BOOKS["budget"].values(month)) for month in ("Jan", "Feb", "Mar", "Apr")]
    return (
        edit_task(
            "budget-insert", "budget", "Insert a row for 'Insurance' above Travel: 300 every month from January to April. Its total must work like the others.",
            [insert, at("Budget", "A4:E4", [["Insurance", 300, 300, 300, 300]]), at("Budget", "F4", "=SUM(B4:E4)")],
            [Values({"Budget!A4": "Insurance", "Budget!F4": 1200, "Budget!A5": "Travel"}), Live("Budget!F4"),
             Formula("Budget!F5", r"=SUM\(B5:E5\)"), ChartBinds("Budget", ("Budget!A2:A8", "Budget!F2:F8"))],
            Scope(("Budget!A4:F4", "Budget!4:4"), ("rows inserted", "chart", "drawing"), ("xl/charts/*", "xl/drawings/*")), wreck=[at("Budget", "B2", 1)],
            partial=[insert, at("Budget", "A4:E4", [["Insurance", 300, 300, 300, 300]])],
        ),
        edit_task(
            "budget-total-row", "budget", "Add a total row below the budget: 'Total' in A8 and live sums for each month and the Total column.",
            [at("Budget", "A8", "Total"), at("Budget", "B8:F8", "=SUM(B2:B7)")],
            [Values({"Budget!A8": "Total", **{f"Budget!{c}8": v for c, v in zip("BCDEF", [*totals, sum(totals)], strict=True)}}), Live("Budget!B8:F8")],
            Scope(("Budget!A8:F8", "Budget!8:8")), wreck=[at("Notes", "B2", 0.5)], partial=[at("Budget", "A8", "Total"), at("Budget", "B8:F8", [[*totals, sum(totals)]])],
        ),
        edit_task(
            "sales-delete-column", "sales.xlsx", "Delete the Product column from the Sales sheet; everything that depends on the list must stay right.",
            [{"op": "delete_columns", "sheet": "Sales", "columns": "C"}],
            [Values({"Sales!C1": "Units", "Summary!B2": 7756.85}), Formula("Sales!E2", r"=C2\*D2"),
             Formula("Summary!B2", r"=SUMIFS\(Sales!E2:E41,Sales!B2:B41,A2\)")],
            Scope(("Sales!*", "Summary!B2:B5"), ("columns deleted", "rule", "sheet setting", "drawing", "note"), ("xl/comments*", "xl/drawings/*", "xl/charts/*")),
            wreck=[at("Notes", "B1", "wrecked")], partial=[{"op": "clear", "sheet": "Sales", "range": "C1:C41", "what": "contents"}],
        ),
        edit_task(
            "staff-delete-rows", "staff", "Cleo Costa and Hugo Hoang have left. Remove their rows.",
            [{"op": "delete_rows", "sheet": "Staff", "rows": f"{_person('Hugo')}"}, {"op": "delete_rows", "sheet": "Staff", "rows": f"{_person('Cleo')}"}],
            [Values({"Staff!A4": "Dev Duarte", "Staff!A8": "Ines Ito", "Staff!A20": None})],
            Scope((), ("rows deleted",)),
            wreck=[at("Staff", "A2", "wrecked")], partial=[{"op": "delete_rows", "sheet": "Staff", "rows": f"{_person('Hugo')}"}],
        ),
    )  # fmt: skip


def _lists() -> tuple[Task, ...]:
    by_net = sorted(
        zip(BOOKS["invoices"].values("Net"), BOOKS["invoices"].values("Number"), strict=True), key=lambda pair: -pair[0]
    )
    return (
        edit_task(
            "sales-rename", "sales.xlsx", "Rename the sheet Sales to 'Sales 2026'.",
            [{"op": "rename_sheet", "sheet": "Sales", "name": "Sales 2026"}],
            [Sheets(("Sales 2026", "Summary", "Notes")), Values({"Summary!B2": 7756.85}), Formula("Summary!B2", r"=SUMIFS\('Sales2026'!F2:F41,'Sales2026'!B2:B41,A2\)")],
            Scope(("sheet:Sales", "sheet:Sales 2026"), ("sheet renamed",)), wreck=[at("Notes", "B1", "wrecked")],
        ),
        edit_task(
            "invoices-sort", "invoices", "Sort the invoices by net amount, largest first.",
            [{"op": "sort", "sheet": "Invoices", "by": [{"column": "Net", "descending": True}]}],
            [Values({f"Invoices!A{row}": number for row, (_, number) in enumerate(by_net, 2)})],
            Scope(("Invoices!A2:E19",), ("rows inserted", "rows deleted", "rows moved")), wreck=[at("Invoices", "A1", "wrecked")],
            partial=[{"op": "sort", "sheet": "Invoices", "by": [{"column": "Net"}]}],
        ),
        edit_task(
            "stock-table", "inventory", "Turn the stock list into a table called StockList.",
            [{"op": "make_table", "sheet": "Stock", "range": "A1:F25", "name": "StockList"}],
            [TableAt("Stock!A1:F25"), Values({"Stock!A2": "00037"})],
            Scope((), ("table",), ("xl/tables/*",)), wreck=[at("Stock", "C2", 1)],
        ),
        edit_task(
            "notes-name", "budget", "Define the name Growth for the growth rate on the Notes sheet, and in Notes C2 show it as a percentage by a formula that uses the name.",
            [{"op": "define_name", "name": "Growth", "refers_to": "Notes!$B$2"}, at("Notes", "C2", "=Growth"), looks("Notes", "C2", number_format="0%")],
            [NameIs("Growth", "Notes!B2"), Formula("Notes!C2", "=Growth"), Looks("Notes!C2", number_format="%")],
            Scope(("Notes!C2", "name:Growth")), wreck=[at("Notes", "B1", "USD")], partial=[at("Notes", "C2", "=B2")],
        ),
    )  # fmt: skip


def _person(first: str) -> int:
    return 2 + [name.split()[0] for name in BOOKS["staff"].values("Name")].index(first)


def _bindings() -> tuple[Task, ...]:
    whole, renamed, longer = (
        PivotSums("Pivot", source, ("Department",), {"Salary": "sum"})
        for source in ("Staff!A1:E21", "People!A1:E21", "Staff!A1:E22")
    )
    finance = sum(BOOKS["staff"].values("Salary")[row - 2] for row in _rows("staff", "Department", "Finance"))
    pivot = {"op": "pivot", "sheet": "Staff", "rows": ["Department"], "values": ["Salary"]}
    insert = {"op": "insert_rows", "sheet": "Staff", "before": 4}
    newcomer = at("Staff", "A4:E4", [["Kim Sato", "Finance", "2026-02-01", 50000, 40]])
    return (
        edit_task(
            "staff-pivot", "staff", "Make a pivot table on a new sheet called Pivot: the departments down, and the sum of their salaries.",
            [pivot], [whole, Labelled("^Finance$", finance)],
            Scope(("sheet:Pivot", "Pivot!*"), ("pivot", "sheet added"), ("xl/pivotTables/*", "xl/pivotCache/*")), wreck=[at("Staff", "D2", 1)],
            partial=[{**pivot, "values": [{"column": "Salary", "function": "count"}]}],
        ),
        edit_task(
            "payroll-rename", "payroll", "Call the sheet Staff 'People' instead; the pivot table must go on working.",
            [{"op": "rename_sheet", "sheet": "Staff", "name": "People"}], [renamed, Sheets(("People", "Pivot"))],
            Scope(("sheet:Staff", "sheet:People"), ("sheet renamed", "pivot"), ("xl/pivotTables/*", "xl/pivotCache/*")), wreck=[at("People", "D2", 1)],
        ),
        edit_task(
            "payroll-insert", "payroll", "Insert Kim Sato (Finance, since 1 February 2026, salary 50,000, 40 hours) above Cleo Costa in the list; the pivot table must count Kim too once it is refreshed.",
            [insert, newcomer], [Values({"Staff!A4": "Kim Sato", "Staff!B4": "Finance", "Staff!D4": 50000, "Staff!A5": "Cleo Costa"}), longer],
            Scope(("Staff!A4:E4", "Staff!4:4"), ("rows inserted", "pivot"), ("xl/pivotTables/*", "xl/pivotCache/*")), wreck=[at("Staff", "D2", 1)],
            partial=[insert],
        ),
        edit_task(
            "staff-chart", "staff", "Add a native column chart of the salaries by name beside the list.",
            [{"op": "make_chart", "sheet": "Staff", "kind": "column", "series": [{"values": "Salary"}], "categories": "Name", "at": "H2"}],
            [ChartBinds("Staff", ("Staff!A2:A21", "Staff!D2:D21"))], Scope((), ("chart", "drawing"), ("xl/charts/*", "xl/drawings/*")), wreck=[at("Staff", "D2", 1)],
            partial=[{"op": "make_chart", "sheet": "Staff", "kind": "column", "series": [{"values": "Hours"}], "categories": "Name", "at": "H2"}],
        ),
    )  # fmt: skip


def _conversations() -> tuple[Task, ...]:
    salary, net = BOOKS["staff"].values("Salary"), BOOKS["invoices"].values("Net")
    return (
        edit_task(
            "staff-two-turns", "staff", ["Add a column F 'Raise' with 3 % of the salary.", "Make that 5 % instead, and show it without decimals."],
            [[at("Staff", "F1", "Raise"), at("Staff", "F2:F21", "=D2*3%")], [at("Staff", "F2:F21", "=D2*5%"), looks("Staff", "F2:F21", number_format="#,##0")]],
            [Values({f"Staff!F{row}": value * 0.05 for row, value in enumerate(salary, 2)}), Live("Staff!F2:F21"), Looks("Staff!F2:F21", number_format=r"^[^.]*$")],
            Scope(("Staff!F1:F21", "Staff!F:F")), wreck=[at("Staff", "E2", 1)],
        ),
        edit_task(
            "invoices-three-turns", "invoices", ["Put 'Total net' in H1 and the total of all net amounts in I1.", "Now the same below for what is paid: 'Paid' in H2, amount in I2.", "Make H1:I2 bold."],
            [[at("Invoices", "H1", "Total net"), at("Invoices", "I1", "=SUM(D2:D19)")], [at("Invoices", "H2", "Paid"), at("Invoices", "I2", '=SUMIFS(D2:D19,E2:E19,"yes")')],
             [looks("Invoices", "H1:I2", bold=True)]],
            [Values({"Invoices!H1": "Total net", "Invoices!I1": sum(net), "Invoices!H2": "Paid",
                     "Invoices!I2": sum(v for v, p in zip(net, BOOKS["invoices"].values("Paid"), strict=True) if p == "yes")}),
             Live("Invoices!I1:I2"), Looks("Invoices!H1:I2", bold=True)],
            Scope(("Invoices!H1:I2",)), wreck=[at("Invoices", "A2", "wrecked")],
        ),
        edit_task(
            "budget-undo-part", "budget", ["Set travel in February to 5000 and training in March to 1200.", "Sorry, put the training figure back to what it was."],
            [[at("Budget", "C4", 5000), at("Budget", "D6", 1200)], [at("Budget", "D6", BOOKS["budget"].values("Mar")[4])]],
            [Values({"Budget!C4": 5000, "Budget!D6": BOOKS["budget"].values("Mar")[4]})], Scope(("Budget!C4",)), wreck=[at("Budget", "A2", "wrecked")],
        ),
        edit_task(
            "stock-sheet-turns", "inventory", ["Add a sheet 'Summary' with 'Total quantity' in A1 and the total quantity in B1.", "Move it in front of Stock."],
            [[{"op": "add_sheet", "name": "Summary"}, at("Summary", "A1", "Total quantity"), at("Summary", "B1", "=SUM(Stock!C2:C25)")],
             [{"op": "move_sheet", "sheet": "Summary", "before": "Stock"}]],
            [Sheets(("Summary", "Stock")), Values({"Summary!A1": "Total quantity", "Summary!B1": sum(BOOKS["inventory"].values("Quantity"))}), Live("Summary!B1")],
            Scope(("Summary!*", "sheet:Summary"), ("sheet added", "sheet moved")), wreck=[at("Stock", "D2", 1)],
        ),
    )  # fmt: skip


def _new() -> tuple[Task, ...]:
    return (
        _created(
            "new-trip", "Make a small trip budget: inputs 'Days' (5), 'Hotel per night' (120) and 'Meals per day' (45); then 'Hotel', 'Meals' and 'Total' worked out from them (a night for every day).",
            [["Days", 5], ["Hotel per night", 120], ["Meals per day", 45], ["Hotel", "=B1*B2"], ["Meals", "=B1*B3"], ["Total", "=B4+B5"]],
            [Labelled("^Total", 825), Labelled("^Total", 1650, {"^Days": 10}), Labelled("^Meals$", 225)],
        ),
        _created(
            "new-loan", "Set up a loan calculator: 'Amount' 20000, 'Yearly rate' 6 %, 'Months' 24, and 'Monthly payment' as a positive number.",
            [["Amount", 20000], ["Yearly rate", 0.06], ["Months", 24], ["Monthly payment", "=-PMT(B2/12,B3,B1)"]],
            [Labelled("Monthly payment", _payment(20000, 0.06, 24)), Labelled("Monthly payment", _payment(10000, 0.06, 24), {"^Amount": 10000})],
        ),
        _created(
            "new-break-even", "New sheet, please: 'Fixed costs' 9000, 'Price' 50, 'Variable cost' 20, and the 'Break-even units' that follow.",
            [["Fixed costs", 9000], ["Price", 50], ["Variable cost", 20], ["Break-even units", "=B1/(B2-B3)"]],
            [Labelled("Break-even", 300), Labelled("Break-even", 450, {"^Price": 40})],
        ),
        _created(
            "new-grades", "Make a grade sheet with 'Homework' 80, 'Midterm' 70 and 'Final' 90, their weights ('Homework weight' 30 %, 'Midterm weight' 30 %, 'Final weight' 40 %) and the 'Weighted grade'.",
            [["Homework", 80], ["Midterm", 70], ["Final", 90], ["Homework weight", 0.3], ["Midterm weight", 0.3], ["Final weight", 0.4],
             ["Weighted grade", "=B1*B4+B2*B5+B3*B6"]],
            [Labelled("Weighted grade", 81), Labelled("Weighted grade", 85, {"^Final$": 100})],
        ),
    )  # fmt: skip


def _payment(amount: float, rate: float, months: int) -> float:
    return amount * rate / 12 / (1 - (1 + rate / 12) ** -months)


def _created(task_id: str, text: str, rows: list[list[Any]], criteria: list[Criterion]) -> Task:
    """A new workbook; the vandal does it all and leaves a fault, the partial one pastes its results."""
    pasted = [[label, value if not str(value).startswith("=") else 1] for label, value in rows]
    last = len(rows)
    steps = [at("Sheet1", f"A1:B{last}", rows)]
    wrecked = [*steps, at("Sheet1", "D1", "=B1/0")]
    return Task(
        id=task_id, skill="spreadsheets", kind="create", cluster=task_id, name="new.xlsx", turns=(Said(text),), criteria=tuple(criteria),
        controls=Controls(does(*steps), does(*wrecked), does(at("Sheet1", f"A1:B{last}", pasted))),
    )  # fmt: skip
