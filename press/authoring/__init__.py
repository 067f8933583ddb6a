"""What helps to write: starter files and schemas."""
