#!/usr/bin/env python3
"""Reads a REFI-QDA project (.qdpx) as the standard describes it and prints every coding of a text, one JSON object a line:
source, quote, theme, coder, date. Nothing but Python's standard library, and nothing of the program that wrote the file.

    python3 read_qdpx.py project.qdpx [--utf-16]

Positions are Unicode code points, the first is 0, and the end is the place after the passage (REFI-QDA 1.5, 10.2). With
--utf-16 they are counted in UTF-16 code units, as NVivo does; a byte order mark is never counted, CRLF is two.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

NAMESPACE = "{urn:QDA-XML:project:1.0}"
SOURCES = "sources/"
DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z")


def local(element):
    if not element.tag.startswith(NAMESPACE):
        raise SystemExit(f"an element of another namespace: {element.tag}")
    return element.tag[len(NAMESPACE):]


def guid(text):
    return text.strip().strip("{}").lower()


def children(element, name):
    return [child for child in element if local(child) == name]


class Project:
    def __init__(self, file, wide):
        self.archive = zipfile.ZipFile(file)
        self.wide = wide
        broken = self.archive.testzip()
        if broken:
            raise SystemExit(f"{broken} is damaged")
        self.users = {}
        self.codes = {}

    def codings(self):
        with self.archive.open("project.qde") as stream:
            depth = 0
            for event, element in ElementTree.iterparse(stream, events=("start", "end")):
                depth += 1 if event == "start" else -1
                if event == "start":
                    if depth == 1 and local(element) != "Project":
                        raise SystemExit("the document is no project")
                    continue
                name = local(element)
                if name == "User":
                    self.users[guid(element.get("guid"))] = element.get("name")
                elif name == "Codes":
                    self.read_codes(element)
                elif depth == 2 and name == "TextSource":
                    yield from self.read_source(element)
                    element.clear()

    def read_codes(self, parent):
        for code in children(parent, "Code"):
            self.codes[guid(code.get("guid"))] = code.get("name")
            self.read_codes(code)

    def read_source(self, source):
        text = self.text_of(source)
        for selection in children(source, "PlainTextSelection"):
            start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
            for coding in children(selection, "Coding"):
                yield self.coding(source, coding, self.cut(text, start, end), start, end)
        for coding in children(source, "Coding"):
            yield self.coding(source, coding, text.replace("\r\n", "\n"), None, None)

    def text_of(self, source):
        path = source.get("plainTextPath")
        if path is None:
            return "".join(content.text or "" for content in children(source, "PlainTextContent"))
        prefix = "internal://"
        if not path.startswith(prefix):
            raise SystemExit(f"the text {path} is not in the file")
        return self.archive.read(SOURCES + path[len(prefix):]).decode("utf-8").removeprefix("\ufeff")

    def cut(self, text, start, end):
        if self.wide:
            units = text.encode("utf-16-le")
            if not 0 <= start <= end <= len(units) // 2:
                raise SystemExit(f"{start} to {end} lies outside a text")
            quote = units[2 * start:2 * end].decode("utf-16-le")
        else:
            if not 0 <= start <= end <= len(text):
                raise SystemExit(f"{start} to {end} lies outside a text")
            quote = text[start:end]
        return quote.replace("\r\n", "\n")

    def coding(self, source, coding, quote, start, end):
        (reference,) = children(coding, "CodeRef")
        coder = coding.get("creatingUser")
        return {
            "source": guid(source.get("guid")),
            "title": source.get("name"),
            "quote": quote,
            "theme": self.codes[guid(reference.get("targetGUID"))],
            "coder": None if coder is None else self.users[guid(coder)],
            "date": microseconds(coding.get("creationDateTime")),
            "whole": start is None,
        }


def microseconds(written):
    match = DATE.fullmatch(written or "")
    if not match:
        raise SystemExit(f"no date in UTC: {written}")
    return f"{match[1]}.{(match[2] or '').ljust(6, '0')}"


def main():
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    file, *options = sys.argv[1:]
    for coding in Project(file, "--utf-16" in options).codings():
        print(json.dumps(coding, ensure_ascii=False))


main()
