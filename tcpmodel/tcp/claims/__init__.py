"""What TCP promises, and what progress takes: claims about two ends and their network."""
