"""The loop of a turn: understand, plan, run tools, compose, verify."""
