"""Studies of TCP by many systems: why it has what it has, thresholds (parameter synthesis), the matrix."""
