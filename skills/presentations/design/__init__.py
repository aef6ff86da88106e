"""How a good slide is laid out: archetypes to layouts, content to placeholders, figures and steps on the grid."""
