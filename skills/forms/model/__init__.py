"""What a form is: texts, items, sections, expressions, and the answers given to them."""
