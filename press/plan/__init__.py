"""Plan: what is stale, and why."""
