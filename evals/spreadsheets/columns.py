"""Families about results: columns worked out, sums by condition, each held against other inputs too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.building import controls
from evals.scoring.spreadsheets import Counterfactual, Live, Looks, Values
from evals.spreadsheets.books import BOOKS, source_of
from evals.task import EditData, Kind, Said, Scope, Task


def at(sheet: str, where: str, values: Any) -> EditData:
    return {"op": "set_cells", "sheet": sheet, "at": where, "values": values}


def column_task(
    task_id: str,
    book: str,
    text: str,
    *,
    letter: str,
    header: str,
    formula: str,
    wanted: Sequence[Any],
    other: tuple[Mapping[str, Any], Mapping[str, Any]],
    kind: Kind = "edit",
    looks: str | None = None,
    injected: tuple[Any, ...] = (),
) -> Task:
    """A new column of formulas beside the list; `other` is (inputs, the results with them)."""
    made, sheet, last = BOOKS[book], BOOKS[book].sheet, BOOKS[book].last
    area = f"{letter}2:{letter}{last}"
    steps = [at(sheet, f"{letter}1", header), at(sheet, area, formula)]
    if looks:
        steps.append({"op": "format", "sheet": sheet, "range": area, "number_format": looks})
    pasted = [at(sheet, f"{letter}1", header), at(sheet, area, [[value] for value in wanted])]
    return Task(
        id=task_id,
        skill="spreadsheets",
        kind=kind,
        cluster=book,
        name=made.name,
        source=source_of(book),
        turns=(Said(text),),
        criteria=(
            Values({f"{sheet}!{letter}1": header}),
            Values({f"{sheet}!{letter}{row}": value for row, value in enumerate(wanted, 2)}),
            Live(f"{sheet}!{area}"),
            Counterfactual(*other),
            *([Looks(f"{sheet}!{area}", number_format=_pattern(looks))] if looks else []),
        ),
        scope=Scope((f"{sheet}!{letter}1:{letter}{last}", f"{sheet}!{letter}:{letter}")),
        controls=controls(steps, [at(sheet, "A3", "wrecked")], pasted),
        injected=injected,
    )


def _pattern(number_format: str) -> str:
    return {"0.0%": r"%", "#,##0.00": r"0\.00"}.get(number_format, ".")


def sum_task(
    task_id: str,
    book: str,
    text: str,
    *,
    cells: Mapping[str, str],
    formulas: Mapping[str, str],
    wanted: Mapping[str, Any],
    other: tuple[Mapping[str, Any], Mapping[str, Any]],
    kind: Kind = "edit",
    injected: tuple[Any, ...] = (),
) -> Task:
    """Labels and results in cells the request names."""
    made = BOOKS[book]
    sheet = made.sheet
    steps = [at(sheet, cell, value) for cell, value in {**cells, **formulas}.items()]
    pasted = [at(sheet, cell, value) for cell, value in cells.items()]
    pasted += [at(sheet, cell, wanted[cell]) for cell in formulas]
    places = tuple(f"{sheet}!{cell}" for cell in (*cells, *formulas))
    return Task(
        id=task_id,
        skill="spreadsheets",
        kind=kind,
        cluster=book,
        name=made.name,
        source=source_of(book),
        turns=(Said(text),),
        criteria=(
            Values({f"{sheet}!{cell}": value for cell, value in {**cells, **wanted}.items()}),
            *(Live(f"{sheet}!{cell}") for cell in formulas),
            Counterfactual(other[0], {f"{sheet}!{cell}": value for cell, value in other[1].items()}),
        ),
        scope=Scope(places),
        controls=controls(steps, [{"op": "format", "sheet": sheet, "range": "A1", "fill": "FF0000"}], pasted),
        injected=injected,
    )


def tasks() -> tuple[Task, ...]:
    return (*_staff(), *_stock(), *_invoices(), *_budget())


def _staff() -> tuple[Task, ...]:
    staff = BOOKS["staff"]
    salary, hours, teams = staff.values("Salary"), staff.values("Hours"), staff.values("Department")
    return (
        column_task(
            "staff-bonus", "staff", "Add a column F 'Bonus' that is 4 % of each person's salary.",
            letter="F", header="Bonus", formula="=D2*4%", wanted=[value * 0.04 for value in salary],
            other=({"Staff!D5": 100_000}, {"Staff!F5": 4_000, "Staff!F6": salary[4] * 0.04}),
        ),
        column_task(
            "staff-hourly", "staff",
            "In column F, headed 'Hourly', work out what each person earns an hour: salary divided by 52 weeks and by the weekly hours. Show two decimals.",
            letter="F", header="Hourly", formula="=D2/52/E2", looks="#,##0.00",
            wanted=[a / 52 / b for a, b in zip(salary, hours, strict=True)],
            other=({"Staff!E2": 10}, {"Staff!F2": salary[0] / 520}),
        ),
        sum_task(
            "staff-by-department", "staff", "Write 'Sales' in G1 and 'IT' in G2, and beside them in H1 and H2 the total salary of each of these departments.",
            cells={"G1": "Sales", "G2": "IT"},
            formulas={"H1": "=SUMIFS($D$2:$D$21,$B$2:$B$21,G1)", "H2": "=SUMIFS($D$2:$D$21,$B$2:$B$21,G2)"},
            wanted={name: sum(v for v, t in zip(salary, teams, strict=True) if t == team) for name, team in (("H1", "Sales"), ("H2", "IT"))},
            other=({"Staff!B2": "IT", "Staff!D2": 1_000_000},
                   {"H2": 1_000_000 + sum(v for v, t in zip(salary[1:], teams[1:], strict=True) if t == "IT")}),
        ),
        sum_task(
            "staff-average", "staff", "Put the average salary of people who work 40 hours into G2, with the label 'Average full time' in G1.",
            cells={"G1": "Average full time"}, formulas={"G2": "=AVERAGEIFS(D2:D21,E2:E21,40)"},
            wanted={"G2": _mean(v for v, h in zip(salary, hours, strict=True) if h == 40)},
            other=({"Staff!D2": 500_000, "Staff!E2": 40},
                   {"G2": _mean([500_000, *(v for v, h in zip(salary[1:], hours[1:], strict=True) if h == 40)])}),
        ),
    )  # fmt: skip


def _stock() -> tuple[Task, ...]:
    quantity, reorder, cost = (BOOKS["inventory"].values(name) for name in ("Quantity", "Reorder at", "Unit cost"))
    return (
        column_task(
            "stock-value", "inventory", "Put the stock value (quantity times unit cost) of every item in column G, with the header 'Value'.",
            letter="G", header="Value", formula="=C2*E2", wanted=[a * b for a, b in zip(quantity, cost, strict=True)],
            other=({"Stock!C3": 1000}, {"Stock!G3": 1000 * cost[1]}),
        ),
        column_task(
            "stock-reorder", "inventory",
            "I need to see what to order. Column G, header 'Order?': write 'order' where the quantity is below the reorder point, otherwise leave it blank (empty text).",
            letter="G", header="Order?", formula='=IF(C2<D2,"order","")',
            wanted=["order" if a < b else "" for a, b in zip(quantity, reorder, strict=True)],
            other=({"Stock!C2": 0, "Stock!C4": 500}, {"Stock!G2": "order", "Stock!G4": ""}),
        ),
        sum_task(
            "stock-count-low", "inventory", "In H1 write 'Items at or below reorder point' and in I1 how many items that is.",
            cells={"H1": "Items at or below reorder point"}, formulas={"I1": "=SUMPRODUCT(--(C2:C25<=D2:D25))"},
            wanted={"I1": sum(a <= b for a, b in zip(quantity, reorder, strict=True))},
            other=({"Stock!C2": 0, "Stock!C3": 0}, {"I1": sum(a <= b for a, b in zip([0, 0, *quantity[2:]], reorder, strict=True))}),
        ),
    )  # fmt: skip


def _invoices() -> tuple[Task, ...]:
    net, paid, clients = (BOOKS["invoices"].values(name) for name in ("Net", "Paid", "Client"))
    return (
        column_task(
            "invoices-gross", "invoices", "Add 'Gross' in column F: the net amount plus 19 % VAT, with two decimals.",
            letter="F", header="Gross", formula="=D2*1.19", looks="#,##0.00", wanted=[value * 1.19 for value in net],
            other=({"Invoices!D2": 100}, {"Invoices!F2": 119}),
        ),
        column_task(
            "invoices-open", "invoices", "Column F should be called 'Open' and show the net amount if the invoice is not paid yet, and 0 if it is.",
            letter="F", header="Open", formula='=IF(E2="yes",0,D2)',
            wanted=[0 if done == "yes" else value for value, done in zip(net, paid, strict=True)],
            other=({"Invoices!E2": "no", "Invoices!D2": 7}, {"Invoices!F2": 7}),
        ),
        sum_task(
            "invoices-by-client", "invoices", "For clients Alba and Borea list the unpaid net amount: names in H2 and H3, amounts in I2 and I3.",
            cells={"H2": "Alba", "H3": "Borea"},
            formulas={f"I{row}": f'=SUMIFS($D$2:$D$19,$B$2:$B$19,H{row},$E$2:$E$19,"no")' for row in (2, 3)},
            wanted={f"I{row}": sum(v for v, c, p in zip(net, clients, paid, strict=True) if c == name and p == "no")
                    for row, name in ((2, "Alba"), (3, "Borea"))},
            other=({"Invoices!B2": "Alba", "Invoices!D2": 5000, "Invoices!E2": "no"},
                   {"I2": 5000 + sum(v for v, c, p in zip(net[1:], clients[1:], paid[1:], strict=True) if c == "Alba" and p == "no")}),
        ),
    )  # fmt: skip


def _budget() -> tuple[Task, ...]:
    months = [BOOKS["budget"].values(month) for month in ("Jan", "Feb", "Mar", "Apr")]
    return (
        column_task(
            "budget-share", "budget", "Next to Total, in column G, add 'Share': each category's part of the overall total, as a percentage with one decimal.",
            letter="G", header="Share", formula="=F2/SUM($F$2:$F$7)", looks="0.0%",
            wanted=[sum(row) / sum(map(sum, months)) for row in zip(*months, strict=True)],
            other=({"Budget!B2": 0, "Budget!C2": 0, "Budget!D2": 0, "Budget!E2": 0}, {"Budget!G2": 0}),
        ),
    )  # fmt: skip


def _mean(values: Any) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers)
