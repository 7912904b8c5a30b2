"""The French catalogue: whole, in the words of the house, and safe to fill with values."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from provisioning.management.make import catalogue

PERCENT = re.compile(r"%(?:\((\w+)\)[0-9]*([sdX])|(%))")
KEPT = re.compile(r"`[^`]+`|--[a-z-]+|[A-Z]+(?:_[A-Z]+)+|https?://[\w./]*|user(?:PrincipalN|N)ame")

BRACES_OF_THE_FILE = re.compile(r"\{(env|file): ")

WORDS = {
    "Test Connection": "Tester la connexion",
    "Tenant URL": "URL du locataire",
    "secret token": "jeton secret",
    "provisioning logs": "journaux d'approvisionnement",
    "Default Access": "Accès par défaut",
    "scoping filter": "filtre d'étendue",
    "quarantine": "quarantaine",
    "mapping": "mappage",
}
LABELS = {
    "Provisioning status": "État d'approvisionnement",
    "On": "Activé",
    "Off": "Désactivé",
    "Succeeded": "Réussite",
    "Failed": "Échec",
    "Quarantined": "En quarantaine",
    "Import user": "Importer l'utilisateur",
    "Determine scope": "Déterminer l'étendue",
    "Match user": "Faire correspondre l'utilisateur",
    "Perform action": "Exécuter l'action",
}


def pairs() -> Iterator[tuple[str, str]]:
    """Every sentence with its French one; a plural gives two pairs."""
    for entry in polib.pofile(str(catalogue.CATALOGUE)):
        if entry.msgid_plural:
            yield entry.msgid, entry.msgstr_plural[0]
            yield entry.msgid_plural, entry.msgstr_plural[1]
        else:
            yield entry.msgid, entry.msgstr


def values_of(text: str) -> list[tuple[str, str]]:
    """The places for values with their type, in the order of their names."""
    percent = {(name or "%", kind) for name, kind, _ in PERCENT.findall(text)}
    if "%" in text:
        return sorted(percent)
    return sorted((field, "") for _, field, _, _ in string.Formatter().parse(text) if field)


def test_every_sentence_has_its_french_one_and_none_is_left_over(capsys):
    assert catalogue.check() == 0, capsys.readouterr().out


def test_nothing_waits_for_a_second_look():
    read = polib.pofile(str(catalogue.CATALOGUE))

    assert not read.fuzzy_entries()
    assert not read.obsolete_entries()
    assert len(read) > 300


def test_the_places_for_values_are_the_same_and_of_the_same_type_in_both_languages():
    differing = [english for english, french in pairs() if values_of(english) != values_of(french)]

    assert not differing


def test_every_french_sentence_can_be_filled_with_its_values():
    for _, french in pairs():
        if "%(" in french:
            assert french % {name: 7 for name, _, _ in PERCENT.findall(french) if name}
        elif "%" not in french and not BRACES_OF_THE_FILE.search(french):
            fields = [field for _, field, _, _ in string.Formatter().parse(french) if field]
            assert french.format(**dict.fromkeys(fields, 7))


def test_commands_options_addresses_and_attributes_are_never_translated():
    lost = [
        (word, french)
        for english, french in pairs()
        for word in KEPT.findall(english)
        if word not in french
    ]

    assert not lost


@pytest.mark.parametrize(("english", "french"), WORDS.items())
def test_one_thing_has_one_word(english, french):
    speaking = [
        (source, target)
        for source, target in pairs()
        if re.search(rf"\b{english}s?\b", source, re.IGNORECASE)
    ]

    assert speaking
    assert not [pair for pair in speaking if french.lower() not in _singular(pair[1], french)]


def _singular(text: str, wanted: str) -> str:
    """The text in small letters; words that are plural count as those that are wanted."""
    plural = " ".join(f"{word}s?" for word in wanted.lower().split())
    return re.sub(plural, wanted.lower(), text.lower())


@pytest.mark.parametrize(("english", "french"), LABELS.items())
def test_a_label_is_the_one_of_the_vocabulary(english, french):
    assert dict(pairs())[english] == french


def test_french_says_approvisionnement_and_vous_and_never_shouts():
    text = "\n".join(french for _, french in pairs())

    assert not re.search(r"(?<!ap)(?<!dé)provisionn", text, re.IGNORECASE)
    assert not re.search(r"\b(tu|ton|tes|oups|s'il vous plaît)\b", text, re.IGNORECASE)
    assert "!" not in text


def test_no_line_breaks_before_french_punctuation():
    loose = [french for _, french in pairs() if re.search(r" [:;?»]|« |\S[;»]", french)]

    assert not loose


@pytest.fixture
def small_catalogue(monkeypatch, tmp_path) -> Path:
    """A catalogue of its own, for code with the one sentence `%(n)d people`."""
    path: Path = tmp_path / "fr" / "django.po"
    monkeypatch.setattr(catalogue, "CATALOGUE", path)
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    (tmp_path / "console").mkdir()
    (tmp_path / "console" / "page.py").write_text("_('%(n)d people')\n")
    return path


def translate(path: Path, french: str) -> None:
    read = polib.pofile(str(path))
    read[0].msgstr = french
    read.save()


@pytest.mark.parametrize(
    ("french", "code"), [("", 1), ("%(m)d personnes", 1), ("personnes", 1), ("%(n)d personnes", 0)]
)
def test_a_sentence_without_french_or_with_other_values_fails_the_check(
    small_catalogue, french, code
):
    catalogue.update()
    translate(small_catalogue, french)

    assert catalogue.check() == code


def test_update_keeps_what_is_translated_and_drops_what_is_gone(small_catalogue):
    catalogue.update()
    translate(small_catalogue, "%(n)d personnes")
    page = catalogue.ROOT / "console" / "page.py"

    page.write_text(page.read_text() + "_('New')\n")
    catalogue.update()
    assert [one.msgstr for one in polib.pofile(str(small_catalogue))] == ["%(n)d personnes", ""]

    page.write_text("_('New')\n")
    assert catalogue.check() == 1
    catalogue.update()
    assert [one.msgid for one in polib.pofile(str(small_catalogue))] == ["New"]


def test_sentences_are_found_in_code_and_in_templates():
    code = 'ngettext("%(n)d row", "%(n)d rows", n); gettext_noop("Off"); print("not this")'
    template = (
        '{% load i18n %}{% translate "State" %}'
        "{% blocktranslate %}Hi {{ x }}{% endblocktranslate %}"
    )

    assert list(catalogue.in_code(code)) == [("%(n)d row", "%(n)d rows", ""), ("Off", "", "")]
    assert list(catalogue.in_template(template)) == [("State", "", ""), ("Hi %(x)s", "", "")]


def test_no_sentence_hides_in_a_text_that_is_put_together_first():
    """`_(f"…")` and `_("…" % x)` look translated, but nobody could ever find their sentence."""
    hidden = [
        f"{path.name}:{node.lineno}"
        for path in catalogue.sources()
        if path.suffix == ".py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in catalogue.SINGULAR | catalogue.PLURAL
        and any(isinstance(one, ast.JoinedStr | ast.BinOp) for one in node.args)
    ]

    assert not hidden
