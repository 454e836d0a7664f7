"""A module that no fork-server may import: a fork has none of its threads."""

import threading
import time

threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
