"""Views: traces, rows, reports and explorations as text, diagrams and pages."""
