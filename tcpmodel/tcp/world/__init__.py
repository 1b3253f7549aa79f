"""What surrounds two ends, and the transition systems that they make with it."""
