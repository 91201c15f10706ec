"""The rules: what decides a recommendation. Pure; loads nothing but its own tables."""
