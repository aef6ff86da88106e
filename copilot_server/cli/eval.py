"""`office-copilot eval`: run a skill's suite over a model, hold two runs against each other, have them judged."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

import click

SUITES = ("presentations", "spreadsheets", "documents", "forms")
PUBLIC = ("spreadsheetbench", "officebench", "docxbench", "deskcraft", "pptc", "ppteval", "formfactory")


def _tools(name: str) -> Any:
    """A module of the evals, which need more than the product does; raises UsageError that says how to get it."""
    if importlib.util.find_spec("inspect_ai") is None:
        raise click.UsageError("evals need the extra: pip install 'office-copilot[evals]'")
    return importlib.import_module(f"evals.{name}")


class Suites(click.Group):
    """`eval SKILL …` for each suite, beside the commands of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*SUITES, *PUBLIC, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _suite(cmd_name) if cmd_name in (*SUITES, *PUBLIC) else super().get_command(ctx, cmd_name)


@click.group("eval", cls=Suites)
def command() -> None:
    """Run a skill's suite over a model, compare two runs, or have them judged. docs/evals.md explains the figures."""


def _suite(skill: str) -> click.Command:
    @click.command(skill)
    @click.option(
        "--model",
        metavar="NAME",
        help="PROVIDER/NAME as inspect_ai knows it, or one of ours; builtin, or a server's own, where none is named.",
    )
    @click.option("--server", metavar="URL", help="Run every turn over HTTP against a running server.")
    @click.option("--epochs", type=click.IntRange(1), default=4, show_default=True, help="Tries of each task.")
    @click.option("--limit", type=click.IntRange(1), help="Only the first N tasks.")
    @click.option("--task", "tasks", multiple=True, metavar="ID", help="Only this task; repeatable.")
    @click.option(
        "--at-once", type=click.IntRange(1), default=2, show_default=True, help="Tasks carried at the same time."
    )
    @click.option("--against-bare", is_flag=True, help="Run without SKILL.md too, and report the difference.")
    @click.option(
        "--out",
        type=click.Path(path_type=Path),
        default=Path("out/evals"),
        show_default=True,
        help="Where the logs go; a run that was killed there is resumed.",
    )
    @click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
    def run(
        model: str | None,
        server: str | None,
        epochs: int,
        limit: int | None,
        tasks: tuple[str, ...],
        at_once: int,
        against_bare: bool,
        out: Path,
        is_json: bool,
    ) -> int:
        launching = _tools("launching")
        plan = launching.Plan(skill, model or ("" if server else "builtin"), server, epochs, limit, tasks, at_once)
        try:
            told = launching.carry_out(plan, out, _progress, against_bare=against_bare)
        except (KeyError, ValueError) as error:
            raise click.UsageError(str(error.args[0])) from error
        click.echo(launching.as_json(told) if is_json else launching.as_text(told))
        return 1 if told.errors else 0

    run.help = (
        f"Run the suite of {skill}."
        if skill in SUITES
        else f"Run the public set {skill} from the folder COPILOT_BENCH."
    )
    return run


def _progress(line: str) -> None:
    click.echo(line, err=True)


@command.command("compare")
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="Write a page that shows the comparison.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def compare(before: Path, after: Path, html: Path | None, is_json: bool) -> int:
    """Say whether run B is better than run A: logs, or folders of logs. Exit code 1 when it is worse."""
    comparing = _tools("comparing")
    try:
        result = comparing.of_files(before, after)
    except (ValueError, FileNotFoundError) as error:
        raise click.UsageError(_why(error)) from error
    if html is not None:
        html.write_text(comparing.as_html(result), encoding="utf-8")
    click.echo(comparing.as_json(result) if is_json else comparing.as_text(result))
    return 1 if result.comparison.verdict == "worse" else 0


@command.command("judge")
@click.argument("a", metavar="A", type=click.Path(path_type=Path))
@click.argument("b", metavar="[B]", type=click.Path(path_type=Path), required=False)
@click.option("--rubric", required=True, metavar="NAME", help="Which rubric, such as documents-tone, or a .json file.")
@click.option("--judge", "judges", required=True, multiple=True, metavar="NAME", help="PROVIDER/NAME; repeatable.")
@click.option(
    "--maker", "makers", multiple=True, metavar="NAME", help="A model that made results where a log does not tell it."
)
@click.option(
    "--generator", "generators", multiple=True, metavar="NAME", help="A model that made the data; 'people' for none."
)
@click.option("--pages", "is_seen", is_flag=True, help="Show the judges the rendered pages too.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N tasks.")
@click.option(
    "--calibration",
    "calibrations",
    multiple=True,
    type=click.Path(path_type=Path),
    help="What `eval calibrate` wrote of these judges; repeatable. Without it the figures are advisory.",
)
@click.option(
    "--gate",
    is_flag=True,
    help="Let the figures decide: exit code 1 where B is judged worse, or A under --at-least. "
    "Refused unless every judge is calibrated.",
)
@click.option("--at-least", type=click.FloatRange(0, 1), help="With --gate: the share of criteria run A must meet.")
@click.option("--json", "is_json", is_flag=True, help="Print one JSON object.")
def judge(
    a: Path,
    b: Path | None,
    rubric: str,
    judges: tuple[str, ...],
    makers: tuple[str, ...],
    generators: tuple[str, ...],
    is_seen: bool,
    limit: int | None,
    calibrations: tuple[Path, ...],
    gate: bool,
    at_least: float | None,
    is_json: bool,
) -> int:
    """Ask a panel of models about what can't be computed: of run A, which criteria of a rubric hold; of two runs, which
    did better. Judges related to a model that took part are refused. The figures are advisory and decide nothing until
    the judges are calibrated against people's labels.
    """
    if gate and b is None and at_least is None:
        raise click.UsageError("--gate on one run needs --at-least")
    if at_least is not None and (b is not None or not gate):
        raise click.UsageError("--at-least goes with --gate and a single run")
    judging, told = _tools("judging"), _tools("judged")
    wish = judging.Wish(rubric, judges, makers, generators, limit, is_seen, calibrations, gate)
    try:
        result = judging.judged(wish, a, b)
        click.echo(told.as_json(result) if is_json else told.as_text(result))
        return 0 if not gate or result.passes(at_least) else 1
    except (KeyError, ValueError, FileNotFoundError) as error:
        raise click.UsageError(_why(error)) from error


@command.command("label")
@click.argument("a", metavar="A", type=click.Path(path_type=Path))
@click.argument("b", metavar="[B]", type=click.Path(path_type=Path), required=False)
@click.option("--rubric", required=True, metavar="NAME", help="Which rubric, or a .json file of your own.")
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="A .html page or a .csv sheet.")
@click.option("--labeller", default="", metavar="NAME", help="Who will label; can be filled in later.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another order for another person.")
@click.option("--pages", "is_seen", is_flag=True, help="Show rendered pages too (.html).")
@click.option("--limit", type=click.IntRange(1), help="Only the first N tasks.")
def label(
    a: Path, b: Path | None, rubric: str, out: Path, labeller: str, seed: int, is_seen: bool, limit: int | None
) -> int:
    """Write a sheet on which people say of each result of run A which criteria of a rubric hold, or of two runs' which
    does better: without names, in a shuffled order. Filled in, it goes to `eval calibrate`.
    """
    labelling = _tools("labelling")
    runs = tuple(path for path in (a, b) if path is not None)
    try:
        done = labelling.write_sheet(runs, rubric, out, labeller=labeller, seed=seed, limit=limit, is_seen=is_seen)
    except (KeyError, ValueError, FileNotFoundError) as error:
        raise click.UsageError(_why(error)) from error
    beside = f"; the files are in {done.files}" if done.files else ""
    click.echo(f"{done.path}: {done.items} results, {done.questions} questions{beside}", err=True)
    return 0


@command.command("calibrate")
@click.option("--rubric", required=True, metavar="NAME", help="Which rubric, or a .json file of your own.")
@click.option(
    "--labels", required=True, multiple=True, type=click.Path(path_type=Path), help="A filled-in sheet; repeatable."
)
@click.option(
    "--judge-run",
    required=True,
    type=click.Path(path_type=Path),
    help="What `eval judge … --json` said of the labelled run.",
)
@click.option("-o", "--out", required=True, type=click.Path(path_type=Path), help="Where the calibration goes (.json).")
def calibrate(rubric: str, labels: tuple[Path, ...], judge_run: Path, out: Path) -> int:
    """Hold judges against people's labels, criterion by criterion, by thresholds the rubric states. Exit code 1 where a
    judge falls short: its figures stay advisory.
    """
    calibrating = _tools("calibrating")
    try:
        result = calibrating.calibrated(rubric, labels, judge_run)
    except (KeyError, ValueError, FileNotFoundError) as error:
        raise click.UsageError(_why(error)) from error
    out.write_text(calibrating.as_json(result), encoding="utf-8")
    click.echo(calibrating.as_text(result))
    return 0 if result.is_whole else 1


def _why(error: Exception) -> str:
    return str(error) if isinstance(error, FileNotFoundError) else str(error.args[0])
