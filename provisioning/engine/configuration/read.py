"""Reads configuration files: YAML in which only `true` and `false` are booleans.

Every other scalar stays the text that was typed until the schema converts it, so `NO`, `on`, `007`
and `12:30` survive. Duplicate keys, foreign tags, circles, depth and size are refused with their
line (T24); the line of every path is kept for the problems found later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from provisioning.core.problems import Problem, UsageProblems

LARGEST_FILE = 10 * 1024 * 1024
DEEPEST = 20
MOST_NODES = 500_000

Path: TypeAlias = tuple[str | int, ...]
Plain: TypeAlias = "str | bool | list[Plain] | dict[str, Plain] | None"

_TEXT = "tag:yaml.org,2002:str"
_BOOLEAN = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class ConfigurationText:
    """One file as it was given: where it came from, and its bytes."""

    name: str
    content: bytes


@dataclass(slots=True)
class ConfigurationDocument:
    """The document of one application, the line of each of its paths, and its place for people."""

    content: Mapping[str, object]
    lines: Mapping[Path, int] = field(default_factory=dict)
    place: str = ""
    root: Path = ()

    def problem(self, path: Path, message: str, advice: str = "") -> Problem:
        """What is wrong at a path of this document, with its line where one is known."""
        return Problem(self.place + path_text(path), message, advice, self.line(path))

    def line(self, path: Path) -> int | None:
        """The line of a path, else of what it would be in."""
        for length in range(len(path), -1, -1):
            if (line := self.lines.get((*self.root, *path[:length]))) is not None:
                return line
        return None


class PlainTextLoader(yaml.SafeLoader):
    """YAML whose plain scalars are text, except `true`, `false`, `null`, `~` and nothing."""

    yaml_implicit_resolvers = {}


PlainTextLoader.add_implicit_resolver(_BOOLEAN, re.compile(r"^(?:true|false)$"), list("tf"))
PlainTextLoader.add_implicit_resolver(_NULL, re.compile(r"^(?:null|~|)$"), ["n", "~", ""])


def read_configuration(texts: Sequence[ConfigurationText]) -> list[ConfigurationDocument]:
    """The documents of all files in order; `UsageProblems` with the line of what is wrong."""
    documents = [document for text in texts for document in _read_one(text, several=len(texts) > 1)]
    if not documents:
        raise UsageProblems([Problem("", _("The file holds no document."), _(_EXAMPLE))])
    return documents


def path_text(path: Path) -> str:
    """A path as people write it: `mappings.users.attributes[3].match`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


_EXAMPLE = gettext_noop("An application begins with name: and template:, as docs/reference shows.")


def _read_one(text: ConfigurationText, *, several: bool) -> Iterator[ConfigurationDocument]:
    place = f"{text.name}: " if several else ""
    roots = _compose(text, place)
    applications = [one for root in roots for one in _applications(root)]
    for index, (content, lines, root) in enumerate(applications):
        here = f"{place}[{index}]." if len(applications) > 1 else place
        if not isinstance(content, dict):
            message = _("An application's document must be a set of keys and values.")
            raise UsageProblems([Problem(here.rstrip("."), message, _(_EXAMPLE), lines.get(root))])
        yield ConfigurationDocument(content, lines, here, root)


def _applications(root: yaml.Node) -> Iterator[tuple[Plain, Mapping[Path, int], Path]]:
    """A document is one application or a list of them; an empty one is none."""
    reading = _Reading()
    content = reading.value(root, ())
    if content is None:
        return
    if not isinstance(content, list):
        yield content, reading.lines, ()
        return
    for index, one in enumerate(content):
        yield one, reading.lines, (index,)


def _compose(text: ConfigurationText, place: str) -> list[yaml.Node]:
    if len(text.content) > LARGEST_FILE:
        message = _("The file is larger than %(size)s MiB.") % {
            "size": LARGEST_FILE // 1024 // 1024
        }
        raise UsageProblems([Problem(place.strip(), message, _("Split it into several files."))])
    try:
        decoded = text.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = text.content.count(b"\n", 0, error.start) + 1
        raise UsageProblems(
            [
                Problem(
                    place.strip(), _("This is not UTF-8 text."), _("Save the file as UTF-8."), row
                )
            ]
        ) from None
    try:
        return [node for node in yaml.compose_all(decoded, PlainTextLoader) if node is not None]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise UsageProblems([_not_yaml(place, str(error.problem or error.context), line)]) from None
    except yaml.reader.ReaderError as error:
        raise UsageProblems(
            [_not_yaml(place, _("a control character"), decoded.count("\n", 0, error.position) + 1)]
        ) from None
    except RecursionError:
        raise UsageProblems([_too_deep(place, None)]) from None


def _not_yaml(place: str, reason: str, line: int | None) -> Problem:
    advice = _("Check the indentation, and quote texts with : or # inside.")
    return Problem(
        place.strip(),
        _("The file is not valid YAML here: %(reason)s.") % {"reason": reason},
        advice,
        line,
    )


def _too_deep(place: str, line: int | None) -> Problem:
    message = _("The file is nested more than %(deepest)s levels deep.") % {"deepest": DEEPEST}
    return Problem(
        place.strip(), message, _("No configuration needs that: check the brackets."), line
    )


@dataclass(slots=True)
class _Reading:
    """One walk over the nodes of a document: values, and the line of each path."""

    lines: dict[Path, int] = field(default_factory=dict)
    nodes: int = 0

    def value(self, node: yaml.Node, path: Path) -> Plain:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        self.nodes += 1
        if len(path) > DEEPEST:
            raise UsageProblems([_too_deep(path_text(path[:3]), line)])
        if self.nodes > MOST_NODES:
            message = _("The file unfolds to more values than a configuration can have.")
            raise UsageProblems([Problem("", message, _("Check its aliases (*name)."), line)])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*path, index)) for index, one in enumerate(node.value)]
        return _scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode):
                message = _("A key must be a plain word.")
                raise UsageProblems([Problem(path_text(path), message, "", line)])
            if key in found:
                message = _("The key %(key)s is given twice.") % {"key": key}
                raise UsageProblems(
                    [Problem(path_text((*path, key)), message, _("Keep one of them."), line)]
                )
            self.lines[(*path, key)] = line
            found[key] = self.value(value_node, (*path, key))
        return found


def _scalar(node: yaml.Node, path: Path) -> Plain:
    if node.tag == _TEXT:
        return str(node.value)
    if node.tag == _BOOLEAN and node.value in ("true", "false"):
        return bool(node.value == "true")
    if node.tag == _NULL:
        return None
    message = _("The tag %(tag)s is not accepted.") % {"tag": node.tag[:60]}
    advice = _("Write the value without a tag.")
    raise UsageProblems([Problem(path_text(path), message, advice, node.start_mark.line + 1)])
