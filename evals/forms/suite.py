"""All tasks about forms."""

from __future__ import annotations

from evals.forms import conduct, content

TASKS = (*content.tasks(), *conduct.tasks())
