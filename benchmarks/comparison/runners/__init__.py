"""One file per peer. Each is a whole process: it reads the landed files and prints its answer (`said`)."""
