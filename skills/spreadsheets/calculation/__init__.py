"""Recalculation after edits: what depends on a changed cell, computed by IronCalc and written back as cached values."""
