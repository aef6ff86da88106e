"""All tasks about decks."""

from __future__ import annotations

from evals.presentations import conduct, content

TASKS = (*content.tasks(), *conduct.tasks())
