"""The version of this program, written here and nowhere else: to look it up takes longer than most verbs."""

VERSION = "0.4.0"
