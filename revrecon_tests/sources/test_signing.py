"""How requests to stores are signed, by the examples that the vendors publish."""

import datetime as dt

import httpx
import pytest

from revrecon.sources.stores.azure import signed_text
from revrecon.sources.stores.signing import Key, signature


@pytest.mark.parametrize(
    ("url", "headers", "signed", "end"),
    [
        ("https://examplebucket.s3.amazonaws.com/test.txt", {"range": "bytes=0-9"},
         "host;range;x-amz-content-sha256;x-amz-date",
         "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        ("https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", {}, "host;x-amz-content-sha256;x-amz-date",
         "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)  # fmt: skip
def test_signatures_are_those_of_the_published_examples(url, headers, signed, end):
    """Source: the examples of Signature Version 4 in the Amazon S3 API reference."""
    nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    moment = dt.datetime(2013, 5, 24, tzinfo=dt.UTC)
    asked = httpx.Request(
        "GET", url, headers={**headers, "x-amz-content-sha256": nothing, "x-amz-date": "20130524T000000Z"}
    )
    key = Key("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    told = signature(asked, key, "us-east-1", moment)
    assert told.endswith(f"SignedHeaders={signed},Signature={end}")


def test_what_is_signed_for_azure_names_the_account_and_the_sorted_question():
    asked = httpx.Request("GET", "https://acme.blob.core.windows.net/exports?restype=container&comp=list&prefix=a%20b")
    asked.headers["x-ms-version"] = "2023-11-03"
    text = "GET" + 12 * "\n" + "x-ms-version:2023-11-03\n/acme/exports\ncomp:list\nprefix:a b\nrestype:container"
    assert signed_text(asked, "acme") == text
