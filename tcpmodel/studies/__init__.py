"""What is found out about TCP with many systems: why it has what it has, thresholds, the matrix."""
