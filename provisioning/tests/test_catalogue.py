"""The French catalogue's tools: which sentences are found, and what a reader would miss."""

from __future__ import annotations

import polib
import pytest

from provisioning.management.make import catalogue


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('_("Ready")', [("Ready", "")]),
        ('translation.gettext_lazy("Two " "parts")', [("Two parts", "")]),
        (
            'gettext_noop("%(name)s left") % {"name": gettext("x")}',
            [("%(name)s left", ""), ("x", "")],
        ),
        ('ngettext("one", "many", count)', [("one", "many")]),
        ("_(sentence)", []),
        ('print("Ready")', []),
    ],
)
def test_sentences_in_code(code, found):
    assert sorted(catalogue.in_code(code)) == sorted(found)


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('{% translate "It\'s (all) ready" %}', [("It's (all) ready", "")]),
        ("{% blocktranslate %}Hello {{ name }}.{% endblocktranslate %}", [("Hello %(name)s.", "")]),
        (
            "{% blocktranslate count n=n %}one{% plural %}{{ n }} many{% endblocktranslate %}",
            [("one", "%(n)s many")],
        ),
        ('{% include "x.html" with title=_("Title") only %}', [("Title", "")]),
        ("<p>Ready</p>", []),
    ],
)
def test_sentences_in_templates(template, found):
    assert list(catalogue.in_template("{% load i18n %}" + template)) == found


@pytest.mark.parametrize(
    ("text", "places"),
    [("%(n)s of {total}", {"n", "total"}), ("100 % {", set()), ("{a.b}", {"a.b"}), ("", set())],
)
def test_places_for_values(text, places):
    assert catalogue.places(text) == places


@pytest.fixture
def french(monkeypatch, tmp_path):
    """A product of two sentences, with this catalogue."""
    monkeypatch.setattr(catalogue, "CATALOGUE", tmp_path / "django.po")
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    sentences = {("Ready", ""): {"a.py"}, ("{n} left", ""): {"a.py"}}
    monkeypatch.setattr(catalogue, "messages", lambda: sentences)

    def write(**translations):
        catalogue.update()
        file = polib.pofile(str(catalogue.CATALOGUE))
        for entry in file:
            entry.msgstr = translations.get("ready" if entry.msgid == "Ready" else "left", "")
        file.save(str(catalogue.CATALOGUE))

    return write


def test_a_whole_catalogue_passes_and_compiles(french):
    french(ready="Prêt", left="{n} restants")

    assert catalogue.check() == 0
    catalogue.compile_catalogue()
    assert catalogue.CATALOGUE.with_suffix(".mo").exists()


@pytest.mark.parametrize(
    ("translations", "said"),
    [
        ({"ready": "Prêt"}, "not translated: '{n} left'"),
        ({"ready": "Prêt", "left": "restants"}, "other places for values"),
    ],
)
def test_what_a_french_reader_would_miss_is_named(french, capsys, translations, said):
    french(**translations)

    assert catalogue.check() == 1
    assert said in capsys.readouterr().out


def test_a_sentence_without_an_entry_and_an_entry_without_a_sentence_are_named(
    french, capsys, monkeypatch
):
    french(ready="Prêt", left="{n} restants")
    monkeypatch.setattr(catalogue, "messages", lambda: {("New", ""): {"a.py"}})

    assert catalogue.check() == 1
    said = capsys.readouterr().out
    assert "not in the catalogue: 'New'" in said
    assert "no longer used: 'Ready'" in said


def test_bringing_the_catalogue_up_to_date_keeps_translations(french):
    french(ready="Prêt", left="{n} restants")

    catalogue.update()

    assert catalogue.check() == 0
