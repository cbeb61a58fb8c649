"""The command line ``kg``: every command calls the library and prints; each is loaded when it is used."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from kg import __version__
from kg.errors import KgError

__all__ = ["main"]

COMMANDS = {
    "ask": ("questions", "Ask a named question."),
    "build": ("files", "Build the graph and write it to a file."),
    "chain": ("causes", "Whether one event led to another, and how."),
    "cuts": ("depends", "The smallest sets of events on which an event depends."),
    "compare": ("sequence", "How two events lie to each other in time and cause."),
    "draw": ("record", "Draw what led to an event and what followed."),
    "effects": ("causes", "What followed from an event."),
    "evidence": ("record", "Who says so, and who does not."),
    "explain": ("record", "Prove a statement from files and axioms."),
    "export": ("export", "Write the graph for another tool."),
    "find": ("look", "Find entities by name."),
    "fmt": ("files", "Put Turtle files into the house style."),
    "pivotal": ("depends", "Which events the chains between two hinge on."),
    "query": ("look", "Ask in SPARQL."),
    "questions": ("questions", "List the named questions."),
    "rules": ("validate", "List or explain the rules."),
    "show": ("look", "Show what is known of an entity."),
    "stats": ("look", "Count what is in the graph."),
    "timeline": ("sequence", "List events in order."),
    "validate": ("validate", "Check data against the rules."),
    "whatif": ("depends", "What the record loses without an event."),
    "why": ("causes", "Why an event came about."),
}


class Lazy(click.Group):
    """A group that imports a command when it is asked for, so that none pays for the others."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"kg.cli.{COMMANDS[cmd_name][0]}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in sorted(COMMANDS.items())])


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="kg")
@click.option("--debug", is_flag=True, help="Show a traceback if something fails.")
def group(debug: bool) -> None:
    """Ask a knowledge graph of the Second World War why, what then, in what order, and who says so.

    An entity is named by its name, its CURIE (event:operation-citadel) or its IRI. Exit codes: 0 an
    answer, 1 a "no" or data that breaks a rule, 2 wrong use or syntax, 3 it failed.
    """


def main() -> None:
    """Run the command line; print what is wrong in words and leave with the exit code for it."""
    try:
        sys.exit(group(standalone_mode=False))
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        # Whoever read the output has gone; say nothing, not even when Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (KgError, OSError) as error:
        if "--debug" in sys.argv:
            raise
        click.echo(f"kg: {error}", err=True)
        sys.exit(getattr(error, "exit_code", 3))
