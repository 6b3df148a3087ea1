"""What tickets and alerts say, apart from how a place writes it: content first, then Markdown, text, ADF and cards."""
