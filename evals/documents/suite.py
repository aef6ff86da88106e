"""All tasks about Word documents."""

from __future__ import annotations

from evals.documents import conduct, content, reviewing

TASKS = (*content.tasks(), *reviewing.tasks(), *conduct.tasks())
