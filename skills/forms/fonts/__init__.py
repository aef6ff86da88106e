"""Typefaces for PDF: one that is shipped, and those of the machine for every other script.

DejaVuSans.ttf is DejaVu Sans cut down to Latin, Greek, Cyrillic and a few signs; its licence is in LICENSE.
"""
