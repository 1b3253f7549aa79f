"""Transition systems made of rows, claims about them, and traces that anyone can replay."""
