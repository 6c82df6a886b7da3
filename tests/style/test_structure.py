"""What the linters don't see: whose tables a statement touches, how long things grow."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "farewave"
SCHEMAS = (
    "db",
    "ledger",
    "people",
    "wallet",
    "banks",
    "demo_bank",
    "payments",
    "gateway",
    "console",
    "rail",
)
OWNED_ALSO = {"banks": {"demo_bank"}}
LINES_MAX = 400
FUNCTION_LINES_MAX = 70
_STATEMENT = re.compile(r"\b(select|insert|update|delete|from|join|into|lock)\b", re.IGNORECASE)
_TABLE = re.compile(rf"\b({'|'.join(SCHEMAS)})\.[a-z_]+\b")


def python_files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def literals(path: Path) -> list[tuple[int, str]]:
    tree = ast.parse(path.read_text("utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
    ]


def foreign_tables(path: Path) -> list[str]:
    context = path.relative_to(SOURCE).parts[0]
    own = {context} | OWNED_ALSO.get(context, set())
    return [
        f"{path.relative_to(ROOT)}:{line}: {match.group(0)}"
        for line, text in literals(path)
        if _STATEMENT.search(text)
        for match in _TABLE.finditer(text)
        if match.group(1) not in own
    ]


def test_no_statement_touches_the_tables_of_another_context() -> None:
    found = [place for path in python_files() for place in foreign_tables(path)]
    assert not found, "call that context's service instead:\n" + "\n".join(found)


def test_the_check_above_sees_a_foreign_table(tmp_path: Path) -> None:
    bad = SOURCE / "rail" / "made_up.py"
    tree = 'SQL = "SELECT 1 FROM ledger.account WHERE shard = $1"\n'
    try:
        bad.write_text(tree)
        assert foreign_tables(bad) == ["src/farewave/rail/made_up.py:1: ledger.account"]
    finally:
        bad.unlink()


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_holds_one_idea(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= LINES_MAX, "make it a folder with a file for each idea"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= FUNCTION_LINES_MAX, f"{node.name} has {length} lines: split it"
