"""Stores on other machines: buckets, containers and SFTP servers, which are only listed and read."""
