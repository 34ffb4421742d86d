"""Words that refer to something declared: lists and their elements, truths and judgements, terms with arguments."""

from __future__ import annotations

from dsl.kinds import TRUTH, type_words
from dsl.model import Call, Cond, EntityOf, ListOf, Path, Truth
from dsl.scope import Scope
from dsl.syntax import Node, Token


def element(list_token: Token, scope: Scope) -> tuple[Path, str] | None:
    """The list a word names and the entity of its elements."""
    found = scope.path(list_token)
    if not found:
        return None
    path, kind, _ = found
    if not isinstance(kind, ListOf):
        scope.names.report(
            "K204",
            f"`{list_token.text}` is not a list",
            scope.file,
            list_token,
            f"it is {type_words(kind)}",
            help="name a fact declared as `list of ...`",
        )
        return None
    return path, kind.entity


def binding(node: Node, scope: Scope) -> tuple[str, Path, str, Scope] | None:
    """The variable of a quantifier, its list, the entity of the elements, and the scope inside it."""
    var, list_token = node.parts[1], node.parts[3]
    assert isinstance(var, Token)
    assert isinstance(list_token, Token)
    found = element(list_token, scope)
    if "." in var.text or var.text in {**scope.givens, **scope.variables}:
        bound_again(var, scope)
        return None
    return (var.text, *found, scope.bind(var.text, found[1])) if found else None


def bound_again(var: Token, scope: Scope) -> None:
    """Report a variable whose name already means something."""
    scope.names.report(
        "N103",
        f"`{var.text}` already means something here",
        scope.file,
        var,
        "bound again",
        help=f"choose another letter, such as `{var.text[0]}2`",
    )


def call(node: Node, scope: Scope) -> Cond | None:
    """A term applied."""
    names = scope.names
    term, *args = node.tokens("NAME")
    if not names.use("term", term.text):
        names.unknown("term", term, term.text, scope.file, names.of("term"))
        return None
    head = names.of("term")[term.text].line.head
    assert head is not None
    params = [p.tokens("NAME")[1].text for p in head.nodes()[0].nodes()]
    if len(params) != len(args):
        names.report(
            "K206",
            f"`{term.text}` takes {len(params)} argument(s), {len(args)} given",
            scope.file,
            node,
            "here",
            help=f"write `{term.text}({', '.join(params)})`",
        )
        return None
    paths: list[Path] = []
    for token, entity in zip(args, params, strict=True):
        found = scope.path(token)
        if found is None:
            return None
        if found[1] != EntityOf(entity):
            names.report(
                "K206",
                f"`{term.text}` wants a {entity} here",
                scope.file,
                token,
                f"this is {type_words(found[1])}",
                help=f"give it a {entity}",
            )
            return None
        paths.append(found[0])
    return Call(term.text, tuple(paths))


def truth(node: Node, scope: Scope) -> Cond | None:
    """A truth fact or a judgement."""
    names = scope.names
    token = node.parts[-1]
    assert isinstance(token, Token)
    if node.kind == "judged" and "." not in token.text and token.text not in scope.givens:
        names.unknown("judgement", token, token.text, scope.file, names.of("judgement"))
        return None
    if node.kind == "truth" and token.text.split(".")[0] not in {**scope.givens, **scope.variables}:
        near = list(names.of("term"))
        if token.text in near:
            names.report(
                "K206",
                f"`{token.text}` is a term and needs its arguments",
                scope.file,
                token,
                "no arguments",
                help=f"write `{token.text}(...)`",
            )
        else:
            names.unknown("fact", token, token.text, scope.file, [*scope.variables, *scope.givens, *near])
        return None
    found = scope.path(token)
    if found is None:
        return None
    path, kind, fact = found
    if kind != TRUTH:
        names.report(
            "K205",
            f"`{token.text}` is not true or false",
            scope.file,
            token,
            f"it is {type_words(kind)}",
            help=f"compare it: `{token.text} is ...`",
        )
        return None
    judgement = fact.judgement if fact else None
    if node.kind == "judged" and judgement is None:
        names.report(
            "K205",
            f"`{token.text}` is a fact, not a judgement",
            scope.file,
            token,
            "judged",
            help=f"write `{token.text}` alone",
        )
        return None
    if judgement:
        names.use("judgement", judgement)
    return Truth(path)
