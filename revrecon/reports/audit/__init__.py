"""The quarterly audit as a few pages for the leadership, and the whole evidence behind them."""
