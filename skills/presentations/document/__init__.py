"""The typed view over a presentation: reads lazily, edits only the parts it must."""
