"""Questions in SQL over the cells of a workbook; nothing can be written, fetched or opened."""
