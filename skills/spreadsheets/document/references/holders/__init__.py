"""The kinds of parts and regions that hold references, each with what moves it along."""
