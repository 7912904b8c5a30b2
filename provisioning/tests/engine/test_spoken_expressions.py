"""What is wrong in an expression is told in the reader's language, with what to write instead."""

from __future__ import annotations

import pytest
from django.utils import translation

from provisioning.core.definition import read_definition
from provisioning.core.errors import ExpressionError
from provisioning.core.expressions import Context, parse
from provisioning.core.problems import UsageProblems
from provisioning.engine.spoken import advice_of, message_of, problem_of
from provisioning.tests.core.definitions import document


@pytest.mark.parametrize(
    ("text", "message", "advice"),
    [
        ("Jion([a])", "Il n'existe pas de fonction Jion.", "Vouliez-vous dire Join\u00a0?"),
        ("Left([a])", "Left attend 2 valeurs", "Écrivez Left(string, n), par exemple"),
        ("ToLower([a]", "Attendu\u00a0: , ou ), trouvé\u00a0: la fin.", "Fermez ce qui est ouvert"),
        ("[a] 1", "trouvé\u00a0: '1'.", "Vérifiez les virgules"),
        ('"\\d"', "\\d n'est pas une séquence d'échappement", "pour \\d, écrivez \\\\d."),
        ('Replace([a], , "(", , "")', "Le motif ne peut pas être utilisé", "Corrigez le motif."),
        ('Replace([a], , "(?<n>a)", "m", "")', "pas de groupe m.", "groupes sont\u00a0: n."),
        ("Append([many], [a])", "une liste de 2.", "Choisissez-en une avec Item"),
        ('CDate("x")', "CDate attend ici une date", "Donnez-lui une date"),
    ],
)
def test_an_error_of_an_expression_is_told_in_french(text, message, advice):
    with translation.override("fr"), pytest.raises(ExpressionError) as refusal:
        parse(text).evaluate({"many": ["a", "b"]}, Context())

    with translation.override("fr"):
        assert message in message_of(refusal.value)
        assert advice in advice_of(refusal.value)


def test_an_expression_that_cannot_be_saved_is_told_in_french_too():
    rows = [
        {"target": "userName", "source": "userPrincipalName", "match": 1},
        {"target": "title", "expression": "Jion([a], [b])"},
    ]

    with pytest.raises(UsageProblems) as refusal:
        read_definition(document(users={"attributes": rows}))

    (problem,) = refusal.value.problems
    assert "There is no function Jion. Did you mean Join?" in str(problem)
    with translation.override("fr"):
        assert problem_of(problem) == (
            "Il n'existe pas de fonction Jion. Vouliez-vous dire Join\u00a0?"
        )
