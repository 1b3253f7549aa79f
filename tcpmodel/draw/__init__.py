"""Floor 5, views: traces, rows and explorations as text, diagrams and pages."""
