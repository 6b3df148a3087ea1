"""Who is who, for people: the identity page of a day, the numbers on the daily sheet and in Dagster."""
