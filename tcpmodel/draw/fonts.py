"""Fonts of the pictures: families that most readers of SVG have, the first there is taken."""

SANS = "Helvetica, Arial, DejaVu Sans, sans-serif"
MONO = "DejaVu Sans Mono, Menlo, Consolas, monospace"
