"""The exit codes of the command line."""

DONE, FAILED, MISUSED = 0, 1, 2
