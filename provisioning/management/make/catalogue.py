"""The French catalogue: one file for the whole product, read from code and templates.

`update` adds what is new and drops what is gone, `check` says what a French reader would miss,
`compile` writes what Django reads. Needs no gettext tools.
"""

from __future__ import annotations

import ast
import re
import string
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = ROOT / "provisioning" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
_SENTENCE_OF_A_TEMPLATE = re.compile(r"\bn?p?gettext\(|\b_\(")
_PERCENT = re.compile(r"%\((\w+)\)")
_METADATA = {
    "Project-Id-Version": "Rollcall",
    "Language": "fr",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}

# A sentence and, where it has them, its plural and the context that tells it from its like.
Message = tuple[str, str, str]


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            return update()
        case ["check"]:
            return check()
        case ["compile"]:
            return compile_catalogue()
    print("Use: catalogue update | check | compile", file=sys.stderr)
    return 2


def update() -> int:
    """Writes the catalogue anew; translations that are still needed stay."""
    kept = {_message(entry): entry for entry in _read()}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = _METADATA
    for message, places in sorted(messages().items()):
        entry = kept.get(message) or _new(message)
        entry.occurrences = [(place, "") for place in sorted(places)]
        if message[1] and not entry.msgstr_plural:
            entry.msgstr_plural = {0: "", 1: ""}
        catalogue.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    print(f"{len(catalogue)} sentences, {len(catalogue.untranslated_entries())} to translate.")
    return 0


def check() -> int:
    """0 when every sentence has its French one, with the same places for values, and no other."""
    catalogue = _read()
    known = {_message(entry): entry for entry in catalogue}
    needed = messages()
    faults = [f"not in the catalogue: {message[0]!r}" for message in needed if message not in known]
    faults += [f"no longer used: {message[0]!r}" for message in known if message not in needed]
    faults += [fault for entry in catalogue if (fault := _fault(entry))]
    for fault in faults:
        print(f"{CATALOGUE.relative_to(ROOT)}: {fault}")
    if faults:
        print("`make messages` writes new sentences into the catalogue; translate them there.")
    return 1 if faults else 0


def compile_catalogue() -> int:
    if CATALOGUE.exists():
        _read().save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return 0


def messages() -> dict[Message, set[str]]:
    """Every sentence that a person may read, with the files it is in."""
    found: dict[Message, set[str]] = {}
    for path in sources():
        text = path.read_text()
        sentences = in_template(text) if path.suffix == ".html" else in_code(text)
        for message in sentences:
            found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    return found


def in_code(text: str) -> Iterator[Message]:
    """Literal sentences given to a function of gettext."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            yield from _of_call(node)


def in_template(text: str) -> Iterator[Message]:
    """Sentences of `translate` and `blocktranslate`, as Django itself reads them."""
    from django.utils.translation.template import templatize

    code = templatize(text)
    for match in _SENTENCE_OF_A_TEMPLATE.finditer(code):
        yield from in_code(_call_at(code, match.start()))


def _call_at(code: str, start: int) -> str:
    """The shortest text from here that is one call."""
    for end in (m.end() for m in re.finditer(r"\)", code[start:])):
        candidate = code[start : start + end]
        try:
            ast.parse(candidate)
        except SyntaxError:
            continue
        return candidate
    return ""


def _of_call(node: ast.Call) -> Iterator[Message]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    words = [text for text in texts if isinstance(text, str)]
    if name in SINGULAR and words:
        yield words[0], "", ""
    elif name in PLURAL and len(words) > 1:
        yield words[0], words[1], ""
    elif name in WITH_CONTEXT and len(words) > 1:
        yield words[1], "", words[0]


def _message(entry: polib.POEntry) -> Message:
    return entry.msgid, entry.msgid_plural, entry.msgctxt or ""


def _new(message: Message) -> polib.POEntry:
    sentence, plural, context = message
    return polib.POEntry(msgid=sentence, msgid_plural=plural, msgctxt=context or None)


def _fault(entry: polib.POEntry) -> str:
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if entry.fuzzy or not translations or not all(translations):
        return f"not translated: {entry.msgid!r}"
    wanted = places(entry.msgid_plural or entry.msgid)
    if any(places(text) != wanted for text in translations):
        return f"other places for values than in English: {entry.msgid!r}"
    return ""


def places(text: str) -> set[str]:
    """The names between braces or in `%(name)s`."""
    named = set(_PERCENT.findall(text))
    try:
        fields = {field for _, field, _, _ in string.Formatter().parse(text) if field}
    except ValueError:
        return named
    return named | fields


def _read() -> polib.POFile:
    if CATALOGUE.exists():
        return polib.pofile(str(CATALOGUE), wrapwidth=100)
    return polib.POFile()


def sources() -> Iterable[Path]:
    """Code and templates whose sentences people read; the simulator speaks English only."""
    for folder in ("console", "provisioning"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"tests", "migrations", "simulator"} & set(path.parts):
                yield path
    yield from sorted((ROOT / "templates").rglob("*.html"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
