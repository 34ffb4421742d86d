"""The wheel: what is in it, and that it answers in an empty environment, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOP = {"dsl", "solver", "whereas", "policy"}

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return subprocess.run(
        [str(word) for word in command], cwd=cwd, env={**clean, **env}, capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    pins = str(ROOT / "constraints.txt")
    done = run(
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out, ROOT, PIP_CONSTRAINT=pins
    )
    assert done.returncode == 0, done.stderr
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_code_grammar_pages_and_the_book(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == TOP
    for needed in ("dsl/grammar.lark", "dsl/codes/N102.md", "whereas/report.html.jinja", "policy/hk/book.rules"):
        assert needed in names
    tables = {path.name for path in (ROOT / "policy" / "hk" / "data").glob("*.csv")}
    assert tables <= {Path(name).name for name in names}
    assert not [name for name in names if name.endswith(".pyc")]
    assert not [name for name in names if name.startswith("policy/") and name.endswith(".py")]


def test_an_installed_wheel_finds_its_book_and_answers(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    assert run(sys.executable, "-m", "venv", home).returncode == 0
    python = home / "bin" / "python"
    done = run(python, "-m", "pip", "install", "--quiet", "--constraint", ROOT / "constraints.txt", wheel, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    case = tmp_path / "case.yaml"
    case.write_text("submitted_on: 2026-11-21\napplicant:\n  nationality: NO\n", "utf-8")
    command = home / "bin" / "whereas"
    for number in range(2):  # the second time from the cache
        done = run(command, "assess", case, "--json", cwd=tmp_path, WHEREAS_CACHE=str(tmp_path / "cache"))
        assert done.returncode == 0, (number, done.stderr)
        found = {result["category"]: result["verdict"] for result in json.loads(done.stdout)["results"]}
        assert found["ttps.b"] == "depends"
    where = run(python, "-c", "import dsl; print(dsl.__path__[0])", cwd=tmp_path).stdout
    assert str(home) in where
    assert run(command, "code", "N102", cwd=tmp_path).stdout.startswith("# N102")


PROPERTIES = """\
from hypothesis import given, settings, strategies as st

from whereas.testing import assert_verdict, people


@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_order_means_nothing(book, data):
    person = data.draw(people(book, near=["ttps.a"]))
    assert_verdict(person.turned(), "ttps.a", person.verdicts["ttps.a"])
"""


def test_the_plugin_of_an_installed_wheel(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    assert run(sys.executable, "-m", "venv", home).returncode == 0
    python = home / "bin" / "python"
    pins = ROOT / "constraints.txt"
    done = run(python, "-m", "pip", "install", "--quiet", "--constraint", pins, f"{wheel}[testing]", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (tmp_path / "test_properties.py").write_text(PROPERTIES, "utf-8")
    done = run(python, "-m", "pytest", "-q", "test_properties.py", cwd=tmp_path, WHEREAS_CACHE="off")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_dependencies_are_in_the_constraints() -> None:
    import tomllib

    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if "==" in line
    }
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {
        word.split(";")[0].split(">")[0].split("=")[0].strip().lower() for word in wanted if "sys_platform" not in word
    }
    assert names <= pinned
    text = (ROOT / "constraints.txt").read_text("utf-8")
    assert "://" not in text
    assert "--" not in text
