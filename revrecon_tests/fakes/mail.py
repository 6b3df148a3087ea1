"""An SMTP server on loopback that keeps what it is given, and hangs up when it is told to."""

import contextlib
from email import message_from_bytes
from email.policy import default

from aiosmtpd.controller import Controller

from revrecon_tests.servers import free_port


class MailBox:
    """Mails as they arrived; `before_answer` runs when a mail is in and its answer is not yet out."""

    def __init__(self) -> None:
        self.mails, self.answers = [], []

    async def handle_DATA(self, server, session, envelope):
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if not answer.startswith(("4", "5")):
            mail = message_from_bytes(envelope.content, policy=default)
            self.mails.append((mail, envelope.rcpt_tos))
        if answer == "hang up":
            session.peer_transport = server.transport
            server.transport.close()
        return answer


@contextlib.contextmanager
def mail_server():
    """A server on a free port of this machine; gives the box and the port."""
    box = MailBox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
