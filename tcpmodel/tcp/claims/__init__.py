"""Claims (properties, specifications) about two ends and their network, and the fairness that progress takes."""
