"""Who imports whom, where each library lives, how long things may be."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from tests.rules.source import ROOT, Function, imported_modules, parse, product_files, room_of

EVERYTHING = {
    *("errors", "settings", "knowledge", "services", "storage", "notify", "nlu", "bot", "web"),
    *("checking", "commands", "bootstrap", "cli", "actions"),
}
# Room: the rooms it may import. Knowledge is the innermost; only bootstrap and commands see all.
MAY_IMPORT = {
    "__init__": set(),
    "__main__": {"cli"},
    "errors": set(),
    "settings": {"errors"},
    "knowledge": {"errors"},
    "checking": {"errors", "knowledge"},
    "services": {"errors", "knowledge"},
    "storage": {"errors", "knowledge", "services"},
    "notify": {"errors", "knowledge", "services"},
    # Rasa makes these components itself, so they ask settings for their folders.
    "nlu": {"errors", "knowledge", "settings"},
    "bot": {"errors", "knowledge", "services", "settings", "nlu"},
    "web": {"errors", "knowledge", "services", "settings"},
    # Rasa makes the actions itself, so they ask bootstrap for the services.
    "actions": {"errors", "knowledge", "services", "bootstrap"},
    "bootstrap": EVERYTHING - {"commands", "cli", "actions"},
    "commands": EVERYTHING - {"cli", "actions"},
    "cli": {"errors", "settings", "commands"},
}
# Library: the rooms that may import it.
HOMES = {
    "rasa": {"nlu", "bot"},
    "rasa_sdk": {"actions", "bot"},
    "sqlalchemy": {"storage"},
    "alembic": {"storage"},
    "psycopg2": {"storage"},
    "threadpoolctl": {"bot"},
    "sanic": {"web"},
    "httptools": {"web"},
    "jinja2": {"web"},
    "markupsafe": {"web"},
    "jwt": {"web"},
    "jsonschema": {"bot"},
    "yaml": {"knowledge", "checking", "web"},
    "textstat": {"checking"},
    "phonenumbers": {"knowledge"},
    "stdnum": {"knowledge"},
    "numpy": {"nlu"},
    "scipy": {"nlu"},
    "sklearn": {"nlu"},
    "spacy": {"nlu"},
    "onnx": {"nlu"},
    "onnxruntime": {"nlu"},
    "safetensors": {"nlu"},
    "tokenizers": {"nlu"},
}
FILE_LINES, FUNCTION_LINES, CLASS_METHODS, SCRIPT_LINES = 250, 40, 12, 60


def test_a_room_imports_only_the_rooms_it_may():
    wrong = [
        f"{path}:{line} imports {module}"
        for path in product_files()
        for line, module in imported_modules(parse(path))
        if not _may_import(room_of(path), module)
    ]
    assert wrong == []


def test_a_library_is_imported_in_its_home_only():
    wrong = [
        f"{path}:{line} imports {module}"
        for path in product_files()
        for line, module in imported_modules(parse(path))
        if not _lives_in(room_of(path), module.split(".")[0])
    ]
    assert wrong == []


def test_only_settings_reads_the_environment():
    wrong = [
        f"{path}:{line}"
        for path in product_files()
        if path.as_posix() not in {"clinicbot/settings.py", "clinicbot/bot/environment.py"}
        for line in _uses_of_environment(parse(path))
    ]
    assert wrong == []


def test_no_file_is_longer_than_its_budget():
    lengths = {path: (ROOT / path).read_text().count("\n") for path in product_files()}
    assert {path: n for path, n in lengths.items() if n > FILE_LINES} == {}


def test_no_function_is_longer_and_no_class_wider_than_its_budget():
    wrong = [
        f"{path}:{node.lineno} {node.name}: {size}"
        for path in product_files()
        for node, size, budget in _sizes(parse(path))
        if size > budget
    ]
    assert wrong == []


def test_every_script_is_short():
    for script in sorted((ROOT / "scripts").iterdir()):
        assert script.read_text().count("\n") <= SCRIPT_LINES, script.name


def _may_import(room: str, module: str) -> bool:
    top, _, rest = module.partition(".")
    if top not in {"clinicbot", "actions"}:
        return True
    target = rest.split(".")[0] if top == "clinicbot" else "actions"
    return target in MAY_IMPORT.get(room, set()) | {room, "__version__"}


def _lives_in(room: str, library: str) -> bool:
    if library in sys.stdlib_module_names or library in {"clinicbot", "actions"}:
        return True
    return room in HOMES.get(library, set())


def _uses_of_environment(tree: ast.Module) -> Iterator[int]:
    reads = {"environ", "environb", "getenv"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            used = {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "os":
            used = {node.attr}
        else:
            continue
        if used & reads:
            yield node.lineno


def _sizes(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef | ast.ClassDef, int, int]]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node, node.end_lineno - node.lineno + 1, FUNCTION_LINES
        elif isinstance(node, ast.ClassDef):
            methods = sum(isinstance(child, Function) for child in node.body)
            yield node, methods, CLASS_METHODS
