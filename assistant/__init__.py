"""The advisor's library: rules, dialogue, knowledge and the loop that joins them. No web framework, no CLI."""
