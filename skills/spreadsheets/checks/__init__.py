"""Faults a finished workbook must not have, and hints worth a look."""
