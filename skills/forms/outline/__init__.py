"""The plain-text outline of a form: what people and small models write instead of form.json."""
