"""Who listens on a port of this machine, and whether it is the UI."""

from pathlib import Path

from revrecon_tests.servers import answers_at

is_the_ui = answers_at("/server_info")
"""Whether Dagster's web server answers on a port."""


def bound_to(port: int) -> set[str]:
    """The addresses, as the kernel writes them, on which a port is listened to."""
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    told = [line[1].split(":") for line in lines if line[3] == "0A"]
    return {address for address, number in told if int(number, 16) == port}
