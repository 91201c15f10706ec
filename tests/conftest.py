"""What holds for every test: properties have no deadline, since a test never asserts how fast the machine is."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("no_deadline", deadline=None)
settings.load_profile("no_deadline")
