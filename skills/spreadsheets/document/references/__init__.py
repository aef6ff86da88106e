"""The reference rewriter: moves every holder of a cell reference when rows, columns or sheets move."""
