"""What a model sees of a form: the outline, parts on demand, and what is found in it."""
