"""All tasks about workbooks."""

from __future__ import annotations

from evals.spreadsheets import columns, conduct, structure

TASKS = (*columns.tasks(), *structure.tasks(), *conduct.tasks())
