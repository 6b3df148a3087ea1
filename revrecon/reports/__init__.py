"""Results as people read them: data first (sheets and views), then rendering (HTML, terminal, files)."""
