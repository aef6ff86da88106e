"""The suite of spreadsheets."""
