"""RevRecon makes a company's disagreeing numbers explain themselves."""
