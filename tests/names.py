"""Who uses what the modules of the four packages define."""

import ast
import re
from functools import cached_property

from tests.places import ROOT

PACKAGES = ("lmm_core", "lmm_data", "lmm_cli", "lmm_app")
TEXTS = ("README.md", "CONTRIBUTING.md", "pyproject.toml", "app.py", "docs/**/*.md", "docs/*.py")
CODE = re.compile(r"```.*?```|`[^`\n]+`|^::: \S+$", re.DOTALL | re.MULTILINE)
WORD = re.compile(r"[A-Za-z_]\w*")


def parsed():
    """Every file of the packages, by the name of its module."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text(encoding="utf-8")
        )
        for path in paths
    }


def defined(node):
    """The names that a statement defines."""
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Assign(targets=targets):
            inside = [one for target in targets for one in ast.walk(target)]
            return [one.id for one in inside if is_set(one)]
    return []


def is_set(node):
    """Whether a variable is set there."""
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


class Code:
    """Modules that are read together; a name is (module, name), and (module, "") is a whole one."""

    def __init__(self, trees):
        self.trees = trees
        self.imported = {module: self.imports(tree) for module, tree in trees.items()}

    @cached_property
    def names(self):
        """All that is defined at the top of a module, but for Python's own names."""
        return {
            (module, name)
            for module, tree in self.trees.items()
            for node in tree.body
            for name in defined(node)
            if name.strip("_") and not name.startswith("__")
        }

    @cached_property
    def used(self):
        """All that is used, but for a name in its own definition, and in the list of exports."""
        return {
            one
            for module, tree in self.trees.items()
            for node in tree.body
            if defined(node) != ["__all__"]
            for one in Uses(self, module, node).found
        }

    def imports(self, node):
        """What names stand for after the imports inside."""
        found = {}
        for one in ast.walk(node):
            if isinstance(one, ast.ImportFrom):
                for alias in one.names:
                    whole = f"{one.module}.{alias.name}"
                    meant = (whole, "") if whole in self.trees else (one.module, alias.name)
                    found[alias.asname or alias.name] = meant
            elif isinstance(one, ast.Import):
                found |= {alias.asname or alias.name: (alias.name, "") for alias in one.names}
        return found

    def home(self, module, name):
        """Where a name is defined that a module may only pass on."""
        while (module, name) not in self.names and name in self.imported.get(module, ()):
            module, name = self.imported[module][name]
        return module, name


class Uses(ast.NodeVisitor):
    """What one statement of a module uses, but for what it defines."""

    def __init__(self, code, module, statement):
        self.code, self.module, self.own = code, module, defined(statement)
        self.scopes, self.found = [code.imported[module]], set()
        self.visit(statement)

    def visit_FunctionDef(self, node):
        local = {one.id for one in ast.walk(node) if is_set(one)}
        local |= {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
        self.scopes.append(dict.fromkeys(local, ("", "-")) | self.code.imports(node))
        self.generic_visit(node)
        self.scopes.pop()

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self._add(node.id)

    def visit_Attribute(self, node):
        if isinstance(node.value, ast.Name):
            module, name = self._meant(node.value.id)
            if not name:
                self.found.add(self.code.home(module, node.attr))
        self.generic_visit(node)

    def visit_Constant(self, node):
        # Programs to take away, and types that are quoted.
        if isinstance(node.value, str) and ("import " in node.value or node.value.isidentifier()):
            for word in WORD.findall(node.value):
                self._add(word)

    def _meant(self, name):
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return self.module, name

    def _add(self, name):
        module, name = self._meant(name)
        if module != self.module or name not in self.own:
            self.found.add(self.code.home(module, name))


def shown(trees):
    """Every word in code of the documentation, and in the examples of docstrings."""
    words = set()
    for pattern in TEXTS:
        for path in ROOT.glob(pattern):
            text = path.read_text(encoding="utf-8")
            code = CODE.findall(text) if path.suffix == ".md" else [text]
            words.update(word for part in code for word in WORD.findall(part))
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                for line in (ast.get_docstring(node) or "").splitlines():
                    if line.lstrip().startswith((">>>", "...")):
                        words.update(WORD.findall(line))
    return words
