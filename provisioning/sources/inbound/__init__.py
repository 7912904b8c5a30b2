"""Resources that another system pushes: kept, and told to the directory at once."""
