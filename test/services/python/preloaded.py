"""What a fork-server has imported before it forks, looked at from its workers."""

import os

import dspex
import numpy

IMPORTED_BY = os.getpid()


@dspex.register
def imported_by():
    return [IMPORTED_BY, os.getpid()]


@dspex.register
def draw():
    return float(numpy.random.random())
