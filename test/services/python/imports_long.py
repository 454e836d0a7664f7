"""Takes longer to be imported than a test lasts, and says which process it is."""

import os
import time

with open(os.environ["IMPORTED_BY"], "w", encoding="utf-8") as file:
    file.write(str(os.getpid()))
time.sleep(600)
