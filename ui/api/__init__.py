"""The HTTP side: `create_app` builds the application."""

from ui.api.app import create_app

__all__ = ["create_app"]
