"""A workbook in few words: outline, profiles, ranges, finds."""
