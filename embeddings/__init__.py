"""Text to vectors, and vectors to nearest neighbours. Knows nothing of speeches."""
