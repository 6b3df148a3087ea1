"""What RevRecon does under load: many tickets, many checks, a long history, many rows."""
