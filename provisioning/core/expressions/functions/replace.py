"""Replace, in its five modes (entra-provisioning 7.3), with RE2 instead of .NET's engine.

Which mode is meant follows from the arguments that are written, so a wrong combination, a pattern
that cannot be used and a group that does not exist are all found when the expression is saved.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from provisioning.core.errors import ExpressionError, PositionedError
from provisioning.core.expressions.arguments import Arguments, placed
from provisioning.core.expressions.functions.registry import Example, function
from provisioning.core.expressions.limits import MAX_STEPS, MAX_VALUE, too_large
from provisioning.core.expressions.nodes import Call, Text
from provisioning.core.expressions.values import is_empty
from provisioning.core.patterns import MAX_WORK, Occurrence, Pattern, Rewrite, compile_pattern
from provisioning.core.resource import Value
from provisioning.core.wording import gettext_noop

SOURCE, OLD, PATTERN, GROUP, NEW, OTHER, TEMPLATE = range(7)

EFFORT = MAX_WORK // MAX_STEPS
"""How much of a pattern's work counts as one step."""

INSTRUCTIONS = 10
"""How many instructions of a pattern count as one step: it may have to be compiled again."""

REFERENCE = re.compile(r"\$(?:\$|\{(?P<name>\w+)\}|(?P<number>[0-9]{1,2}))")
"""What a replacement may refer to: `${group}`, `$1`, and `$$` for the sign itself."""

MODES_ADVICE = gettext_noop(
    "Give oldValue and replacementValue, oldValue and template, regexPattern and replacementValue,"
    " or regexPattern, regexGroupName and one of replacementValue and replacementAttributeName."
)


def checked(call: Call) -> None:
    """Refuses a combination of arguments, a literal pattern or a group that cannot work."""
    if _written(call) not in MODES:
        raise ExpressionError(
            gettext_noop("Replace cannot tell what to replace by what."),
            position=call.position,
            advice=MODES_ADVICE,
        )
    literal = call.arguments[PATTERN]
    if not isinstance(literal, Text):
        return
    try:
        pattern = compile_pattern(literal.value, capture=True)
    except PositionedError as error:
        raise placed(error, literal.offset(error.position)) from None
    _check_groups(call, pattern)


def _check_groups(call: Call, pattern: Pattern) -> None:
    group, new = call.arguments[GROUP : NEW + 1]
    names: list[tuple[str, int]] = []
    if isinstance(group, Text):
        names.append((group.value, group.position))
    elif group is None and isinstance(new, Text):
        found = REFERENCE.finditer(new.value)
        names += [(ref["name"], new.offset(ref.start())) for ref in found if ref["name"]]
    for name, position in names:
        if pattern.group_number(name) is None:
            raise _no_group(name, pattern, position)


def _no_group(name: str, pattern: Pattern, position: int) -> ExpressionError:
    return ExpressionError(
        gettext_noop("The pattern has no group %(name)s."),
        params={"name": name[:40], "known": ", ".join(pattern.groups) or "–"},
        position=position,
        advice=gettext_noop(
            "Its groups are: %(known)s. One is named so in a pattern: (?<name>...)."
        ),
    )


@function(
    "Replace",
    "source",
    "oldValue?",
    "regexPattern?",
    "regexGroupName?",
    "replacementValue?",
    "replacementAttributeName?",
    "template?",
    examples=[
        Example(
            'Replace([mail], "@contoso.com", , , "", , )',
            "john.doe",
            {"mail": "john.doe@contoso.com"},
        ),
        Example(
            'Replace([UserID], "<username>", , , , , "<username>@contoso.com")',
            "jsmith@contoso.com",
            {"UserID": "jsmith"},
        ),
        Example(
            'Replace([tel], , "\\\\+(?<isd>\\\\d* )(?<num>\\\\d{10})", , "${num}", , )',
            "9998887777",
            {"tel": "+91 9998887777"},
        ),
        Example(
            'Replace([addr], , "(?<n>^\\\\d*)", "n", "888", , )',
            "888 Tremont Street",
            {"addr": "545 Tremont Street"},
        ),
        Example(
            'Replace([tel], , "\\\\+(?<isd>\\\\d* )(?<num>\\\\d{10})", "num", , [mobile], )',
            "8887779999",
            {"mobile": "+91 8887779999"},
        ),
    ],
    check=checked,
)
def replace(given: Arguments) -> Value:
    """The source with something replaced; what, follows from the arguments that are written.

    `oldValue` and `replacementValue`: every occurrence. `oldValue` and `template`: oldValue in the
    template by the source. `regexPattern` and `replacementValue`: every match, `${group}` and `$1`
    referring to its groups. These with `regexGroupName`: only that group's text.
    `regexPattern`, `regexGroupName` and `replacementAttributeName`: the source if it has a value,
    else the group found in the other attribute.
    """
    source = given.text(SOURCE)
    written = frozenset(index for index in range(1, len(given)) if given.given(index))
    mode = MODES[written]
    if mode is _other_attribute:
        return source if not is_empty(source) else _other_attribute("", given)
    return None if source is None else mode(source, given)


def _literal(source: str, given: Arguments) -> str:
    return _substituted(source, given.text(OLD), given.text(NEW) or "", given)


def _template(source: str, given: Arguments) -> str:
    return _substituted(given.text(TEMPLATE) or "", given.text(OLD), source, given)


def _substituted(text: str, old: str | None, new: str, given: Arguments) -> str:
    """Every `old` replaced; an empty `old` occurs nowhere."""
    if not old:
        return text
    if text.count(old) * len(new) > MAX_VALUE:
        raise too_large(
            gettext_noop("Replace makes a text that is too long."), given.position(SOURCE)
        )
    return text.replace(old, new)


def _matches(source: str, given: Arguments) -> str:
    pattern, new = _pattern(given), given.text(NEW) or ""

    def rewrite(found: Occurrence) -> tuple[int, int, str]:
        return found.start(), found.end(), _filled_in(new, pattern, found)

    return _rewritten(pattern, source, rewrite, given)


def _one_group(source: str, given: Arguments) -> str:
    pattern, new = _pattern(given), given.text(NEW) or ""
    number = _group(pattern, given)

    def rewrite(found: Occurrence) -> tuple[int, int, str]:
        if found.start(number) < 0:
            return found.end(), found.end(), ""
        return found.start(number), found.end(number), new

    return _rewritten(pattern, source, rewrite, given)


def _other_attribute(_source: str, given: Arguments) -> str | None:
    pattern, other = _pattern(given), given.text(OTHER)
    number = _group(pattern, given)
    if other is None:
        return None
    try:
        given.spend(pattern.effort(len(other)) // EFFORT)
        found = pattern.first(other)
    except PositionedError as error:
        raise placed(error, given.position(OTHER)) from None
    return None if found is None else found.group(number)


Mode = Callable[[str, Arguments], str | None]
MODES: dict[frozenset[int], Mode] = {
    frozenset({OLD, NEW}): _literal,
    frozenset({OLD, TEMPLATE}): _template,
    frozenset({PATTERN, NEW}): _matches,
    frozenset({PATTERN, GROUP, NEW}): _one_group,
    frozenset({PATTERN, GROUP, OTHER}): _other_attribute,
}


def _written(call: Call) -> frozenset[int]:
    """Which arguments beside the source are written."""
    parts = enumerate(call.arguments)
    return frozenset(index for index, part in parts if index and part is not None)


def _pattern(given: Arguments) -> Pattern:
    try:
        pattern = compile_pattern(given.text(PATTERN) or "", capture=True)
    except PositionedError as error:
        raise placed(error, given.position(PATTERN)) from None
    given.spend(pattern.effort(1) // INSTRUCTIONS)
    return pattern


def _group(pattern: Pattern, given: Arguments) -> int:
    name = given.text(GROUP) or ""
    number = pattern.group_number(name)
    if number is None:
        raise _no_group(name, pattern, given.position(GROUP))
    return number


def _rewritten(pattern: Pattern, source: str, rewrite: Rewrite, given: Arguments) -> str:
    def counted(found: Occurrence) -> tuple[int, int, str]:
        given.spend(1 + pattern.effort(len(source) - found.end()) // EFFORT)
        return rewrite(found)

    try:
        given.spend(pattern.effort(len(source)) // EFFORT)
        return pattern.rewrite(source, counted, MAX_VALUE)
    except PositionedError as error:
        raise placed(error, given.position(SOURCE)) from None


def _filled_in(new: str, pattern: Pattern, found: Occurrence) -> str:
    """The replacement with its references resolved; one that names no group stays as it is."""

    def resolve(reference: re.Match[str]) -> str:
        name = reference["name"] or reference["number"]
        if name is None:
            return "$"
        number = pattern.group_number(name)
        return reference[0] if number is None else found.group(number) or ""

    return REFERENCE.sub(resolve, new) if "$" in new else new
