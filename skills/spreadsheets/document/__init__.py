"""The typed view over a workbook: reads lazily, splices what changes, leaves every other byte as it was."""
