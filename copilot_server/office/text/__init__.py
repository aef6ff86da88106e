"""Measuring text: how wide words are, where lines break, how high a text stands."""
