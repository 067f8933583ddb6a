"""Read: YAML to the model, every value with its place."""
