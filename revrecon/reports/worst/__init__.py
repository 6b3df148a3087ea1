"""What a leader can do first: the worst entity, and its six questions with what the data already answers."""
