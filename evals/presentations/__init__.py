"""The suite of presentations."""
