"""What `python -m clinicbot` does, one command a file."""
