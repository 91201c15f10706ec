"""The loop's two replaceable parts with a language model behind them: reading a message, writing the prose."""
