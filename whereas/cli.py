"""The command line. Options may stand before or after the name of a command; a command imports what it needs itself.

Exit codes: 0 answered or clean; 1 findings, `explain` of a no, or an analysis cut short; 2 a mistake in what was typed
or in a file; 3 a bug of ours.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Literal

import click

from dsl.diagnostics import OPTION, Diagnostic, InternalError, Label
from dsl.model import Place
from dsl.suggest import nearest
from whereas.commands import shared
from whereas.driver import VERSION
from whereas.options import Asked, RefusedError, Settings, command_line, place_of, settings

_EPILOG = (
    "Exit codes: 0 answered or clean; 1 findings, `explain` of a no, or an analysis cut short; 2 a mistake in what was "
    "typed or in a file; 3 a bug of ours."
)

_OPTIONS = (
    click.Option(["--json"], is_flag=True, help="Answer as JSON."),
    click.Option(["--lang"], metavar="en|zh-Hant|zh-Hans", help="The language of the answer."),
    click.Option(["--book"], metavar="DIR", help="Another book than the one that comes with Whereas."),
    click.Option(["--as-known-on"], metavar="DATE", help="Leave out what became known only after this day."),
    click.Option(["--reading"], metavar="NAME=VALUE", multiple=True, help="Choose a reading; may be repeated."),
    click.Option(["--readings"], metavar="all", help="Let a verdict depend on every reading."),
    click.Option(["--judgements"], metavar="presumed|open", help="Whether some judgements are taken as favourable."),
    click.Option(["--time-limit"], metavar="SECONDS", help="Stop a case after this long."),
)
"""What every command takes: made once, not for each of them."""


def _with_options(run: Callable[..., int]) -> Callable[..., int]:
    """A command that takes the common options too, and is given them together with those typed before its name."""

    @wraps(run)
    def command(**kwargs: Any) -> int:
        argv, before = click.get_current_context().obj
        own = Asked(**{name: kwargs.pop(name) for name in Asked.__struct_fields__})
        return run(settings(own.over(before), argv), **kwargs)

    return command


class _Command(click.Command):
    """Takes the common options after its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A command as click makes it."""
        super().__init__(*args, **kwargs)
        self.params += _OPTIONS


class _InOrder(click.Group):
    """Takes the common options before the name of a command, and lists commands in the order they are written in."""

    command_class = _Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A group as click makes it."""
        super().__init__(*args, **kwargs)
        self.params += _OPTIONS

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all commands."""
        return list(self.commands)


@click.group(cls=_InOrder, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="whereas")
@click.pass_context
def whereas(context: click.Context, /, **kwargs: Any) -> None:
    """Which schemes a person qualifies for, and why: eligibility rules, answered."""
    context.obj = (context.obj, Asked(**kwargs))


@whereas.command(epilog=_EPILOG, short_help="Every scheme and category for the people described.")
@click.argument("cases", nargs=-1, required=True, metavar="CASE...")
@click.option("--html", metavar="FILE", help="Write a page for printing.")
@click.option("--all", "full", is_flag=True, help="Tell every category in full, in the order of the book.")
@click.option(
    "--near", is_flag=False, flag_value="5", metavar="[N]", help="List the N nearest misses of all schemes (5)."
)
@_with_options
def assess(given: Settings, cases: tuple[str, ...], html: str | None, near: str | None, *, full: bool) -> int:
    """Every scheme and category for the people described in the files CASE (`-`: standard input).

    What is open comes first, then what depends and on what, then what is not open, each with its first reason.
    """
    from whereas.commands import assess as command

    return command.assess(given, cases, html, full=full, near=near)


@whereas.command(epilog=_EPILOG, short_help="Why a person qualifies or does not, condition by condition.")
@click.argument("case")
@click.argument("category")
@click.option("--html", metavar="FILE", help="Write a page for printing.")
@_with_options
def explain(given: Settings, case: str, category: str, html: str | None) -> int:
    """Why a person qualifies for CATEGORY or does not, condition by condition."""
    from whereas.commands import assess as command

    return command.explain(given, case, category, html)


@whereas.command(epilog=_EPILOG, short_help="Ask what settles most, one question after the other.")
@click.argument("case")
@click.option("--category", metavar="ID", help="Only this category, or the categories of this scheme.")
@click.option("--answers", metavar="FILE", help="Take the answers from this file: lines of PATH: VALUE.")
@click.option("--out", metavar="FILE", help="Write the completed case to this file.")
@_with_options
def ask(given: Settings, case: str, category: str | None, answers: str | None, out: str | None) -> int:
    """Ask about the person in the file CASE what settles most, and write the completed case.

    With `--json` the one next question, after the answers of the file; with `--judgements open` an officer is asked.
    """
    from whereas.commands import ask as command

    return command.ask(given, case, category, out, answers)


@whereas.command(epilog=_EPILOG, short_help="What a change would make of the answers, and what reaches a category.")
@click.argument("case")
@click.option("--set", "sets", metavar="PATH=VALUE", multiple=True, help="Change a fact; may be repeated.")
@click.option(
    "--goal", "goals", metavar="CATEGORY", multiple=True, help="Every smallest change of facts that reaches it."
)
@click.option("--html", metavar="FILE", help="Write a page for printing.")
@_with_options
def whatif(given: Settings, case: str, sets: tuple[str, ...], goals: tuple[str, ...], html: str | None) -> int:
    """Answers before and after a change, or the smallest changes that reach CATEGORY.

    PATH is that of a fact in the case file, such as `applicant.jobs[0].ended_on`; `[+]` adds to a list.
    """
    from whereas.commands import whatif as command

    return command.whatif(given, case, sets, goals, html)


@whereas.command(epilog=_EPILOG, short_help="On which days of filing each category is open.")
@click.argument("case")
@click.argument("category", required=False, metavar="[CATEGORY]")
@click.option("--from", "since", metavar="DATE", help="The first day of filing (default: that of the case, or today).")
@click.option("--until", metavar="DATE", help="The last day of filing (default: ten years later).")
@click.option("--svg", metavar="FILE", help="Draw the windows.")
@click.option("--html", metavar="FILE", help="Write a page for printing.")
@_with_options
def when(given: Settings, case: str, **asked: Any) -> int:
    """On which days of filing CATEGORY (or a scheme, or every category) is open, and what opens and closes it.

    What the case tells is taken to stay as it is, whenever the application is filed.
    """
    from whereas.commands import when as command

    return command.when(given, case, command.Wanted(**asked))


@whereas.command(epilog=_EPILOG)
@click.argument("book_dir", required=False, metavar="[BOOK]")
@click.option("--fix", is_flag=True, help="Rewrite the files where a finding has one fix that changes no verdict.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@_with_options
def check(given: Settings, book_dir: str | None, *, fix: bool, diff: bool) -> int:
    """Find mistakes in a book."""
    from whereas.commands import check as command

    return command.check(given, book_dir, fix=fix, diff=diff)


@whereas.command(epilog=_EPILOG, short_help="What a book rests on, and whether anything was left out.")
@click.argument("book_dir", required=False, metavar="[BOOK]")
@click.option("--verify", "folder", metavar="DIR", help="Compare with the stored documents in this folder.")
@click.option("--facts", "sheet", metavar="FILE", help="Account for every entry of this fact sheet.")
@_with_options
def sources(given: Settings, book_dir: str | None, folder: str | None, sheet: str | None) -> int:
    """Sources, conflicts, readings and judgements of a book, and its rules that rest on weak sources alone.

    With `--verify` or `--facts` these are compared with the book instead.
    """
    from whereas.commands import sources as command

    return command.sources(given, book_dir, folder, sheet)


@whereas.command(epilog=_EPILOG, short_help="Format rule files.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--check", "check_only", is_flag=True, help="Only say which files would be changed.")
@click.option("--write", "in_place", is_flag=True, help="Change the files.")
@_with_options
def fmt(given: Settings, files: tuple[str, ...], *, check_only: bool, in_place: bool) -> int:
    """Format rule files; with `--lang zh` or `--lang en`, turn their keywords into that language."""
    language: Literal["en", "zh"] | None = None
    if any(word == "--lang" or word.startswith("--lang=") for word in given.argv):
        language = "en" if given.lang == "en" else "zh"
    from whereas.commands import fmt as command

    return command.fmt(given, files, language, check_only=check_only, in_place=in_place)


@whereas.command(epilog=_EPILOG, short_help="Run the examples of a book.")
@click.argument("words", nargs=-1, metavar="[BOOK] [CATEGORY]...")
@click.option("--mutate", is_flag=True, help="Try small edits of the book: do the examples notice them?")
@click.option("--suggest", is_flag=True, help="Write examples for conditions that no example decides.")
@click.option("--write", "into", metavar="FILE", help="With `--suggest`: write them into a new file.")
@click.option("--jobs", metavar="N", help="With `--mutate`: how many edits are tried side by side.")
@click.option("--most", metavar="N", help="With `--mutate`: try no more than so many, drawn by lot.")
@click.option("--seed", metavar="N", help="With `--most`: another draw.")
@click.option("--fresh", is_flag=True, help="With `--mutate`: do not go on from an earlier run.")
@_with_options
def test(given: Settings, words: tuple[str, ...], **asked: Any) -> int:
    """Run the examples of a book, and list the conditions that none of them decides.

    With `--mutate` or `--suggest` schemes or categories may be named, and only these are looked at.
    """
    from whereas.commands import test as command

    return command.test(given, words, command.Wanted(**asked))


@whereas.command(epilog=_EPILOG, short_help="Examine a book as a whole, each finding with a person.")
@click.argument("book_dir", required=False, metavar="[BOOK]")
@click.option("--from", "first", metavar="DATE", help="Only people who file on this day or later.")
@click.option("--until", "last", metavar="DATE", help="Only people who file on this day or before.")
@click.option("--category", "words", multiple=True, metavar="CATEGORY", help="Only these; a scheme stands for its own.")
@_with_options
def audit(given: Settings, book_dir: str | None, first: str | None, last: str | None, words: tuple[str, ...]) -> int:
    """Examine a book as a whole: what can never hold or never matter, broken promises, gaps in dates.

    Each finding is shown by a person where a person can show it.
    """
    from whereas.commands import audit as command

    return command.audit(given, book_dir, first, last, words)


@whereas.command(epilog=_EPILOG, short_help="Whose verdict changes between two editions of a book.")
@click.argument("editions", nargs=2, metavar="OLD NEW")
@click.option("--known", is_flag=True, help="OLD and NEW are days: the book as known on each.")
@click.option("--filed", is_flag=True, help="OLD and NEW are days: applications filed on each.")
@click.option("--format", "format_", metavar="text|markdown|json", help="Markdown is for a pull request.")
@_with_options
def diff(given: Settings, editions: tuple[str, str], format_: str | None, *, known: bool, filed: bool) -> int:
    """Whose verdict changes between two editions of a book, because of which edit, and that nobody else's does.

    OLD and NEW are folders, git revisions of the folder named by --book, or REVISION:FOLDER. Leaves with 1 if anything
    is different.
    """
    from whereas.commands import diff as command

    return command.diff(given, editions, format_, known=known, filed=filed)


@whereas.command(epilog=_EPILOG)
@click.argument("words", nargs=-1, metavar="[CATEGORY]...")
@click.option("--case", "case_file", metavar="CASE", help="The program for one person.")
@_with_options
def emit(given: Settings, words: tuple[str, ...], case_file: str | None) -> int:
    """Print the answer-set program, of all categories or of those named (a scheme stands for its categories)."""
    from whereas.commands import emit as command

    return command.emit(given, words, case_file)


@whereas.command(epilog=_EPILOG, short_help="Write pages and diagrams of every scheme.")
@click.argument("book_dir", required=False, metavar="[BOOK]")
@click.option("--out", "folder", metavar="DIR", required=True, help="The folder the pages are written into.")
@click.option("--check", "check_only", is_flag=True, help="Only say which files there are not what the book gives.")
@_with_options
def pages(given: Settings, book_dir: str | None, folder: str, *, check_only: bool) -> int:
    """Write a page of every scheme, with a diagram of each category's conditions, in English and Chinese."""
    from whereas.commands import pages as command

    return command.pages(given, book_dir, folder, check_only=check_only)


@whereas.command(epilog=_EPILOG)
@click.option("--record", is_flag=True, help="The schema of a decision record instead.")
@_with_options
def schema(given: Settings, *, record: bool) -> int:
    """Print the JSON Schema of a case file."""
    from whereas.commands import schema as command

    return command.record_schema() if record else command.schema(given)


@whereas.command(epilog=_EPILOG, short_help="Explain a finding by its code, or list all codes.")
@click.argument("code_id", required=False, metavar="[CODE]")
@_with_options
def code(given: Settings, code_id: str | None) -> int:
    """Explain a finding by its code, such as N102; without one, list all."""
    from whereas.commands import code as command

    return command.code(given, code_id)


@whereas.command(epilog=_EPILOG, short_help="File the answer on a case, with evidence for it.")
@click.argument("case")
@click.option("--out", metavar="FILE", help="Write the record here (`-`: standard output).")
@click.option("--store", metavar="FILE", help="Add the record to this store; it is made if it is not there.")
@click.option("--category", "categories", metavar="CATEGORY", multiple=True, help="Only this one; may be repeated.")
@click.option("--mask", "policy", metavar="none|personal|all", default="none", help="Which facts to leave out.")
@click.option("--secrets", metavar="FILE", help="Write what is masked here, for whoever may see it.")
@click.option("--embed", is_flag=True, help="Put the text of the book into the record.")
@_with_options
def record(given: Settings, case: str, **asked: Any) -> int:
    """File the answer on the people described in CASE, with evidence that `verify` can follow without the solver."""
    from whereas.commands import record as command

    return command.record(given, case, command.Wanted(**asked))


@whereas.command(epilog=_EPILOG, short_help="Ask again what a record answers.")
@click.argument("record_name", metavar="RECORD")
@click.option("--store", metavar="FILE", help="RECORD is an entry of this store, by its number or digest.")
@click.option("--secrets", metavar="FILE", help="What was masked in the record.")
@_with_options
def replay(given: Settings, record_name: str, store: str | None, secrets: str | None) -> int:
    """Put the case of a RECORD to the solver again, with the book it was made with, and say what differs."""
    from whereas.commands import replay as command

    return command.replay(given, record_name, store, secrets)


@whereas.command(epilog=_EPILOG, short_help="Check records without the solver.")
@click.argument("records", nargs=-1, metavar="[RECORD]...")
@click.option("--store", metavar="FILE", help="Check every record of this store, and its chain.")
@click.option("--head", metavar="HASH", help="The head of the chain as it was noted elsewhere.")
@click.option("--secrets", metavar="FILE", help="What was masked in the record.")
@click.option("--allow-unproved", is_flag=True, help="Exit 0 where nothing is wrong, though not all is proved.")
@_with_options
def verify(
    given: Settings,
    records: tuple[str, ...],
    store: str | None,
    head: str | None,
    secrets: str | None,
    *,
    allow_unproved: bool,
) -> int:
    """Check whether each RECORD follows from its facts and its rules, with a checker that is not the solver."""
    from whereas.commands import verify as command

    return command.verify(given, records, store, head, secrets, allow_unproved=allow_unproved)


@whereas.command(epilog=_EPILOG, short_help="List the records of a store.")
@click.option("--store", metavar="FILE", required=True, help="The store.")
@click.option("--search", metavar="TEXT", help="Only entries with these words in them.")
@click.option("--category", metavar="CATEGORY", help="Only entries about this category or scheme.")
@click.option("--verdict", metavar="VERDICT", help="Only entries with this verdict (on that category).")
@click.option("--since", metavar="DATE", help="Only entries recorded on this day or later.")
@click.option("--until", metavar="DATE", help="Only entries recorded on this day or earlier.")
@_with_options
def log(given: Settings, store: str, **asked: Any) -> int:
    """List the entries of a store, oldest first, and the head of its chain."""
    from whereas.commands import log as command

    return command.log(given, store, command.Wanted(**asked))


# ------------------------------------------------------------------------------------------------------------- the rim


def main(argv: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code."""
    code = run(list(sys.argv[1:] if argv is None else argv))
    sys.stderr.flush()
    os._exit(code)  # taking a book apart object by object is a twentieth of the run; the system does it at once


def run(argv: Sequence[str]) -> int:
    """Run a command; whatever goes wrong, give words and an exit code."""
    sys.stdout = sys.stdout or io.StringIO()  # closed by whoever started us: nobody reads
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return shared.OK
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return 130
    except OSError as error:
        if os.environ.get("WHEREAS_DEBUG") == "1":
            raise
        where = f" (`{error.filename}`)" if error.filename else ""
        sys.stderr.write(f"cannot go on: {(error.strerror or str(error)).lower()}{where}\n")
        return shared.BAD_INPUT
    except Exception as error:
        if os.environ.get("WHEREAS_DEBUG") == "1":
            raise
        sys.stderr.write(f"{_words_of(error)}\nset WHEREAS_DEBUG=1 to see where\n")
        return shared.OUR_BUG
    return code


def _words_of(error: Exception) -> str:
    known = error if isinstance(error, InternalError) else InternalError("whereas", f"{type(error).__name__}: {error}")
    return str(known)


def _run(argv: Sequence[str]) -> int:
    try:
        with whereas.make_context("whereas", list(argv), obj=tuple(argv)) as context:
            code = whereas.invoke(context)
    except click.exceptions.Exit as left:
        return left.exit_code
    except RefusedError as refused:
        return _refuse(refused.diagnostics, refused.texts, as_json="--json" in argv)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return shared.BAD_INPUT
    except click.ClickException as error:
        return _refuse((_usage(error, argv),), {OPTION: command_line(argv)}, as_json="--json" in argv)
    return code if isinstance(code, int) else shared.OK


def _refuse(diagnostics: Sequence[Diagnostic], texts: object, *, as_json: bool) -> int:
    found = dict(texts) if isinstance(texts, dict) else {}
    if as_json:
        shared.write_json({"version": 1, "diagnostics": shared.as_data(diagnostics, found)})
    else:
        shared.show(diagnostics, found)
    return shared.BAD_INPUT


def _usage(error: click.ClickException, argv: Sequence[str]) -> Diagnostic:
    """What is wrong with the command line, with a caret."""
    context = getattr(error, "ctx", None)
    match error:
        case click.NoSuchOption():
            known = [name for parameter in context.command.params for name in parameter.opts] if context else []
            near = nearest(error.option_name, known)
            typed = next((w for w in argv if w == error.option_name or w.startswith(f"{error.option_name}=")), "")
            place = place_of(argv, typed)
            place = Place(OPTION, place.start, place.start + len(error.option_name)) if typed else place
            return _misused(
                f"there is no option `{error.option_name}`", place, "not an option", f"write `{near}`" if near else None
            )
        case click.MissingParameter():
            end = Place(OPTION, len(command_line(argv)), len(command_line(argv)))
            if isinstance(error.param, click.Option):
                option = f"{error.param.opts[0]} {error.param.metavar}"
                return _misused(f"`{error.param.opts[0]}` is missing", end, "expected here", f"add `{option}`")
            name = error.param.human_readable_name if error.param else "argument"
            usage = context.get_usage().removeprefix("Usage: ") if context else None
            return _misused(f"`{name}` is missing", end, "expected here", f"write `{usage}`")
        case click.BadArgumentUsage():  # a part of what is needed: OLD and no NEW
            end = Place(OPTION, len(command_line(argv)), len(command_line(argv)))
            usage = context.get_usage().removeprefix("Usage: ") if context else None
            return _misused("there is less on the line than the command needs", end, "more here", f"write `{usage}`")
        case click.BadOptionUsage():
            return _misvalued(error.option_name or "", argv)
        case _:
            return _wrong_word(error, argv, context)


def _misvalued(typed: str, argv: Sequence[str]) -> Diagnostic:
    """An option that needs a value and has none, or the other way about."""
    options = (option for command in (*whereas.commands.values(), whereas) for option in command.params)
    option = next((o for o in options if isinstance(o, click.Option) and typed in o.opts), None)
    word = next((w for w in argv if w == typed or w.startswith(f"{typed}=")), typed)
    flag = option is not None and option.is_flag
    label = "it takes no value" if flag else "a value is needed after it"
    usage = typed if flag or option is None else f"{typed} {option.metavar}"
    return _misused(f"`{typed}` is not used like this", place_of(argv, word), label, f"write `{usage}`")


def _wrong_word(error: click.ClickException, argv: Sequence[str], context: click.Context | None) -> Diagnostic:
    commands_known = list(whereas.commands)
    if context is not None and context.command is whereas:
        word = next((w for w in argv if f"'{w}'" in error.message), "")
        if not word:
            end = len(command_line(argv))
            fix = f"write one of: {', '.join(commands_known)}"
            return _misused("a command is missing", Place(OPTION, end, end), "expected here", fix)
        near = "--help" if word == "help" else nearest(word, commands_known)
        fix = f"write `whereas {near}`" if near else f"write one of: {', '.join(commands_known)}"
        return _misused(f"there is no command `{word}`", place_of(argv, word), "not a command", fix)
    word = next((w for w in argv if f"{w}" in error.message.split("(")[-1].rstrip(")").split()), "")
    usage = context.get_usage().removeprefix("Usage: ") if context else "whereas --help"
    return _misused("there is more on the line than the command takes", place_of(argv, word), "", f"write `{usage}`")


def _misused(message: str, place: Place, label: str, help: str | None) -> Diagnostic:
    return Diagnostic("U709", message, Label(place, label), help=help)


if __name__ == "__main__":
    main()
