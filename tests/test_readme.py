"""The README tells the truth: its commands run and print what it shows.

A console block shows the first ``lines`` lines of a command's output, and "..." for the rest.
After a change of the data or the words: python tests/test_readme.py --regenerate
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PICTURE = ROOT / ".github" / "kharkiv.svg"
BLOCK = re.compile(r"^```console lines=(\d+)\n\$ (.+)\n((?:.*\n)*?)```$", re.M)
PYTHON = re.compile(r"^```python\n((?:.*\n)*?)```$", re.M)
CURE = "run: python tests/test_readme.py --regenerate"


def kg(*words: str) -> str:
    """Return what the command prints to someone in the checkout."""
    program = "import sys; from kg.cli import main; sys.argv[0] = 'kg'; main()"
    done = subprocess.run([sys.executable, "-c", program, *words], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def shown(command: str, lines: int) -> str:
    """Return the first *lines* lines of what *command* prints."""
    printed = kg(*shlex.split(command)[1:]).splitlines()
    return "\n".join([*printed[:lines], *(["..."] if len(printed) > lines else [])]) + "\n"


@pytest.mark.parametrize("block", BLOCK.findall(README.read_text()), ids=lambda block: block[1][:40])
def test_a_command_prints_what_the_readme_shows(block: tuple[str, str, str]) -> None:
    lines, command, printed = block
    assert printed == shown(command, int(lines)), CURE


def test_every_console_block_is_checked() -> None:
    assert README.read_text().count("```console") == len(BLOCK.findall(README.read_text())) > 8


def test_the_python_example_runs() -> None:
    (example,) = PYTHON.findall(README.read_text())
    names: dict[str, object] = {}
    exec(example, names)
    assert "Liberation of Kharkiv, 23 Aug 1943" in str(names["why"])


def test_the_picture_is_what_the_command_draws(tmp_path: Path) -> None:
    kg("draw", "Liberation of Kharkiv", "-o", str(tmp_path / "kharkiv.svg"))
    same = (tmp_path / "kharkiv.svg").read_text() == PICTURE.read_text()
    assert same, CURE


def test_the_set_up_commands_are_those_that_ci_runs() -> None:
    commands = re.findall(r"^python3 -m venv \.venv && .+$", README.read_text(), re.M)
    assert len(commands) == 2
    assert commands[0].endswith('kg why "Liberation of Kharkiv"')
    assert commands[1].endswith("pytest")
    assert r"python3 -m venv .*pytest" in (ROOT / ".ci" / "run").read_text()


def test_every_file_and_folder_named_in_the_map_exists() -> None:
    for name in re.findall(r"`((?:ontology|data|queries|kg|tests)/[\w./-]*)`", README.read_text()):
        assert (ROOT / name).exists(), name


if __name__ == "__main__" and sys.argv[1:] == ["--regenerate"]:
    text = BLOCK.sub(lambda b: f"```console lines={b[1]}\n$ {b[2]}\n{shown(b[2], int(b[1]))}```", README.read_text())
    README.write_text(text)
    kg("draw", "Liberation of Kharkiv", "-o", str(PICTURE))
