"""Pages as a browser would read them, and a name that would do harm if a page took it for markup."""

from html.parser import HTMLParser

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>"
_VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Tags and visible words of a page; complains about tags that are not closed in their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "data")]
        self.open += [] if tag in _VOID else [tag]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += [] if "style" in self.open else data.split()

    @property
    def text(self) -> str:
        return " ".join(self.words)
