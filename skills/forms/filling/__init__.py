"""Answers from outside, read as their questions want them, and put into files."""
