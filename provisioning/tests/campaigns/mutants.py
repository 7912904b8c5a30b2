"""A module changed in one place, in every way that a mistake could have been made there.

Sentences are no such place, nor are types, decorators and documentation: what they say is judged by
reading, and by the catalogue of translations.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from types import CodeType

OTHERWISE: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE,
    ast.GtE: ast.Gt, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """The module with one change: in which function, what became what."""

    line: int
    function: str
    change: str
    code: CodeType

    @property
    def name(self) -> str:
        """What tells it from every other, also when lines move."""
        return f"{self.function}: {self.change}"


def mutants(source: str, file: str) -> Iterator[Mutant]:
    """Every mutant of a module's source."""
    tree = ast.parse(source)
    for owner, scope in _scopes(tree):
        for parent, field, index, node in _places(scope):
            for other in _alternatives(parent, field, node):
                change = f"{ast.unparse(node)} → {ast.unparse(other)}"
                with _put(parent, field, index, node, other):
                    code = compile(ast.fix_missing_locations(tree), file, "exec")
                yield Mutant(getattr(node, "lineno", 0), owner, change, code)


def _scopes(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Functions and classes of a module by name, and what stands outside them."""
    for part in tree.body:
        if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "__all__":
            continue
        if isinstance(part, ast.ClassDef):
            for inner in part.body:
                yield f"{part.name}.{getattr(inner, 'name', '')}".rstrip("."), inner
        else:
            yield getattr(part, "name", "module"), part


def _places(scope: ast.AST) -> Iterator[tuple[ast.AST, str, int | None, ast.expr]]:
    """Every expression below a node with the place where it stands."""
    for field, value in ast.iter_fields(scope):
        if field in ("annotation", "returns", "decorator_list") or _is_documentation(value):
            continue
        for index, node in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(node, ast.AST) or _is_documentation(node):
                continue
            if isinstance(node, ast.expr):
                yield scope, field, index if isinstance(value, list) else None, node
            yield from _places(node)


def _is_documentation(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _alternatives(parent: ast.AST, field: str, node: ast.expr) -> Iterator[ast.expr]:
    """What could have been written in the place of an expression."""
    if field == "test":
        yield from (ast.Constant(True), ast.Constant(False))
    elif field == "ifs":
        yield ast.Constant(True)
    if isinstance(parent, ast.Return) and ast.unparse(node) != "None":
        yield ast.Constant(None)
    if isinstance(node, ast.Constant):
        yield from _other_values(node.value)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    else:
        yield from _other_operators(node)


def _other_values(value: object) -> Iterator[ast.expr]:
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        yield ast.Constant(value + 1)
    elif isinstance(value, str) and value and " " not in value:
        yield ast.Constant(f"{value}XX")


def _other_operators(node: ast.expr) -> Iterator[ast.expr]:
    other = deepcopy(node)
    if isinstance(other, ast.Compare):
        other.ops = [_otherwise(other.ops[0]), *other.ops[1:]]  # type: ignore[list-item]
        yield other
    elif isinstance(other, ast.BinOp) and type(other.op) in OTHERWISE:
        other.op = _otherwise(other.op)  # type: ignore[assignment]
        yield other
    elif isinstance(node, ast.BoolOp) and isinstance(other, ast.BoolOp):
        other.op = _otherwise(other.op)  # type: ignore[assignment]
        yield other
        yield from (_without(node, place) for place in range(len(node.values)))


def _otherwise(operator: ast.AST) -> ast.AST:
    return OTHERWISE[type(operator)]()


def _without(node: ast.BoolOp, place: int) -> ast.expr:
    rest = [value for index, value in enumerate(node.values) if index != place]
    return rest[0] if len(rest) == 1 else ast.BoolOp(deepcopy(node.op), rest)


@contextmanager
def _put(
    parent: ast.AST, field: str, index: int | None, node: ast.expr, other: ast.expr
) -> Iterator[None]:
    """The other expression in the place of one, for as long as it lasts."""
    _set(parent, field, index, ast.copy_location(other, node))
    yield
    _set(parent, field, index, node)


def _set(parent: ast.AST, field: str, index: int | None, node: ast.expr) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node
