"""Real segments judged by the rows: which states each end may be in, and the first segment that nothing explains."""
