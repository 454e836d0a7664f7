"""Stands for a library that writes to a file descriptor which is not its own."""

import os

os.write(3, b"garbage\n")
