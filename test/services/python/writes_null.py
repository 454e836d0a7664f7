"""Stands for a library that writes what is JSON, and no word of a worker's, to a file descriptor which is not its own."""

import os

os.write(3, b"null\n")
