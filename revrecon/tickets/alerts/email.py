"""Mail over SMTP. The Message-ID follows from the key, so that a mail that is sent twice is one to mail systems."""

import hashlib
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from revrecon.entity_map.outlets import EmailChannel as Settings
from revrecon.tickets.bodies.text import as_text
from revrecon.tickets.notices import Notice
from revrecon.tickets.trouble import Refused, TryLater, Unsure
from revrecon.tickets.wire import secret

_TIMEOUT = 20.0
Connect = Callable[[Settings], smtplib.SMTP]


class EmailChannel:
    """One mail per alert to all whom it concerns."""

    def __init__(self, settings: Settings, connect: Connect | None = None) -> None:
        self.settings, self.connect = settings, connect or _connected

    def send(self, notice: Notice, key: str) -> None:
        mail = as_mail(self.settings.sender, notice, key)
        try:
            with self.connect(self.settings) as server:
                self._log_in(server)
                _hand_over(server, mail)
        except smtplib.SMTPServerDisconnected as error:
            raise TryLater(f"The mail server {self.settings.host} hung up before the mail was sent.") from error
        except smtplib.SMTPAuthenticationError as error:
            raise Refused(f"The mail server {self.settings.host} refuses the login. Renew its secret.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater(f"The mail server {self.settings.host} cannot be used ({type(error).__name__}).") from error

    def was_sent(self, notice: Notice, key: str, since: datetime) -> bool:
        return False

    def _log_in(self, server: smtplib.SMTP) -> None:
        if self.settings.user_env and self.settings.password_env:
            server.login(secret(self.settings.user_env), secret(self.settings.password_env))


def as_mail(sender: str, notice: Notice, key: str) -> EmailMessage:
    """A notice as a mail; nothing in it can add a header. Raises Refused when it concerns nobody with an address."""
    if not notice.people:
        raise Refused(f"'{notice.content.title}' concerns nobody with an address. Name people in the map's alerts.")
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = notice.content.title
    mail["From"] = Address("RevRecon", addr_spec=sender)
    mail["To"] = [Address(addr_spec=person) for person in notice.people]
    mail["Message-ID"] = f"<{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(as_text(notice.content))
    return mail


def _hand_over(server: smtplib.SMTP, mail: EmailMessage) -> None:
    """Send, telling apart what was surely refused and what may have been taken when the line went dead."""
    try:
        server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        raise Refused("The mail server takes mail for none of the addresses. Correct them in the map.") from error
    except smtplib.SMTPResponseException as error:
        said = f"The mail server answered {error.smtp_code}"
        raise (TryLater(f"{said}.") if error.smtp_code < 500 else Refused(f"{said}; it will not take it.")) from error
    except (smtplib.SMTPServerDisconnected, OSError) as error:
        raise Unsure("The mail server's answer was lost while it was given a mail.") from error


def _connected(settings: Settings) -> smtplib.SMTP:
    if settings.security == "tls":
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=_TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(settings.host, settings.port, timeout=_TIMEOUT)
    if settings.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server
