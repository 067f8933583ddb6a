"""The worker processes: how they start, what they run, how they end."""
