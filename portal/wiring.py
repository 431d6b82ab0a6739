"""Acts that touch many rooms, one ordered list each: every room offers its own step, the list is read here."""

from datetime import time

from config.due import Job
from config.sessions import SessionStore

# What the clock does, in this order when several fall due together.
DUE = [
    Job("sessions.clear", SessionStore.clear_expired, at=time(3, 10)),
]
