"""What there is to print: documents and what they share. Values only; nothing here touches a file."""
