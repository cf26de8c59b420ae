"""The product's source as these rules look at it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def product_files() -> list[Path]:
    """Every Python file that runs in production, relative to the root."""
    folders = ("clinicbot", "actions")
    return sorted(f.relative_to(ROOT) for name in folders for f in (ROOT / name).rglob("*.py"))


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file named relative to the root."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def room_of(path: Path) -> str:
    """The room of a file: "web", "actions", or the module's name where it is a room alone."""
    return path.parts[0] if path.parts[0] != "clinicbot" else Path(path.parts[1]).stem


def imported_modules(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of every module imported anywhere in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: import by full name"
            module = node.module or ""
            if module in {"clinicbot", "actions"}:
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module
