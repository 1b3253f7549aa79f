"""The version of this program, written here and nowhere else: to look it up takes longer than most verbs."""

VERSION = "0.4.0"
TOOL = f"tcpmodel {VERSION}"
"""What this program calls itself in what it writes."""
