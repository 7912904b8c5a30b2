"""Pools of believable names, drawn once per language and then combined (directory-sources 7).

Slightly more than half of the company writes Latin letters, most with accents; the rest any of nine
other scripts. Everybody is invented.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from faker import Faker

POOL = 240

_LOCALES = {
    # locale: (share, country, preferred language)
    "fr_FR": (20, "FR", "fr-FR"),
    "de_DE": (9, "DE", "de-DE"),
    "es_ES": (7, "ES", "es-ES"),
    "pl_PL": (6, "PL", "pl-PL"),
    "it_IT": (5, "IT", "it-IT"),
    "sv_SE": (4, "SE", "sv-SE"),
    "tr_TR": (4, "TR", "tr-TR"),
    "el_GR": (8, "GR", "el-GR"),
    "bg_BG": (7, "BG", "bg-BG"),
    "uk_UA": (6, "UA", "uk-UA"),
    "ar_SA": (5, "SA", "ar-SA"),
    "he_IL": (4, "IL", "he-IL"),
    "hi_IN": (4, "IN", "hi-IN"),
    "th_TH": (3, "TH", "th-TH"),
    "ja_JP": (3, "JP", "ja-JP"),
    "zh_CN": (2, "CN", "zh-CN"),
    "ko_KR": (3, "KR", "ko-KR"),
}
EUROPE = frozenset({"FR", "DE", "ES", "PL", "IT", "SE", "GR", "BG"})
_FAMILY_FIRST = frozenset({"ja_JP", "zh_CN", "ko_KR"})


@dataclass(frozen=True, slots=True)
class Name:
    """One person's name and where it comes from."""

    given: str
    family: str
    display: str
    country: str
    language: str


class Names:
    """Draws names; the same seed fills the same pools."""

    def __init__(self, seed: int) -> None:
        self._locales = list(_LOCALES)
        self._shares = [share for share, _country, _language in _LOCALES.values()]
        self._given: dict[str, list[str]] = {}
        self._family: dict[str, list[str]] = {}
        for locale in self._locales:
            faker = Faker(locale, use_weighting=False)
            faker.seed_instance(f"{seed}/{locale}")
            self._given[locale] = [faker.first_name() for _ in range(POOL)]
            self._family[locale] = [faker.last_name() for _ in range(POOL)]

    def draw(self, dice: random.Random) -> Name:
        """A name by the shares of the languages."""
        locale = dice.choices(self._locales, self._shares)[0]
        given = dice.choice(self._given[locale])
        family = dice.choice(self._family[locale])
        order = (family, given) if locale in _FAMILY_FIRST else (given, family)
        _share, country, language = _LOCALES[locale]
        return Name(given, family, " ".join(order), country, language)


def ascii_letters(text: str) -> str:
    """The plain Latin letters of a name, in lower case; empty for other scripts."""
    decomposed = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("ł", "l"))
    return "".join(one for one in decomposed.lower() if one.isascii() and one.isalpha())
