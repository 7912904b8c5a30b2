"""What `make nightly` does for as long as one likes: hostile texts, and code changed bit by bit."""
