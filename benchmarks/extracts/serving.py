"""A system in a process of its own, full of records: `python -m benchmarks.extracts.serving SYSTEM ROWS CA_FILE`."""

import json
import ssl
import sys

import trustme

from benchmarks.extracts.records import LONG_AGO, SYSTEMS, rows
from revrecon_tests.sandbox.sample import secrets
from revrecon_tests.sandbox.serving import served


def main() -> None:
    """Fill it, serve it over TLS on the loopback, write its address and what logs in there, and wait."""
    name, count, ca_file = sys.argv[1:]
    system, authority = SYSTEMS[name], trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    authority.cert_pem.write_to_path(ca_file)
    stand_in = system.stand_in()
    now, stand_in.clock = stand_in.clock, lambda: LONG_AGO
    stand_in.put_many(system.table, rows(system, int(count)))
    stand_in.clock = now
    with served(stand_in, tls=tls) as address:
        sys.stdout.write(json.dumps([address, secrets()]) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
