"""Regular expressions over texts by the query engine, whose matching takes time in proportion to the text alone."""

from __future__ import annotations

from collections.abc import Sequence

from copilot_server.errors import ToolError

_SQL = "SELECT list_transform($texts, lambda text: regexp_replace(text, $find, $replacement, $options))"


def substituted(texts: Sequence[str], find: str, replacement: str, *, is_exact: bool) -> list[str]:
    """The texts with every match replaced; `is_exact` tells capitals apart; raises ToolError for no expression."""
    import duckdb  # noqa: PLC0415 - few edits need it, and it is slow to load

    if not texts:
        return []
    values = {"texts": list(texts), "find": find, "replacement": replacement, "options": "gc" if is_exact else "gi"}
    connection = duckdb.connect(":memory:", config={"enable_external_access": "false", "threads": "1"})
    try:
        found = connection.execute(_SQL, values).fetchone()
    except duckdb.Error as error:
        raise ToolError(f"find: no regular expression: {str(error).splitlines()[0]}") from error
    finally:
        connection.close()
    return [] if found is None else list(found[0])
