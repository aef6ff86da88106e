"""The suite of documents."""
