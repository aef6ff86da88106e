"""The one home of the scorers: pure functions of what was there before, what is there after, the trace and the task."""
