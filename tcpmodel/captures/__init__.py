"""Captures read: containers and text dumps become the segments of conversations, without a verdict on any."""
