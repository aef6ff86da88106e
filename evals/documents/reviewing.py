"""Families about review: redlines that can be taken back, comments on the very words, others' changes kept or settled."""

from __future__ import annotations

from typing import ClassVar

from evals.building import TRACK
from evals.documents.content import edit_task, replace
from evals.scoring.documents import Commented, KeepsComments, NotTracked, Redline, Says
from evals.task import EditData, Scope, Task
from evals.trace import Seen

_PARTS = ("word/comments*.xml", "word/people.xml", "word/commentsExtended.xml")


def tasks() -> tuple[Task, ...]:
    return (*_redlines(), *_comments(), *_settled())


def _redlines() -> tuple[Task, ...]:
    """The vandal edits silently beside the redline."""
    return (
        edit_task("redline-notice", "lease", "As a tracked change, please: the notice should be three months instead of six.", [_tracked(replace("six months' notice", "three months' notice"))],
                  [Redline((r"with three months' notice to the end of a year",))], Scope((r"(six|three) ?months' notice|notice to the end of a year",)), partial=[replace("six months' notice", "three months' notice")]),
        edit_task("redline-expenses", "policy", "Suggest (tracked) that receipts are handed in within fourteen days.", [_tracked(replace("thirty days", "fourteen days"))],
                  [Redline((r"handed in within fourteen days;",))], Scope((r"^Receipts are handed in",)), partial=[replace("thirty days", "fourteen days")]),
        edit_task("redline-clause", "lease", "Add a tracked sentence at the end of the paragraph on small repairs: Larger repairs are the Landlord's.",
                  [_tracked(replace("Small repairs up to 150 euros are the Tenant's.", "Small repairs up to 150 euros are the Tenant's. Larger repairs are the Landlord's."))],
                  [Redline((r"are the Tenant's\. Larger repairs are the Landlord's\.",))], Scope((r"^Small repairs",)), partial=[replace("are the Tenant's.", "are the Tenant's. Larger repairs are the Landlord's.")]),
        edit_task("redline-delete", "policy", "Strike the paragraph on flights (Flights are booked in economy class.) as a tracked deletion.", [_tracked({"op": "delete", "at": ['"Flights are booked in economy class."']})],
                  [Redline(()), Says("economy class", 0)], Scope((r"^(Flights are booked in economy class\.)?$",)), partial=[replace("economy", "business")], wreck=replace("Norrland Tools", "Norland Tools")),
    )  # fmt: skip


def _tracked(edit: EditData) -> EditData:
    """Marked for the script: the whole call is sent with `track`."""
    return {**edit, TRACK: True}


def _comments() -> tuple[Task, ...]:
    return (
        edit_task("comment-rent", "lease", "Put a comment on '2,400 euros' that asks: Is this with VAT?", [{"op": "comment", "at": '"The rent is 2,400 euros"', "words": "2,400 euros", "text": "Is this with VAT?"}],
                  [Commented(r"^2,400 euros$", r"with VAT\?")], Scope((r"^The rent is", r"with VAT"), (), _PARTS), partial=[{"op": "comment", "at": '"Heating and water"', "text": "Is this with VAT?"}]),
        edit_task("comment-two", "policy", "Comment on 'ten days' that this is too short for groups, and on 'economy class' that long flights are missing.",
                  [{"op": "comment", "at": '"Journeys are booked"', "words": "ten days", "text": "Too short for groups."}, {"op": "comment", "at": '"Flights are booked"', "words": "economy class", "text": "Long flights are missing."}],
                  [Commented("ten days", "groups"), Commented("economy class", "[Ll]ong flights")], Scope((r"^Journeys are booked", r"^Flights are booked", r"groups", r"[Ll]ong flights"), (), _PARTS),
                  partial=[{"op": "comment", "at": '"Journeys are booked"', "words": "ten days", "text": "Too short for groups."}], wreck=replace("Norrland Tools", "Norland Tools")),
        edit_task("comment-keep", "reviewed", "Change 'low water' to 'low tide' in the Method section, untracked. The review must stay as it is.", [{**replace("low water", "low tide"), TRACK: False}],
                  [Says("walked at low tide"), KeepsComments()], Scope((r"Each pier was walked",)), partial=[{**replace("low water", "tide"), TRACK: False}], wreck={"op": "resolve_changes", "action": "accept"}),
    )  # fmt: skip


def _settled() -> tuple[Task, ...]:
    everything = Scope((r"planks before summer", r"bollards are loose", r"Ben adds", r"We recommend", r"^$"))
    return (
        edit_task("accept-all", "reviewed", "Accept all tracked changes.", [{"op": "resolve_changes", "action": "accept"}], [NotTracked(), Says("requires new oak planks"), Says("^Three bollards are loose"), Says("Ben adds a paragraph"), KeepsComments()],
                  everything, partial=[{"op": "resolve_changes", "action": "accept", "by": "Ann Archer"}], wreck={**replace("Harbour Survey", "Harbor Survey"), TRACK: False}),
        edit_task("reject-ben", "reviewed", "Reject Ben Bell's changes and leave Ann Archer's for later.", [{"op": "resolve_changes", "action": "reject", "by": "Ben Bell"}], [NotTracked("Ben Bell"), _Left("Ann Archer"), Says("Ben adds a paragraph", 0)],
                  everything, partial=[{"op": "resolve_changes", "action": "reject"}], wreck={**replace("Harbour Survey", "Harbor Survey"), TRACK: False}),
    )  # fmt: skip


class _Left:
    """Changes of this author are still there."""

    metric: ClassVar[str] = "tracked"

    def __init__(self, author: str) -> None:
        self.author = author

    def fault(self, seen: Seen) -> str | None:
        from evals.scoring.wordxml import tracked  # noqa: PLC0415

        return (
            None
            if any(author == self.author for _, author, _ in tracked(seen.after.data))
            else f"nothing of {self.author} is left"
        )
