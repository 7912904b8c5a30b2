"""Configuration files: read, judged as a whole, applied in one transaction, exported again."""
