"""What outlives a turn: conversations, through SQLAlchemy."""
