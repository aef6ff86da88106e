"""What watches over cells: conditional formats, data validations, filters."""
