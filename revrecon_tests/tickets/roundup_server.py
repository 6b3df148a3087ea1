"""Serves a Roundup tracker on loopback; run by the Python that has Roundup: `roundup_server.py FOLDER PORT`."""

import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIServer, make_server


class Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def serve(folder, port):
    from roundup.cgi.wsgi_handler import RequestDispatcher

    dispatcher = RequestDispatcher(folder)

    def below(environ, start):
        path = environ["PATH_INFO"]
        if path.startswith("/rev"):
            environ["SCRIPT_NAME"], environ["PATH_INFO"] = "/rev", path[4:]
        return dispatcher(environ, start)

    make_server("127.0.0.1", port, below, server_class=Threaded).serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
