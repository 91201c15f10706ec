"""The `advisor` command. Each subcommand imports what it needs when it runs, so that a question is answered quickly."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import get_args

from assistant.errors import AdvisorError, InputError
from ui import console
from ui.labels import say

_BAD_INPUT = 2
_FAILED = 1
_INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    """Every subcommand with its options."""
    root = argparse.ArgumentParser(
        prog="advisor",
        description="Choose an AI GPU server: rules decide, sources are cited. 选型顾问：规则给出推荐，资料给出依据。",
    )
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="run the chat page and the HTTP interface")
    serve.add_argument("--host", help="address to listen on (default: ADVISOR_HOST or 127.0.0.1)")
    serve.add_argument(
        "--port", type=_port, help="port to listen on (default: ADVISOR_PORT or 7860; 0 takes a free one)"
    )

    commands.add_parser("ingest", help="bring the index up to date with the corpus")

    doctor = commands.add_parser("doctor", help="what of this installation works, and what to do where it does not")
    doctor.description = "Exit code 0: questions can be answered; 1: they can't. A language model is never needed."
    doctor.add_argument("--json", action="store_true", help="print JSON")
    doctor.add_argument("--language", choices=("zh", "en"), help="default: that of the locale")

    ask = commands.add_parser("ask", help="ask one question")
    ask.add_argument("message", help="the question; - reads it from standard input")
    _shared(ask)

    chat = commands.add_parser("chat", help="talk in the terminal")
    chat.add_argument("--language", choices=("zh", "en"))

    search = commands.add_parser("search", help="search the material")
    search.add_argument("query")
    search.add_argument("--limit", type=_limit, default=5)
    _shared(search)

    recommend = commands.add_parser(
        "recommend", help="a recommendation from given requirements", description="Options, a JSON file, or both."
    )
    _requirements(recommend)
    _shared(recommend)

    size = commands.add_parser(
        "size", help="GPU memory of a model and a task: how much, on how many GPUs, with the arithmetic"
    )
    _sizing(size)
    _shared(size)

    rules = commands.add_parser("rules", help="every rule, constant and figure as a Markdown page")
    rules.add_argument("--language", choices=("zh", "en"), help="default: both, side by side")
    rules.add_argument("--write", metavar="PATH", help="write the page to a file")

    _replay(commands.add_parser("replay", help="how a kept turn came about, and what differs when it is run again"))

    commands.add_parser("eval", help="judge the golden list: what got better, what got worse, and why")

    bench = commands.add_parser("bench", help="measure search, rules, understanding or speed")
    bench.add_argument("what", choices=("retrieval", "rules", "dialogue", "speed"))
    bench.add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="PATH", help="a data set, and options of the benchmark"
    )
    return root


def _shared(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON, as the HTTP interface returns it")
    command.add_argument("--language", choices=("zh", "en"), help="default: the language of the question")


def _requirements(command: argparse.ArgumentParser) -> None:
    from assistant.rules.requirements import WORKLOAD_KINDS, Interconnect, Method, Scale, Sharing

    command.add_argument("file", nargs="?", help="requirements as a JSON file; - reads standard input")
    command.add_argument(
        "--workload", action="append", choices=WORKLOAD_KINDS, metavar="KIND", help=", ".join(WORKLOAD_KINDS)
    )
    command.add_argument("--method", choices=get_args(Method), help="how models are fine-tuned or trained")
    command.add_argument("--users", help='a number or a range, such as "20-30"')
    command.add_argument("--groups", help="number of research groups")
    command.add_argument("--sharing", choices=get_args(Sharing))
    command.add_argument("--scale", choices=get_args(Scale))
    command.add_argument("--budget", help='in CNY, such as "150万" or "1.5M"')
    command.add_argument("--data-tb", help="size of the data in TB")
    command.add_argument("--model", action="append", help='such as "Qwen 72B"')
    command.add_argument("--interconnect", choices=get_args(Interconnect))
    command.add_argument("--multi-node", action=argparse.BooleanOptionalAction, default=None)
    command.add_argument("--rack-scale", action=argparse.BooleanOptionalAction, default=None)


def _sizing(command: argparse.ArgumentParser) -> None:
    from assistant.rules.architectures import Precision
    from assistant.rules.footprint import Task

    command.add_argument("--model", help='such as "qwen2.5-72b"')
    command.add_argument("--params", metavar="B", help="billions of parameters, for a model that is not known by name")
    command.add_argument("--task", choices=get_args(Task), help="default: inference")
    command.add_argument(
        "--gpu", help='a class ("96gb"), a GPU ("h200-sxm") or a memory size ("80gb"); default: each class'
    )
    command.add_argument("--gpus", metavar="N", help="do this many GPUs hold it?")
    command.add_argument("--precision", choices=get_args(Precision))
    command.add_argument("--context", metavar="TOKENS", help="context, in training the sequence length")
    command.add_argument("--concurrency", metavar="N", help="requests at the same time (inference)")
    command.add_argument("--batch", metavar="N", help="sequences on each GPU (training)")
    command.add_argument("--rank", metavar="R", help="rank of LoRA")
    command.add_argument("--zero", metavar="STAGE", help="ZeRO stage, 0 to 3")


def _replay(command: argparse.ArgumentParser) -> None:
    command.description = "Exit code 0: the decision and the text are what they were; 3: they are not."
    command.add_argument("session", nargs="?", help="the conversation's id")
    command.add_argument("turn", nargs="?", type=_number, help="the turn's number, from 1")
    command.add_argument("--last", type=_number, metavar="N", help="list the last N turns instead, newest first")
    command.add_argument("--no-run", action="store_true", help="print how the turn came about; do not run it again")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.add_argument("--language", choices=("zh", "en"), help="of what is printed; default: that of the locale")


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError("a whole number from 1")
    return int(text)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _limit(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 20:
        raise argparse.ArgumentTypeError("a number from 1 to 20")
    return int(text)


def _run(args: argparse.Namespace) -> int:
    if args.command == "serve":
        from ui.serving import serve

        return serve(args.host, args.port)
    if args.command == "ingest":
        from ui.ingesting import ingest

        return ingest()
    if args.command == "doctor":
        from ui.doctor import doctor

        return doctor(args.language, as_json=args.json)
    if args.command == "recommend":
        from ui.recommending import recommend

        return recommend(args)
    if args.command == "size":
        from ui.sizing import size

        return size(args)
    if args.command == "rules":
        from ui.rulebook import rules

        return rules(args)
    if args.command == "replay":
        from ui.replay import replay

        return replay(args)
    if args.command == "eval":
        from ui.evaluating import evaluate

        return evaluate(args.rest)
    if args.command == "bench":
        if args.what == "speed":
            from evals import speed
            from ingest import pace

            return speed.main([*args.rest], ingest=pace.measure)
        # Each benchmark is imported alone: the retrieval one loads a model.
        name = {"dialogue": "evals.conversation"}.get(args.what, f"evals.{args.what}")
        return int(import_module(name).main([*args.rest]) or 0)
    from ui import asking

    if args.command == "ask":
        message = sys.stdin.read() if args.message == "-" else args.message
        return asking.ask(message, args.language, as_json=args.json)
    if args.command == "search":
        return asking.search(args.query, args.language, args.limit, as_json=args.json)
    return asking.chat(args.language)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, 1 (it failed), 2 (the input can't be used), 3 (a turn comes out
    differently when it is run again) or 130 (interrupted)."""
    console.use_utf8()
    words = list(sys.argv[1:] if argv is None else argv)
    # The evaluation has options of its own, which are read only when it runs.
    args = argparse.Namespace(command="eval", rest=words[1:]) if words[:1] == ["eval"] else parser().parse_args(words)
    language = getattr(args, "language", None) or console.language()
    from ui.setup import BadSetting

    try:
        return _run(args)
    except BadSetting as error:
        console.err(say("cli.bad_setting", language, name=error.name, problem=error.problem))
        return _BAD_INPUT
    except AdvisorError as error:
        console.err(error.message(language))
        return _BAD_INPUT if isinstance(error, InputError) else _FAILED
    except OSError as error:
        # A folder that can't be written, a disk that is full: the system's own words say it best.
        where = Path(error.filename).name if isinstance(error.filename, str) else ""
        console.err(say("cli.no_file", language, path=where or "—", problem=error.strerror or error))
        return _FAILED
    except KeyboardInterrupt:
        console.err(say("cli.stopped", language))
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
