"""Systems that are asked over the network and answer with what they hold now."""
