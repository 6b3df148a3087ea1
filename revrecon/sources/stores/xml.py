"""XML as stores answer it."""

from xml.etree.ElementTree import Element, ParseError, fromstring

from revrecon.sources.contract import IncompleteExtract

__all__ = ["Element", "parsed_xml", "text_at"]


def parsed_xml(content: bytes, name: str) -> Element:
    """The root. Raises IncompleteExtract for what is no XML, such as an answer that was cut off."""
    try:
        return fromstring(content)
    except ParseError as error:
        raise IncompleteExtract(
            f"{name} sent {len(content):,} bytes that are no whole XML ({error}). The answer may have been cut off."
        ) from error


def text_at(element: Element, *path: str) -> str:
    """The text at a path of names, whatever their namespaces; empty where it is not there."""
    found = element.find("/".join(f"{{*}}{name}" for name in path))
    return (found.text or "") if found is not None else ""
