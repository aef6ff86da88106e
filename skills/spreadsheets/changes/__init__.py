"""What two versions of a workbook differ in, measured, and whether a declared scope allows it."""
