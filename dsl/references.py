"""Words that refer to something declared: lists and their elements, truths and judgements, terms with arguments."""

from __future__ import annotations

from collections.abc import Sequence

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
    if "." in var.text or var.text in scope.bound:
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
    term, args = node.parts[0], arguments(node)
    assert isinstance(term, Token)
    if term.text in names.of("value"):
        _no_condition(node, term.text, scope)
        return None
    if not names.use("term", term.text):
        names.unknown("term", term, term.text, scope.file, names.of("term"))
        return None
    head = names.of("term")[term.text].line.head
    assert head is not None
    params = [p.tokens("NAME")[1].text for p in head.nodes()[0].nodes()]
    if not arguments_fit(node, term.text, params, len(args), scope):
        return None
    paths: list[Path] = []
    for arg, entity in zip(args, params, strict=True):
        path = thing(arg, term.text, entity, scope)
        if path is None:
            return None
        paths.append(path)
    return Call(term.text, tuple(paths))


def arguments(node: Node) -> tuple[Node, ...]:
    """The arguments of a term or named value, each as a value."""
    return tuple(
        part if isinstance(part, Node) else Node("name", (part,), part.start, part.end)
        for part in node.parts[1:]
        if isinstance(part, Node) or (part is not None and part.type == "NAME")
    )


def arguments_fit(node: Node | Token, name: str, params: Sequence[str], count: int, scope: Scope) -> bool:
    """Whether a term or named value is given as many arguments as it takes; reported if not."""
    if len(params) != count:
        scope.names.report(
            "K206",
            f"`{name}` takes {len(params)} argument(s), {count} given",
            scope.file,
            node,
            "here",
            help=f"write `{name}({', '.join(params)})`" if params else f"write `{name}` alone",
        )
    return len(params) == count


def thing(node: Node, name: str, entity: str, scope: Scope) -> Path | None:
    """An argument that must be a thing of an entity."""
    token = node.parts[0]
    if node.kind != "name" or not isinstance(token, Token):
        wrong_argument(node, name, f"a {entity}", "worked out", scope)
        return None
    found = scope.path(token)
    if found is None:
        return None
    if found[1] != EntityOf(entity):
        wrong_argument(node, name, f"a {entity}", type_words(found[1]), scope)
        return None
    return found[0]


def wrong_argument(node: Node, name: str, wanted: str, found: str, scope: Scope) -> None:
    """Report an argument of another type."""
    scope.names.report(
        "K206", f"`{name}` wants {wanted} here", scope.file, node, f"this is {found}", help=f"give it {wanted}"
    )


def _no_condition(node: Node | Token, name: str, scope: Scope) -> None:
    """Report a named value that stands for a condition."""
    scope.names.report(
        "K205",
        f"`{name}` is a value and no condition",
        scope.file,
        node,
        "stands alone",
        help=f"compare it, such as `{scope.names.texts[scope.file][node.start : node.end]} is ...`",
    )


def truth(node: Node, scope: Scope) -> Cond | None:
    """A truth fact or a judgement."""
    names = scope.names
    token = node.parts[-1]
    assert isinstance(token, Token)
    if node.kind == "judged" and "." not in token.text and token.text not in scope.givens:
        names.unknown("judgement", token, token.text, scope.file, names.of("judgement"))
        return None
    if node.kind == "truth" and token.text.split(".")[0] not in scope.bound:
        if token.text in names.of("value"):
            _no_condition(token, token.text, scope)
            return None
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
            names.unknown("fact", token, token.text, scope.file, [*scope.bound, *near])
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
