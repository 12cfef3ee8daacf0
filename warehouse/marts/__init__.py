"""Published marts: immutable files for readers, the rows behind them, their version."""
