"""What a webhook gets: JSON, its idempotency key, and a signature by which the receiver knows who sent it."""

import hashlib
import hmac
import json


def signed(payload: dict[str, object], key: str, secret: str | None) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of a webhook: `Idempotency-Key`, and HMAC-SHA256 of the body where a secret is given."""
    body = json.dumps(payload, sort_keys=True, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    if secret is not None:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers["X-RevRecon-Signature"] = f"sha256={digest}"
    return body, headers
