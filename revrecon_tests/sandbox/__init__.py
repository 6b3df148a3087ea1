"""Systems to practise on: stateful stand-ins written from the vendors' documented contracts, on the loopback."""
