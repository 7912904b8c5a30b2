"""What another system can push, and what becomes of it in the directory."""
