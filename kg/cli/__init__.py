"""The command line ``kg``: every command calls the library and prints; each is loaded when it is used."""

from __future__ import annotations

import atexit
import gc
import sys

from kg import __version__

__all__ = ["COMMANDS", "main"]

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
    "needs": ("depends", "The events that an event needs, one by one."),
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


def main() -> None:
    """Run the command line; print what is wrong in words and leave with the exit code for it."""
    # A command is over before there is much garbage; to look for it took a fifth of the time of a short one.
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    if sys.argv[1:] == ["--version"]:  # which must not cost the import of all that follows
        print(f"kg, version {__version__}")
        sys.exit()
    from kg.cli.group import run

    run()
