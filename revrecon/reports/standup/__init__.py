"""The weekly standup pack: what 30 minutes should be spent on, as data, then as HTML, Markdown and a workbook."""
