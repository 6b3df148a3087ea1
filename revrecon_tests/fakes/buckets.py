"""A bucket with files that answers in the words of S3, Google Cloud Storage or Azure; two files make a page."""

import base64
import datetime as dt
import hashlib
import itertools
import json
from email.utils import format_datetime
from urllib.parse import unquote
from xml.sax.saxutils import escape

import httpx

A_PAGE = 2


class FakeBucket:
    """`files`: content by name. `refuses`: a status and a code that every question gets. `hosts`: whoever was asked.

    A product's fake says the path of its bucket (`folder`), the mark of a further page, and how it tells what is not
    there.
    """

    folder: str
    mark: str
    no_bucket: str
    no_file: str

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.versions: dict[str, int] = {}
        self.clock = itertools.count(1)
        self.refuses: tuple[int, str] | None = None
        self.sends_to = ""
        self.is_there = True
        self.cuts = 0
        self.spoils = False
        self.packs = False
        self.logins: list[str] = []
        self.downloads: list[str] = []
        self.hosts: set[str] = set()

    def put(self, name: str, content: str | bytes) -> None:
        self.files[name] = content.encode() if isinstance(content, str) else content
        self.versions[name] = next(self.clock)

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.handle)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.hosts.add(request.url.host)
        if request.method == "POST":
            return httpx.Response(200, json={"access_token": "a-token", "expires_in": 3599})
        self.logins.append(request.headers.get("authorization", ""))
        if self.sends_to:
            return httpx.Response(307, headers={"Location": f"{self.sends_to}{request.url.raw_path.decode()}"})
        if self.refuses:
            return self.error(*self.refuses)
        if not self.is_there:
            return self.error(404, self.no_bucket)
        if name := self.name_in(request):
            return self.one(request, name)
        named = sorted(each for each in self.files if each.startswith(request.url.params.get("prefix", "")))
        start = int(request.url.params.get(self.mark) or 0)
        more = str(start + A_PAGE) if start + A_PAGE < len(named) else ""
        return self.page(named[start : start + A_PAGE], more)

    def one(self, request: httpx.Request, name: str) -> httpx.Response:
        if name not in self.files:
            return self.error(404, self.no_file)
        if not self.is_the_same(request, name):
            return self.error(412, "ConditionNotMet")
        self.downloads.append(name)
        content = self.files[name]
        sent = content[: len(content) - self.cuts] if self.cuts else content
        sent = bytes(reversed(sent)) if self.spoils else sent
        headers = {"Content-Encoding": "gzip"} if self.packs else {}
        return httpx.Response(200, headers={**self.told_of(name), **headers}, stream=httpx.ByteStream(sent))

    def name_in(self, request: httpx.Request) -> str:
        """The file's name that a question is about; empty where it is about the bucket."""
        path = request.url.raw_path.decode().partition("?")[0]
        return unquote(path.removeprefix(self.folder).lstrip("/"))

    def changed(self, name: str) -> dt.datetime:
        return dt.datetime(2026, 3, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=self.versions[name])

    def md5(self, name: str) -> bytes:
        return hashlib.md5(self.files[name], usedforsecurity=False).digest()


class FakeS3(FakeBucket):
    mark, no_bucket, no_file = "continuation-token", "NoSuchBucket", "NoSuchKey"
    folder = "/exports"

    def is_the_same(self, request, name):
        return request.headers["if-match"] == self.tag(name)

    def tag(self, name):
        return f'"{self.md5(name).hex()}"'

    def told_of(self, name):
        return {"ETag": self.tag(name)}

    def page(self, names, more):
        each = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>{self.changed(name):%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<ETag>{escape(self.tag(name))}</ETag><Size>{len(self.files[name])}</Size></Contents>"
            for name in names
        )
        further = f"<NextContinuationToken>{more}</NextContinuationToken>" if more else ""
        told = f"<IsTruncated>{'true' if more else 'false'}</IsTruncated>{each}{further}"
        xmlns = "http://s3.amazonaws.com/doc/2006-03-01/"
        return httpx.Response(
            200, text=f'<?xml version="1.0"?>\n<ListBucketResult xmlns="{xmlns}">{told}</ListBucketResult>'
        )

    def error(self, status, code):
        return httpx.Response(status, text=f"<Error><Code>{code}</Code><Message>of key AKIA</Message></Error>")


class FakeGcs(FakeBucket):
    mark, no_bucket, no_file = "pageToken", "The specified bucket does not exist.", "No such object: exports/it"
    folder = "/storage/v1/b/exports/o"

    def is_the_same(self, request, name):
        return request.url.params["generation"] == str(self.versions[name])

    def told_of(self, name):
        return {}

    def page(self, names, more):
        items = [
            {
                "name": name, "size": str(len(self.files[name])), "updated": self.changed(name).isoformat(),
                "generation": str(self.versions[name]), "md5Hash": base64.b64encode(self.md5(name)).decode(),
            }
            for name in names
        ]  # fmt: skip
        return httpx.Response(
            200, json={**({"items": items} if items else {}), **({"nextPageToken": more} if more else {})}
        )

    def error(self, status, code):
        first = {"reason": "notFound" if status == 404 else code, "message": code}
        return httpx.Response(status, text=json.dumps({"error": {"code": status, "errors": [first]}}))


class FakeAzure(FakeBucket):
    mark, no_bucket, no_file = "marker", "ContainerNotFound", "BlobNotFound"
    folder = "/exports"

    def is_the_same(self, request, name):
        return request.headers["if-match"] == f'"0x{self.versions[name]}"'

    def told_of(self, name):
        return {"Content-MD5": base64.b64encode(self.md5(name)).decode()}

    def page(self, names, more):
        each = "".join(
            f"<Blob><Name>{escape(name)}</Name><Properties><Etag>0x{self.versions[name]}</Etag>"
            f"<Last-Modified>{format_datetime(self.changed(name), usegmt=True)}</Last-Modified>"
            f"<Content-Length>{len(self.files[name])}</Content-Length></Properties></Blob>"
            for name in names
        )
        folder = "<Blob><Name>crm</Name><Properties><ResourceType>directory</ResourceType></Properties></Blob>"
        told = f"<Blobs>{each}{folder}</Blobs><NextMarker>{more}</NextMarker>"
        return httpx.Response(200, text=f'\ufeff<?xml version="1.0"?><EnumerationResults>{told}</EnumerationResults>')

    def error(self, status, code):
        return httpx.Response(status, headers={"x-ms-error-code": code})
