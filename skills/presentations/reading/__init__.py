"""What the model is shown of a deck: the outline, slides in full, where words stand."""
