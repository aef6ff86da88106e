"""Pivot tables: their cache, their layout, and the parts that hold both."""
